"""`/unassign 17`: nobody has it, and anybody may take it."""

from pydantic import BaseModel

from desk import tickets
from desk.cards import Card
from desk.refusal import DeskError, Why
from desk.tickets import Ticket
from handlers import finding, saving
from handlers.arguments import Number
from handlers.context import Command, Context, Tx
from handlers.pictures import name
from handlers.pictures import ticket as picture


class Args(BaseModel):
    number: Number


def check(tx: Tx, ctx: Context, args: Args) -> None:
    _freed(finding.ticket(tx, ctx, args.number, "ticket.work"))


def _freed(ticket: Ticket) -> Ticket:
    free = tickets.assigned(ticket, None)
    if ticket.assignee is None:
        raise DeskError(f"Nobody has {ticket.number}. `/claim {ticket.number}` takes it.", why=Why.CONFLICT)
    return free


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.work")
    whose = "it" if ticket.assignee == ctx.person.id else f"it, which {name(ctx.config, ticket.assignee)} had,"
    saved = saving.ticket(tx, ctx, tickets.touched_by_staff(_freed(ticket), ctx.at))
    saving.happened(tx, ctx, saved, f"gave {whose} back to the team")
    return picture.for_team(saved, ctx.config, ctx.now)


COMMAND = Command(
    word="unassign", summary="Give a ticket back: nobody has it", group="Work tickets", example="/unassign 17",
    action="ticket.work", writes=True, args=Args, run=run, check=check, title="Which ticket?", submit="Give back",
)  # fmt: skip
