"""The kinds of values an operator writes: lengths of time, opening hours, dates, ids, names of other things."""

import re
import zoneinfo
from collections.abc import Callable
from datetime import date, time
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo

from config.problems import nearest, no_such, shown
from desk.matchers import Matcher, parse

NAMED_FORM, LISTED_FORM = "[named]", "[listed]"  # of what may be written either way
LENGTH = re.compile(r"(?:([0-9]{1,5})d)?(?:([0-9]{1,7})h)?(?:([0-9]{1,8})m)?(?:([0-9]{1,9})s)?(?:([0-9]{1,6})ms)?")
UNITS = (86_400_000, 3_600_000, 60_000, 1000, 1)  # milliseconds
LONGEST = 10 * 366 * 86400.0
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
LABEL = re.compile(r"[a-z][a-z0-9_]{0,40}")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Settings(BaseModel):
    """What every block of settings has in common: no key but the known ones, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def seconds_of(words: str) -> float | None:
    """`500ms`, `90s`, `15m`, `1h30m`, `3d` in seconds; None when it is no length of time."""
    found = LENGTH.fullmatch(words)
    if not words or not found:
        return None
    return sum(int(part or 0) * unit for part, unit in zip(found.groups(), UNITS, strict=True)) / 1000


def _length(value: Any) -> float:
    seconds = seconds_of(value) if isinstance(value, str) else value
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= LONGEST:
        raise ValueError(f"expected a length of time like 60s, 15m, 2h or 3d, got {shown(value)}")
    return float(seconds)


def _some(seconds: float) -> float:
    if not seconds:
        raise ValueError("expected a length of time above zero")
    return seconds


def _whole(seconds: float) -> int:
    if seconds != int(seconds):
        raise ValueError(f"expected whole seconds, got {seconds}")
    return int(seconds)


Pause = Annotated[float, BeforeValidator(_length)]  # may be zero
Length = Annotated[float, BeforeValidator(lambda value: _some(_length(value)))]
Delay = Annotated[int, BeforeValidator(lambda value: _whole(_length(value)))]  # whole seconds, may be zero
Promise = Annotated[int, BeforeValidator(lambda value: _whole(_some(_length(value))))]


def _slug(value: str) -> str:
    if not SLUG.fullmatch(value):
        raise ValueError("an id has small letters, digits and dashes, such as `acme-help`")
    return value


Slug = Annotated[str, AfterValidator(_slug)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Share = Annotated[float, Field(gt=0, le=1)]


def _ref(what: str) -> AfterValidator:
    """A name that must be defined somewhere; the validation context has the names of each sort of thing."""

    def defined(value: str, info: ValidationInfo) -> str:
        return name_of(what, value, info)

    return AfterValidator(defined)


def name_of(what: str, value: str, info: ValidationInfo) -> str:
    """The name itself. ValueError with the nearest one when nothing of that sort is called so."""
    known = (info.context or {}).get(what)
    if known is not None and value not in known:
        raise ValueError(no_such(what, value, known))
    return value


ClientName = Annotated[str, _ref("client")]
CalendarName = Annotated[str, _ref("calendar")]
PathName = Annotated[str, _ref("escalation path")]
ChannelName = Annotated[str, _ref("channel")]
PersonName = Annotated[str, _ref("person")]
CoverageName = Annotated[str, _ref("coverage")]
TeamName = Annotated[str, _ref("team")]
MonitorName = Annotated[str, _ref("monitor")]
RunbookName = Annotated[str, _ref("runbook")]
CategoryName = Annotated[str, _ref("category")]
TierName = Annotated[str, _ref("tier")]
WayName = Annotated[str, _ref("way")]
KindName = Annotated[str, _ref("kind of monitor")]


def _owner(value: str, info: ValidationInfo) -> str:
    known = info.context or {}
    if value in known.get("team", (value,)) or value in known.get("person", (value,)):
        return value
    raise ValueError(no_such("team or person", value, [*known["team"], *known["person"]]))


OwnerName = Annotated[str, AfterValidator(_owner)]


def _label(value: str) -> str:
    if not LABEL.fullmatch(value):
        raise ValueError("a label's name has small letters, digits and `_`, and begins with a letter, such as `site`")
    return value


LabelName = Annotated[str, AfterValidator(_label)]
LabelValue = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _zone(value: str) -> str:
    if value not in _zones():
        raise ValueError(f"there is no time zone `{value[:40]}`{nearest(value, _zones())}")
    return value


Zone = Annotated[str, AfterValidator(_zone)]


def _window(value: Any) -> tuple[str, str]:
    ends = value.split("-") if isinstance(value, str) else value
    good = isinstance(ends, list) and len(ends) == 2 and all(isinstance(end, str) for end in ends)
    start, end = (part.strip() for part in ends) if good else ("", "")
    if not CLOCK.fullmatch(start) or not (CLOCK.fullmatch(end) or end == "24:00") or start == end:
        raise ValueError(f"expected hours like `09:00-17:00`, got {shown(value)}")
    return start, end


Window = Annotated[tuple[str, str], BeforeValidator(_window)]


def _date(value: Any) -> date:
    try:
        if isinstance(value, str) and DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError(f"expected a date that exists, like 2026-12-25, got {shown(value)}")


def _yearly(value: Any) -> str:
    try:
        if isinstance(value, str) and date.fromisoformat(f"2024-{value}"):  # a leap year: 02-29 is a day
            return value
    except ValueError:
        pass
    raise ValueError(f"expected a day of the year that exists, like 12-25, got {shown(value)}")


def _time(value: Any) -> time:
    if not isinstance(value, str) or not CLOCK.fullmatch(value):
        raise ValueError(f"expected a time of day like 09:00, got {shown(value)}")
    return time.fromisoformat(value)


Date = Annotated[date, BeforeValidator(_date)]
YearlyDay = Annotated[str, BeforeValidator(_yearly)]
TimeOfDay = Annotated[time, BeforeValidator(_time)]

# One matcher on labels, as text: `severity=critical`.
AMatcher = Annotated[Matcher, BeforeValidator(lambda value: parse(value if isinstance(value, str) else ""))]
Check = Callable[[str], str | None]  # a sentence about what is wrong, or nothing
