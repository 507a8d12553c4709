"""Escalation paths: whom an alert calls, when, and under which conditions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of every day in a zone, `[start, end)`; past midnight where `end` is not after `start`."""

    start: time
    end: time
    zone: str

    def hold(self, at: datetime) -> bool:
        local = at.astimezone(ZoneInfo(self.zone)).time()
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M} {self.zone}"


@dataclass(frozen=True, slots=True)
class Many:
    """More than `alerts` of the client's began within the last `within` seconds."""

    alerts: int
    within: int


@dataclass(frozen=True, slots=True)
class Step:
    """After `after` seconds without an answer, tell `target`: `oncall:SCHEDULE`, `person:ID`, `team:ID`, `channel:ID`.

    A step whose conditions do not hold when its time comes is passed over, and the path goes on.
    """

    after: int
    target: str
    only: Hours | None = None
    many: Many | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """`repeat` is how many seconds pass until the last step is told about a broken promise again; 0: never.

    An alert goes through all steps `times` times, each `again` seconds after the one before.
    """

    id: str
    steps: tuple[Step, ...]
    repeat: int = 0
    times: int = 1
    again: int = 0


def step_at(steps: Sequence[Step], times: int, taken: int) -> Step | None:
    """The step that comes when so many were taken; None when the path is at its end."""
    return steps[taken % len(steps)] if steps and taken < times * len(steps) else None


def due_at(steps: Sequence[Step], again: float, called_at: datetime, taken: int) -> datetime:
    """When that step's time is: steps count from the first call of their round."""
    rounds, place = divmod(taken, len(steps))
    return called_at + timedelta(seconds=rounds * again + steps[place].after)


def condition(step: Step) -> str:
    """Under what it is taken, in words: `if there are more than 50 alerts in 10 min then`; empty for every time."""
    found = [f"it is {step.only}"] if step.only else []
    if step.many:
        found.append(f"there are more than {step.many.alerts} alerts in {step.many.within // 60} min")
    return f"if {' and '.join(found)} then" if found else ""


def passed_over(step: Step, at: datetime, begun: int) -> str:
    """Why a step is not taken at this moment; empty when it is. `begun` counts the client's alerts of its time."""
    if step.only and not step.only.hold(at):
        return f"it is for {step.only} only"
    if step.many and begun <= step.many.alerts:
        return f"it is for more than {step.many.alerts} alerts in {step.many.within // 60} min, there were {begun}"
    return ""
