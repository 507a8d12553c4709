"""Opening hours as a value, and the stretches of the UTC line on which they are open."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from operator import itemgetter
from zoneinfo import ZoneInfo

from desk.intervals import FOREVER, Span, common, gaps, merge

Windows = tuple[tuple[int, int], ...]

DAY = timedelta(days=1)
DAY_SECONDS = 86_400
WHOLE_DAY: Windows = ((0, DAY_SECONDS),)
_ENDS = itemgetter(1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours in the local time of one IANA zone.

    A window is `(start, end)` in seconds since local midnight, half-open; an end past 86,400 runs into the next day,
    and the window belongs to the day on which it starts. `weekly` maps 0 (Monday) to 6 to windows; `overrides` replace
    those of a date. Then a holiday, dated or `(month, day)` of every year, is cut out from midnight to midnight, and so
    are the `breaks` of a date.
    """

    zone: str
    weekly: Mapping[int, Windows] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()
    annual_holidays: frozenset[tuple[int, int]] = frozenset()
    overrides: Mapping[date, Windows] = field(default_factory=dict)
    breaks: Mapping[date, Windows] = field(default_factory=dict)
    holiday_names: Mapping[date, str] = field(default_factory=dict)
    annual_names: Mapping[tuple[int, int], str] = field(default_factory=dict)
    # The months worked out so far; it lives and dies with the value, and no comparison sees it.
    months: dict[int, tuple[Span, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __hash__(self) -> int:
        return hash((self.zone, self.holidays))

    def is_holiday(self, day: date) -> bool:
        return day in self.holidays or (day.month, day.day) in self.annual_holidays

    def holiday_name(self, day: date) -> str:
        """The holiday's name, or just "holiday" for one without."""
        return self.holiday_names.get(day) or self.annual_names.get((day.month, day.day)) or "holiday"

    def own(self, day: date) -> Windows:
        """The windows that start on this date; holidays and breaks are not yet cut out."""
        return self.overrides.get(day, self.weekly.get(day.weekday(), ()))

    def shut(self, day: date) -> Windows:
        """What is cut out, from this date on."""
        return (*(WHOLE_DAY if self.is_holiday(day) else ()), *self.breaks.get(day, ()))


@dataclass(frozen=True, slots=True)
class Both:
    """Open while both are: the provider's hours (`first`) within the client's (`second`), whose zone is the zone."""

    first: "Hours"
    second: "Hours"
    months: dict[int, tuple[Span, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def zone(self) -> str:
        return self.second.zone


Hours = Calendar | Both

ALWAYS = Calendar("UTC", dict.fromkeys(range(7), WHOLE_DAY))


def intersect(provider: Hours, client: Hours) -> Hours:
    """Hours that are open while both are; days and local times are the client's."""
    return Both(provider, client)


def parts(hours: Hours) -> tuple[Calendar, ...]:
    """The plain calendars these hours are made of."""
    return (hours,) if isinstance(hours, Calendar) else parts(hours.first) + parts(hours.second)


def openings(hours: Hours, start: datetime, end: datetime) -> Iterator[Span]:
    """The open spans of `[start, end)` in UTC, in order. One that runs over the turn of a month (UTC) is cut there."""
    if start >= end:
        return
    for index in range(_index(start), _index(min(end, FOREVER)) + 1):
        spans = _month(hours, index)
        for begin, stop in spans[bisect_right(spans, start, key=_ENDS) :]:
            if begin >= end:
                return
            yield max(begin, start), min(stop, end)


def openings_back(hours: Hours, start: datetime, end: datetime) -> Iterator[Span]:
    """The same spans, the last one first."""
    if start >= end:
        return
    for index in range(_index(min(end, FOREVER)), _index(start) - 1, -1):
        for begin, stop in reversed(_month(hours, index)):
            if stop <= start:
                return
            if begin < end:
                yield max(begin, start), min(stop, end)


def holidays_in(hours: Hours, start: datetime, end: datetime) -> list[tuple[date, str]]:
    """Dates and names of the holidays in `[start, end)` that closed a day which would have been open."""
    found: dict[date, str] = {}
    for calendar in parts(hours):
        zone = ZoneInfo(calendar.zone)
        day, last = start.astimezone(zone).date(), (end - timedelta.resolution).astimezone(zone).date()
        while day <= last:
            if calendar.is_holiday(day) and calendar.own(day):
                found.setdefault(day, calendar.holiday_name(day))
            day += DAY
    return sorted(found.items())


def clock_changes(hours: Hours, start: datetime, end: datetime) -> list[tuple[datetime, timedelta]]:
    """When local clocks are set in `(start, end)` (UTC) and by how much; forward is positive."""
    found: dict[datetime, timedelta] = {}
    for zone in {calendar.zone for calendar in parts(hours)}:
        pieces = list(_offsets(ZoneInfo(zone), start, end))
        for (_, at, before), (_, _, after) in pairwise(pieces):
            found[at] = after - before
    return sorted(found.items())


def _index(at: datetime) -> int:
    return at.year * 12 + at.month - 1


def _month(hours: Hours, index: int) -> tuple[Span, ...]:
    found = hours.months.get(index)
    if found is None:
        if isinstance(hours, Calendar):
            found = tuple(_open_between(hours, _first(index), _first(index + 1)))
        else:
            found = tuple(common(_month(hours.first, index), _month(hours.second, index)))
        hours.months[index] = found
    return found


def _first(index: int) -> datetime:
    year, month = divmod(index, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)


def _open_between(calendar: Calendar, start: datetime, end: datetime) -> list[Span]:
    """Where the local clock is inside a window. Between two changes of the offset both lines run alike: an hour that is
    repeated lies in two pieces and counts twice, one that is skipped lies in none.
    """
    found: list[Span] = []
    for begin, stop, offset in _offsets(ZoneInfo(calendar.zone), start, end):
        piece = (begin + offset, stop + offset)
        found += [(a - offset, b - offset) for a, b in common(_local(calendar, *piece), [piece])]
    return merge(found)


def _local(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Span]:
    """The windows of all dates that touch `[start, end)` on the local line, which is labelled UTC to be comparable."""
    first = start.date() - DAY  # a window of the evening before may run into the first day
    days = [first + n * DAY for n in range((end.date() - first).days + 1)]
    opened = merge(_spans((day, calendar.own(day)) for day in days))
    shut = merge(_spans((day, calendar.shut(day)) for day in days))
    return common(opened, gaps(shut, start - DAY, end + DAY))


def _spans(dated: Iterable[tuple[date, Windows]]) -> Iterator[Span]:
    for day, windows in dated:
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        for start, end in windows:
            yield midnight + timedelta(seconds=start), midnight + timedelta(seconds=end)


def _offsets(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """`[start, end)` in pieces of one UTC offset each, with it. `zoneinfo` lists no changes, so days are compared."""
    piece, at, offset = start, start, _offset(zone, start)
    while at < end:
        step = min(at + DAY, end)
        after = _offset(zone, step)
        if after != offset:
            change = at + timedelta(seconds=_second_of_change(zone, at, offset))
            yield piece, change, offset
            piece, offset = change, after
        at = step
    if piece < end:
        yield piece, end, offset


def _second_of_change(zone: ZoneInfo, at: datetime, offset: timedelta) -> int:
    later = range(DAY_SECONDS)
    return bisect_left(later, True, key=lambda second: _offset(zone, at + timedelta(seconds=second)) != offset)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
