"""The months and quarters that reports are about, as people name them: `2026-10`, `last month`, `q3`.

A month is a number, 202610, and begins at its first midnight where the client is. Nothing here knows the time: `now` is
an argument.
"""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from desk.refusal import DeskError
from desk.reports import Period

EXAMPLES = "2026-10, october, last month, 2026-Q4, q3, this quarter"
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
FIRST_YEAR = 2000
LENGTHS = {"month": 1, "quarter": 3}

_NAMES = {name.lower()[:n]: at for at, name in enumerate(MONTHS, 1) for n in (3, len(name))} | {"sept": 9}
_RELATIVE = re.compile(r"(this|last|previous|current) (month|quarter)")
_MONTH = re.compile(r"(\d{4})-(\d\d?)")
_QUARTER = re.compile(r"(?:(\d{4})[- ]?)?q([1-4])|q([1-4])[- ](\d{4})")
_NAMED = re.compile(r"([a-z]+)(?: (\d{4}))?")


def month_of(at: datetime, zone: str) -> int:
    """The year and month of an instant where the client is: 202610."""
    local = at.astimezone(ZoneInfo(zone))
    return local.year * 100 + local.month


def period(words: str, now: datetime, zone: str) -> Period:
    """The month or quarter that is meant, this month if nothing is said. One without a year is the latest that has
    begun. Raises DeskError with examples for what is no period, or has not begun.
    """
    this = month_of(now, zone)
    found = _asked(_tidy(words) or "this month", this)
    if found is None or found[0] // 100 < FIRST_YEAR:
        sentence = f"“{words[:40]}” is no month or quarter that I know. Say it like one of these: {EXAMPLES}."
        raise DeskError(sentence, field="period")
    if found[0] > this:
        raise DeskError(f"{_title(*found)} has not begun. The latest is {_title(this, 1)}.", field="period")
    return _made(*found, zone)


def is_period(words: str) -> bool:
    """Whether it reads like a month or a quarter."""
    return _asked(_tidy(words), FIRST_YEAR * 100) is not None


def earlier(of: Period, count: int) -> list[Period]:
    """The periods of the same kind before this one, oldest first."""
    long = len(of.months)
    starts = [_moved(of.months[0], -long * back) for back in range(count, 0, -1)]
    return [_made(start, long, of.zone) for start in starts if start // 100 >= FIRST_YEAR]


def _tidy(words: str) -> str:
    return " ".join(words.lower().split())


def _asked(said: str, this: int) -> tuple[int, int] | None:
    """The first month, and how many there are."""
    if match := _RELATIVE.fullmatch(said):
        long = LENGTHS[match[2]]
        start = this if long == 1 else _quarter(this // 100, (this % 100 + 2) // 3)
        return (start if match[1] in {"this", "current"} else _moved(start, -long)), long
    if match := _MONTH.fullmatch(said):
        return (int(match[1]) * 100 + int(match[2]), 1) if 1 <= int(match[2]) <= len(MONTHS) else None
    if match := _QUARTER.fullmatch(said):
        number, year = int(match[2] or match[3]), match[1] or match[4]
        return _latest(_quarter(this // 100, number), year, this), 3
    if (match := _NAMED.fullmatch(said)) and match[1] in _NAMES:
        return _latest(this // 100 * 100 + _NAMES[match[1]], match[2], this), 1
    return None


def _latest(month: int, year: str | None, this: int) -> int:
    """The month, of this year, in the year that was said; or in the last year in which it has begun."""
    if year:
        return int(year) * 100 + month % 100
    return month if month <= this else month - 100


def _quarter(year: int, number: int) -> int:
    return year * 100 + 3 * number - 2


def _moved(month: int, by: int) -> int:
    year, index = divmod(month // 100 * 12 + month % 100 - 1 + by, 12)
    return year * 100 + index + 1


def _made(start: int, long: int, zone: str) -> Period:
    months = tuple(_moved(start, n) for n in range(long))
    label = f"{start // 100}-Q{(start % 100 + 2) // 3}" if long > 1 else f"{start // 100}-{start % 100:02}"
    first, end = (_midnight(month, zone) for month in (start, _moved(start, long)))
    return Period(label, _title(start, long), first, end, zone, months)


def _title(start: int, long: int) -> str:
    year, month = divmod(start, 100)
    return f"Q{(month + 2) // 3} {year}" if long > 1 else f"{MONTHS[month - 1]} {year}"


def _midnight(month: int, zone: str) -> datetime:
    """The first instant of the month there. A midnight that the clocks skip is the moment at which they do."""
    return datetime(month // 100, month % 100, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
