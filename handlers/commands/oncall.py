"""`/oncall`: who is on call, who is next, and changing it for a while: `/oncall override noc person=ben until=9pm`."""

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from desk import swaps
from desk.cards import Card, Text
from desk.detail import Own, ours
from desk.oncall import coming, upcoming
from desk.swaps import Swap, SwapState
from handlers import changing, duty, overriding, swapping
from handlers.arguments import NUMBERS, Arg, Pick, Place
from handlers.context import Answer, Command, Context, Tx
from handlers.dates import is_date
from handlers.forms import form_of
from handlers.pictures import duty as picture
from handlers.pictures import name


class What(StrEnum):
    NOW = "now"
    NEXT = "next"
    OVERRIDE = "override"
    SWAP = "swap"
    CANCEL = "cancel"
    ACCEPT = "accept"
    DECLINE = "decline"


# What each needs to be told, and what it may be told besides.
NEEDED = {
    What.OVERRIDE: ("schedule", "person", "until"), What.SWAP: ("schedule", "person"), What.CANCEL: ("number",),
    What.ACCEPT: ("number",), What.DECLINE: ("number",),
}  # fmt: skip
BESIDES = {
    What.NOW: ("schedule",), What.NEXT: ("schedule",), What.OVERRIDE: ("start", "sure"),
    What.SWAP: ("start", "until", "back"), What.CANCEL: ("sure",),
}  # fmt: skip
STANDING, AHEAD = 10, 8  # overrides and turns that a card shows
DATE = "friday 6pm, tomorrow 9:00, 2026-12-24 16:00"


