"""The neutral form in which opening hours are written down, and the sentences for what is wrong with it."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from desk.hours import DAY_SECONDS, Calendar, Windows

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KEYS = ("tz", "weekly", "holidays", "annual_holidays", "date_overrides", "breaks")
LEAP_YEAR = 2000
_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)

K = TypeVar("K")


def parse_calendar(mapping: Mapping[str, Any]) -> Calendar:
    """Opening hours from their written form; raises ValueError with a sentence that names what is wrong.

    `tz` is an IANA zone; `weekly` maps mon..sun, `date_overrides` and `breaks` map dates to lists of
    `[HH:MM, HH:MM]`, where "24:00" ends a day and an end at or before its start runs into the next one. `holidays` are
    dates, `annual_holidays` are "MM-DD", each as a list or as a mapping to the holiday's name.
    """
    form = _mapping(mapping, "A calendar")
    for key in form:
        if key not in KEYS:
            raise ValueError(f"A calendar has no {key!r}{_nearest(str(key), KEYS)}.")
    names = _keyed(_named(form, "holidays"), _date, _name)
    annual = _keyed(_named(form, "annual_holidays"), _month_day, _name)
    return Calendar(
        zone=_zone(form.get("tz")),
        weekly=_keyed(_section(form, "weekly"), _weekday, _windows),
        holidays=frozenset(names),
        annual_holidays=frozenset(annual),
        overrides=_keyed(_section(form, "date_overrides"), _date, _windows),
        breaks=_keyed(_section(form, "breaks"), _date, _windows),
        holiday_names={day: name for day, name in names.items() if name},
        annual_names={day: name for day, name in annual.items() if name},
    )


def _mapping(value: Any, what: str) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{what} is a mapping, not {value!r:.60}.")  # noqa: TRY004 - one kind of error for every caller
    return value


def _section(form: Mapping[str, Any], key: str) -> Mapping[Any, Any]:
    value = form.get(key)
    return {} if value is None else _mapping(value, f"`{key}`")


def _named(form: Mapping[str, Any], key: str) -> Mapping[Any, Any]:
    """A list of days, or a mapping of days to names, as the mapping."""
    value = form.get(key)
    return dict.fromkeys(map(str, value), "") if isinstance(value, list | tuple) else _section(form, key)


def _keyed(section: Mapping[Any, Any], read: Callable[[Any], K], value: Callable[[Any], Any]) -> dict[K, Any]:
    return {read(key): value(entry) for key, entry in section.items()}


def _name(value: Any) -> str:
    return "" if value is None else str(value)


def _zone(name: Any) -> str:
    try:
        return ZoneInfo(name).key
    except (OSError, ValueError, TypeError, AttributeError, LookupError):
        raise ValueError(f"`tz` is an IANA zone such as Europe/Berlin, not {name!r:.60}.") from None


def _weekday(name: Any) -> int:
    if name not in WEEKDAYS:
        raise ValueError(f"`weekly` has mon, tue, wed, thu, fri, sat and sun, not {name!r:.60}.")
    return WEEKDAYS.index(name)


def _date(value: Any) -> date:
    text = str(value)  # YAML reads a date as one
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise ValueError(f"A date is written YYYY-MM-DD, not {value!r:.60}.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"There is no date {value}.") from None


def _month_day(value: Any) -> tuple[int, int]:
    if not re.fullmatch(r"\d\d-\d\d", str(value), re.ASCII):
        raise ValueError(f"A yearly holiday is written MM-DD, not {value!r:.60}.")
    day = _date(f"{LEAP_YEAR}-{value}")
    return day.month, day.day


def _windows(value: Any) -> Windows:
    if not isinstance(value, list | tuple):
        raise ValueError(f"Windows are a list such as [[09:00, 17:00]], not {value!r:.60}.")  # noqa: TRY004 - as above
    return tuple(_window(entry) for entry in value)


def _window(value: Any) -> tuple[int, int]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError(f"A window is [start, end], such as [09:00, 17:00], not {value!r:.60}.")
    start, end = _seconds(value[0]), _seconds(value[1])
    if start in {end, DAY_SECONDS}:
        raise ValueError(f"The window {value[0]}-{value[1]} is empty; a whole day is 00:00-24:00.")
    return start, end if start < end else end + DAY_SECONDS


def _seconds(value: Any) -> int:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (25, 0, 0)
    total = hours * 3600 + minutes * 60 + seconds
    if total > DAY_SECONDS:
        raise ValueError(f"A time is written HH:MM, from 00:00 to 24:00, not {value!r:.60}.")
    return total


def _nearest(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word, list(known), 1)
    return f"; did you mean {close[0]!r}" if close else f"; it has {', '.join(known)}"
