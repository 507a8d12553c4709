"""From counts to the numbers of a report, each with its denominator. Counts are named as `desk.tallies.facts` does."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from desk.histograms import lengths
from desk.reports import Attainment, Breach, Duration, Promise, Satisfaction, Share, Volume
from desk.sla import Clock
from desk.tallies import COUNTS, PROMISES, Sum
from desk.tickets import Priority, Ticket

Counts = Mapping[str, Counter[str]]  # of each priority

PRIORITIES = tuple(str(priority) for priority in Priority)
WITHOUT = ""  # the category of a ticket that has none
AGES = (("under a day", 1), ("1 to 3 days", 3), ("3 to 7 days", 7), ("1 to 4 weeks", 28))
OLDEST = "over 4 weeks"


def together(sums: Iterable[Sum], still_open: Iterable[tuple[Ticket, Counter[str]]]) -> Counts:
    """What has ended and what is open with how it stands, per priority."""
    found: dict[str, Counter[str]] = {priority: Counter() for priority in PRIORITIES}
    for each in sums:
        found.setdefault(each.cell.priority, Counter()).update(dict(zip(COUNTS, each.counts, strict=True)))
    for ticket, counts in still_open:
        found[ticket.priority].update(counts)
    return found


def total(counts: Counts) -> Counter[str]:
    return sum(counts.values(), Counter())


def opened(counts: Counts) -> int:
    return sum(map(_opened, counts.values()))


def _opened(counts: Counter[str]) -> int:
    return counts["resolved"] + counts["merged"] + counts["open"]


def attained(counts: Counter[str], promise: str, goal: float | None) -> Attainment:
    met, missed, running, excluded = (counts[f"{o}_{promise}"] for o in ("met", "missed", "running", "excluded"))
    return Attainment(met, met + missed, running, goal, excluded)


def promises(counts: Counts, promised: Iterable[str], goals: Mapping[str, float]) -> tuple[Promise, ...]:
    """Per promise all priorities together, then each: of what the contract promises, or was promised once."""
    everything, known = total(counts), set(promised)
    found: list[Promise] = []
    for promise in PROMISES:
        if promise in known or any(everything[f"{o}_{promise}"] for o in ("met", "missed", "running")):
            goal = goals.get(promise)
            found.append(Promise(promise, "", attained(everything, promise, goal)))
            found += [Promise(promise, p, attained(each, promise, goal)) for p, each in counts.items()]
    return tuple(found)


def volume(counts: Counts, categories: Counter[str], backlog: Iterable[Ticket], now: datetime) -> Volume:
    """`categories` are of all tickets opened, `backlog` all that are open now, whenever they were opened."""
    everything = total(counts)
    ages = Counter(age(ticket, now) for ticket in backlog)
    return Volume(
        opened(counts), everything["resolved"], everything["merged"], everything["open"],
        by_priority(counts),
        tuple(sorted(categories.items(), key=lambda item: (-item[1], item[0]))),
        tuple((words, ages[words]) for words in (*(words for words, _ in AGES), OLDEST)),
    )  # fmt: skip


def by_priority(counts: Counts) -> tuple[tuple[str, int], ...]:
    """How many were opened with each."""
    return tuple((priority, _opened(each)) for priority, each in counts.items())


def age(ticket: Ticket, now: datetime) -> str:
    """How long ago it was opened, in the words of the backlog."""
    days = (now - ticket.opened_at) / timedelta(days=1)
    return next((words for words, most in AGES if days < most), OLDEST)


def durations(codes: Mapping[str, Counter[int]]) -> tuple[Duration, ...]:
    return tuple(
        Duration(what, lengths(codes[f"{what}_wall"]), lengths(codes[f"{what}_open"]))
        for what in ("acknowledge", "answer", "resolve")
    )


def first_contact(counts: Counter[str]) -> Share:
    return Share(counts["first_contact"], counts["resolved"])


def reopened(counts: Counter[str]) -> Share:
    """Of those that were solved once, whether they are now or not."""
    return Share(counts["reopened"], counts["resolved"] + counts["open_again"])


def satisfaction(counts: Counter[str]) -> Satisfaction:
    return Satisfaction(counts["rated"], counts["asked"], counts["stars"])


def breach(ticket: Ticket, clock: Clock, due: datetime | None, used: float) -> Breach:
    """`used` are the seconds of the target's time that were used up. A due time that no calendar gives any more is told
    as the end.
    """
    return Breach(
        ticket.number, ticket.subject, ticket.priority.value, clock.metric.value,
        due or clock.met_at or clock.started_at, clock.met_at, max(used - clock.target, 0.0),
    )  # fmt: skip
