"""`/escalate 17 The whole office is down`: tell the next people on the client's path."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk import tickets
from desk.cards import Card, When, say_when
from desk.refusal import DeskError, Why
from desk.tickets import Item, State, Ticket
from desk.watchers import asks
from handlers import finding, following, saving
from handlers.arguments import Arg, Number, Place
from handlers.context import Command, Context, Tx
from handlers.paging import tell_step
from handlers.pictures import name

STORY = 500  # entries that are looked through for what has changed


class Args(BaseModel):
    number: Number
    reason: Annotated[str, Arg(Place.TEXT, "Why it cannot wait", long=True), Field(min_length=3, max_length=1000)]


def check(tx: Tx, ctx: Context, args: Args) -> None:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.escalate")
    tickets.escalated(ticket)
    if ticket.level >= len(ctx.config.paths[ctx.config.clients[ticket.client].path].steps):
        sentence = f"Everybody on the path was told about {ticket.number} already. `/reply {ticket.number}` adds to it."
        raise DeskError(sentence, why=Why.CONFLICT)
    _not_twice(tx, ctx, ticket)


def _not_twice(tx: Tx, ctx: Context, ticket: Ticket) -> None:
    """Whoever said so already, and nothing has changed since: those who were told have it from them."""
    said, story = tx.said(ticket.number, _key(ctx, ticket)), tx.timeline(ticket.number, limit=STORY)
    if not said or any(entry.item is Item.CHANGE and entry.at > said[-1].at for entry in story):
        return
    did = "escalated it, and the next people were told" if asks(ctx.person, ticket) else said[-1].words.rstrip(".")
    adds = f"Nothing has changed since, so nobody is told again. `/reply {ticket.number}` adds to it."
    at = say_when(When(said[-1].at), ctx.person.zone, ctx.now)
    raise DeskError(f"At {at} you {did}. {adds}", why=Why.CONFLICT)


def _key(ctx: Context, ticket: Ticket) -> str:
    """Of what somebody says once in a state. A new one is open once staff have escalated it."""
    return f"escalated/{ctx.person.id}/{State.OPEN if ticket.state is State.NEW else ticket.state}"


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.escalate")
    own = asks(ctx.person, ticket)
    saved = saving.ticket(tx, ctx, tickets.escalated(ticket if own else tickets.touched_by_staff(ticket, ctx.at)))
    told = tell_step(tx, ctx, saved, saved.level - 1, f"escalated: {args.reason}")
    words = f"escalated it ({told or 'nobody'} told): {args.reason}"
    saving.happened(tx, ctx, saved, words, message=_key(ctx, saved))
    heard = f"{name(ctx.config, ctx.person.id)} said that it cannot wait: {args.reason}. " if own else ""
    saving.to_requester(tx, ctx, saved, f"{heard}The next people were told.")
    return following.answer(ctx, saved)


COMMAND = Command(
    word="escalate", summary="It cannot wait: tell the next people", group="Get help",
    example="/escalate 17 Nobody in the office can work", action="ticket.open", writes=True, args=Args, run=run,
    check=check, title="What makes it urgent?", submit="Escalate",
)  # fmt: skip
