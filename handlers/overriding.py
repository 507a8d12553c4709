"""Somebody is on call for a while instead of who would be: made, told, taken back."""

from collections.abc import Iterable
from dataclasses import replace

from config.loaded import dm
from desk.cards import Button, Post, Text
from desk.detail import ours
from desk.intervals import Span
from desk.oncall import Override, Schedule, turns, unmanned
from desk.refusal import DeskError, Why
from desk.rotations import Turn
from handlers import duty
from handlers.context import Context, Tx
from handlers.pictures import duty as picture
from handlers.pictures import name
from handlers.saving import note_audit


def displaced(tx: Tx, ctx: Context, schedule: Schedule, wanted: Turn) -> list[Turn]:
    """The turns, or parts of them, that others have at that time. DeskError where it would change nothing."""
    there = turns(schedule, duty.overrides(tx, ctx, schedule.id), wanted.start, wanted.end)
    if there == [wanted]:
        raise DeskError(f"{name(ctx.config, wanted.person)} is on call then already.", why=Why.CONFLICT)
    return [turn for turn in there if turn.person != wanted.person]


def make(tx: Tx, ctx: Context, schedule: Schedule, wanted: Turn) -> Override:
    """Whoever gets the time and whoever loses it is told, but for the one who says so."""
    others = displaced(tx, ctx, schedule, wanted)
    made = Override(tx.number(), schedule.id, wanted.person, wanted.start, wanted.end, ctx.person.id, ctx.now)
    save(tx, ctx, made)
    by = f" · by {name(ctx.config, ctx.person.id)}"
    _tell(tx, ctx, made, made.person, ours(f"You are on call in {schedule.id}", *picture.span(wanted), by))
    for turn in others:
        instead = f"{name(ctx.config, made.person)} is on call in {schedule.id} instead of you"
        _tell(tx, ctx, made, turn.person, ours(instead, *picture.span(turn), by))
    duty.set_alarm(tx, ctx, schedule)
    return made


def save(tx: Tx, ctx: Context, made: Override) -> None:
    tx.save_override(made)
    span = {"from": made.start.isoformat(), "until": made.end.isoformat()}
    note_audit(tx, ctx, "oncall.overridden", _key(made), None, schedule=made.schedule, person=made.person, **span)


def left_by(tx: Tx, ctx: Context, schedule: Schedule, gone: Iterable[Override]) -> list[Span]:
    """The gaps that there would be without these."""
    numbers = {override.number for override in gone}
    others = [o for o in duty.overrides(tx, ctx, schedule.id) if o.number not in numbers]
    spans = [(max(o.start, ctx.now), o.end) for o in gone]
    return [gap for span in spans for gap in unmanned(schedule, others, *span)]


def check_cancel(override: Override, ctx: Context) -> None:
    if override.cancelled_at:
        by = name(ctx.config, override.cancelled_by)
        raise DeskError(f"{override.number} was cancelled by {by} already.", why=Why.CONFLICT)
    if override.end <= ctx.now:
        raise DeskError(f"{override.number} is over; there is nothing left to cancel.", why=Why.CONFLICT)


def cancel(tx: Tx, ctx: Context, schedule: Schedule | None, override: Override) -> Override:
    """What is left of it is taken back. Whoever loses it and whoever has it again is told."""
    gone = replace(override, cancelled_by=ctx.person.id, cancelled_at=ctx.now)
    tx.save_override(gone)
    note_audit(tx, ctx, "oncall.cancelled", _key(gone), None, schedule=gone.schedule, person=gone.person)
    if schedule is None:
        return gone
    left, by = Turn(gone.person, max(gone.start, ctx.now), gone.end), f" · by {name(ctx.config, ctx.person.id)}"
    lost = f"{gone.number} was cancelled: you are not on call by it in {gone.schedule}"
    _tell(tx, ctx, gone, gone.person, ours(lost, *picture.span(left), by))
    for turn in turns(schedule, duty.overrides(tx, ctx, schedule.id), left.start, left.end):
        again = f"{gone.number} was cancelled: you are on call in {gone.schedule}"
        _tell(tx, ctx, gone, turn.person, ours(again, *picture.span(turn), by))
    duty.set_alarm(tx, ctx, schedule)
    return gone


def _key(of: Override) -> str:
    return f"override/{of.number}"


def _tell(tx: Tx, ctx: Context, of: Override, person: str, words: Text) -> None:
    if person == ctx.person.id or person not in ctx.config.people:
        return
    stage = "cancelled" if of.cancelled_at else "made"
    buttons: tuple[Button, ...] = (picture.show(of.number),)
    tx.post(Post(f"{_key(of)}/{stage}/{person}", dm(person), None, words=words, buttons=buttons))
