"""`/claim 17`: I take it."""

from pydantic import BaseModel

from desk import tickets
from desk.cards import Card
from desk.refusal import DeskError, Why
from desk.tickets import State, Ticket
from handlers import breaching, finding, merging, saving
from handlers.arguments import Number
from handlers.context import Command, Context, Tx
from handlers.pictures import name
from handlers.pictures import ticket as picture


class Args(BaseModel):
    number: Number


def check(tx: Tx, ctx: Context, args: Args) -> None:
    _claimed(tx, ctx, finding.ticket(tx, ctx, args.number, "ticket.work"))


def _claimed(tx: Tx, ctx: Context, ticket: Ticket) -> Ticket:
    """Two take it at once: who comes second reads who was first, and what would take it over."""
    if ticket.state is State.MERGED:
        lives_on = merging.goes_on(tx, ticket).number
        sentence = f"{ticket.number} was merged into {lives_on} and goes on there. `/claim {lives_on}` takes that one."
        raise DeskError(sentence, why=Why.CONFLICT)
    taken = tickets.assigned(ticket, ctx.person.id)
    if ticket.assignee not in {None, ctx.person.id}:
        whose = name(ctx.config, ticket.assignee)
        sentence = f"{whose} has {ticket.number}. `/assign {ticket.number} me` takes it over."
        raise DeskError(sentence, why=Why.CONFLICT)
    return tickets.touched_by_staff(taken, ctx.at)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.work")
    claimed = _claimed(tx, ctx, ticket)
    if ticket.assignee is None:
        ticket = saving.ticket(tx, ctx, claimed)
        breaching.acknowledge(tx, ctx, ticket)
        saving.happened(tx, ctx, ticket, "took it")
    return picture.for_team(ticket, ctx.config, ctx.now)


COMMAND = Command(
    word="claim", summary="Take a ticket that nobody has", group="Work tickets", example="/claim 17",
    action="ticket.work", writes=True, args=Args, run=run, check=check, title="Which ticket do you take?",
    submit="Take it",
)  # fmt: skip
