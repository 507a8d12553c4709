"""`people.yaml`: people and their roles, teams, the weekly rotation."""

from datetime import time
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from config.files.coverage import CoverSettings
from config.values import CalendarName, ClientName, Date, Line, PersonName, Settings, Slug, TimeOfDay, Zone, name_of
from desk.oncall import Rotation
from desk.people import EVERY_CLIENT, Person, Role

FILE = "people.yaml"
DESK = "deskbell"  # who acts where no person does


def _where(value: str, info: ValidationInfo) -> str:
    return value if value == EVERY_CLIENT else name_of("client", value, info)


def _roles(value: Any, info: ValidationInfo) -> Any:
    """A list means the person's own client; whoever belongs to one and has no role is a requester there."""
    if not isinstance(value, list):
        return value
    client = info.data.get("client")
    if client:
        return {client: value or [Role.REQUESTER]}
    if value and "client" in info.data:
        raise ValueError('for whom? Write `{"*": [technician]}` for all clients, or `{acme: [technician]}` for one')
    return {}


def _somebody(people: tuple[str, ...]) -> tuple[str, ...]:
    if not people:
        raise ValueError("there is nobody in it; name at least one person")
    return people


def _not_the_desk(value: str) -> str:
    if value == DESK:
        raise ValueError(f"`{DESK}` is the desk itself in the record of who did what; choose another id")
    return value


Roles = Annotated[dict[Annotated[str, AfterValidator(_where)], frozenset[Role]], BeforeValidator(_roles)]
People = Annotated[tuple[PersonName, ...], AfterValidator(_somebody)]


class PersonSettings(Settings):
    name: Line
    client: ClientName | None = None
    zone: Zone = "UTC"
    hours: CalendarName = ""
    roles: Roles = Field(default_factory=list, validate_default=True)


class RotationSettings(Settings):
    people: People
    zone: Zone
    start: Date
    handover: TimeOfDay = time(9, 0)


class PeopleFile(Settings):
    people: dict[Annotated[Slug, AfterValidator(_not_the_desk)], PersonSettings] = Field(default_factory=dict)
    teams: dict[Slug, People] = Field(default_factory=dict)
    rotations: dict[Slug, RotationSettings] = Field(default_factory=dict)
    coverage: dict[Slug, tuple[CoverSettings, ...]] = Field(default_factory=dict)


def people(file: PeopleFile) -> dict[str, Person]:
    return {id_: Person(id_, p.name, p.zone, p.client, dict(p.roles), p.hours) for id_, p in file.people.items()}


def rotations(file: PeopleFile) -> dict[str, Rotation]:
    return {id_: Rotation(id_, r.people, r.zone, r.start, r.handover) for id_, r in file.rotations.items()}
