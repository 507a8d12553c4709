"""`/pending 17 customer`: the clock waits for somebody else; `/pending 17 nobody` and it goes on."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from desk import tickets
from desk.cards import Card
from desk.sla import Pause
from handlers import finding, promises, saving
from handlers.arguments import Arg, Number, Place
from handlers.context import Command, Context, Tx
from handlers.pictures import ticket as picture

CAUSES = {"customer": Pause.WAITING_CUSTOMER, "vendor": Pause.WAITING_VENDOR}


class Args(BaseModel):
    number: Number
    cause: Annotated[
        Literal["customer", "vendor", "nobody"],
        Arg(Place.FIRST, "Waiting for"),
        Field(description="nobody: the wait is over"),
    ]
    words: Annotated[str, Arg(Place.TEXT, "What for"), Field(max_length=1000)] = ""


def check(tx: Tx, ctx: Context, args: Args) -> None:
    _changed(ctx, finding.ticket(tx, ctx, args.number, "ticket.work"), args)


def _changed(ctx: Context, ticket: tickets.Ticket, args: Args) -> tickets.Ticket:
    if args.cause == "nobody":
        return promises.resumed(tickets.resumed(ticket), ticket.pending, ctx.at)
    cause = CAUSES[args.cause]
    return promises.paused(tickets.pended(ticket, cause), cause, ctx.at)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.work")
    saved = saving.ticket(tx, ctx, _changed(ctx, ticket, args))
    said = "goes on; it waits for nobody" if args.cause == "nobody" else f"waits for the {args.cause}"
    saving.happened(tx, ctx, saved, f"{said}. {args.words}".strip())
    return picture.for_team(saved, ctx.config, ctx.now)


COMMAND = Command(
    word="pending", summary="Wait for the customer or a vendor; the clock waits too", group="Work tickets",
    example="/pending 17 vendor New switch is ordered", action="ticket.work", writes=True, args=Args, run=run,
    check=check, title="Who are we waiting for?", submit="Save",
)  # fmt: skip
