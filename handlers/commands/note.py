"""`/note 17 Looks like the firewall`: words that only the team sees."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk.alerts import Alert
from desk.cards import Card
from desk.people import may
from desk.refusal import DeskError, Why
from desk.runs import Run
from desk.tickets import Ticket
from handlers import correspondence, finding, homes
from handlers.arguments import Arg, Number, Place
from handlers.context import Command, Context, Tx
from handlers.pictures import alert as alert_picture
from handlers.pictures import run as run_picture
from handlers.pictures import ticket as ticket_picture
from handlers.said import Said


class Args(BaseModel):
    number: Number
    words: Annotated[str, Arg(Place.TEXT, "Your note", long=True), Field(min_length=1, max_length=4000)]


def check(tx: Tx, ctx: Context, args: Args) -> None:
    _of(tx, ctx, args.number)


def run(tx: Tx, ctx: Context, args: Args) -> Card | None:
    of = _of(tx, ctx, args.number)
    if isinstance(of, Ticket) and homes.at_home(ctx, of) and ctx.where.message:
        raise DeskError(
            "Everybody in this channel can read that line, so it is no note. Delete it, and write notes in the team's"
            " thread.", why=Why.CONFLICT,
        )  # fmt: skip
    return correspondence.note(tx, ctx, of, Said(args.words), _key(of), here=False)


def _of(tx: Tx, ctx: Context, number: int) -> Ticket | Alert | Run:
    """What the number means, to somebody who works there: its own requester is no part of the team."""
    found = tx.alert(number) or tx.run(number)
    if found and may(ctx.person, "alert.see", found.client):
        return found
    ticket = finding.ticket(tx, ctx, number, "ticket.see")
    if not may(ctx.person, "ticket.see", ticket.client):
        raise DeskError(f"Notes are the team's. `/reply {number}` reaches them.", why=Why.FORBIDDEN)
    return ticket


def _key(of: Ticket | Alert | Run) -> str:
    if isinstance(of, Ticket):
        return ticket_picture.key(of.number)
    return alert_picture.key(of.number) if isinstance(of, Alert) else run_picture.key(of.number)


COMMAND = Command(
    word="note", summary="Write to the team alone", group="Work tickets", example="/note 17 Looks like the firewall",
    action="ticket.see", writes=True, args=Args, run=run, check=check, title="Note", submit="Keep note",
)  # fmt: skip
