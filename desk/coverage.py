"""Who owns a minute: teams that take turns, such as a day team and an overnight provider. Each minute has one owner."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk.calendars import Hours
from desk.hours import openings
from desk.intervals import Span, common, gaps, length, merge

LOOK_AHEAD = timedelta(days=400)  # a turn that does not end within it is for good


@dataclass(frozen=True, slots=True)
class Cover:
    """A team is on while its calendar is open and no team above it is; without a calendar, whenever none above is."""

    team: str
    calendar: str = ""


def turns(
    coverage: Sequence[Cover], calendars: Mapping[str, Hours], start: datetime, end: datetime
) -> Iterator[tuple[str, datetime, datetime]]:
    """The turns in `[start, end)` in order, as (team, start, end): together they are the whole of it, if the last team
    has no calendar.
    """
    left: list[Span] = [(start, end)] if start < end else []
    found: list[tuple[datetime, datetime, str]] = []
    for cover in coverage:
        own = left if not cover.calendar else list(common(openings(calendars[cover.calendar], start, end), left))
        found += [(begin, stop, cover.team) for begin, stop in merge(own)]
        left = [gap for span in left for gap in gaps(merge(own), *span)]
    yield from _joined(sorted(found))


def _joined(found: Iterable[tuple[datetime, datetime, str]]) -> Iterator[tuple[str, datetime, datetime]]:
    """One turn where the same team goes on."""
    held: tuple[str, datetime, datetime] | None = None
    for begin, stop, team in found:
        if held and held[0] == team and held[2] == begin:
            held = (team, held[1], stop)
            continue
        if held:
            yield held
        held = (team, begin, stop)
    if held:
        yield held


def owner(coverage: Sequence[Cover], calendars: Mapping[str, Hours], at: datetime) -> str:
    """The team that is on at this instant; empty where nobody is."""
    return next((team for team, _, _ in turns(coverage, calendars, at, at + timedelta(seconds=1))), "")


def next_change(coverage: Sequence[Cover], calendars: Mapping[str, Hours], at: datetime) -> datetime | None:
    """When the next hand-over is, after `at`; None where there is none within `LOOK_AHEAD`."""
    step, now = timedelta(days=8), owner(coverage, calendars, at)
    begin = at
    while begin < at + LOOK_AHEAD:
        for team, start, _ in turns(coverage, calendars, begin, begin + step):
            if team != now and start > at:
                return start
        begin += step
    return None


def shares(coverage: Sequence[Cover], calendars: Mapping[str, Hours], spans: Iterable[Span]) -> dict[str, float]:
    """How many seconds of these spans were whose: the sum is their length."""
    found: dict[str, float] = {}
    for span in spans:
        for team, start, end in turns(coverage, calendars, *span):
            found[team] = found.get(team, 0.0) + length([(start, end)])
    return found
