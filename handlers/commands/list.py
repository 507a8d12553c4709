"""`/list`: what is mine to know about, what is due first at the top."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel

from desk.alerts import Alert
from desk.cards import Button, Card, Text, When, text
from desk.detail import Own, Subject, ours
from desk.people import may, oversees
from desk.sla import Metric
from desk.tickets import UNRESOLVED, State, Ticket
from handlers import finding, promises
from handlers.arguments import Arg, Place
from handlers.context import Command, Context, Tx
from handlers.pictures import alert_row, name, short
from handlers.pictures.ticket import SYMBOLS

MOST = 25
ALERTS = 1000  # of which the worst are found


class Args(BaseModel):
    what: Annotated[Literal["mine", "team"] | None, Arg(Place.FIRST, "Which")] = None


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    staff = finding.is_inside(ctx)
    what = args.what or ("team" if staff else "mine")
    found = _mine(tx, ctx) if what == "mine" or not staff else _team(tx, ctx)
    shown = by_due(ctx, found)[:MOST]
    alerts = open_alerts(tx, ctx) if staff else []
    rows: list[tuple[Text, ...]] = [alert_row.row(a, ctx.config) for a in alerts[:MOST]]
    rows += [row_of(ctx, ticket, staff=staff) for ticket in shown]
    ringing = f", {alert_row.counts(alerts, ALERTS)}" if staff else ""
    lines = [ours(f"{len(shown)} of {len(found)} tickets{ringing}")]
    if not rows:
        lines = [ours("Nothing waits." if staff else "You have no open tickets. Write what you need, and I open one.")]
    buttons = [*alert_row.buttons(alerts[:5], ctx.person)]
    buttons += [Button(f"Show {t.number}", "show", (("number", str(t.number)),)) for t in shown]
    return Card("list", _title(ctx, what), lines=tuple(lines), table=tuple(rows), buttons=tuple(buttons[:5]))


def open_alerts(tx: Tx, ctx: Context) -> list[Alert]:
    """Those that this person may see, what needs somebody most first."""
    return alert_row.ordered(a for a in tx.alerts(limit=ALERTS) if may(ctx.person, "alert.see", a.client))


def _title(ctx: Context, what: str) -> str:
    """Whoever oversees a client reads all of its tickets among their own."""
    whole = [ctx.config.clients[c].name for c in finding.clients_of(ctx) if oversees(ctx.person, c)]
    if what != "mine":
        return Own("Open work")
    return f"All tickets of {' and '.join(whole)}" if whole else Own("Your tickets")


def _mine(tx: Tx, ctx: Context) -> list[Ticket]:
    own = finding.theirs(tx, ctx, (*UNRESOLVED, State.RESOLVED))
    given = finding.every(tx, assignee=ctx.person.id, states=tuple(UNRESOLVED))
    return list({t.number: t for t in (*own, *given)}.values())


def _team(tx: Tx, ctx: Context) -> list[Ticket]:
    waiting = finding.every(tx, states=tuple(UNRESOLVED))
    return [t for t in waiting if may(ctx.person, "ticket.see", t.client)]


def by_due(ctx: Context, found: Iterable[Ticket]) -> list[Ticket]:
    """What is due first comes first; what waits for somebody else comes last."""
    return sorted(found, key=lambda t: (_due(ctx, t) is None, _due(ctx, t) or t.opened_at, t.number))


def _due(ctx: Context, ticket: Ticket) -> datetime | None:
    dues = [promises.due_at(ticket, ctx.config, metric) for metric in Metric]
    return min((d for d in dues if d), default=None)


def row_of(ctx: Context, ticket: Ticket, *, staff: bool) -> tuple[Text, ...]:
    """One ticket in a table."""
    due = _due(ctx, ticket)
    when = ours("due ", When(due)) if due else ours("nothing due")
    whose = f" · {ctx.config.clients[ticket.client].name} · {name(ctx.config, ticket.assignee)}" if staff else ""
    row = (ours(str(ticket.number)), text(Subject(short(ticket.subject, 60))), ours(SYMBOLS[ticket.state]), when)
    return (*row, text(Own(ticket.priority), whose)) if staff else row


COMMAND = Command(
    word="list", summary="Tickets and alerts that wait", group="Get help", example="/list",
    action="ticket.open", writes=False, args=Args, run=run,
)  # fmt: skip
