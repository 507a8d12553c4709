"""`/time 17 25m Looked at the switch`: time spent on a ticket; with a minus, taken back."""

from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, Field

from desk.cards import Card, span_of
from desk.refusal import DeskError, Why
from desk.tickets import Ticket
from handlers import finding, saving
from handlers.arguments import Arg, Number, Place
from handlers.context import Command, Context, Tx
from handlers.lengths import length
from handlers.pictures import ticket as picture

LONGEST = 24 * 3600  # seconds in one entry: more is more likely a slip than a day's work


class Args(BaseModel):
    number: Number
    spent: Annotated[
        str,
        Arg(Place.FIRST, "How long"),
        Field(max_length=40, description="25m, 1h30 or 0.5h; with a minus to take back"),
    ]
    words: Annotated[str, Arg(Place.TEXT, "What for"), Field(max_length=1000, description="The team reads this")] = ""


def check(tx: Tx, ctx: Context, args: Args) -> None:
    _spent(finding.ticket(tx, ctx, args.number, "ticket.work"), args)


def _spent(ticket: Ticket, args: Args) -> int:
    """Seconds to add. Raises DeskError for more than was spent being taken back, or more than a day at once."""
    seconds = length(args.spent, "spent")
    if abs(seconds) > LONGEST:
        raise DeskError(f"{span_of(seconds)} is more than a day. Say it day by day.", field="spent")
    if ticket.spent + seconds < 0:
        there = f"{span_of(ticket.spent)} is there" if ticket.spent else "Nothing is there"
        sentence = f"{there} for {ticket.number}, so {span_of(seconds)} cannot be taken back."
        raise DeskError(sentence, why=Why.CONFLICT, field="spent")
    return seconds


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.work")
    seconds = _spent(ticket, args)
    saved = saving.ticket(tx, ctx, replace(ticket, spent=ticket.spent + seconds))
    did = "spent" if seconds > 0 else "took back"
    what = f": {args.words}" if args.words else ""
    saving.happened(tx, ctx, saved, f"{did} {span_of(seconds)} ({span_of(saved.spent)} in all){what}")
    return picture.for_team(saved, ctx.config, ctx.now)


COMMAND = Command(
    word="time", summary="Say how long you worked on it", group="Work tickets", example="/time 17 25m New cable",
    action="ticket.work", writes=True, args=Args, run=run, check=check, title="How long did it take?", submit="Save",
)  # fmt: skip
