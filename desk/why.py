"""Why a promise is due when it is: the ledger of its clock, row by row."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from desk.calendars import Hours, seconds_between
from desk.hours import clock_changes, holidays_in
from desk.intervals import FOREVER, Span, gaps, length, merge, utc
from desk.sla import Change, Clock, Verdict, causes, counted, elapsed, used_up, verdict


class Kind(StrEnum):
    COUNTED = "counted"  # used up the target
    OVER = "over"  # all that came after the due time, as one row
    CLOSED = "closed"
    HOLIDAY = "holiday"  # closed, and a holiday in it is a reason
    PAUSED = "paused"
    STOPPED = "stopped"  # ended, and later reopened
    CHANGED = "changed"  # an instant: the promise got another target or policy
    CLOCKS = "clocks"  # an instant: the local clocks of the calendar were set


@dataclass(frozen=True, slots=True)
class Row:
    """One stretch of a clock's life, in UTC. `seconds` is its open time, or 0 where it is closed or an instant."""

    start: datetime
    end: datetime
    kind: Kind
    seconds: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The rows from the clock's start, in order and without gaps, to its end, its due time or now.

    `total` is the sum of the counted rows: the target, unless the clock ended before or is held. `due_at` is also
    given for a clock that has ended; it is None while one is held.
    """

    rows: tuple[Row, ...]
    target: int
    total: float
    due_at: datetime | None
    verdict: Verdict


def why(clock: Clock, calendar: Hours, now: datetime) -> Explanation:
    """The rows behind `due_at` and `verdict` at `now`, made from the same counted time. Raises NoOpenTime."""
    due = used_up(clock, calendar, clock.target)
    until = clock.met_at or max(due or clock.started_at, utc(now))
    split = min(due or until, until)
    used = merge(counted(clock, calendar, split))
    rows = [Row(*span, Kind.COUNTED, length([span])) for span in used]
    for gap in gaps(used, clock.started_at, split):
        rows += _uncounted(clock, calendar, gap)
    if split < until:
        late = elapsed(clock, calendar, until) - length(used)
        rows.append(Row(split, until, Kind.OVER, late, "after it was due"))
    rows += _instants(clock, calendar, until)
    ordered = tuple(sorted(rows, key=lambda row: (row.start, row.end)))
    return Explanation(ordered, clock.target, length(used), due, verdict(clock, calendar, now))


def _uncounted(clock: Clock, calendar: Hours, gap: Span) -> Iterator[Row]:
    """A stretch that used up nothing, cut where what held the clock changed."""
    edges = {gap[0], *(at for stop in clock.stops for at in stop)}
    edges |= {at for hold in clock.pauses for at in (hold.start, hold.end or FOREVER)}
    inside = sorted(at for at in edges if gap[0] <= at < gap[1])
    held: Row | None = None
    for start, end in zip(inside, [*inside[1:], gap[1]], strict=True):
        row = _reason(clock, calendar, start, end)
        if held is not None and (held.kind, held.note) == (row.kind, row.note):
            row = replace(row, start=held.start, seconds=held.seconds + row.seconds)
        elif held is not None:
            yield held
        held = row
    if held is not None:
        yield held


def _reason(clock: Clock, calendar: Hours, start: datetime, end: datetime) -> Row:
    if any(ended <= start < reopened for ended, reopened in clock.stops):
        return Row(start, end, Kind.STOPPED, seconds_between(calendar, start, end), "solved, then reopened")
    holding = causes(clock, start)
    if holding:
        note = " and ".join(f"waiting for {cause.whom}" for cause in sorted(holding))
        return Row(start, end, Kind.PAUSED, seconds_between(calendar, start, end), note)
    holidays = holidays_in(calendar, start, end)
    note = ", ".join(f"{day:%a} {day.day} {day:%b}: {name}" for day, name in holidays)
    return Row(start, end, Kind.HOLIDAY if holidays else Kind.CLOSED, 0.0, note)


def _instants(clock: Clock, calendar: Hours, until: datetime) -> Iterator[Row]:
    """What happened at one instant and explains why the rows are as they are."""
    after: list[Change | Clock] = [*clock.changes[1:], clock]
    for was, became in zip(clock.changes, after, strict=False):
        yield Row(was.at, was.at, Kind.CHANGED, 0.0, _changed(was, became))
    for at, moved in clock_changes(calendar, clock.started_at, until):
        way = "forward" if moved > timedelta() else "back"
        yield Row(at, at, Kind.CLOCKS, 0.0, f"the clocks go {way} by {_hours(abs(moved).total_seconds())}")


def _changed(was: Change, became: Change | Clock) -> str:
    """What was changed, then why: `target 4 h → 1 h (P3 → P1)`. Of a policy, which is a digest, the beginning tells."""
    found = [f"target {_hours(was.target)} → {_hours(became.target)}"] if was.target != became.target else []
    if was.calendar and was.calendar != became.calendar:
        found.append(f"opening hours {was.calendar} → {became.calendar}")
    reason = was.why or f"policy {was.policy[:8]} → {became.policy[:8]}"
    return f"{', '.join(found)} ({reason})" if found else reason


def _hours(seconds: float) -> str:
    """Two parts at most, as people say it: `1 h 30 min`, `45 min`, `20 s`."""
    minutes, rest = divmod(int(seconds), 60)
    parts = ((minutes // 60, "h"), (minutes % 60, "min"), (rest, "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"
