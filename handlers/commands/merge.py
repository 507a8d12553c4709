"""`/merge 17 into 12`: both are about the same thing, and 12 goes on."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from desk import links
from desk.cards import Button, Card, text
from desk.detail import Own
from desk.tickets import Ticket
from handlers import finding, merging
from handlers.arguments import Arg, Number, Place
from handlers.context import Command, Context, Tx
from handlers.pictures import name
from handlers.pictures import ticket as picture


class Args(BaseModel):
    number: Number
    into: Annotated[
        int,
        Arg(Place.FIRST, "Into which", lead=("into", "with")),
        Field(ge=1, le=10**12, description="The ticket that goes on"),
    ]
    sure: Annotated[Literal["no", "yes"], Arg(hidden=True), Field(description="yes: without asking first")] = "no"


def check(tx: Tx, ctx: Context, args: Args) -> None:
    _both(tx, ctx, args)


def _both(tx: Tx, ctx: Context, args: Args) -> tuple[Ticket, Ticket]:
    child = finding.ticket(tx, ctx, args.number, "ticket.work")
    parent = finding.ticket(tx, ctx, args.into, "ticket.work")
    links.check_merge(child, parent)
    return child, parent


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    """It cannot be taken back, so it is asked first what will happen."""
    child, parent = _both(tx, ctx, args)
    if args.sure == "no":
        return _question(ctx, child, parent)
    _, grown = merging.merge(tx, ctx, child, parent)
    return picture.for_team(grown, ctx.config, ctx.now)


def _question(ctx: Context, child: Ticket, parent: Ticket) -> Card:
    new = [name(ctx.config, person) for person in merging.followers(ctx, child, parent)]
    reads = f"{' and '.join(new)} will read in {parent.number} what its requester reads." if new else ""
    lines = (
        f"{child.number}: {child.subject}", f"{parent.number}: {parent.subject}",
        f"{child.number} ends, its clocks with it, and {parent.number} goes on. It cannot be taken back.", reads,
    )  # fmt: skip
    args = (("number", str(child.number)), ("into", str(parent.number)), ("sure", "yes"))
    return Card(
        f"merge/{child.number}", f"Merge {child.number} into {parent.number}?",
        lines=tuple(text(line) for line in lines if line),
        buttons=(Button(Own("Merge them"), "merge", args, primary=True),),
    )  # fmt: skip


COMMAND = Command(
    word="merge", summary="Two tickets are about the same thing: one goes on", group="Work tickets",
    example="/merge 17 into 12", action="ticket.work", writes=True, args=Args, run=run, check=check,
    title="Which ticket goes on?", submit="Merge…",
)  # fmt: skip
