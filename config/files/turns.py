"""Turns of an iCal feed: who its events name, and when they have them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from heapq import heappop, heappush
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from config.files import feeds
from desk.intervals import merge
from desk.rotations import Turn, wall

MAIL = "mailto:"
MOST = 10_000  # events of one feed, expanded: five years of shifts of five hours
Called = Mapping[str, Sequence[str]]  # by the id of a person: all that they are called


@dataclass(frozen=True, slots=True)
class Told:
    """Turns in order and apart, and what the events say that name nobody, or several at once."""

    turns: tuple[Turn, ...]
    strangers: tuple[str, ...] = ()


def by_feed(content: bytes, zone: str, called: Called, now: datetime) -> Told:
    """An event names whoever attends it, else whoever its summary names. Days without hours are those of `zone`; of two
    events at once the one that began later counts. ValueError for what is no iCal.
    """
    return feeds.expanded(content, now, partial(_told, zone=ZoneInfo(zone), called=called), MOST)


def _told(events: Sequence[Any], first: date, last: date, *, zone: ZoneInfo, called: Called) -> Told:
    begin, stop = wall(first, time(), zone), wall(last, time(), zone)
    found, strangers = [], []
    for event in events:
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        person = _whom(event, called)
        start, end = (_instant(at, zone) for at in (event["DTSTART"].dt, feeds.end_of(event)))
        start, end = max(start, begin), min(end, stop)
        if person is None:
            strangers.append(" ".join(str(event.get("SUMMARY", "")).split())[:80] or "an event without a name")
        elif start < end:
            found.append(Turn(person, start, end))
    return Told(tuple(_apart(found)), tuple(dict.fromkeys(strangers)))


def _instant(at: date, zone: ZoneInfo) -> datetime:
    if isinstance(at, datetime):
        return feeds.here(at, zone).astimezone(UTC)
    return wall(at, time(), zone)


def _whom(event: Any, called: Called) -> str | None:
    """The one person it names: exactly, as who attends; else anywhere in its summary, as whole words."""
    attending = event.get("ATTENDEE", [])
    for guest in attending if isinstance(attending, list) else [attending]:
        said = {str(guest).casefold().removeprefix(MAIL), str(guest.params.get("CN", "")).casefold()}
        for person, names in called.items():
            if said & {name.casefold() for name in names}:
                return person
    summary = str(event.get("SUMMARY", "")).casefold()
    named = {person for person, names in called.items() if any(_stands_in(name, summary) for name in names)}
    return named.pop() if len(named) == 1 else None


def _stands_in(name: str, words: str) -> bool:
    return bool(re.search(rf"(?<![\w@.-]){re.escape(name.casefold())}(?![\w@-])", words))


def _apart(found: list[Turn]) -> Iterator[Turn]:
    """Each moment is that turn's which began last."""
    ahead = sorted(found, key=lambda turn: (turn.start, turn.end, turn.person), reverse=True)
    moments = sorted({at for turn in found for at in (turn.start, turn.end)})
    running: list[tuple[float, str, datetime]] = []
    held: list[Turn] = []
    for moment, after in pairwise(moments):
        while ahead and ahead[-1].start == moment:
            turn = ahead.pop()
            heappush(running, (-turn.start.timestamp(), turn.person, turn.end))
        while running and running[0][2] <= moment:
            heappop(running)
        if running:
            held.append(Turn(running[0][1], moment, after))
    yield from _joined(held)


def _joined(found: list[Turn]) -> Iterator[Turn]:
    """One turn where the same person goes on."""
    people = dict.fromkeys(turn.person for turn in found)
    whole = [Turn(p, *span) for p in people for span in merge((t.start, t.end) for t in found if t.person == p)]
    yield from sorted(whole, key=lambda turn: turn.start)
