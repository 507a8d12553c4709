"""`/pending 17 vendor until=friday 4pm New switch is ordered`: the clock waits; `/pending 17 nobody`: it goes on."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from desk import tickets
from desk.cards import Card
from desk.refusal import DeskError
from desk.sla import Pause
from desk.tickets import Ticket
from desk.watchers import asks
from handlers import correspondence, finding, promises, saving
from handlers.arguments import Arg, Number, Place
from handlers.context import Command, Context, Tx
from handlers.dates import EXAMPLES, instant, is_date, spoken
from handlers.pictures import name
from handlers.pictures import ticket as picture
from handlers.said import Said

CAUSES = {
    "customer": Pause.WAITING_CUSTOMER, "vendor": Pause.WAITING_VENDOR, "change": Pause.WAITING_CHANGE,
    "approval": Pause.WAITING_APPROVAL,
}  # fmt: skip
NOBODY, CUSTOMER = "nobody", "customer"
OPENING, CLOSING = '"“„', '"”“'


def _unquoted(words: object) -> object:
    """Words that were put in quotes as a whole."""
    said = words.strip() if isinstance(words, str) else ""
    return said[1:-1] if len(said) > 1 and said[0] in OPENING and said[-1] in CLOSING else words


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
        str,
        Arg(Place.TEXT, "What for"),
        BeforeValidator(_unquoted),
        Field(
            max_length=1000,
            description="Needed to wait. The customer gets it as a reply; what others are to do, only the team reads",
        ),
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
        raise DeskError(_what_for(ctx, ticket, cause), field="words")
    waits = tickets.pended(tickets.touched_by_staff(ticket, ctx.at), cause, wake_at)
    waits = tickets.because(waits, **_why(args))
    if wake_at:
        waits = tickets.because(waits, wake=spoken(wake_at, ctx.person.zone))
    return promises.paused(waits, cause, ctx.at)


def _still(ctx: Context, ticket: Ticket, args: Args) -> Ticket:
    """It waits for them already: until another time, or for something else. The clock does not notice."""
    wake_at = _until(ctx, args) or ticket.wake_at
    words = _why(args)
    words |= {"wake": spoken(wake_at, ctx.person.zone)} if args.until and wake_at else {}
    return tickets.because(replace(ticket, wake_at=wake_at), **words)


def _why(args: Args) -> dict[str, str]:
    """What it waits for, as the team reads it; what the customer is asked for stands on their card too."""
    words = {"pending": args.words} if args.words.strip() else {}
    return words | ({"asked": args.words} if words and args.cause == CUSTOMER else {})


def _what_for(ctx: Context, ticket: Ticket, cause: Pause) -> str:
    if cause is not Pause.WAITING_CUSTOMER:
        return "What do we wait for? A few words, for whoever looks next."
    whom = name(ctx.config, ticket.requester)
    return f"What do we need from {whom}? A few words: {whom} gets them as a reply."


def _until(ctx: Context, args: Args) -> datetime | None:
    if args.until:
        return instant(args.until, ctx.at, ctx.person.zone, "until")
    if "until=" in args.words:
        raise DeskError(f"Until when? `until=` comes before your words, such as {EXAMPLES}.", field="until")
    return None


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    """What is asked of the customer is a reply to them, and answers as any other."""
    ticket = finding.ticket(tx, ctx, args.number, "ticket.work")
    asked = args.cause == CUSTOMER and args.words.strip() and not asks(ctx.person, ticket)
    if asked and args.words[: correspondence.LAST] != ticket.last_message:  # it may have been said already
        ticket = correspondence.reply(tx, ctx, ticket, Said(args.words))
    saved = saving.ticket(tx, ctx, _changed(ctx, ticket, args))
    if args.cause == NOBODY:
        said = f"goes on; it waits for nobody. {args.words}".strip()
    else:
        wake = f" until {tickets.reason(saved, 'wake')}" if args.until else ""
        said = f"waits for the {args.cause}{wake}" + ("" if asked or not args.words else f": {args.words}")
    saving.happened(tx, ctx, saved, said)
    return picture.for_team(saved, ctx.config, ctx.now)


COMMAND = Command(
    word="pending", summary="Wait for somebody else; the clock waits too", group="Work tickets",
    example="/pending 17 vendor until=friday 4pm New switch is ordered", action="ticket.work", writes=True, args=Args,
    run=run, check=check, title="Who are we waiting for?", submit="Save",
)  # fmt: skip
