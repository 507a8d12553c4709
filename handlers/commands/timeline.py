"""`/timeline 12`: what happened, in order, as Markdown to paste into a review."""

from pydantic import BaseModel

from desk.cards import Card, text
from handlers import retelling
from handlers.arguments import Number
from handlers.context import Command, Context, Tx


class Args(BaseModel):
    number: Number


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    found = retelling.timeline(tx, ctx, args.number)
    return Card(f"timeline/{args.number}", f"Timeline of {args.number}", lines=tuple(text(line) for line in found))


COMMAND = Command(
    word="timeline", summary="What happened to an alert or a ticket, as Markdown", group="Work alerts",
    example="/timeline 42", action="alert.see", writes=False, args=Args, run=run, title="Which number?", submit="Show",
)  # fmt: skip
