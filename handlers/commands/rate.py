"""`/rate 17 5 So quick`: how the help was, in stars and a word, by whoever asked for it."""

from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, Field

from desk.cards import Button, Card, text
from desk.detail import Own
from desk.refusal import DeskError, Why
from desk.tickets import UNRESOLVED, State, Ticket
from handlers import finding, saving
from handlers.arguments import Arg, Number, Pick, Place
from handlers.context import Command, Context, Tx
from handlers.pictures import name

WORDS = ("1 ★ not at all well", "2 ★ not well", "3 ★ all right", "4 ★ well", "5 ★ very well")


def _stars(_tx: Tx, _ctx: Context, _typed: str) -> list[tuple[str, str]]:
    return [(str(count), label) for count, label in enumerate(WORDS, 1)]


class Args(BaseModel):
    number: Number
    stars: Annotated[int, Arg(Place.FIRST, "How was it?"), Pick(_stars), Field(ge=1, le=5)]
    words: Annotated[str, Arg(Place.TEXT, "A word about it", long=True), Field(max_length=1000)] = ""


def check(tx: Tx, ctx: Context, args: Args) -> None:
    _rated(ctx, finding.ticket(tx, ctx, args.number, "ticket.see"))


def _rated(ctx: Context, ticket: Ticket) -> None:
    if ctx.person.id != ticket.requester:
        raise DeskError(f"Only {name(ctx.config, ticket.requester)}, who asked, can say how it was.", why=Why.FORBIDDEN)
    if ticket.state in UNRESOLVED or ticket.state is State.MERGED:
        sentence = f"{ticket.number} is {ticket.state}. How it was is asked when it is solved."
        raise DeskError(sentence, why=Why.CONFLICT)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    """Said again, the newest counts."""
    ticket = finding.ticket(tx, ctx, args.number, "ticket.see")
    _rated(ctx, ticket)
    saved = saving.ticket(tx, ctx, replace(ticket, stars=args.stars))
    said = f"{args.stars} of 5 stars" + (f": {args.words}" if args.words else "")
    saving.happened(tx, ctx, saved, said, public=True)
    more = (("number", str(args.number)), ("stars", str(args.stars)), ("ask", "yes"))
    buttons = () if args.words else (Button(Own("Add a word…"), "rate", more),)
    lines = (text(f"{args.stars} of 5 for {args.number}. The team reads it, and so do its managers."),)
    return Card(f"rate/{args.number}", "Thank you", lines=lines, buttons=buttons)


COMMAND = Command(
    word="rate", summary="Say how the help was", group="Get help", example="/rate 17 5", action="ticket.open",
    writes=True, args=Args, run=run, check=check, title="How was it?", submit="Send",
)  # fmt: skip
