"""One team goes and another comes: what is open is said to both, with when it is due."""

from datetime import UTC, datetime, timedelta

from desk import coverage
from desk.cards import Button, Card, Post, Text, When, span_of, text
from desk.tickets import UNRESOLVED, Ticket
from handlers import finding, promises
from handlers.context import Context, Tx
from handlers.pictures import name, short
from handlers.records import Deadline

GRACE = timedelta(minutes=1)  # within it, a hand-over is on time
MOMENT = timedelta(seconds=1)
FAR = datetime.max.replace(tzinfo=UTC)
MOST = 25  # tickets that one card names


def arm(tx: Tx, ctx: Context) -> None:
    """Set the alarm for each coverage's next hand-over. One that is due and has not rung is said first."""
    for id_, covers in ctx.config.coverage.items():
        subject = f"coverage/{id_}"
        if not tx.due(subject, "handover", ctx.now):
            tx.deadline(subject, "handover", coverage.next_change(covers, ctx.config.calendars, ctx.now))


def run(tx: Tx, ctx: Context, due: Deadline) -> None:
    """A card for each client in its team's channel; no client reads about another."""
    id_ = due.subject.removeprefix("coverage/")
    covers = ctx.config.coverage.get(id_)
    if covers is None:
        return
    comes = coverage.owner(covers, ctx.config.calendars, ctx.now)
    goes = coverage.owner(covers, ctx.config.calendars, due.due_at - MOMENT)
    until = coverage.next_change(covers, ctx.config.calendars, ctx.now)
    for client in ctx.config.clients.values():
        if client.coverage == id_ and comes != goes:
            card = _card(tx, ctx, client.id, f"{goes} → {comes}{_late(ctx, due)}", until)
            tx.post(Post(f"{card.key}/{due.due_at:%Y%m%dT%H%M%SZ}", client.team_channel, client.id, card))
    tx.deadline(due.subject, "handover", until)


def _late(ctx: Context, due: Deadline) -> str:
    by = ctx.now - due.due_at
    return f" (said {span_of(by.total_seconds())} late)" if by > GRACE else ""


def _card(tx: Tx, ctx: Context, client: str, turn: str, until: datetime | None) -> Card:
    tickets = finding.every(tx, client=client, states=tuple(UNRESOLVED))
    tickets.sort(key=lambda ticket: (promises.soonest(ticket, ctx.config) or FAR, ticket.number))
    nobody = sum(ticket.assignee is None for ticket in tickets)
    lines = [text(f"{len(tickets)} open, {nobody} with nobody on them")]
    lines += [text("Until ", When(until), ".")] if until else []
    lines += [text(f"The {MOST} that are due first are named; `/list` has the others.")] if len(tickets) > MOST else []
    rows = tuple(_row(ctx, ticket) for ticket in tickets[:MOST])
    buttons = tuple(Button(f"Show {t.number}", "show", (("number", str(t.number)),)) for t in tickets[:5])
    title = f"{ctx.config.clients[client].name}: hand-over {turn}"
    return Card(f"handover/{client}", title, lines=tuple(lines), table=rows, buttons=buttons)


def _row(ctx: Context, ticket: Ticket) -> tuple[Text, ...]:
    due = promises.soonest(ticket, ctx.config)
    when = text("due ", When(due)) if due else text("paused" if ticket.pending else "nothing due")
    has = f"{name(ctx.config, ticket.assignee)} has it" if ticket.assignee else "nobody has it"
    return text(f"{ticket.number} · {ticket.priority}"), text(short(ticket.subject, 80)), when, text(has)
