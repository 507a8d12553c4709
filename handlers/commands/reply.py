"""`/reply 17 It works again, please check`: words that both the requester and the team see."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk.cards import Card
from desk.tickets import Ticket
from desk.watchers import asks
from handlers import finding, following
from handlers.arguments import Arg, Number, Place
from handlers.context import Command, Context, Tx
from handlers.correspondence import reply
from handlers.said import Said


class Args(BaseModel):
    number: Number
    words: Annotated[str, Arg(Place.TEXT, "Your words", long=True), Field(min_length=1, max_length=4000)]


def check(tx: Tx, ctx: Context, args: Args) -> None:
    _ticket(tx, ctx, args)


def _ticket(tx: Tx, ctx: Context, args: Args) -> Ticket:
    """Those of the client who watch it write to it as its requester does."""
    seen = finding.ticket(tx, ctx, args.number, "ticket.see")
    return seen if asks(ctx.person, seen) else finding.ticket(tx, ctx, args.number, "ticket.write")


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    saved = reply(tx, ctx, _ticket(tx, ctx, args), Said(args.words))
    return following.answer(ctx, saved)


COMMAND = Command(
    word="reply", summary="Write to the requester, or to the team that has your ticket", group="Work tickets",
    example="/reply 17 It drops at noon, too", action="ticket.open", writes=True, args=Args, run=run,
    check=check, title="Reply", submit="Send reply",
)  # fmt: skip
