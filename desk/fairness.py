"""How being on call is shared: hours, nights and weekends of each, in the zone of the schedule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desk.calendars import seconds_between
from desk.hours import DAY_SECONDS, WHOLE_DAY, Calendar
from desk.rotations import Turn

NIGHT = ((22 * 3600, DAY_SECONDS + 6 * 3600),)  # of each day


@dataclass(frozen=True, slots=True)
class Burden:
    """Seconds on call, and how many of them were in the night (22 to 6) and on Saturdays and Sundays."""

    seconds: float = 0
    nights: float = 0
    weekends: float = 0

    def plus(self, other: "Burden") -> "Burden":
        return Burden(self.seconds + other.seconds, self.nights + other.nights, self.weekends + other.weekends)


@dataclass(frozen=True, slots=True)
class Share:
    """What one person had, in so many turns."""

    person: str
    turns: int
    burden: Burden


@dataclass(frozen=True, slots=True)
class Fairness:
    """Of `[start, end)`, of which nothing is known before `known`: whoever had most comes first. `whole` is what all of
    them had together, `seconds` how long it was from `known` on; the difference is nobody's.
    """

    start: datetime
    end: datetime
    known: datetime
    whole: Burden
    shares: tuple[Share, ...]

    @property
    def seconds(self) -> float:
        return (self.end - self.known).total_seconds()

    @property
    def nobodys(self) -> float:
        return max(self.seconds - self.whole.seconds, 0)


def fairness(turns: Sequence[Turn], zone: str, start: datetime, end: datetime, known: datetime) -> Fairness:
    """`turns` are those of the stretch, cut to it; `zone` says when it is night, and which day it is."""
    night = Calendar(zone, dict.fromkeys(range(7), NIGHT))
    weekend = Calendar(zone, dict.fromkeys((5, 6), WHOLE_DAY))
    found: dict[str, Share] = {}
    for turn in turns:
        seconds = (turn.end - turn.start).total_seconds()
        own = Burden(seconds, *(seconds_between(hours, turn.start, turn.end) for hours in (night, weekend)))
        had = found.get(turn.person, Share(turn.person, 0, Burden()))
        found[turn.person] = Share(turn.person, had.turns + 1, had.burden.plus(own))
    whole = Burden()
    for share in found.values():
        whole = whole.plus(share.burden)
    ranked = sorted(found.values(), key=lambda share: (-share.burden.seconds, share.person))
    return Fairness(start, end, min(max(known, start), end), whole, tuple(ranked))
