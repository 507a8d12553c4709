"""`/unsilence 51`: what a silence hid may call again, now."""

from dataclasses import replace

from pydantic import BaseModel

from desk.cards import Card
from desk.holds import Silence
from desk.people import may
from desk.refusal import DeskError, Why, not_found
from handlers import quieting, saving
from handlers.arguments import Number
from handlers.context import Command, Context, Tx
from handlers.pictures import silence as picture


class Args(BaseModel):
    number: Number


def check(tx: Tx, ctx: Context, args: Args) -> None:
    found = _found(tx, ctx, args.number)
    if found.ends_at <= ctx.now:
        raise DeskError(f"{found.number} has ended already.", why=Why.CONFLICT)


def _found(tx: Tx, ctx: Context, number: int) -> Silence:
    found = tx.silence(number)
    if found is None or not may(ctx.person, "alert.work", found.client):
        raise not_found(number)
    return found


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    found = _found(tx, ctx, args.number)
    ended = tx.save_silence(replace(found, ends_at=ctx.now, ended_by=ctx.person.id))
    tx.deadline(f"silence/{ended.number}", "end", None, ended.client)
    saving.note_audit(tx, ctx, "silence.ended", f"silence/{ended.number}", ended.client)
    quieting.say(tx, ctx, ended)
    quieting.review(tx, ctx, ended.client)
    return picture.for_team(ended, ctx.config, ctx.now)


COMMAND = Command(
    word="unsilence", summary="End a silence", group="Work alerts", example="/unsilence 51", action="alert.work",
    writes=True, args=Args, run=run, check=check, title="Which silence?", submit="End it",
)  # fmt: skip
