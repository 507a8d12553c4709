"""What one ticket adds to the numbers of its client, month and priority.

A ticket that has ended (resolved, closed, merged) adds frozen facts alone: a calendar or a contract that changes later
changes no report. What is still open is judged by whoever asks, whenever they ask.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from desk import sla
from desk.calendars import ALWAYS, Hours, seconds_between
from desk.histograms import code_of
from desk.sla import Clock, Metric, Verdict
from desk.tickets import UNRESOLVED, State, Ticket

PROMISES = ("first_response", "next_response", "periodic_update", "resolution")
OUTCOMES = ("met", "missed", "excluded")
LENGTHS = (
    "acknowledge_wall", "acknowledge_open", "answer_wall", "answer_open", "resolve_wall", "resolve_open",
)  # fmt: skip
# `asked` are closed tickets whose requester could have said how content they are, `stars` the sum of what they said.
COUNTS = (
    "resolved", "merged", "reopened", "first_contact", "asked", "rated", "stars", "spent",
    *(f"{outcome}_{promise}" for promise in PROMISES for outcome in OUTCOMES),
)  # fmt: skip

Judge = Callable[[Clock], Verdict]
T = TypeVar("T")

_WORDS = {
    Verdict.MET: "met", Verdict.MISSED: "missed", Verdict.RUNNING: "running", Verdict.PAUSED: "running",
}  # fmt: skip


class Cell(NamedTuple):
    """What is counted together. `month` is the one of opening, by the client's calendar: 202610."""

    client: str
    month: int
    priority: str


@dataclass(frozen=True, slots=True)
class Sum:
    """What the ended tickets of a cell add up to, in the order of COUNTS."""

    cell: Cell
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """One promise of a ticket: `met`, `missed`, `running` or `excluded`, which owed nothing in the end. A first answer
    that was never owed has no clock.
    """

    promise: str
    outcome: str
    clock: Clock | None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What is added to a cell: `counts` by the names of COUNTS, `lengths` by name and code. Negative, to take it back;
    `tickets` is 1, then -1, and 0 for one that was counted already.
    """

    cell: Cell
    category: str
    tickets: int
    counts: Counter[str]
    lengths: Counter[tuple[str, int]]


def kept(ticket: Ticket, judge: Judge) -> Iterator[Kept]:
    """How each promise of the ticket stands; `judge` is asked about those of a ticket that is open."""
    ended = ticket.state not in UNRESOLVED
    for clock in ticket.clocks:
        outcome = _final(clock) if ended else _WORDS.get(judge(clock), "excluded")
        yield Kept(clock.metric.value, outcome, clock)
    if ended and all(clock.metric is not Metric.FIRST_RESPONSE for clock in ticket.clocks):
        yield Kept(Metric.FIRST_RESPONSE.value, "excluded", None)


def _final(clock: Clock) -> str:
    """Of a clock whose ticket has ended: what has ended keeps its verdict, whatever the calendar."""
    if clock.missed:
        return "missed"
    return _WORDS.get(sla.verdict(clock, ALWAYS, clock.met_at), "excluded") if clock.met_at else "excluded"


def facts(ticket: Ticket, judge: Judge) -> Counter[str]:
    """What the ticket counts as, by the names of COUNTS; and, while it is open, as `open`, `open_again` and
    `running_…`.
    """
    found = Counter(f"{each.outcome}_{each.promise}" for each in kept(ticket, judge))
    found["spent"] = ticket.spent
    if ticket.state is State.MERGED:
        found["merged"] = 1
    elif ticket.state in UNRESOLVED:
        found["open"] = 1
        found["reopened"] = found["open_again"] = int(ticket.reopens > 0)
    else:
        found["resolved"] = 1
        found["reopened"] = int(ticket.reopens > 0)
        found["first_contact"] = int(_by_first_contact(ticket))
        found["asked"] = int(ticket.state is State.CLOSED or ticket.stars is not None)
        found["rated"] = int(ticket.stars is not None)
        found["stars"] = ticket.stars or 0
    return +found


def _by_first_contact(ticket: Ticket) -> bool:
    """Solved by the first answer, with no escalation and no reopening. Taken back before any answer is no contact."""
    answered = ticket.replies == 1 or (ticket.replies == 0 and ticket.resolved_by != ticket.requester)
    return answered and ticket.level == 0 and ticket.reopens == 0


def contribution(ticket: Ticket | None) -> Contribution | None:
    """None for what has not ended, and for what was stored before months were."""
    if ticket is None or ticket.state in UNRESOLVED or not ticket.month:
        return None
    lengths = Counter((name, code_of(seconds)) for name, seconds in ticket.measured if name in LENGTHS)
    cell = Cell(ticket.client, ticket.month, ticket.priority.value)
    return Contribution(cell, ticket.category, 1, facts(ticket, _never), lengths)


def _never(_clock: Clock) -> Verdict:
    raise AssertionError("what has ended is judged")


def changes(was: Contribution | None, now: Contribution | None) -> list[Contribution]:
    """What is to be added so that a ticket that counted as `was` counts as `now`."""
    if was and now and (was.cell, was.category) == (now.cell, now.category):
        counts, lengths = _without(now.counts, was.counts), _without(now.lengths, was.lengths)
        return [Contribution(now.cell, now.category, 0, counts, lengths)] if counts or lengths else []
    back = was and Contribution(
        was.cell, was.category, -1, _without(Counter(), was.counts), _without(Counter(), was.lengths)
    )
    return [each for each in (back, now) if each]


def summed(contributions: Iterable[Contribution]) -> list[Contribution]:
    """The same added up: one for each cell and category."""
    found: dict[tuple[Cell, str], Contribution] = {}
    for each in contributions:
        key = (each.cell, each.category)
        known = found.get(key)
        if known is None:
            found[key] = replace(each, counts=Counter(each.counts), lengths=Counter(each.lengths))
            continue
        known.counts.update(each.counts)
        known.lengths.update(each.lengths)
        found[key] = replace(known, tickets=known.tickets + each.tickets)
    return list(found.values())


def _without(these: Counter[T], those: Counter[T]) -> Counter[T]:
    """The difference, negative where more is taken than there is."""
    left = Counter(these)
    left.subtract(those)
    return Counter({key: count for key, count in left.items() if count})


def measure(ticket: Ticket, hours: Hours) -> tuple[tuple[str, int], ...]:
    """How long it took, in whole seconds by the names of LENGTHS: what is frozen when it is resolved."""
    found: list[tuple[str, float]] = []
    if ticket.touched_at:
        found += _both("acknowledge", ticket.opened_at, ticket.touched_at, hours)
    answer, solution = (_ended(ticket, metric) for metric in (Metric.FIRST_RESPONSE, Metric.RESOLUTION))
    if answer and answer.met_at:
        found += _both("answer", answer.started_at, answer.met_at, hours, answer)
    if ticket.resolved_at:
        found += _both("resolve", ticket.opened_at, ticket.resolved_at, hours, solution)
    return tuple((name, max(round(seconds), 0)) for name, seconds in found)


def _ended(ticket: Ticket, metric: Metric) -> Clock | None:
    return next((clock for clock in ticket.clocks if clock.metric is metric and clock.met_at), None)


def _both(
    what: str, start: datetime, end: datetime, hours: Hours, clock: Clock | None = None
) -> list[tuple[str, float]]:
    """By day and night; and in open time, without what held the clock where there is one."""
    counted = sla.elapsed(clock, hours, end) if clock else seconds_between(hours, start, end)
    return [(f"{what}_wall", (end - start) / timedelta(seconds=1)), (f"{what}_open", counted)]
