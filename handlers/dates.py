"""When somebody means by what they typed: in their own zone, and asked about rather than guessed.

`friday 4pm`, `2h`, `end of day`, `tomorrow 9:00`, `next monday`, `24 dec`, `2026-12-24 16:00`. A day without a time
means the start of its work; a time without a day means today.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NoReturn
from zoneinfo import ZoneInfo

from desk.refusal import DeskError
from handlers.lengths import seconds_of, shown, tidy

EXAMPLES = "`friday 4pm`, `2h`, `tomorrow 9:00`, `end of day` or `2026-12-24 16:00`"
STARTS, ENDS = time(9), time(17)  # of a day's work, where no time is said
FARTHEST = timedelta(days=5 * 366)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = re.compile(r"(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?")
_MONTH = re.compile(r"jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?"
                    r"|nov(ember)?|dec(ember)?")  # fmt: skip
_NTH = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?")
_YEAR = re.compile(r"[0-9]{4}")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMERIC = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})(?:\2([0-9]{4})|\.)?")
_TIME = re.compile(r"(?<![0-9/.-])([0-9]{1,2})(?::([0-9]{2}))?(?: ?([ap])\.?m\.?)?(?![0-9/.:a-z-])")
_NAMED = (
    (re.compile(r"\b(?:end of (?:the )?(?:business )?day|end of business|close of business|eod|cob)\b"), ENDS),
    (re.compile(r"\b(?:start of (?:the )?day|in the morning|morning)\b"), STARTS),
    (re.compile(r"\bnoon\b"), time(12)),
)
_COUNTED = re.compile(r"([+-]?)([0-9]+(?:\.[0-9]+)?) ?(w(?:eeks?)?|d(?:ays?)?)")
_SPELT = {"half an hour": "30m", "a": "1", "an": "1", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}


class NoDateError(DeskError):
    """What was typed is no date and no length of time at all."""


class TwiceError(DeskError):
    """A time of the hour that comes twice when the clocks go back; `both` are its instants, aware UTC."""

    both: tuple[datetime, ...] = ()


def instants(words: str, now: datetime, zone: str, field: str) -> tuple[datetime, ...]:
    """As `instant`, for what can be answered for each of them: both, of a time that comes twice."""
    try:
        return (instant(words, now, zone, field),)
    except TwiceError as error:
        if all(at <= now for at in error.both):
            raise
        return error.both


def instant(words: str, now: datetime, zone: str, field: str) -> datetime:
    """The aware UTC instant that somebody in this IANA zone means; it is ahead of `now`. Raises DeskError."""
    here = now.astimezone(ZoneInfo(zone))
    try:
        at = _after(tidy(words), here) or _at(tidy(words), here)
    except OverflowError:
        raise DeskError(f"“{shown(words)}” is too far away. Write {EXAMPLES}.", field=field) from None
    except DeskError as error:
        told = type(error)(f"When is “{shown(words)}”? {error.sentence}", field=field)
        if isinstance(error, TwiceError) and isinstance(told, TwiceError):
            told.both = error.both
        raise told from None
    if at <= now:
        raise DeskError(f"“{shown(words)}” is {spoken(at, zone)}, which has passed. Write {EXAMPLES}.", field=field)
    if at > now + FARTHEST:
        raise DeskError(f"“{shown(words)}” is {spoken(at, zone)}, which is too far ahead.", field=field)
    return at


def is_date(words: str) -> bool:
    """Whether these words together are one date, clear or not: a line's `until=friday 4pm` ends where that ends."""
    if len(words) > 60 or "=" in words:  # where the next `name=value` begins, a date has ended
        return False
    try:
        instant(words, datetime(2026, 1, 7, tzinfo=UTC), "UTC", "")
    except DeskError as error:
        return not isinstance(error, NoDateError)
    return True


def spoken(at: datetime, zone: str) -> str:
    """With weekday, date, time and zone, so that a misunderstanding shows."""
    return f"{at.astimezone(ZoneInfo(zone)):%a %d %b %Y, %H:%M} {zone}"


def _nothing() -> NoReturn:
    raise NoDateError(f"Write it like {EXAMPLES}.")


def _after(said: str, here: datetime) -> datetime | None:
    """So long from now: days and weeks by the wall's clock, hours and minutes as they pass. None for what is none."""
    said = said.removeprefix("in ")
    for word, digit in _SPELT.items():
        said = re.sub(rf"^{word}(?= |$)", digit, said)
    counted = _COUNTED.fullmatch(said)
    if counted:
        days = float(f"{counted[1]}{counted[2]}") * (7 if counted[3].startswith("w") else 1)
        return _instant(here.replace(tzinfo=None) + timedelta(days=days), here)
    seconds = None if ":" in said else seconds_of(said)
    return None if seconds is None else here.astimezone(UTC) + timedelta(seconds=seconds)


def _at(said: str, here: datetime) -> datetime:
    """A day, a time, or both, in any order."""
    if re.fullmatch(r"[0-9-]{10}t[0-9:.]{5,15}(z|[+-][0-9]{2}:?[0-9]{2})", said):
        return _with_offset(said)
    said = re.sub(r"([0-9])t([0-9])", r"\1 \2", said)
    said = re.sub(r"\b(?:end of (?:the )?week|eow)\b", "this friday end of day", said)
    day_words, clock = _clock(said)
    day = _day(day_words, here.date()) if day_words else here.date()
    if not day_words and clock is None:
        _nothing()
    return _instant(datetime.combine(day, clock or STARTS), here)


