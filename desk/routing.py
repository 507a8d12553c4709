"""Which rule takes a ticket, why the ones before it did not, and whose turn it is. The first rule that fits wins."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from desk.calendars import Hours, in_hours

_WORD = re.compile(r"[^\W_]+")
ROUND_ROBIN, LEAST_OPEN, ON_CALL = "round_robin", "least_open", "oncall:"


@dataclass(frozen=True, slots=True)
class Rule:
    """Empty conditions fit everything. `words` are phrases, of which one is enough. With a `calendar`, the rule holds
    while it is open, or (`closed`) while it is not. `assign` is `round_robin`, `least_open`, `oncall:SCHEDULE` or empty
    for nobody; `priority` counts where nobody has said one.
    """

    name: str
    clients: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    calendar: str = ""
    closed: bool = False
    team: str = ""
    priority: str = ""
    assign: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What is known of a ticket when it is opened. `words` are subject and details; `at` is aware UTC."""

    client: str
    category: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Routed:
    """The rule that takes it (None: no rule does) with why, and the ones before it with why not."""

    rule: Rule | None
    why: str
    passed: tuple[tuple[Rule, str], ...]


def route(rules: Sequence[Rule], request: Request, calendars: Mapping[str, Hours]) -> Routed:
    passed: list[tuple[Rule, str]] = []
    for rule in rules:
        not_so = why_not(rule, request, calendars)
        if not not_so:
            return Routed(rule, _why(rule, request), tuple(passed))
        passed.append((rule, not_so))
    return Routed(None, "no rule fits", tuple(passed))


def why_not(rule: Rule, request: Request, calendars: Mapping[str, Hours]) -> str:
    """The first condition that does not hold, in words; empty where all do."""
    if rule.clients and request.client not in rule.clients:
        return f"it is for {_either(rule.clients)}"
    if rule.categories and request.category not in rule.categories:
        return f"its category is not {_either(rule.categories)}"
    if rule.words and not said(rule.words, request.words):
        return f"it does not say {_either(rule.words)}"
    if rule.calendar and in_hours(calendars[rule.calendar], request.at) is rule.closed:
        return f"{rule.calendar} is {'open' if rule.closed else 'closed'} then"
    return ""


def said(phrases: Sequence[str], words: str) -> tuple[str, ...]:
    """The phrases that occur as whole words, whatever their case."""
    heard = _plain(words)
    return tuple(phrase for phrase in phrases if _plain(phrase) in heard)


def next_turn(people: Sequence[str], last: str | None) -> str | None:
    """Round robin: whoever comes after `last`, the first where that is nobody of these."""
    if not people:
        return None
    return people[(people.index(last) + 1) % len(people)] if last in people else people[0]


def least_open(people: Sequence[str], counts: Mapping[str, int]) -> str | None:
    """Whoever has the fewest open tickets; of several, the first as they are listed."""
    return min(people, key=lambda person: (counts.get(person, 0), people.index(person)), default=None)


def _why(rule: Rule, request: Request) -> str:
    parts = []
    if rule.clients:
        parts.append(f"it is {request.client}'s")
    if rule.categories:
        parts.append(f"its category is {request.category}")
    if rule.words:
        parts.append(f"it says {' and '.join(f'“{phrase}”' for phrase in said(rule.words, request.words))}")
    if rule.calendar:
        parts.append(f"{rule.calendar} is {'closed' if rule.closed else 'open'} then")
    return ", ".join(parts) or "it takes everything"


def _plain(words: str) -> str:
    return f" {' '.join(_WORD.findall(words.casefold()))} "


def _either(values: Sequence[str]) -> str:
    return " or ".join(values)
