"""`/reopen 17`: it is not solved after all."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk import tickets
from desk.cards import Card
from desk.watchers import asks
from handlers import finding, following, promises, saving
from handlers.arguments import Arg, Number, Place
from handlers.context import Command, Context, Tx


class Args(BaseModel):
    number: Number
    words: Annotated[str, Arg(Place.TEXT, "What is still wrong", long=True), Field(max_length=2000)] = ""


def check(tx: Tx, ctx: Context, args: Args) -> None:
    tickets.reopened(finding.ticket(tx, ctx, args.number, "ticket.write"))


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.write")
    again = promises.reopened(tickets.reopened(ticket), ctx.config, ctx.at)
    own = asks(ctx.person, ticket)
    saved = saving.ticket(tx, ctx, promises.written(again, ctx.config, ctx.at) if own else again)
    saving.happened(tx, ctx, saved, f"reopened it. {args.words}".strip(), public=own, what="reopened")
    if not own:
        saving.to_requester(tx, ctx, saved, "This is open again; we are looking at it.")
    return following.answer(ctx, saved)


COMMAND = Command(
    word="reopen", summary="It is not solved after all", group="Get help", example="/reopen 17 It drops again",
    action="ticket.open", writes=True, args=Args, run=run, check=check, title="What is still wrong?", submit="Reopen",
)  # fmt: skip
