"""Who really was on call: noted when it changed, whatever the schedule says by now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from desk.rotations import Turn


@dataclass(frozen=True, slots=True)
class Duty:
    """`person` has been on call since then, None for nobody, until the next of the schedule begins."""

    schedule: str
    since: datetime
    person: str | None


def since_then(last: Duty | None, schedule: str, turns: Sequence[Turn], now: datetime) -> list[Duty]:
    """What is to be noted `now`. `turns` are those of the schedule from the last note to a moment after now.

    A change that the schedule had planned counts from its own time, also while nobody looked; any other one from now.
    """
    begin = last.since if last else now
    noted = [last] if last else []
    planned = [duty for duty in _changes(schedule, turns, begin) if begin < duty.since <= now]
    here = next((turn.person for turn in turns if turn.start <= now < turn.end), None)
    for duty in planned:
        if not noted or noted[-1].person != duty.person:
            noted.append(duty)
    if not noted or noted[-1].person != here:
        noted.append(Duty(schedule, now, here))
    return noted[1:] if last else noted


def _changes(schedule: str, turns: Iterable[Turn], begin: datetime) -> Iterable[Duty]:
    """Where each turn begins, and where one ends in a gap."""
    free = begin
    for turn in turns:
        if free < turn.start:
            yield Duty(schedule, free, None)
        yield Duty(schedule, turn.start, turn.person)
        free = turn.end
    yield Duty(schedule, free, None)


def turns_of(duties: Sequence[Duty], end: datetime) -> list[Turn]:
    """The turns that were, up to `end`; nobody's are left out."""
    stops = (*(duty.since for duty in duties[1:]), end)
    pairs = [(duty, min(stop, end)) for duty, stop in zip(duties, stops, strict=False)]
    return [Turn(duty.person, duty.since, stop) for duty, stop in pairs if duty.person and duty.since < stop]
