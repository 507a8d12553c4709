"""By when something is promised about a ticket and how that stands: in a phrase, and in a sentence to its requester."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from config.loaded import Config
from desk import sla
from desk.cards import Style, Text, When, text
from desk.detail import Own, ours
from desk.sla import Clock, Metric, Pause, Verdict
from desk.tickets import State, Ticket, reason
from handlers import promises
from handlers.pictures import short

PROMISED = {
    Metric.FIRST_RESPONSE: "a first answer", Metric.NEXT_RESPONSE: "an answer", Metric.PERIODIC_UPDATE: "an update",
    Metric.RESOLUTION: "a solution",
}  # fmt: skip


def clock_words(clock: Clock, ticket: Ticket, config: Config, now: datetime) -> Text:
    """One promise in a phrase: kept, broken, running until when, or waiting for whom."""
    verdict = sla.verdict(clock, promises.calendar(config, ticket), now)
    if verdict is Verdict.MET and clock.met_at:
        return ours("✓ in time, ", When(clock.met_at))
    if verdict is Verdict.MISSED:
        return _missed(clock, promises.was_due_at(ticket, config, clock))
    if verdict is Verdict.MERGED:
        return ours("owed no more, ", When(clock.met_at)) if clock.met_at else ()
    if verdict is Verdict.PAUSED:
        return ours(f"paused: waiting for {waits_for(ticket)}")
    due = sla.due_at(clock, promises.calendar(config, ticket))
    return ours("by ", When(due), " (", When(due, Style.LEFT), ")") if due else text("no time set")


def _missed(clock: Clock, due: datetime | None) -> Text:
    """When it was promised, and when it came."""
    if clock.met_at:
        return ours("▲ too late, ", When(clock.met_at), *(("; promised by ", When(due)) if due else ()))
    if due is None:
        return ours("▲ the promised time has passed")
    return ours("▲ late: promised by ", When(due), " (", When(due, Style.LEFT), ")")


def promise(ticket: Ticket, config: Config, now: datetime) -> Text:
    """By when we answer or write again and solve it, or whom we wait for, in one sentence to its requester."""
    due = {metric: promises.due_at(ticket, config, metric) for metric in Metric}
    solution, update = due[Metric.RESOLUTION], due[Metric.PERIODIC_UPDATE]
    answer = due[Metric.FIRST_RESPONSE] or due[Metric.NEXT_RESPONSE]
    if ticket.state is State.PENDING and Pause.WAITING_CUSTOMER in ticket.pending:
        return _needed(ticket)
    late = {PROMISED[metric]: at for metric, at in due.items() if at and at <= now}
    if late:
        solves = (" We solve it by ", When(solution), ".") if solution and solution > now else ()
        return ours("We promised ", *_each(late), ", and are late. It has been passed on.", *solves)
    if answer and solution:
        left = When(answer, Style.LEFT)
        return ours("We answer by ", When(answer), " (", left, ") and solve it by ", When(solution), ".")
    if update and solution and update < solution:
        return ours("We write again by ", When(update), " and solve it by ", When(solution), ".")
    if solution:
        return ours("We solve it by ", When(solution), ".")
    return ours(f"We are waiting for {waits_for(ticket)}.") if ticket.pending else ()


def _each(late: Mapping[str, datetime]) -> Iterator[str | When]:
    """`a first answer by 10:17 (25 min ago) and a solution by 14:00 (1 min ago)`."""
    for n, (what, at) in enumerate(late.items()):
        yield from (f"{' and ' if n else ''}{what} by ", When(at), " (", When(at, Style.LEFT), ")")


def _needed(ticket: Ticket) -> Text:
    """What its requester was asked for, and what to do."""
    asked = reason(ticket, "asked")
    what = (Own("We need from you: "), f"“{short(asked)}”", Own(" ")) if asked else ours("We need something from you. ")
    return text(*what, Own("Write it here, and we go on; until then the time we promised waits."))


def waits_for(ticket: Ticket) -> str:
    return " and ".join(cause.whom for cause in sorted(ticket.pending)) or "nobody"
