"""`monitors.yaml`: what is watched. Each entry has the settings of every monitor and those of its kind."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from config.files import groups
from config.files.alerting import AlertingSections
from config.problems import SHOWN, unknown_key
from config.reading import place, read_part
from config.values import (
    ClientName,
    KindName,
    LabelName,
    LabelValue,
    Length,
    Line,
    MonitorName,
    OwnerName,
    RunbookName,
    Settings,
    Slug,
    seconds_of,
)
from config.yaml_lines import Document
from desk.alerts import Monitor, Severity
from desk.runs import Runbook

FILE = "monitors.yaml"
SECTION = "monitors"
CONDITIONS = "conditions"
Capacity = Callable[[Iterable[Monitor]], str | None]  # a sentence when it is more than can be polled
Condition = Callable[[Any, str], object]  # parses one for a kind's settings; ValueError has a clause why not


class MonitorSettings(Settings):
    model_config = ConfigDict(extra="ignore")  # the rest belongs to the kind, which is asked separately

    kind: KindName
    name: Line | None = None
    client: ClientName
    interval: Length = 60.0
    time_limit: Length = 10.0
    failures: int = Field(default=3, ge=1, le=100)
    successes: int = Field(default=2, ge=1, le=100)
    severity: Severity = Severity.HIGH
    parent: MonitorName | None = None
    runbook: RunbookName | None = None
    target: Line | None = None
    about: str = Field(default="", max_length=200)
    conditions: tuple[Annotated[str, Field(min_length=1)], ...] = Field(default=(), max_length=20)
    retry_interval: Length | None = None
    upside_down: bool = False
    owner: OwnerName = ""
    labels: dict[LabelName, LabelValue] = Field(default_factory=dict, max_length=30)


@dataclass(frozen=True, slots=True)
class Own:
    """What is of a monitor's kind: its settings, and its conditions on what the kind offers."""

    settings: Any
    conditions: tuple[object, ...]


class MonitorsFile(AlertingSections):
    templates: dict[Slug, dict[str, Any]] = Field(default_factory=dict)  # `config.files.templates` reads them
    monitors: dict[Slug, MonitorSettings] = Field(default_factory=dict)


def kind_settings(document: Document, kinds: Mapping[str, type[BaseModel]], condition: Condition) -> dict[str, Own]:
    """What is of each monitor's kind, where the kind is known and nothing is wrong with its settings."""
    found = {}
    for id_, entry in document.entries(SECTION).items():
        kind = entry.get("kind") if isinstance(entry, dict) else None
        if isinstance(kind, str) and kind in kinds:
            settings = _own(document, (SECTION, id_), entry, kinds[kind])
            if settings is not None:
                found[id_] = Own(settings, _conditions(document, (SECTION, id_, CONDITIONS), settings, condition))
    return found


def _conditions(
    document: Document, loc: tuple[str, str, str], settings: BaseModel, condition: Condition
) -> tuple[object, ...]:
    """The monitor's conditions, parsed and typed against what its kind offers."""
    written, parsed = document.data[SECTION][loc[1]].get(CONDITIONS), []
    for index, text in enumerate(written if isinstance(written, list) else ()):
        if isinstance(text, str):  # what is none is told of by the settings that every monitor has
            try:
                parsed.append(condition(settings, text))
            except ValueError as error:
                document.complain((*loc, index), f"`{place(loc)}`: `{text[:SHOWN]}`: {error}.")
    return tuple(parsed)


def _own(document: Document, loc: tuple[str, str], entry: Mapping[str, Any], kind: type[BaseModel]) -> BaseModel | None:
    own = {key: value for key, value in entry.items() if key not in MonitorSettings.model_fields}
    for key in own.keys() - kind.model_fields.keys():
        sentence = unknown_key(key, (*kind.model_fields, *MonitorSettings.model_fields))
        document.complain((*loc, key), f"`{place(document.source((*loc, key)))}`: {sentence}")
    mine = {key: _in_seconds(kind, key, own[key]) for key in own.keys() & kind.model_fields.keys()}
    return read_part(kind, document, loc, mine)


