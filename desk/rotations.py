"""Shifts that follow each other: by the wall clock of a zone, or by the hours that pass. The time is an argument."""

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)


class Unit(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody is on call in `[start, end)`, aware UTC."""

    person: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Rotation:
    """`people` take turns in order, each for `every` units, in the local time of the IANA `zone`.

    The first turn begins on `start` at `handover`, and nobody has one before. Days, weeks and months are those of the
    wall clock; hours are counted as they pass. `weekday` (0 is Monday) is when weeks change hands: where `start` is
    another day, the first turn is as much shorter. Months change hands on the day of `start`, or on their last.
    """

    people: tuple[str, ...]
    zone: str
    start: date
    unit: Unit = Unit.WEEK
    every: int = 1
    handover: time = time(9, 0)
    weekday: int | None = None


def wall(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The UTC instant at which the wall clock shows this: the first, where it shows it twice; where it skips it, the
    first moment after the gap.
    """
    at, other = (datetime.combine(day, clock, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if at <= other:
        return at
    before, skipped = other.astimezone(zone).utcoffset(), range(round((at - other).total_seconds()))
    return other + SECOND * bisect_left(
        skipped, True, key=lambda n: (other + SECOND * n).astimezone(zone).utcoffset() != before
    )


def begins(rotation: Rotation) -> datetime:
    """The UTC instant of its first turn."""
    return wall(rotation.start, rotation.handover, ZoneInfo(rotation.zone))


def shifts(rotation: Rotation, start: datetime, end: datetime) -> Iterator[Turn]:
    """The turns that touch `[start, end)`, cut to it, in order. A lone person's is one."""
    start = max(start, begins(rotation))
    if start >= end:
        return
    if len(set(rotation.people)) == 1:
        yield Turn(rotation.people[0], start, end)
        return
    index = _index(rotation, start)
    while start < end:
        stop = min(_handover(rotation, index + 1), end)
        if start < stop:  # a wall clock that skips a whole day skips a turn
            yield Turn(rotation.people[index % len(rotation.people)], start, stop)
        start, index = stop, index + 1


def _anchor(rotation: Rotation) -> date:
    """The date of the hand-over from which all are counted; `start`, or up to six days before it."""
    if rotation.unit is not Unit.WEEK or rotation.weekday is None:
        return rotation.start
    return rotation.start - timedelta(days=(rotation.start.weekday() - rotation.weekday) % 7)


def _handover(rotation: Rotation, index: int) -> datetime:
    zone, count, day = ZoneInfo(rotation.zone), index * rotation.every, _anchor(rotation)
    if rotation.unit is Unit.HOUR:
        return wall(day, rotation.handover, zone) + timedelta(hours=count)
    if rotation.unit is Unit.MONTH:
        year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
        day = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    else:
        day += timedelta(days=count * (7 if rotation.unit is Unit.WEEK else 1))
    return wall(day, rotation.handover, zone)


def _index(rotation: Rotation, at: datetime) -> int:
    """Which turn holds this instant: guessed by the local date, then put right."""
    anchor, here = _anchor(rotation), at.astimezone(ZoneInfo(rotation.zone)).date()
    if rotation.unit is Unit.HOUR:
        return (at - _handover(rotation, 0)) // timedelta(hours=rotation.every)
    if rotation.unit is Unit.MONTH:
        index = ((here.year - anchor.year) * 12 + here.month - anchor.month) // rotation.every
    else:
        index = (here - anchor).days // (rotation.every * (7 if rotation.unit is Unit.WEEK else 1))
    while at < _handover(rotation, index):
        index -= 1
    while at >= _handover(rotation, index + 1):
        index += 1
    return index
