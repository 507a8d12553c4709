"""Questions to opening hours: open now? how long? until when?"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from desk.calendar_form import parse_calendar
from desk.hours import ALWAYS, DAY, Both, Calendar, Hours, intersect, openings, openings_back
from desk.intervals import FOREVER, Span, length, spend, spend_back, utc
from desk.refusal import DeskError

__all__ = [
    "ALWAYS", "SEARCH_YEARS", "Both", "Calendar", "Hours", "NoOpenTime", "add_seconds", "add_working_days", "in_hours",
    "intersect", "never_opens", "parse_calendar", "roll", "search_end", "seconds_between", "windows",
]  # fmt: skip

SEARCH_YEARS = 20
SEARCH = timedelta(days=366 * SEARCH_YEARS)


class NoOpenTime(DeskError):
    """The search for an open moment, or for enough of them, gave up."""

    def __init__(self, start: datetime) -> None:
        super().__init__(
            f"These opening hours have too little open time: the search from {start:%Y-%m-%d} gave up after"
            f" {SEARCH_YEARS} years. Give the calendar more hours, or the promise a smaller target."
        )


def search_end(start: datetime) -> datetime:
    """The instant at which a search from `start` gives up."""
    return start + SEARCH if start < FOREVER - SEARCH else FOREVER


def windows(calendar: Hours, start: datetime, end: datetime) -> Iterator[Span]:
    """The open time in `[start, end)` as UTC spans: half-open, in order, none touching the next."""
    begin, stop = utc(start), utc(end)
    held: Span | None = None
    for span in openings(calendar, begin, stop):
        if held is not None and held[1] == span[0]:
            held = (held[0], span[1])
            continue
        if held is not None:
            yield held
        held = span
    if held is not None:
        yield held


def in_hours(calendar: Hours, at: datetime) -> bool:
    """Whether the calendar is open at this instant; the opening moment is, the closing moment is not."""
    moment = utc(at)
    return next(openings(calendar, moment, moment + timedelta.resolution), None) is not None


def seconds_between(calendar: Hours, start: datetime, end: datetime) -> float:
    """The open seconds in `[start, end)`; 0 when it ends before it starts."""
    return length(openings(calendar, utc(start), utc(end)))


def add_seconds(calendar: Hours, start: datetime, seconds: float) -> datetime:
    """The UTC instant at which `seconds` of open time after `start` are used up; negative counts backward.

    Used up exactly at closing time means closing time, not the next opening; backward, used up at opening time means
    opening time. No seconds at all are `start` itself. Raises NoOpenTime.
    """
    begin = utc(start)
    if seconds == 0:
        return begin
    if seconds > 0:
        found = spend(openings(calendar, begin, search_end(begin)), seconds)
    else:
        found = spend_back(openings_back(calendar, begin - SEARCH, begin), -seconds)
    if found is None:
        raise NoOpenTime(begin)
    return found


def roll(calendar: Hours, at: datetime, *, back: bool = False) -> datetime:
    """The instant itself if it is open, else the next opening; `back`: the closing before. Raises NoOpenTime."""
    moment = utc(at)
    if back:
        span = next(openings_back(calendar, moment - SEARCH, moment), None)
    else:
        span = next(openings(calendar, moment, search_end(moment)), None)
    if span is None:
        raise NoOpenTime(moment)
    return span[1] if back else span[0]


def add_working_days(calendar: Hours, start: datetime, days: int) -> datetime:
    """The UTC instant with the local wall time of `start`, so many working dates later; negative counts backward.

    A working date is one with open time of its own. A wall time that the clock change skips is moved on by as much.
    Raises NoOpenTime.
    """
    local = utc(start).astimezone(ZoneInfo(calendar.zone))
    day, left, step = local.date(), abs(days), DAY if days > 0 else -DAY
    last = abs(days) * 7 + SEARCH.days
    while left:
        day += step
        last -= 1
        if last < 0:
            raise NoOpenTime(utc(start))
        left -= _is_working_date(calendar, day)
    return datetime.combine(day, local.timetz().replace(fold=0)).astimezone(UTC)


def _is_working_date(calendar: Hours, day: date) -> bool:
    """Whether time opens on this local date; the rest of last night's window makes no working date."""
    if isinstance(calendar, Calendar) and not calendar.own(day):
        return False
    zone = ZoneInfo(calendar.zone)
    start, end = (datetime.combine(d, time(), zone).astimezone(UTC) for d in (day, day + DAY))
    return next(openings(calendar, start, end), None) is not None


def never_opens(calendar: Hours, since: datetime = datetime(2020, 1, 1, tzinfo=UTC)) -> bool:
    """Whether a search from `since` finds no open moment: such a calendar is refused when the configuration loads."""
    return next(openings(calendar, since, search_end(since)), None) is None