def _in_seconds(kind: type[BaseModel], key: str, value: Any) -> Any:
    """A kind's numbers of seconds may be written like all others: `period: 1d`."""
    if kind.model_fields[key].annotation in (float, float | None) and isinstance(value, str):
        seconds = seconds_of(value)
        return value if seconds is None else seconds
    return value


def check(
    file: MonitorsFile, own: Mapping[str, Own], document: Document, runbooks: Mapping[str, Runbook], capacity: Capacity
) -> None:
    """No ring of parents, a target that the runbook knows, and no more polling than one process can do."""
    others = {id_: one.settings.others() for id_, one in own.items()}
    groups.check(SECTION, {id_: m.client for id_, m in file.monitors.items()}, others, document)
    for ring in _rings(file.monitors):
        names = " → ".join(f"`{name}`" for name in (*ring, ring[0]))
        sentence = f"the parents form a ring: {names}; one of them must have none."
        document.complain((SECTION, ring[0], "parent"), sentence)
    for id_, settings in file.monitors.items():
        if settings.retry_interval and settings.retry_interval > settings.interval:
            sentence = f"`retry_interval`: expected at most the `interval`, {settings.interval:g} s: it comes sooner."
            document.complain((SECTION, id_, "retry_interval"), sentence)
        runbook = runbooks.get(settings.runbook or "")
        if runbook:
            _check_runbook(id_, settings, runbook, document)
    watched = [Monitor(id_, id_, m.client, m.kind, None, m.interval, m.time_limit) for id_, m in file.monitors.items()]
    if trouble := capacity(watched):
        document.complain((SECTION,), f"{trouble}.")


def _rings(monitors: Mapping[str, MonitorSettings]) -> Iterable[list[str]]:
    """Each ring once, beginning with the monitor that stands first in the file."""
    done: set[str] = set()
    for start in monitors:
        way: list[str] = []
        at: str | None = start
        while at is not None and at in monitors and at not in done:
            done.add(at)
            way.append(at)
            at = monitors[at].parent
        if at in way:
            yield way[way.index(at) :]


def _check_runbook(id_: str, settings: MonitorSettings, runbook: Runbook, document: Document) -> None:
    if settings.client not in runbook.clients:
        sentence = (
            f"`{runbook.id}` is not for {settings.client}; its `clients` are {', '.join(sorted(runbook.clients))}."
        )
        document.complain((SECTION, id_, "runbook"), sentence)
    if target_of(settings, runbook) not in runbook.targets:
        known = ", ".join(f"`{target}`" for target in runbook.targets) or "none"
        document.complain((SECTION, id_, "target"), f"`target`: expected one of `{runbook.id}`, which has {known}.")


def target_of(settings: MonitorSettings, runbook: Runbook | None) -> str | None:
    """What the runbook runs on: a runbook with a single target needs no other word."""
    if settings.target is None and runbook and len(runbook.targets) == 1:
        return runbook.targets[0]
    return settings.target


def monitors(file: MonitorsFile, own: Mapping[str, Own], runbooks: Mapping[str, Runbook]) -> dict[str, Monitor]:
    made = {id_: _monitor(id_, m, own[id_], runbooks.get(m.runbook or "")) for id_, m in file.monitors.items()}
    return {id_: replace(monitor, reference=id_ in file.references) for id_, monitor in made.items()}


def _monitor(id_: str, settings: MonitorSettings, own: Own, runbook: Runbook | None) -> Monitor:
    same = settings.model_dump(exclude={"name", "target", CONDITIONS})
    target = target_of(settings, runbook)
    return Monitor(id_, settings.name or id_, settings=own.settings, target=target, conditions=own.conditions, **same)
