"""`/why 17`: why it is due then; `/why 42`: why it rang and whom it called; `/why not me 42`: why not me."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel

from desk import coverage, sla
from desk.cards import Card, Field, Text, When, span_of, text
from desk.clocks import each_latest
from desk.detail import Own, ours
from desk.people import may
from desk.sla import Clock, counted
from desk.tickets import Ticket
from desk.why import Explanation, Kind, Row, why
from handlers import finding, promises, telling_why
from handlers.arguments import Arg, Number, Place
from handlers.context import Command, Context, Tx
from handlers.pictures.ticket import LABELS

WORDS = {
    Kind.COUNTED: "counted", Kind.OVER: "over by", Kind.CLOSED: "closed", Kind.HOLIDAY: "holiday",
    Kind.PAUSED: "paused", Kind.STOPPED: "stopped", Kind.CHANGED: "changed", Kind.CLOCKS: "clocks moved",
}  # fmt: skip
MOMENT = timedelta(seconds=1)  # a hold that is shorter explains nothing
MOST = 40  # rows of one clock that a card shows
MOST_EARLIER = 10


class Not(StrEnum):
    NOT = "not"


class Me(StrEnum):
    ME = "me"


class Args(BaseModel):
    without: Annotated[Not | None, Arg(Place.FIRST, "Not", hidden=True)] = None
    whom: Annotated[Me | None, Arg(Place.FIRST, "Me", hidden=True)] = None
    number: Number


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    alert = tx.alert(args.number)
    if alert and may(ctx.person, "alert.see", alert.client):
        return telling_why.not_told(tx, ctx, alert) if args.without or args.whom else telling_why.rang(tx, ctx, alert)
    return _why_ticket(ctx, finding.ticket(tx, ctx, args.number, "ticket.see"))


def _why_ticket(ctx: Context, ticket: Ticket) -> Card:
    """Each promise in one sentence, then the counted time that adds up to its target. Of a promise that was made again
    and again, the last time is explained and how the earlier ones ended is told.
    """
    fields: list[Field] = []
    rows: list[tuple[Text, ...]] = []
    for clock in each_latest(ticket.clocks):
        told = why(clock, promises.calendar(ctx.config, ticket), ctx.now)
        fields.append(Field(LABELS[clock.metric], _sentence(told, ticket)))
        rows += _earlier(ctx, ticket, clock)
        begin = ours("from ", When(clock.started_at))
        rows.append((ours(LABELS[clock.metric]), begin, ours(ticket.priority), ours("")))
        lasting = [row for row in told.rows if row.kind is not Kind.PAUSED or row.end - row.start > MOMENT]
        rows += [_row(row) for row in lasting[:MOST]]
        left_out = len(lasting) - MOST
        rows += [(ours(f"… {left_out} more rows"), ours(""), ours(""), ours(""))] if left_out > 0 else []
        over = sum(row.seconds for row in told.rows if row.kind is Kind.OVER)
        of = f"of {span_of(told.target)}" + (f", and {span_of(over)} over" if over else "")
        rows.append((ours("="), ours(span_of(told.total)), ours(of), ours(told.verdict)))
        rows += _owners(ctx, ticket, clock)
    calendar = ctx.config.clients[ticket.client].contract.calendar
    named = f" “{calendar}”" if may(ctx.person, "ticket.see", ticket.client) else ""
    lines = (ours(f"Time counts in the opening hours{named} ({promises.zone(ctx.config, ticket.client)})."),)
    title = Own(f"Why is {ticket.number} due then?")
    return Card(f"why/{ticket.number}", title, number=None, lines=lines, fields=tuple(fields), table=tuple(rows))


def _earlier(ctx: Context, ticket: Ticket, last: Clock) -> list[tuple[Text, ...]]:
    """How the same promise ended before, oldest first."""
    hours, found = promises.calendar(ctx.config, ticket), []
    for clock in ticket.clocks:
        if clock.metric is last.metric and clock is not last and clock.met_at:
            used = f"{span_of(sla.elapsed(clock, hours, clock.met_at))} of {span_of(clock.target)}"
            ended = ours(When(clock.started_at), " – ", When(clock.met_at))
            found.append((ours(LABELS[clock.metric]), ended, ours(used), ours(sla.verdict(clock, hours, ctx.now))))
    left_out = len(found) - MOST_EARLIER
    more = [(ours(f"… {left_out} before"), ours(""), ours(""), ours(""))] if left_out > 0 else []
    return [*more, *found[-MOST_EARLIER:]]


def _owners(ctx: Context, ticket: Ticket, clock: Clock) -> list[tuple[Text, ...]]:
    """Whose the counted time was, where teams take turns: together it is all of it."""
    covers = ctx.config.coverage.get(ctx.config.clients[ticket.client].coverage)
    if covers is None or not may(ctx.person, "ticket.see", ticket.client):
        return []
    spans = counted(clock, promises.calendar(ctx.config, ticket), min(ctx.now, clock.met_at or ctx.now))
    whose = coverage.shares(covers, ctx.config.calendars, spans)
    return [(ours("of which"), ours(team), ours(span_of(seconds)), ours("")) for team, seconds in whose.items()]


def _sentence(told: Explanation, ticket: Ticket) -> Text:
    target = f"{span_of(told.target)} for {ticket.priority}"
    if told.due_at is None:
        return ours(f"{target}; {span_of(told.total)} used, and the clock is paused, so no time is set.")
    return ours(f"{target}: due ", When(told.due_at), f" · {told.verdict}")


def _row(row: Row) -> tuple[Text, ...]:
    if row.start == row.end:
        return (ours(When(row.start)), ours(WORDS[row.kind]), ours(""), text(row.note))
    seconds = row.seconds if row.kind in {Kind.COUNTED, Kind.OVER} else (row.end - row.start).total_seconds()
    return (ours(When(row.start), " – ", When(row.end)), ours(WORDS[row.kind]), ours(span_of(seconds)), text(row.note))


COMMAND = Command(
    word="why", summary="Why it is due then, or why it rang", group="Ask for numbers", example="/why 17",
    action="ticket.open", writes=False, args=Args, run=run, title="Which number?", submit="Explain",
)  # fmt: skip
