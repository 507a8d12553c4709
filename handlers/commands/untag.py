"""`/untag 17 printer`: take a tag off."""

from pydantic import BaseModel

from desk import tags
from desk.cards import Card
from handlers import finding, saving
from handlers.arguments import Number
from handlers.commands.tag import Tags
from handlers.context import Command, Context, Tx
from handlers.pictures import ticket as picture


class Args(BaseModel):
    number: Number
    tags: Tags


def check(tx: Tx, ctx: Context, args: Args) -> None:
    tags.untagged(finding.ticket(tx, ctx, args.number, "ticket.work"), tags.read(args.tags))


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    named = tags.read(args.tags)
    ticket = finding.ticket(tx, ctx, args.number, "ticket.work")
    saved = saving.ticket(tx, ctx, tags.untagged(ticket, named))
    saving.happened(tx, ctx, saved, f"took {', '.join(named)} off its tags")
    return picture.for_team(saved, ctx.config, ctx.now)


COMMAND = Command(
    word="untag", summary="Take tags off a ticket", group="Work tickets", example="/untag 17 printer",
    action="ticket.work", writes=True, args=Args, run=run, check=check, title="Which tags?", submit="Take off",
)  # fmt: skip
