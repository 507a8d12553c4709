"""`/resolve 17 Certificate renewed`: it is solved, and this is how."""

from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, Field

from desk import tickets
from desk.cards import Card
from handlers import finding, promises, saving
from handlers.arguments import Arg, Number, Place
from handlers.context import Command, Context, Tx
from handlers.pictures import ticket as picture


class Args(BaseModel):
    number: Number
    words: Annotated[str, Arg(Place.TEXT, "How it was solved", long=True), Field(min_length=3, max_length=2000)]


def check(tx: Tx, ctx: Context, args: Args) -> None:
    tickets.resolved(finding.ticket(tx, ctx, args.number, "ticket.write"), ctx.person.id, args.words, ctx.at)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.write")
    done = tickets.resolved(ticket, ctx.person.id, args.words, ctx.at)
    waiting_over = promises.resumed(done, ticket.pending, ctx.at)
    saved = saving.ticket(tx, ctx, promises.solved(replace(waiting_over, last_message=""), ctx.config, ctx.at))
    saving.happened(tx, ctx, saved, f"solved: {args.words}", public=True)
    if ctx.person.id == saved.requester:
        return picture.for_requester(saved, ctx.config)
    return picture.for_team(saved, ctx.config, ctx.now)


COMMAND = Command(
    word="resolve", summary="Say that it is solved, and how", group="Work tickets",
    example="/resolve 17 Renewed the certificate", action="ticket.open", writes=True, args=Args, run=run, check=check,
    title="How was it solved?", submit="Resolve",
)  # fmt: skip
