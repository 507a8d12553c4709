"""A status page: what of a client's monitors the public may know, and how it is put.

Nothing of a monitor is public but whether it is up, and when it was down. Its name, what it saw and what the team
writes stay inside: a component has a title of its own, and an incident tells what staff published.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

from desk.intervals import Span, common, gaps, length, merge
from desk.uptime import Outage, within

Lasted = tuple[datetime, datetime | None]
DAYS = 90
TOLD_FOR = timedelta(days=14)  # an incident stays on the page so long after its last update
AHEAD = timedelta(days=14)  # so far ahead planned maintenance is told


class Light(StrEnum):
    """How a component is."""

    UP = "up"
    PARTLY = "partly"  # some of what it is made of is down
    DOWN = "down"
    MAINTENANCE = "maintenance"
    UNKNOWN = "unknown"


WORDS = {
    Light.UP: ("✓", "Up"),
    Light.PARTLY: ("◐", "Partly down"),
    Light.DOWN: ("▲", "Down"),
    Light.MAINTENANCE: ("⊘", "Maintenance"),
    Light.UNKNOWN: ("?", "Not known"),
}  # fmt: skip


class Stage(StrEnum):
    """Where an incident stands, as staff say it. What is withdrawn is shown to nobody."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    WATCHING = "watching"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Component:
    """`monitors` by their ids: it is up while all of them are."""

    id: str
    title: str
    monitors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One client's. `zone` is that of its days and times."""

    name: str
    title: str
    client: str
    zone: str
    components: tuple[Component, ...]

    def about(self, monitors: Iterable[str]) -> tuple[Component, ...]:
        """The components that any of these monitors is part of."""
        those = set(monitors)
        return tuple(component for component in self.components if those & set(component.monitors))


@dataclass(frozen=True, slots=True)
class Update:
    """What staff published about an alert, word for word. `components` are ids of the page's."""

    page: str
    client: str
    alert: int
    at: datetime
    who: str
    stage: Stage
    words: str
    components: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Incident:
    """The updates of one alert on a page, the newest first; `ended_at` is when its monitors saw it up again."""

    alert: int
    started_at: datetime
    ended_at: datetime | None
    titles: tuple[str, ...]
    updates: tuple[Update, ...]

    @property
    def stage(self) -> Stage:
        return self.updates[0].stage


@dataclass(frozen=True, slots=True)
class Day:
    """`known` seconds of the day are data, `down` of them not up; `planned` seconds were maintenance. `length` is how
    much of the day there was so far.
    """

    date: date
    length: float
    known: float
    down: float
    planned: float

    @property
    def share(self) -> float | None:
        """Of the time of which there is data; None without any."""
        return (self.known - self.down) / self.known if self.known else None

    @property
    def light(self) -> Light:
        if self.down:
            return Light.DOWN if self.known and self.down >= self.known / 2 else Light.PARTLY
        if self.planned:
            return Light.MAINTENANCE
        return Light.UP if self.known else Light.UNKNOWN


@dataclass(frozen=True, slots=True)
class Standing:
    """A component as it is, and as it was: `share` is over all days together, of what there is data about."""

    component: Component
    light: Light
    days: tuple[Day, ...]
    share: float | None
    known: float
    down: float


@dataclass(frozen=True, slots=True)
class Board:
    """All that a page shows, at one moment. `planned` is maintenance ahead: when, and of what."""

    page: Page
    at: datetime
    standings: tuple[Standing, ...]
    incidents: tuple[Incident, ...] = ()
    planned: tuple[tuple[Span, tuple[str, ...]], ...] = ()

    @property
    def light(self) -> Light:
        """The worst of what is known; nothing known is no good news."""
        lights = [standing.light for standing in self.standings]
        if lights and all(light is Light.DOWN for light in lights):
            return Light.DOWN
        if Light.DOWN in lights or Light.PARTLY in lights:
            return Light.PARTLY
        if Light.MAINTENANCE in lights:
            return Light.MAINTENANCE
        return Light.UNKNOWN if Light.UNKNOWN in lights or not lights else Light.UP


