"""`/tag 17 vpn printer`: words by which staff find it again with `/find tag:vpn`."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk import tags
from desk.cards import Card
from handlers import finding, saving
from handlers.arguments import Arg, Number, Place
from handlers.context import Command, Context, Tx
from handlers.pictures import ticket as picture

Tags = Annotated[str, Arg(Place.TEXT, "Tags"), Field(min_length=1, max_length=400, description="Such as `vpn printer`")]


class Args(BaseModel):
    number: Number
    tags: Tags


def check(tx: Tx, ctx: Context, args: Args) -> None:
    tags.tagged(finding.ticket(tx, ctx, args.number, "ticket.work"), tags.read(args.tags))


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    named = tags.read(args.tags)
    ticket = finding.ticket(tx, ctx, args.number, "ticket.work")
    saved = saving.ticket(tx, ctx, tags.tagged(ticket, named))
    saving.happened(tx, ctx, saved, f"tagged it {', '.join(named)}")
    return picture.for_team(saved, ctx.config, ctx.now)


COMMAND = Command(
    word="tag", summary="Give a ticket words by which the team finds it", group="Work tickets",
    example="/tag 17 vpn printer", action="ticket.work", writes=True, args=Args, run=run, check=check,
    title="Which tags?", submit="Tag it",
)  # fmt: skip
