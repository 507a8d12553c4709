"""`/pending 17 vendor until=friday 4pm New switch is ordered`: the clock waits; `/pending 17 nobody`: it goes on."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from desk import tickets
from desk.cards import Card
from desk.refusal import DeskError
from desk.sla import Pause
from desk.tickets import Ticket
from handlers import finding, promises, saving
from handlers.arguments import Arg, Number, Place
from handlers.context import Command, Context, Tx
from handlers.dates import EXAMPLES, instant, is_date, spoken
from handlers.pictures import ticket as picture

CAUSES = {
    "customer": Pause.WAITING_CUSTOMER, "vendor": Pause.WAITING_VENDOR, "change": Pause.WAITING_CHANGE,
    "approval": Pause.WAITING_APPROVAL,
}  # fmt: skip
NOBODY = "nobody"


class Args(BaseModel):
    number: Number
    cause: Annotated[
        Literal["customer", "vendor", "change", "approval", "nobody"],
        Arg(Place.FIRST, "Waiting for"),
        Field(description="nobody: the wait is over"),
    ]
    until: Annotated[
        str,
        Arg(label="Until when", spans=is_date),
        Field(max_length=100, description="friday 4pm, 2h, end of day; then it wakes by itself"),
    ] = ""
    words: Annotated[
        str, Arg(Place.TEXT, "What for"), Field(max_length=1000, description="The team reads this; needed to wait")
    ] = ""


def check(tx: Tx, ctx: Context, args: Args) -> None:
    _changed(ctx, finding.ticket(tx, ctx, args.number, "ticket.work"), args)


def _changed(ctx: Context, ticket: Ticket, args: Args) -> Ticket:
    """The ticket as it waits, or goes on. What its state forbids is said first, then what is missing."""
    if args.cause == NOBODY:
        return promises.resumed(tickets.resumed(ticket), ticket.pending, ctx.at)
    cause = CAUSES[args.cause]
    if cause in ticket.pending and (args.until or args.words.strip()):
        return _still(ctx, ticket, args)
    tickets.pended(ticket, cause)
    wake_at = _until(ctx, args)
    if not args.words.strip():
        raise DeskError("What do we wait for? A few words, for whoever looks next.", field="words")
    waits = tickets.pended(tickets.touched_by_staff(ticket, ctx.at), cause, wake_at)
    waits = tickets.because(waits, pending=args.words)
    if wake_at:
        waits = tickets.because(waits, wake=spoken(wake_at, ctx.person.zone))
    return promises.paused(waits, cause, ctx.at)


def _still(ctx: Context, ticket: Ticket, args: Args) -> Ticket:
    """It waits for them already: until another time, or for something else. The clock does not notice."""
    wake_at = _until(ctx, args) or ticket.wake_at
    words = {"pending": args.words} if args.words.strip() else {}
    words |= {"wake": spoken(wake_at, ctx.person.zone)} if args.until and wake_at else {}
    return tickets.because(replace(ticket, wake_at=wake_at), **words)


def _until(ctx: Context, args: Args) -> datetime | None:
    if args.until:
        return instant(args.until, ctx.at, ctx.person.zone, "until")
    if "until=" in args.words:
        raise DeskError(f"Until when? `until=` comes before your words, such as {EXAMPLES}.", field="until")
    return None


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.work")
    saved = saving.ticket(tx, ctx, _changed(ctx, ticket, args))
    if args.cause == NOBODY:
        said = f"goes on; it waits for nobody. {args.words}".strip()
    else:
        wake = f" until {tickets.reason(saved, 'wake')}" if args.until else ""
        said = f"waits for the {args.cause}{wake}: {args.words}"
    saving.happened(tx, ctx, saved, said)
    return picture.for_team(saved, ctx.config, ctx.now)


COMMAND = Command(
    word="pending", summary="Wait for somebody else; the clock waits too", group="Work tickets",
    example="/pending 17 vendor until=friday 4pm New switch is ordered", action="ticket.work", writes=True, args=Args,
    run=run, check=check, title="Who are we waiting for?", submit="Save",
)  # fmt: skip
