"""The `escalation_paths:` of `clients.yaml`: who is told, and who next."""

from collections.abc import Mapping
from datetime import time
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo

from config.values import Delay, Promise, Settings, Window, Zone, name_of
from config.yaml_lines import Document
from desk.grouping import Route, clients_of
from desk.oncall import Schedule, everybody
from desk.paths import Hours, Many, Path, Step
from desk.people import Person, may

SECTION = "escalation_paths"
REMEDY = "name somebody else, or give them a role of staff, manager or auditor there."
QUARTER = 900  # seconds
TARGETS = {"oncall": "schedule", "person": "person", "team": "team", "channel": "channel"}


def _target(value: str, info: ValidationInfo) -> str:
    """`oncall:SCHEDULE`, `person:ID`, `team:ID` or `channel:ID`, and the name must be somebody's."""
    sort, _, name = value.partition(":")
    if sort not in TARGETS or not name:
        raise ValueError(f"expected `oncall:SCHEDULE`, `person:ID`, `team:ID` or `channel:ID`, got `{value[:40]}`")
    name_of(TARGETS[sort], name, info)
    return value


def _rarely(value: int) -> int:
    if 0 < value < QUARTER:
        raise ValueError("people are told again every 15 minutes at most; 0 is never")
    return value


class HoursSettings(Settings):
    hours: Window
    zone: Zone


class ManySettings(Settings):
    alerts: int = Field(ge=1, le=10_000)
    within: Promise


class StepSettings(Settings):
    after: Delay
    target: Annotated[str, AfterValidator(_target)]
    only: HoursSettings | None = None
    more_than: ManySettings | None = None


class PathSettings(Settings):
    steps: tuple[StepSettings, ...]
    repeat: Annotated[Delay, AfterValidator(_rarely)] = 1800
    times: int = Field(default=1, ge=1, le=20)
    again: Delay = 0


def check(paths: Mapping[str, PathSettings], document: Document) -> None:
    """A path leads to somebody, and its steps follow each other."""
    for id_, path in paths.items():
        delays = [step.after for step in path.steps]
        if not delays:
            sentence = f"`{id_}` escalates to nobody; give it a step with `after` and `target`."
            document.complain((SECTION, id_, "steps"), sentence)
        if delays != sorted(delays):
            sentence = f"`{id_}`: `after` counts from the first ring, so no step comes before the one above it."
            document.complain((SECTION, id_, "steps"), sentence)
        if path.times > 1 and delays and path.again <= delays[-1]:
            sentence = f"`{id_}` is gone through {path.times} times, so it needs `again` after its last step."
            document.complain((SECTION, id_, "again"), sentence)


def check_people(
    paths: Mapping[str, PathSettings],
    used: Mapping[str, str],
    document: Document,
    teams: Mapping[str, tuple[str, ...]],
    schedules: Mapping[str, Schedule],
    people: Mapping[str, Person],
    route: Route,
) -> None:
    """Whoever is told about a client may see what is the client's. `used` has each client's own path; by `route` its
    alerts may call others.
    """
    for id_, path in paths.items():
        clients = clients_of(route, used, id_)
        for place, step in enumerate(path.steps):
            named = [people[id_] for id_ in _named(step.target, teams, schedules) if id_ in people]
            foreign = {p.id: [c for c in clients if not may(p, "ticket.see", c)] for p in named}
            told = "; ".join(f"`{person}` of {' and '.join(of)}" for person, of in foreign.items() if of)
            if told:
                sentence = f"`{step.target}` tells {told}, for whom they do not work; {REMEDY}"
                document.complain((SECTION, id_, "steps", place, "target"), sentence)


def _named(
    target: str, teams: Mapping[str, tuple[str, ...]], schedules: Mapping[str, Schedule]
) -> tuple[str, ...]:
    """Everybody whom the target may ever mean, overrides apart."""
    sort, _, name = target.partition(":")
    if sort == "team":
        return teams.get(name, ())
    if sort == "oncall":
        return everybody(schedules[name]) if name in schedules else ()
    return (name,)


def paths(settings: Mapping[str, PathSettings]) -> dict[str, Path]:
    return {
        id_: Path(id_, tuple(_step(step) for step in own.steps), own.repeat, own.times, own.again)
        for id_, own in settings.items()
    }


def _step(settings: StepSettings) -> Step:
    only, many = settings.only, settings.more_than
    hours = Hours(_time(only.hours[0]), _time(only.hours[1]), only.zone) if only else None
    return Step(settings.after, settings.target, hours, Many(many.alerts, int(many.within)) if many else None)


def _time(clock: str) -> time:
    """Of the day; its end is its beginning."""
    return time.fromisoformat("00:00" if clock == "24:00" else clock)
