"""`/confirm 17`: its requester says that it is solved, and it closes at once."""

from pydantic import BaseModel

from desk import tickets
from desk.cards import Card
from desk.refusal import DeskError, Why
from desk.tickets import Ticket
from handlers import finding, rating, saving
from handlers.arguments import Number
from handlers.context import Command, Context, Tx
from handlers.pictures import name
from handlers.pictures import ticket as picture


class Args(BaseModel):
    number: Number


def check(tx: Tx, ctx: Context, args: Args) -> None:
    _confirmed(ctx, finding.ticket(tx, ctx, args.number, "ticket.write"))


def _confirmed(ctx: Context, ticket: Ticket) -> Ticket:
    if ctx.person.id != ticket.requester:
        whose = name(ctx.config, ticket.requester)
        sentence = f"Only {whose}, who asked, can say so. Without an answer {ticket.number} closes by itself."
        raise DeskError(sentence, why=Why.FORBIDDEN)
    return tickets.closed(ticket, ctx.at)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.write")
    saved = saving.ticket(tx, ctx, _confirmed(ctx, ticket))
    saving.happened(tx, ctx, saved, "says that it is solved", public=True)
    saving.note_audit(tx, ctx, "ticket.closed", picture.key(saved.number), saved.client)
    rating.ask(tx, ctx, saved)
    return picture.for_requester(saved, ctx.config, ctx.now)


COMMAND = Command(
    word="confirm", summary="It is solved, thanks", group="Get help", example="/confirm 17", action="ticket.open",
    writes=True, args=Args, run=run, check=check, title="Which one is solved?", submit="Solved, thanks",
)  # fmt: skip
