"""From verdicts to numbers, each with its denominator. What is not judged yet is in neither.

A ticket counts in the month in which it was opened, by its client's calendar. Lengths are in seconds; `wall` is by day
and night, `open` is of the client's opening hours without what held the clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from desk.sla import Verdict


@dataclass(frozen=True, slots=True)
class Attainment:
    """How many promises were kept, of how many that have been judged; `open` are still running or paused, `excluded`
    owed nothing in the end: taken back before they were due, or merged.
    """

    met: int
    judged: int
    open: int
    goal: float | None = None
    excluded: int = 0

    @property
    def share(self) -> float | None:
        """None without a denominator: no data is neither 0 % nor 100 %."""
        return self.met / self.judged if self.judged else None

    def words(self) -> str:
        if self.share is None:
            return f"nothing judged yet ({self.open} running)" if self.open else "no data"
        parts = [f"{self.met} of {self.judged}"]
        if self.goal is not None:
            parts.append(f"target {self.goal * 100:.0f} %")
        if self.open:
            parts.append(f"{self.open} not judged yet")
        return f"{self.share * 100:.1f} % ({'; '.join(parts)}){self.mark}"

    @property
    def mark(self) -> str:
        if self.share is None or self.goal is None:
            return ""
        return " ✓" if self.share >= self.goal else " ▲"


def attainment(verdicts: Iterable[Verdict], goal: float | None = None) -> Attainment:
    """A promise counts as judged when it was kept or when its time has passed."""
    seen = list(verdicts)
    met, excluded = seen.count(Verdict.MET), seen.count(Verdict.MERGED)
    judged = met + seen.count(Verdict.MISSED)
    return Attainment(met, judged, len(seen) - judged - excluded, goal, excluded)


@dataclass(frozen=True, slots=True)
class Period:
    """`[start, end)` in UTC, whole months of a client's calendar; `label` is what people type: `2026-10`, `2026-Q4`."""

    label: str
    title: str  # October 2026
    start: datetime
    end: datetime
    zone: str
    months: tuple[int, ...]  # 202610, ...


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """None without a denominator."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long something took, of `count` tickets; None where there are none. Percentiles come from a log histogram
    and are at most 3 % off.
    """

    count: int
    median: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class Promise:
    """How one promise was kept, for one priority or (empty) for all of them together."""

    metric: str
    priority: str
    attainment: Attainment


@dataclass(frozen=True, slots=True)
class Duration:
    """`what` is `acknowledge` (until staff first acted), `answer` (first answer) or `resolve`."""

    what: str
    wall: Lengths
    open: Lengths


@dataclass(frozen=True, slots=True)
class Uptime:
    """One service (monitor) over a period. Time without data is in neither `up` nor `down`. `goal` is a share. `since`
    is when its data begin, None where they begin with the period.
    """

    service: str
    name: str
    up: float
    down: float
    unknown: float
    outages: int
    goal: float | None = None
    since: datetime | None = None

    @property
    def share(self) -> float | None:
        known = self.up + self.down
        return self.up / known if known else None


@dataclass(frozen=True, slots=True)
class Breach:
    """One broken promise; `reason` is a choice and `words` what was said about it, both empty while nobody has."""

    number: int
    subject: str
    priority: str
    metric: str
    due: datetime
    ended: datetime | None
    late: float | None  # seconds of open time
    reason: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Volume:
    """`backlog` are the open ones by age at the report's `at`: (words, how many), youngest first."""

    opened: int
    resolved: int
    merged: int
    still_open: int
    by_priority: tuple[tuple[str, int], ...] = ()
    by_category: tuple[tuple[str, int], ...] = ()
    backlog: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Stars from 1 to 5; `asked` are the closed tickets whose requester could have answered."""

    rated: int
    asked: int
    total: int

    @property
    def mean(self) -> float | None:
        return self.total / self.rated if self.rated else None


@dataclass(frozen=True, slots=True)
class Trend:
    """An earlier period, in the numbers that are compared."""

    period: Period
    opened: int
    promises: tuple[Promise, ...]  # of all priorities together
    resolve: Lengths  # open time
    uptime: Share  # seconds up of seconds known, of all services together
    by_priority: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What a client was promised and got in a period, as known at `at`. `earlier` is oldest first."""

    client: str
    name: str
    period: Period
    at: datetime
    promises: tuple[Promise, ...]  # per metric: all together (priority empty), then each priority
    volume: Volume
    first_contact: Share  # resolved by the first answer: no escalation, no reopening
    reopened: Share
    durations: tuple[Duration, ...]
    spent: int
    satisfaction: Satisfaction
    uptime: tuple[Uptime, ...]
    breaches: tuple[Breach, ...]
    earlier: tuple[Trend, ...] = ()