def _with_offset(said: str) -> datetime:
    try:
        return datetime.fromisoformat(said.upper()).astimezone(UTC)
    except ValueError:
        _nothing()


def _clock(said: str) -> tuple[str, time | None]:
    """The words without the time of day in them, and that time."""
    found = [(named, at) for pattern, at in _NAMED for named in pattern.finditer(said)]
    found += [(m, _time_of(m)) for m in _TIME.finditer(said) if m[2] or m[3]]
    if len(found) > 1:
        raise DeskError(f"That names several times. Write it like {EXAMPLES}.")
    for match, at in found:
        before = re.sub(r"(?:^| )at $", " ", said[: match.start()])
        return " ".join(f"{before} {said[match.end() :]}".split()).strip(" ,"), at
    return said, None


def _time_of(match: re.Match[str]) -> time:
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if hour > (12 if half else 23) or minute > 59 or (half and not hour):
        raise DeskError(f"There is no such time. Write it like {EXAMPLES}.")
    return time(hour % 12 + (12 if half == "p" else 0) if half else hour, minute)


def _instant(local: datetime, here: datetime) -> datetime:
    """A wall time in the zone of `here`, if it comes once on that day."""
    zone = here.tzinfo
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) != local:
        raise DeskError(f"{local:%H:%M} is left out on {local:%a %d %b %Y}, when the clocks go forward.")
    if first != second:
        each = " or ".join(f"`{at.astimezone(zone).isoformat(timespec='minutes')}`" for at in (first, second))
        twice = f"{local:%H:%M} comes twice on {local:%a %d %b %Y}, when the clocks go back"
        error = TwiceError(f"{twice}. Write {each}.")
        error.both = (first, second)
        raise error
    return first


def _day(said: str, today: date) -> date:
    words = [word.strip(",") for word in said.removeprefix("on ").split()]
    if said in {"today", "tomorrow", "day after tomorrow", "the day after tomorrow"}:
        return today + timedelta(days=("today", "tomorrow").index(said) if "after" not in said else 2)
    which = words.pop(0) if words[0] in {"next", "this", "coming"} else ""
    named = _DAY.fullmatch(words[0]) if words else None
    weekday = next(i for i, day in enumerate(DAYS) if day.startswith(named[1][:3])) if named else None
    if weekday is not None and len(words) == 1:
        return _weekday(weekday, which, today)
    found = _date(words[1:] if named else words, today) if words and not which else None
    if found is None:
        _nothing()
    if weekday is not None and found.weekday() != weekday:
        raise DeskError(f"{found:%d %b %Y} is a {found:%A}. Which one?")
    return found


def _weekday(weekday: int, which: str, today: date) -> date:
    """The only day that it can mean. `next friday` on a Tuesday can be two days, and so can `friday` on a Friday."""
    coming = today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    of_this_week = today + timedelta(days=weekday - today.weekday())
    other = {"next": of_this_week + timedelta(days=7), "this": of_this_week, "coming": coming}.get(which, coming)
    if not which and weekday == today.weekday():
        other = today
    if other != coming:
        raise DeskError(f"That can be {min(coming, other)} or {max(coming, other)}. Which one?")
    return coming


def _date(words: list[str], today: date) -> date | None:
    """A date of numbers, or one with the month's name. Without a year it is the next there is, today included."""
    try:
        if len(words) == 1 and _ISO.fullmatch(words[0]):
            return date.fromisoformat(words[0])
        if len(words) == 1 and (numbers := _NUMERIC.fullmatch(words[0])):
            return _numeric(numbers, today)
    except ValueError:
        raise DeskError(f"There is no such day. Write it like {EXAMPLES}.") from None
    kinds = [next((p for p in (_MONTH, _NTH, _YEAR) if p.fullmatch(w)), None) for w in words if w not in {"of", "the"}]
    if sorted(map(str, kinds)) not in (sorted(map(str, each)) for each in ((_MONTH, _NTH), (_MONTH, _NTH, _YEAR))):
        return None
    return None if words[-1] in {"of", "the"} else _with_month(" ".join(words), today)


def _numeric(numbers: re.Match[str], today: date) -> date:
    one, between, other, year = int(numbers[1]), numbers[2], int(numbers[3]), numbers[4]
    if one <= 12 and other <= 12 and one != other:
        raise DeskError(f"Day {one} of month {other}, or day {other} of month {one}? Write it like `2026-12-24`.")
    if not year and between != "/" and not numbers[0].endswith("."):
        raise DeskError(f"Is that a date or a time? Write it like {EXAMPLES}.")
    day, month = max(one, other), min(one, other)
    found = date(int(year or today.year), month, day)
    return found if year or found >= today else date(today.year + 1, month, day)


def _with_month(said: str, today: date) -> date:
    from dateparser.date import DateDataParser  # noqa: PLC0415 - 19 MB that only a typed date needs

    base = datetime.combine(today - timedelta(days=1), time())  # what comes after it: today is meant too
    settings = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "future", "PARSERS": ["absolute-time"]}
    found = DateDataParser(languages=["en"], settings=settings).get_date_data(said).date_obj
    if found is None:
        raise DeskError(f"There is no such day. Write it like {EXAMPLES}.")
    day: date = found.date()
    return day
