"""`/resolve 17 code=fixed Certificate renewed`: it is solved, and this is how. So is an alert that others told us."""

from collections.abc import Mapping
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from desk import tickets
from desk.alerts import Alert
from desk.cards import Card
from desk.people import may
from desk.refusal import DeskError, Why
from desk.tickets import State, Ticket
from handlers import ending, finding, following, resolving, surroundings
from handlers.arguments import Arg, Number, Pick, Place
from handlers.context import Command, Context, Tx
from handlers.pictures import name


def _codes(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    return list(ctx.config.desk.codes.items())


class Args(BaseModel):
    number: Number
    code: Annotated[str, Arg(label="How did it end?", for_staff=True), Pick(_codes), Field(max_length=40)] = ""
    words: Annotated[
        str,
        Arg(Place.TEXT, "How it was solved", long=True),
        Field(min_length=3, max_length=2000, description="The requester reads this"),
    ]


def check(tx: Tx, ctx: Context, args: Args) -> None:
    if alert := _alert(tx, ctx, args.number):
        ending.check(tx, alert)
        return
    ticket = finding.ticket(tx, ctx, args.number, "ticket.write")
    _not_already(ctx, ticket)
    tickets.resolved(ticket, ctx.person.id, args.words, ctx.at)
    _code(ctx, ticket, args)


def _alert(tx: Tx, ctx: Context, number: int) -> Alert | None:
    """The alert that the number means to whoever may see it; they must be those who work it, too."""
    found = tx.alert(number)
    if found is None or not may(ctx.person, "alert.see", found.client):
        return None
    return finding.alert(tx, ctx, number, "alert.work")


def _usual(tx: Tx, ctx: Context, given: Mapping[str, str]) -> dict[str, str]:
    """What most tickets end as; nothing for a requester, who does not say."""
    number = given.get("number", "")
    ticket = tx.ticket(int(number)) if number.isdigit() else None
    return {"code": next(iter(ctx.config.desk.codes))} if ticket and _by_staff(ctx, ticket) else {}


def _by_staff(ctx: Context, ticket: Ticket) -> bool:
    return ctx.person.is_staff(ticket.client)


def _code(ctx: Context, ticket: Ticket, args: Args) -> str:
    """A word of the configuration; staff who say none mean the first. A requester's own end has none."""
    if not _by_staff(ctx, ticket):
        return ""
    codes = ctx.config.desk.codes
    code = args.code.lower() or next(iter(codes))
    if code not in codes:
        raise DeskError(f"“{args.code}” is no such end. There are: {', '.join(codes)}.", field="code")
    return code


def _not_already(ctx: Context, ticket: Ticket) -> None:
    """Two people press at once: who comes second reads who came first, and when, by the reader's own clock."""
    if ticket.state is State.RESOLVED and ticket.resolved_at:
        at = f"{ticket.resolved_at.astimezone(ZoneInfo(ctx.person.zone)):%H:%M}"
        by = f"by {name(ctx.config, ticket.resolved_by)} at {at}"
        sentence = f"{ticket.number} is resolved already, {by}. `/show {ticket.number}` tells how it ended."
        raise DeskError(sentence, why=Why.CONFLICT)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    if alert := _alert(tx, ctx, args.number):
        return surroundings.card(tx, ctx, ending.end(tx, ctx, alert, args.words))
    ticket = finding.ticket(tx, ctx, args.number, "ticket.write")
    _not_already(ctx, ticket)
    code = _code(ctx, ticket, args)
    ticket = tickets.touched_by_staff(ticket, ctx.at) if code else ticket
    saved = resolving.resolve(tx, ctx, ticket, args.words, code)
    return following.answer(ctx, saved)


COMMAND = Command(
    word="resolve", summary="Say that it is solved, and how", group="Work tickets",
    example="/resolve 17 code=fixed Works again after a restart", action="ticket.open", writes=True, args=Args, run=run,
    check=check, title="How was it solved?", submit="Resolve", usual=_usual,
)  # fmt: skip
