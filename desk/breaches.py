"""A broken promise: who has been told, who has said that they have it, and why it was broken."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from desk.paths import Path

# Why a promise was broken, in the words of a review.
REASONS: Mapping[str, str] = {
    "workload": "Too much at once",
    "overlooked": "Overlooked",
    "staffing": "Nobody was there who could",
    "wrong-priority": "Its priority was wrong",
    "complex": "Harder than it looked",
    "third-party": "A vendor or another party",
    "customer": "The customer could not be reached",
    "outage": "A larger outage",
    "other": "Something else",
}


@dataclass(frozen=True, slots=True)
class Breach:
    """One broken promise of a ticket, known by its metric and when it was due (aware UTC).

    `step` counts how often people of the path were told. `reason` is an id of `REASONS` with somebody's `words`.
    """

    number: int
    client: str
    metric: str
    due_at: datetime
    step: int = 0
    acked_by: str | None = None
    acked_at: datetime | None = None
    reason: str = ""
    words: str = ""
    reasoned_by: str | None = None


def target(path: Path, told: int) -> str:
    """Whom the next telling is for, after `told` tellings: past the end, the last step's again."""
    return path.steps[min(told, len(path.steps) - 1)].target


def told_at(path: Path, breach: Breach, told: int) -> datetime | None:
    """When the next telling is due, after `told` tellings; None for never. Past the end, the last step is told again
    every `repeat` seconds.
    """
    steps = path.steps
    if told < len(steps):
        return breach.due_at + timedelta(seconds=steps[told].after)
    if not path.repeat:
        return None
    again = steps[-1].after + (told - len(steps) + 1) * path.repeat
    return breach.due_at + timedelta(seconds=again)


def climbs(path: Path, breach: Breach, now: datetime) -> tuple[tuple[str, ...], int, datetime | None]:
    """Whom to tell at `now`, how often people will have been told then, and when to come again.

    After a sleep each step that was missed is told once; of the repetitions only one.
    """
    if breach.acked_by:
        return (), breach.step, None
    told = breach.step
    targets: list[str] = []
    while (at := told_at(path, breach, told)) is not None and at <= now:
        if told < len(path.steps) or not targets:
            targets.append(target(path, told))
        told += 1
    return tuple(dict.fromkeys(targets)), told, told_at(path, breach, told)


def acknowledged(breach: Breach, by: str, at: datetime) -> Breach:
    """Nobody else is told; the first who says so has it."""
    return breach if breach.acked_by else replace(breach, acked_by=by, acked_at=at)


def explained(breach: Breach, by: str, reason: str, words: str) -> Breach:
    return replace(breach, reason=reason, words=words, reasoned_by=by)
