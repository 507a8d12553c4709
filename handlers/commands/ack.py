"""`/ack 42`: I have it; nobody else needs to be told. Of an alert, or of a ticket whose promise is broken."""

from pydantic import BaseModel

from desk.alerts import AlertState
from desk.cards import Card
from desk.people import may
from desk.refusal import DeskError, Why
from desk.tickets import Item, Ticket
from handlers import acknowledging, breaching, finding, saving, surroundings
from handlers.arguments import Number
from handlers.context import Command, Context, Tx
from handlers.pictures import alert as picture
from handlers.pictures import name
from handlers.pictures import ticket as ticket_picture


class Args(BaseModel):
    number: Number


def check(tx: Tx, ctx: Context, args: Args) -> None:
    if _late(tx, ctx, args.number):
        return
    alert = finding.alert(tx, ctx, args.number, "alert.work")
    if alert.state is AlertState.CLEARED:
        raise DeskError(f"{alert.number} is up again; there is nothing left to acknowledge.", why=Why.CONFLICT)
    if alert.acked_by in ctx.config.people and alert.acked_by != ctx.person.id:  # what a hook says it has, one may take
        whose = name(ctx.config, alert.acked_by)
        sentence = f"{whose} has {alert.number} already. Write in its thread to help, or `/handover {alert.number} me`."
        raise DeskError(sentence, why=Why.CONFLICT)


def _late(tx: Tx, ctx: Context, number: int) -> Ticket | None:
    """The ticket, if a promise of it is broken and the person may work it."""
    ticket = tx.ticket(number)
    mine = ticket is not None and may(ctx.person, "ticket.work", ticket.client)
    return ticket if mine and tx.breaches(number) else None


def _acknowledge(tx: Tx, ctx: Context, ticket: Ticket) -> Card:
    if breaching.acknowledge(tx, ctx, ticket):
        saving.happened(tx, ctx, ticket, "has it: nobody else is told that its promise is late")
    return ticket_picture.for_team(ticket, ctx.config, ctx.now)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    late = _late(tx, ctx, args.number)
    if late:
        return _acknowledge(tx, ctx, late)
    alert = finding.alert(tx, ctx, args.number, "alert.work")
    if alert.acked_by == ctx.person.id:
        held = acknowledging.sign(tx, ctx, alert)
        return surroundings.card(tx, ctx, held)
    saved = acknowledging.take(tx, ctx, alert, ctx.person.id)
    saving.on_alert(tx, ctx, saved, Item.CHANGE, "acknowledged it")
    saving.note_audit(tx, ctx, "alert.acknowledged", picture.key(saved.number), saved.client)
    return surroundings.card(tx, ctx, saved)


COMMAND = Command(
    word="ack", summary="Take an alert; nobody else is called", group="Work alerts", example="/ack 42",
    action="alert.work", writes=True, args=Args, run=run, check=check, title="Which alert do you have?",
    submit="Acknowledge",
)  # fmt: skip
