"""`people.yaml`: people and their roles, teams, who is on call."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from config.files import coverage, gateways, ways
from config.files.coverage import CoverSettings
from config.files.oncall import People, ScheduleSettings
from config.files.ways import ReachSettings
from config.values import CalendarName, ClientName, Line, Settings, Slug, Zone, name_of
from config.yaml_lines import Document
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


def _not_the_desk(value: str) -> str:
    if value == DESK:
        raise ValueError(f"`{DESK}` is the desk itself in the record of who did what; choose another id")
    return value


Roles = Annotated[dict[Annotated[str, AfterValidator(_where)], frozenset[Role]], BeforeValidator(_roles)]


class PersonSettings(ReachSettings):
    name: Line
    client: ClientName | None = None
    zone: Zone = "UTC"
    hours: CalendarName = ""
    roles: Roles = Field(default_factory=list, validate_default=True)


class PeopleFile(Settings):
    people: dict[Annotated[Slug, AfterValidator(_not_the_desk)], PersonSettings] = Field(default_factory=dict)
    teams: dict[Slug, People] = Field(default_factory=dict)
    schedules: dict[Slug, ScheduleSettings] = Field(default_factory=dict)
    coverage: dict[Slug, tuple[CoverSettings, ...]] = Field(default_factory=dict)


def called(file: PeopleFile) -> dict[str, tuple[str, ...]]:
    """What each person is called in the calendars of others: id, name, and e-mail address."""
    return {id_: tuple(filter(None, (id_, person.name, person.email))) for id_, person in file.people.items()}


def check(
    file: PeopleFile, document: Document, push: Mapping[str, gateways.GatewaySettings], *, mail: bool
) -> None:
    coverage.check(file.coverage, document)
    ways.check(file.people, push, document, mail=mail)


def people(file: PeopleFile) -> dict[str, Person]:
    return {id_: Person(id_, p.name, p.zone, p.client, dict(p.roles), p.hours) for id_, p in file.people.items()}
