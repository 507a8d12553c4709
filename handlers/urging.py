"""A requester says that it got urgent. The team decides with one press: no promise moves by a requester's word."""

from dataclasses import replace

from config.loaded import dm
from desk.cards import Button, Card, text
from desk.detail import Own
from desk.priorities import Impact, Urgency, in_words
from desk.tickets import Item, Priority, Ticket
from handlers import saving
from handlers.context import Context, Tx
from handlers.pictures import name
from handlers.pictures import ticket as picture


def asked(
    tx: Tx, ctx: Context, ticket: Ticket, wanted: Priority, impact: Impact, urgency: Urgency, words: str
) -> Card:
    """Asks the team, and whoever has it, where it would be more urgent than it is; it is on the record in any case."""
    says = f"{in_words(impact, urgency)}. {words}".strip()
    saving.tell(tx, ctx, ticket, Item.CHANGE, f"says that it got urgent: {says}", public=True)
    saving.note_audit(tx, ctx, "ticket.urged", picture.key(ticket.number), ticket.client, wanted=str(wanted))
    higher = wanted < ticket.priority
    number = ("number", str(ticket.number))
    raise_it = Button(f"Make it {wanted}", "priority", (number, ("impact", impact), ("urgency", urgency)), primary=True)
    buttons = (raise_it, Button(Own("Reply…"), "reply", (number,)))
    said = text(f"{name(ctx.config, ctx.person.id)} says that it got urgent: {says} It is {ticket.priority} now.")
    team = ctx.config.clients[ticket.client].team_channel
    line = saving.line(ticket, picture.key(ticket.number), team, said)
    asks = replace(line, buttons=buttons, urgent=True, under=None)  # not in a thread, where a question is overlooked
    tx.post(asks if higher else line)
    if higher and ticket.assignee and ticket.assignee in ctx.config.people:
        tx.post(replace(asks, destination=dm(ticket.assignee)))
    return _answer(ticket, higher=higher)


def _answer(ticket: Ticket, *, higher: bool) -> Card:
    told = "The team was asked, and decides. Your ticket shows the times we promise."
    same = "The team reads this. Your ticket is treated as that urgent already."
    cannot_wait = Button(Own("It cannot wait…"), "escalate", (("number", str(ticket.number)),))
    return Card(
        f"urged/{ticket.number}", "The team knows", number=ticket.number, lines=(text(told if higher else same),),
        buttons=(cannot_wait,),
    )  # fmt: skip
