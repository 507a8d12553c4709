"""`/escalate 17 The whole office is down`: tell the next people on the client's path."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk import tickets
from desk.cards import Card
from desk.refusal import DeskError, Why
from desk.watchers import asks
from handlers import finding, saving
from handlers.arguments import Arg, Number, Place
from handlers.context import Command, Context, Tx
from handlers.paging import tell_step
from handlers.pictures import name
from handlers.pictures import ticket as picture


class Args(BaseModel):
    number: Number
    reason: Annotated[str, Arg(Place.TEXT, "Why it cannot wait", long=True), Field(min_length=3, max_length=1000)]


def check(tx: Tx, ctx: Context, args: Args) -> None:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.escalate")
    tickets.escalated(ticket)
    if ticket.level >= len(ctx.config.paths[ctx.config.clients[ticket.client].path].steps):
        sentence = f"Everybody on the path was told about {ticket.number} already. `/reply {ticket.number}` adds to it."
        raise DeskError(sentence, why=Why.CONFLICT)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.escalate")
    own = asks(ctx.person, ticket)
    saved = saving.ticket(tx, ctx, tickets.escalated(ticket if own else tickets.touched_by_staff(ticket, ctx.at)))
    told = tell_step(tx, ctx, saved, saved.level - 1, f"escalated: {args.reason}")
    saving.happened(tx, ctx, saved, f"escalated it ({told or 'nobody'} told): {args.reason}")
    heard = f"{name(ctx.config, ctx.person.id)} said that it cannot wait: {args.reason}. " if own else ""
    saving.to_requester(tx, ctx, saved, f"{heard}The next people were told.")
    return picture.for_reader(saved, ctx.person.id, ctx.config, ctx.now)


COMMAND = Command(
    word="escalate", summary="It cannot wait: tell the next people", group="Get help",
    example="/escalate 17 Nobody in the office can work", action="ticket.open", writes=True, args=Args, run=run,
    check=check, title="What makes it urgent?", submit="Escalate",
)  # fmt: skip