def midnights(zone: str, now: datetime, days: int = DAYS) -> tuple[datetime, ...]:
    """When the last so many days begin in this zone, and when the last of them, today, ends; in UTC."""
    tz = ZoneInfo(zone)
    today = now.astimezone(tz).date()
    dates = (today - timedelta(days=days - 1 - n) for n in range(days + 1))
    return tuple(datetime.combine(each, time(), tz).astimezone(UTC) for each in dates)


def days(
    zone: str, now: datetime, down: Sequence[Span], known: Sequence[Span], planned: Sequence[Span]
) -> tuple[Day, ...]:
    """The last days, today so far. Each list is in order and apart. What is down and not known counts as nothing, and
    so does what is down while it was planned.
    """
    marks, tz = midnights(zone, now), ZoneInfo(zone)
    counted = list(common(down, known))
    unplanned = [part for span in counted for part in gaps(planned, *span)]
    found = []
    for start, stop in pairwise(marks):
        span = (start, min(stop, now))
        known_, down_, planned_ = (length(_inside(spans, span)) for spans in (known, unplanned, planned))
        found.append(Day(start.astimezone(tz).date(), length([span]), known_, down_, planned_))
    return tuple(found)


def _inside(spans: Iterable[Span], whole: Span) -> list[Span]:
    return [(max(a, whole[0]), min(b, whole[1])) for a, b in spans if a < whole[1] and b > whole[0]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the store knows of one monitor since the first of the days."""

    outages: Sequence[Outage]
    known: Sequence[Span]
    planned: Sequence[Span]


def standing(component: Component, seen: Sequence[Seen], zone: str, now: datetime) -> Standing:
    """It is down while any of its monitors is, and known while anything is known of any of them."""
    first = midnights(zone, now)[0]
    down = merge(span for each in seen for span in within(each.outages, first, now))
    known = merge(span for each in seen for span in _inside(each.known, (first, now)))
    planned = merge(span for each in seen for span in each.planned)
    every = days(zone, now, down, known, planned)
    whole, lost = sum(day.known for day in every), sum(day.down for day in every)
    share = (whole - lost) / whole if whole else None
    return Standing(component, _light(seen, now), every, share, whole, lost)


def _light(seen: Sequence[Seen], now: datetime) -> Light:
    """What is down outside its maintenance counts first."""
    planned = [any(span[0] <= now < span[1] for span in each.planned) for each in seen]
    broken = [any(outage.end is None for outage in each.outages) for each in seen]
    unplanned = [down and not quiet for down, quiet in zip(broken, planned, strict=True)]
    if any(unplanned):
        return Light.DOWN if all(broken) else Light.PARTLY
    if any(planned):
        return Light.MAINTENANCE
    return Light.UP if seen and all(each.known and each.known[-1][1] > now for each in seen) else Light.UNKNOWN


def incidents(
    updates: Iterable[Update], times: Mapping[int, Lasted], page: Page, now: datetime
) -> tuple[Incident, ...]:
    """By alert, the one that changed last first: those that are open or told of lately. `times` are the alerts'."""
    of: dict[int, list[Update]] = {}
    for update in sorted(updates, key=lambda each: each.at, reverse=True):
        of.setdefault(update.alert, []).append(update)
    found = []
    for alert, theirs in of.items():
        shown = tuple(takewhile(lambda update: update.stage is not Stage.WITHDRAWN, theirs))
        if not shown or (shown[0].stage is Stage.RESOLVED and now - shown[0].at > TOLD_FOR):
            continue
        start, end = times.get(alert, (shown[-1].at, None))
        named = {id_ for update in shown for id_ in update.components}
        titles = tuple(component.title for component in page.components if component.id in named)
        found.append(Incident(alert, start, end, titles, shown))
    return tuple(found)
