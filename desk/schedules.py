"""When something goes out again and again: as cron says it, or on the first working day. The time is an argument."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from desk.calendars import Hours, windows
from desk.hours import DAY

LOOK_AHEAD = timedelta(days=366 * 8 + 1)  # the 29th of February comes again within it
WORKING = re.compile(r"first working day (\d{1,2}):(\d\d)")
NAMES: Mapping[str, tuple[str, ...]] = {
    "month": ("", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
    "weekday": ("sun", "mon", "tue", "wed", "thu", "fri", "sat"),
}
FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
EXAMPLES = "`0 9 1 * *` or `first working day 9:00`"


@dataclass(frozen=True, slots=True)
class Times:
    """Local days and times of day. `days` and `weekdays` (0 is Sunday) are either enough where both are named, as cron
    has it; None is any. `working`: the first working day of the period instead.
    """

    hours: tuple[int, ...]
    minute: int
    days: frozenset[int] | None = None
    months: frozenset[int] | None = None
    weekdays: frozenset[int] | None = None
    working: bool = False


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A report that goes out by itself. `period` is `month` or `quarter`, the last that has ended; `to` is the id of a
    channel, also of a person's own; `form` is `card`, `pdf` or `csv`. `times` are in `zone`; empty: in the client's.
    """

    id: str
    client: str
    period: str
    times: Times
    to: str
    form: str = "card"
    zone: str = ""
    actions: tuple[str, ...] = ()


def parse(words: str) -> Times:
    """Raises ValueError with a sentence."""
    said = " ".join(words.lower().split())
    if match := WORKING.fullmatch(said):
        hour, minute = int(match[1]), int(match[2])
        if hour > 23 or minute > 59:
            raise ValueError(f"there is no time of day {match[1]}:{match[2]}")
        return Times((hour,), minute, working=True)
    parts = said.split()
    if len(parts) != len(FIELDS):
        raise ValueError(f"expected {EXAMPLES}, got `{words[:40]}`")
    found = [_field(part, *field) for part, field in zip(parts, FIELDS, strict=True)]
    minutes, hours, days, months, weekdays = found
    if minutes is None or len(minutes) != 1:
        raise ValueError("the minute is one number, such as 0: a report goes out once an hour at most")
    every = tuple(range(24)) if hours is None else tuple(sorted(hours))
    seven = None if weekdays is None else frozenset(day % 7 for day in weekdays)
    times = Times(every, next(iter(minutes)), days, months, seven)
    if next(_days(times, date(2024, 1, 1), None, 1), None) is None:
        raise ValueError(f"`{words[:40]}` is a day that never comes")
    return times


def _field(part: str, name: str, least: int, most: int) -> frozenset[int] | None:
    if part == "*":
        return None
    found: set[int] = set()
    for piece in part.split(","):
        span, _, step = piece.partition("/")
        first, _, last = span.partition("-")
        low, high = (least, most) if span == "*" else (_number(first, name), _number(last or first, name))
        stride = int(step) if step.isascii() and step.isdigit() else 0 if step else 1
        if not least <= low <= high <= most or stride < 1:
            raise ValueError(f"`{piece[:20]}` is no {name} from {least} to {most}")
        found |= set(range(low, high + 1, stride))
    return frozenset(found)


def _number(word: str, name: str) -> int:
    names = NAMES.get(name, ())
    if word in names and word:
        return names.index(word)
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 2 else -1


def next_time(times: Times, zone: str, after: datetime, hours: Hours | None = None, months: int = 1) -> datetime | None:
    """The first instant after `after` (aware UTC, as the result). A local time that the clocks skip is as much later.

    `hours` tell which days are working days, `months` how many a period has. None where it never comes.
    """
    local = after.astimezone(ZoneInfo(zone))
    for day in _days(times, local.date(), hours, months):
        for hour in times.hours:
            at = datetime.combine(day, time(hour, times.minute), ZoneInfo(zone)).astimezone(UTC)
            if at > after:
                return at
    return None


def _days(times: Times, start: date, hours: Hours | None, months: int) -> Iterator[date]:
    for n in range(LOOK_AHEAD.days):
        day = start + n * DAY
        if _is_first_working(day, hours, months) if times.working else _is_meant(times, day):
            yield day


def _is_meant(times: Times, day: date) -> bool:
    if times.months is not None and day.month not in times.months:
        return False
    by_day = times.days is None or day.day in times.days
    by_week = times.weekdays is None or (day.weekday() + 1) % 7 in times.weekdays
    either = times.days is not None and times.weekdays is not None
    return (by_day or by_week) if either else (by_day and by_week)


def _is_first_working(day: date, hours: Hours | None, months: int) -> bool:
    if (day.month - 1) % months or hours is None or not _is_working(hours, day):
        return False
    return not any(_is_working(hours, day.replace(day=n)) for n in range(1, day.day))


def _is_working(hours: Hours, day: date) -> bool:
    zone = ZoneInfo(hours.zone)
    start, end = (datetime.combine(d, time(), zone).astimezone(UTC) for d in (day, day + DAY))
    return next(windows(hours, start, end), None) is not None
