"""`/relate 17 caused_by 12`: what two tickets, or a ticket and an alert, have to do with each other."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from desk import links
from desk.alerts import Alert
from desk.cards import Card
from desk.links import OTHER_SIDE, WORDS, Link
from desk.people import may
from desk.refusal import DeskError, Why
from desk.tickets import Item, Ticket
from handlers import finding, saving
from handlers.arguments import Arg, Number, Place
from handlers.context import Command, Context, Tx
from handlers.pictures import ticket as picture


def _spoken(kind: object) -> object:
    """`caused by 12` is said in two words, and the second leads the number."""
    return {"caused": "caused_by", "caused-by": "caused_by"}.get(str(kind).lower(), kind)


class Args(BaseModel):
    number: Number
    kind: Annotated[
        Literal["duplicate", "caused_by", "related", "alert"], Arg(Place.FIRST, "What is it?"), BeforeValidator(_spoken)
    ]
    other: Annotated[
        int,
        Arg(Place.FIRST, "Of which number", lead=("of", "by", "to")),
        Field(ge=1, le=10**12, description="A ticket, or the alert that it is for"),
    ]
    undo: Annotated[Literal["no", "yes"], Arg(label="Take it back")] = "no"


def check(tx: Tx, ctx: Context, args: Args) -> None:
    ticket, other = _both(tx, ctx, args)
    _changed(args, ticket, Link(args.kind), other.number)


def _both(tx: Tx, ctx: Context, args: Args) -> tuple[Ticket, Ticket | Alert]:
    _not_so(tx, ctx, args)
    ticket = finding.ticket(tx, ctx, args.number, "ticket.work")
    if args.other == args.number:
        return ticket, ticket  # the rule says what is wrong with that
    if args.kind == "alert":
        other: Ticket | Alert = finding.alert(tx, ctx, args.other, "alert.work")
    else:
        other = finding.ticket(tx, ctx, args.other, "ticket.work")
    if other.client != ticket.client:
        sentence = f"{ticket.number} is {ticket.client}'s and {other.number} {other.client}'s; clients are kept apart."
        raise DeskError(sentence, why=Why.CONFLICT, field="other")
    return ticket, other


def _not_so(tx: Tx, ctx: Context, args: Args) -> None:
    """Only `alert` is about an alert, and its number comes last. Said of what this person may see, and else nothing."""
    first, second = (_is_alert(tx, ctx, number) for number in (args.number, args.other))
    if first and not second:
        line = f"/relate {args.other} alert {args.number}"
        sentence = f"{args.number} is an alert. `{line}` says that {args.other} is for it."
        raise DeskError(sentence, field="number")
    if second and not first and args.kind != "alert":
        line = f"/relate {args.number} alert {args.other}"
        sentence = f"{args.other} is an alert. `{line}` says that {args.number} is for it."
        raise DeskError(sentence, field="other")
    if args.kind != "alert" or args.other == args.number or second:
        return
    if (known := tx.ticket(args.other)) and finding.sees(ctx, known):
        sentence = f"{args.other} is a ticket. `/relate {args.number} related {args.other}` ties the two together."
        raise DeskError(sentence, field="other")


def _is_alert(tx: Tx, ctx: Context, number: int) -> bool:
    alert = tx.alert(number)
    return alert is not None and may(ctx.person, "alert.see", alert.client)


def _changed(args: Args, ticket: Ticket, kind: Link, other: int) -> Ticket:
    return (links.unlinked if args.undo == "yes" else links.linked)(ticket, kind, other)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    ticket, other = _both(tx, ctx, args)
    saved = _say(tx, ctx, args, ticket, Link(args.kind), other.number)
    if isinstance(other, Ticket):
        _say(tx, ctx, args, other, OTHER_SIDE[Link(args.kind)], ticket.number)
    else:
        _say_on_alert(tx, ctx, args, other, ticket.number)
    return picture.for_team(saved, ctx.config, ctx.now)


def _say(tx: Tx, ctx: Context, args: Args, ticket: Ticket, kind: Link, other: int) -> Ticket:
    saved = saving.ticket(tx, ctx, _changed(args, ticket, kind, other))
    saving.happened(tx, ctx, saved, f"says that it is {_no_longer(args)}{WORDS[kind]} {other}")
    return saved


def _say_on_alert(tx: Tx, ctx: Context, args: Args, alert: Alert, ticket: int) -> None:
    """Its card names one ticket, the first that was for it; its story names all."""
    if args.undo == "yes" and alert.ticket == ticket:
        alert = saving.alert(tx, ctx, replace(alert, ticket=None))
    elif args.undo == "no" and alert.ticket is None:
        alert = saving.alert(tx, ctx, replace(alert, ticket=ticket))
    saving.on_alert(tx, ctx, alert, Item.CHANGE, f"says that ticket {ticket} is {_no_longer(args)}for it")


def _no_longer(args: Args) -> str:
    return "no longer " if args.undo == "yes" else ""


COMMAND = Command(
    word="relate", summary="Say what a ticket has to do with another, or an alert", group="Work tickets",
    example="/relate 17 caused_by 12", action="ticket.work", writes=True, args=Args, run=run, check=check,
    title="What do they have to do with each other?", submit="Save",
)  # fmt: skip
