"""Why an alert rang, where and whom it called, and why it did not call somebody: replayed from the record."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from config.loaded import Config
from desk.alerts import Alert, Page
from desk.cards import Text, When, span_of, text
from desk.detail import ours
from desk.grouping import ALONE, routes_of, trail
from desk.matchers import Labels
from desk.paths import condition, due_at
from desk.signals import Edge, Signal, Turn
from desk.tickets import Item, TimelineEntry
from desk.ways import CHAT
from handlers.pictures import name
from handlers.pictures.alert import target_words
from handlers.records import Delivery

Row = tuple[Text, ...]
TURNS = {
    Turn.DOWN: "went down", Turn.UP: "was up again", Turn.HELD: "rang nobody", Turn.RELEASED: "was hidden no more",
    Turn.FLAPPING: "went up and down", Turn.STEADY: "was steady again",
}  # fmt: skip
EDGES = 20


def story(edges: list[Edge], titles: dict[str, str]) -> list[tuple[datetime, str]]:
    """What happened to its signals, oldest first."""
    return [(e.at, f"{titles.get(e.fingerprint, e.fingerprint)} {TURNS[e.turn]}: {e.why}".rstrip(": ")) for e in edges]


def calls(alert: Alert, config: Config) -> list[tuple[datetime, str]]:
    steps = max(len(alert.steps), 1)
    mine = [page for page in alert.pages if not page.by]
    return [(p.at, f"told {name(config, p.person)}{_by(p)} (step {p.step % steps + 1})") for p in mine]


def recorded(entries: Iterable[TimelineEntry], alert: Alert, config: Config) -> list[tuple[datetime, str]]:
    """What the record has of who took it, gave it, called whom: all that is told as it was said then. Whom the steps
    called is left out: `calls` tells it, with the steps.
    """
    called = {name(config, page.person) for page in alert.pages if not page.by}
    changes = [e for e in entries if e.item is Item.CHANGE and not _is_step(e.words, called)]
    return [(e.at, f"{name(config, e.who)}: {e.words}" if e.who in config.people else e.words) for e in changes]


def _is_step(words: str, called: set[str]) -> bool:
    whom = words.removeprefix("told ").partition(", ")[0].partition(" (")[0]
    return words.startswith("told ") and whom.partition(" late by")[0].strip() in called


def _by(page: Page) -> str:
    """By which of their ways, so far, where that is not chat alone."""
    return "" if page.ways == (CHAT,) else f" by {', '.join(page.ways) or 'no way yet: their quiet hours hold it'}"


def routing(config: Config, labels: Labels) -> Iterator[Row]:
    """Each route that was asked, and why it does not take it; then what the one that does says."""
    for depth, route, miss in trail(config.alerting.route, labels):
        indent = "· " * depth
        said = ", ".join(map(str, route.matchers)) or "everything"
        yield ours(f"{indent}route {route.place or route.id}"), text(f"{said}: {miss or 'fits'}")
    taken = routes_of(config.alerting.route, labels)
    first = taken[0]
    grouped = "nothing: it is an alert of its own" if ALONE in first.group_by else ", ".join(first.group_by)
    where = ", ".join(route.channel or "the client's team channel" for route in taken)
    yield ours("grouped by"), text(grouped)
    yield ours("shown in"), text(where)
    waits = f"the first message after {span_of(first.group_wait)}" if first.group_wait else "the first message at once"
    again = f"; unanswered again every {span_of(first.repeat_interval)}" if first.repeat_interval else ""
    yield ours("waits"), ours(waits + again)


def ahead(alert: Alert, config: Config, now: datetime) -> list[tuple[datetime, str]]:
    """Who will be told, if nobody acts."""
    if not alert.calls or alert.called_at is None:
        return []
    left = range(alert.step, alert.times * len(alert.steps))
    found = []
    for taken in list(left)[:6]:
        due = max(due_at(alert.steps, alert.again, alert.called_at, taken), now)
        step = alert.steps[taken % len(alert.steps)]
        given = f" {condition(step)}" if condition(step) else ""
        found.append((due, f"{target_words(step.target, config)} will be told{given}"))
    return found


def delivery(each: Delivery) -> tuple[datetime | None, str]:
    """What became of its card somewhere."""
    where = each.destination
    if each.delivered_at:
        return each.delivered_at, f"its card was delivered in {where}"
    why = f": {each.reason}" if each.reason else ""
    return None, f"its card in {where} is {each.state}{why}"


def of_signals(signals: list[Signal]) -> dict[str, str]:
    return {signal.fingerprint: signal.title for signal in signals}


def rows(told: list[tuple[datetime, str]]) -> list[Row]:
    return [(ours(When(at)), text(words)) for at, words in sorted(told, key=lambda each: each[0])]
