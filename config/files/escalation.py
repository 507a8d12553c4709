"""The `escalation_paths:` of `clients.yaml`: who is told, and who next."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

from config.values import Delay, Settings, name_of
from config.yaml_lines import Document
from desk.oncall import Path, Schedule, Step, everybody
from desk.people import Person, may

SECTION = "escalation_paths"
REMEDY = "name somebody else, or give them a role of staff, manager or auditor there."
QUARTER = 900  # seconds
TARGETS = {"oncall": "schedule", "person": "person", "team": "team"}


def _target(value: str, info: ValidationInfo) -> str:
    """`oncall:SCHEDULE`, `person:ID` or `team:ID`, and the name must be somebody's."""
    sort, _, name = value.partition(":")
    if sort not in TARGETS or not name:
        raise ValueError(f"expected `oncall:SCHEDULE`, `person:ID` or `team:ID`, got `{value[:40]}`")
    name_of(TARGETS[sort], name, info)
    return value


def _rarely(value: int) -> int:
    if 0 < value < QUARTER:
        raise ValueError("people are told again every 15 minutes at most; 0 is never")
    return value


class StepSettings(Settings):
    after: Delay
    target: Annotated[str, AfterValidator(_target)]


class PathSettings(Settings):
    steps: tuple[StepSettings, ...]
    repeat: Annotated[Delay, AfterValidator(_rarely)] = 1800


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


def check_people(
    paths: Mapping[str, PathSettings],
    used: Mapping[str, str],
    document: Document,
    teams: Mapping[str, tuple[str, ...]],
    schedules: Mapping[str, Schedule],
    people: Mapping[str, Person],
) -> None:
    """Whoever is told about a client may see what is the client's. `used` has each client's path."""
    for id_, path in paths.items():
        clients = sorted(client for client, own in used.items() if own == id_)
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
    return {id_: Path(id_, _steps(s.steps), s.repeat) for id_, s in settings.items()}


def _steps(settings: tuple[StepSettings, ...]) -> tuple[Step, ...]:
    return tuple(Step(step.after, step.target) for step in settings)
