"""`people.yaml`: people and their roles, teams, who is on call."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from config.files.coverage import CoverSettings
from config.files.oncall import People, ScheduleSettings
from config.values import CalendarName, ClientName, Line, Settings, Slug, Zone, name_of
from desk.people import EVERY_CLIENT, Person, Role

FILE = "people.yaml"
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
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


def _not_the_desk(value: str) -> str:
    if value == DESK:
        raise ValueError(f"`{DESK}` is the desk itself in the record of who did what; choose another id")
    return value


def _email(value: str) -> str:
    if not EMAIL.fullmatch(value):
        raise ValueError(f"expected an e-mail address such as mia@desk.example, got `{value[:40]}`")
    return value


Email = Annotated[str, AfterValidator(_email)]
Roles = Annotated[dict[Annotated[str, AfterValidator(_where)], frozenset[Role]], BeforeValidator(_roles)]


class PersonSettings(Settings):
    name: Line
    client: ClientName | None = None
    zone: Zone = "UTC"
    hours: CalendarName = ""
    email: Email = ""
    roles: Roles = Field(default_factory=list, validate_default=True)


class PeopleFile(Settings):
    people: dict[Annotated[Slug, AfterValidator(_not_the_desk)], PersonSettings] = Field(default_factory=dict)
    teams: dict[Slug, People] = Field(default_factory=dict)
    schedules: dict[Slug, ScheduleSettings] = Field(default_factory=dict)
    coverage: dict[Slug, tuple[CoverSettings, ...]] = Field(default_factory=dict)


def called(file: PeopleFile) -> dict[str, tuple[str, ...]]:
    """What each person is called in the calendars of others: id, name, and e-mail address."""
    return {id_: tuple(filter(None, (id_, person.name, person.email))) for id_, person in file.people.items()}


def people(file: PeopleFile) -> dict[str, Person]:
    return {id_: Person(id_, p.name, p.zone, p.client, dict(p.roles), p.hours) for id_, p in file.people.items()}
