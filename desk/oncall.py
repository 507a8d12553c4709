"""Who is on call, and who is told next when nobody answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Rotation:
    """A weekly turn: `people` in order, the first from `start` on, changing every week at `handover` in `zone`."""

    id: str
    people: tuple[str, ...]
    zone: str
    start: date
    handover: time = time(9, 0)


@dataclass(frozen=True, slots=True)
class Turn:
    person: str
    start: datetime
    end: datetime


def who_is_on_call(rotation: Rotation, now: datetime) -> Turn:
    """The turn that holds `now`. Weeks are local weeks: a change of clocks does not move the hand-over."""
    zone = ZoneInfo(rotation.zone)
    local = now.astimezone(zone)
    days = (local.date() - rotation.start).days
    weeks = days // 7
    if now < _handover(rotation, weeks, zone):
        weeks -= 1
    elif now >= _handover(rotation, weeks + 1, zone):
        weeks += 1
    person = rotation.people[weeks % len(rotation.people)]
    return Turn(person, _handover(rotation, weeks, zone), _handover(rotation, weeks + 1, zone))


def _handover(rotation: Rotation, week: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(rotation.start + timedelta(days=7 * week), rotation.handover, zone)


def resolve(
    target: str, rotations: Mapping[str, Rotation], teams: Mapping[str, tuple[str, ...]], now: datetime
) -> tuple[str, ...]:
    """The people a step's target means at `now`, in order. A name that has been retired means nobody, as does a
    channel.
    """
    kind, _, name = target.partition(":")
    if kind == "person":
        return (name,)
    if kind == "team":
        return teams.get(name, ())
    rotation = rotations.get(name) if kind == "oncall" else None
    return (who_is_on_call(rotation, now).person,) if rotation else ()