def _schedules(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    return [(schedule.id, schedule.id) for schedule in duty.seen(ctx)]


def _people(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    """Who may be on call in any schedule that they know of."""
    able = {person for schedule in duty.seen(ctx) for person in duty.able(ctx, schedule)}
    return [(p.id, p.name) for p in ctx.config.people.values() if p.id in able]


class Args(BaseModel):
    what: Annotated[What | None, Arg(Place.FIRST, "What to do"), Field(description="Empty: now")] = None
    number: Annotated[
        int | None,
        Arg(Place.FIRST, "Number"),
        Field(ge=1, le=NUMBERS, description="Of an override or a swap"),
    ] = None
    schedule: Annotated[
        str,
        Arg(Place.TEXT, "Schedule"),
        Pick(_schedules),
        Field(max_length=100, description="May be left out where there is one"),
    ] = ""
    person: Annotated[
        str,
        Arg(label="Who takes it", also="with"),
        Pick(_people),
        Field(max_length=100, description="Of a swap: with whom (`with=mia`)"),
    ] = ""
    start: Annotated[
        str,
        Arg(label="From when", also="from", spans=is_date),
        Field(max_length=100, description=f"`from=`; empty: from now, or from the beginning of your turn. {DATE}"),
    ] = ""
    until: Annotated[str, Arg(label="Until when", spans=is_date), Field(max_length=100, description=DATE)] = ""
    back: Annotated[
        str,
        Arg(label="In return", spans=is_date),
        Field(max_length=100, description="Of a swap: a time within the turn of theirs that you take"),
    ] = ""
    sure: Annotated[Literal["no", "yes"], Arg(hidden=True), Field(description="yes: without asking first")] = "no"


def asks(known: Mapping[str, str]) -> Collection[str]:
    """A form asks for what the one thing needs; for which one, where that is not known."""
    what = next((what for what in What if what == known.get("what")), None)
    return ("what", *NEEDED.get(what, ()), *BESIDES.get(what, ())) if what else ("what", "schedule")


def _lacks(args: Args) -> list[str]:
    return [name for name in NEEDED.get(args.what or What.NOW, ()) if name != "schedule" and not getattr(args, name)]


def check(tx: Tx, ctx: Context, args: Args) -> None:
    if _lacks(args):
        return  # it is asked for
    if args.what is What.OVERRIDE:
        changing.override(tx, ctx, _said(args))
    elif args.what is What.SWAP:
        changing.swap(tx, ctx, _said(args))
    elif args.what is What.CANCEL:
        changing.cancellable(tx, ctx, args.number or 0)
    elif args.what is What.ACCEPT:
        swapping.check_accept(tx, ctx, *changing.asked_of_me(tx, ctx, args.number or 0))
    elif args.what is What.DECLINE:
        swaps.answered(changing.asked_of_me(tx, ctx, args.number or 0)[1], SwapState.DECLINED, ctx.now)
    elif args.schedule:
        duty.named(ctx, args.schedule)


def _said(args: Args) -> changing.Said:
    return changing.Said(args.schedule, args.person, args.start, args.until, args.back)


def run(tx: Tx, ctx: Context, args: Args) -> Answer:
    if lacks := _lacks(args):
        given = {name: str(value) for name, value in args.model_dump().items() if value}
        begun = given.keys() & {"person", "start", "until", "back"}
        return form_of(COMMAND, tx, ctx, given, dict.fromkeys(lacks, "This is needed.") if begun else {})
    return _DOING[args.what or What.NOW](tx, ctx, args)


def _now(tx: Tx, ctx: Context, args: Args) -> Card:
    schedules = [duty.named(ctx, args.schedule)] if args.schedule else duty.seen(ctx)
    rows, standing = [], []
    for schedule in schedules:
        changed = duty.overrides(tx, ctx, schedule.id)
        rows.append((ours(schedule.id), *picture.now(ctx.config, *coming(schedule, changed, ctx.now))))
        standing += [picture.standing(ctx.config, o) for o in changed if o.stop > ctx.now]
    return picture.board(rows, standing[:STANDING], changes=any(duty.may_change(ctx, each) for each in schedules))


def _next(tx: Tx, ctx: Context, args: Args) -> Card:
    schedules = [duty.named(ctx, args.schedule)] if args.schedule else duty.seen(ctx)
    count = AHEAD if len(schedules) == 1 else max(AHEAD // max(len(schedules), 1), 2)
    rows: list[tuple[Text, ...]] = []
    lines: list[Text] = []
    for schedule in schedules:
        changed = duty.overrides(tx, ctx, schedule.id)
        turns = upcoming(schedule, changed, ctx.now, count + 1)
        if turns and turns[0].start <= ctx.now:
            now = turns.pop(0)
            lines.append(ours(f"{schedule.id}: {name(ctx.config, now.person)} has it now", *picture.until(now)))
        rows += picture.upcoming(ctx.config, schedule, turns[:count], changed)
    return Card("oncall", Own("On call next"), lines=tuple(lines), table=tuple(rows))


def _override(tx: Tx, ctx: Context, args: Args) -> Card:
    """Who is called from this moment on is asked about first, unless they say it of themselves."""
    schedule, wanted = changing.override(tx, ctx, _said(args))
    others = overriding.displaced(tx, ctx, schedule, wanted)
    at_once = [turn for turn in others if turn.start <= ctx.now]
    if at_once and wanted.person != ctx.person.id and args.sure == "no":
        return picture.ask_override(ctx.config, schedule.id, wanted, at_once[0], at_once=not args.start)
    made = overriding.make(tx, ctx, schedule, wanted)
    return picture.of_override(ctx.config, made, others, changes=True)


def _cancel(tx: Tx, ctx: Context, args: Args) -> Card:
    """Where nobody would be on call then, it is asked first."""
    schedule, of = changing.cancellable(tx, ctx, args.number or 0)
    left = swapping.left_of(tx, ctx, of) if isinstance(of, Swap) else [of]
    gaps = overriding.left_by(tx, ctx, schedule, left)
    if gaps and args.sure == "no":
        return picture.ask_cancel(schedule.id, of.number, gaps)
    if isinstance(of, Swap):
        return picture.of_swap(ctx.config, swapping.cancel(tx, ctx, schedule, of), ctx.person.id)
    return picture.of_override(ctx.config, overriding.cancel(tx, ctx, schedule, of), (), changes=False)


def _swap(tx: Tx, ctx: Context, args: Args) -> Card:
    asked = swapping.ask(tx, ctx, changing.swap(tx, ctx, _said(args)))
    return picture.of_swap(ctx.config, asked, ctx.person.id)


def _accept(tx: Tx, ctx: Context, args: Args) -> Card:
    accepted = swapping.accept(tx, ctx, *changing.asked_of_me(tx, ctx, args.number or 0))
    return picture.of_swap(ctx.config, accepted, ctx.person.id)


def _decline(tx: Tx, ctx: Context, args: Args) -> Card:
    declined = swapping.decline(tx, ctx, changing.asked_of_me(tx, ctx, args.number or 0)[1])
    return picture.of_swap(ctx.config, declined, ctx.person.id)


_DOING: Mapping[What, Callable[[Tx, Context, Args], Card]] = {
    What.NOW: _now, What.NEXT: _next, What.OVERRIDE: _override, What.SWAP: _swap, What.CANCEL: _cancel,
    What.ACCEPT: _accept, What.DECLINE: _decline,
}  # fmt: skip

COMMAND = Command(
    word="oncall", summary="Who is on call, and who is on call instead", group="Work alerts",
    example="/oncall override desk-week person=ben from=friday 6pm until=monday 9:00", action="alert.see", writes=True,
    args=Args, run=run, check=check, asks=asks, title="Who is on call?", submit="Go on",
)  # fmt: skip
