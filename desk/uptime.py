"""How long a service was up, from its outages: not by counting samples, and never from time without data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor

from desk.intervals import Span, common, length, merge
from desk.reports import Uptime


@dataclass(frozen=True, slots=True)
class Outage:
    """From when to when a monitor was down, aware UTC; `end` None: it still is. `alert` None: nothing rang."""

    alert: int | None
    monitor: str
    start: datetime
    end: datetime | None


def percent(share: float) -> float:
    """To three digits, and never rounded up: what was down for a second was not up for 100 %."""
    return floor(share * 100_000 + 1e-6) / 1000


def within(outages: Iterable[Outage], start: datetime, end: datetime) -> list[Span]:
    """What of `[start, end)` they fill, overlaps once."""
    return merge((max(o.start, start), min(o.end or end, end)) for o in outages)


def uptime(
    service: str, name: str, outages: Sequence[Outage], looked: Iterable[Span], whole: Span, goal: float | None
) -> Uptime:
    """`looked` is the time of which there is data, in order and apart. Where there is none it is neither up nor down,
    whatever was thought before.
    """
    known = list(common(looked, [whole]))
    down = length(common(within(outages, *whole), known))
    seen = length(known)
    since = known[0][0] if known and known[0][0] > whole[0] else None
    return Uptime(service, name, seen - down, down, length([whole]) - seen, len(outages), goal, since)
