"""By which ways somebody is told, in which order and when: chat, push gateways, e-mail; and quiet hours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.alerts import Severity
from desk.calendars import Hours, NoOpenTime, in_hours, roll, windows
from desk.cards import span_of

CHAT, MAIL = "chat", "mail"
WEEK = timedelta(days=8)  # longer than any quiet time that ends by itself within a week
_RANK = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Way:
    """`name` is `chat`, `mail` or a push gateway's. It is used `after` seconds from being told, unless somebody has it
    by then.
    """

    name: str
    after: int = 0


CHAT_ALONE = (Way(CHAT),)


@dataclass(frozen=True, slots=True)
class Quiet:
    """While it is quiet, what is less severe than `below` waits for the end of it; the way `chat` only if `chat` is
    false. It is quiet inside of `hours`, or, with `outside`, whenever they are not open.
    """

    hours: Hours
    below: Severity = Severity.CRITICAL
    outside: bool = False
    chat: bool = True

    def holds(self, way: str, severity: Severity) -> bool:
        return _RANK.index(severity) > _RANK.index(self.below) and not (way == CHAT and self.chat)

    def end(self, at: datetime) -> datetime:
        """When the quiet time ends that holds this instant; the instant itself if none does."""
        if not self.outside:
            start, end = next(windows(self.hours, at, at + WEEK), (at + WEEK, at))
            return end if start == at else at
        if in_hours(self.hours, at):
            return at
        try:
            return roll(self.hours, at)
        except NoOpenTime:  # hours that never open again keep nobody from hearing it
            return at


@dataclass(frozen=True, slots=True)
class Ways:
    """How one person is told: in the `usual` order, or in another one for a severity. `addresses` are theirs, by way.
    `all_clear`: who was told by push or mail also hears by it that somebody has it, and that it is over.
    """

    usual: tuple[Way, ...] = CHAT_ALONE
    by_severity: Mapping[Severity, tuple[Way, ...]] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    quiet: tuple[Quiet, ...] = ()
    all_clear: bool = True

    def order(self, severity: Severity) -> tuple[Way, ...]:
        return self.by_severity.get(severity, self.usual)

    def every(self) -> tuple[str, ...]:
        """All that any order names, each once, as they are first named."""
        orders = (self.usual, *self.by_severity.values())
        return tuple(dict.fromkeys(way.name for order in orders for way in order))


@dataclass(frozen=True, slots=True)
class Planned:
    """When somebody is told by one way, and why then. `at` is aware UTC, None where they are not."""

    way: str
    at: datetime | None
    why: str


def plan(
    ways: Ways, severity: Severity, told_at: datetime, barred: Mapping[str, str] | None = None
) -> tuple[Planned, ...]:
    """By which ways somebody who is told at `told_at` hears of it, and when, in the order of the person's list.

    `barred` says of ways why they may not be used; when they are all that there is, it is said by chat. Nobody is left
    without a way: what quiet hours hold is told at their end.
    """
    barred = barred or {}
    order = ways.order(severity)
    found = [_planned(ways, way, severity, told_at, barred) for way in order]
    if all(each.at is None for each in found):
        found.append(Planned(CHAT, told_at, "because no other way is left"))
    return tuple(found)


def _planned(
    ways: Ways, way: Way, severity: Severity, told_at: datetime, barred: Mapping[str, str]
) -> Planned:
    if way.name in barred:
        return Planned(way.name, None, barred[way.name])
    due = told_at + timedelta(seconds=way.after)
    at = out_of_quiet(ways, way.name, severity, due)
    if at > due:
        return Planned(way.name, at, f"held by quiet hours: {severity} waits for their end")
    return Planned(way.name, at, f"{span_of(way.after)} after being told" if way.after else "at once")


def out_of_quiet(ways: Ways, way: str, severity: Severity, at: datetime) -> datetime:
    """The first instant from `at` on at which no quiet time holds this way. One may begin where another ends."""
    holding = [quiet for quiet in ways.quiet if quiet.holds(way, severity)]
    last = at + WEEK
    while at < last:
        end = max((quiet.end(at) for quiet in holding), default=at)
        if end == at:
            return at
        at = end
    return at
