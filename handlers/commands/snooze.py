"""`/snooze 42 30m`: I have it, and till then nobody is asked or called; if it is still down, it calls again."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, Field

from desk.cards import Card
from desk.refusal import DeskError, Why
from desk.tickets import Item
from handlers import acknowledging, finding, saving, surroundings
from handlers.arguments import Arg, Number, Place
from handlers.context import Command, Context, Tx
from handlers.dates import instant, is_date, spoken
from handlers.pictures import alert as picture
from handlers.pictures import name

LONGEST = timedelta(days=7)


class Args(BaseModel):
    number: Number
    until: Annotated[
        str, Arg(Place.FIRST, "Until when", spans=is_date), Field(max_length=100, description="30m, 2h, tomorrow 8:00")
    ] = "30m"


def check(tx: Tx, ctx: Context, args: Args) -> None:
    alert = finding.alert(tx, ctx, args.number, "alert.work")
    if not alert.is_open:
        raise DeskError(f"{alert.number} is up again; there is nothing left to snooze.", why=Why.CONFLICT)
    if alert.acked_by in ctx.config.people and alert.acked_by != ctx.person.id:
        whose = name(ctx.config, alert.acked_by)
        raise DeskError(f"{whose} has {alert.number}. `/handover {alert.number} me` takes it over.", why=Why.CONFLICT)
    _until(ctx, args)


def _until(ctx: Context, args: Args) -> datetime:
    until = instant(args.until, ctx.at, ctx.person.zone, "until")
    if until > ctx.at + LONGEST:
        raise DeskError("A week at most. For longer, `/silence` it with a reason.", field="until")
    return until


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    alert = finding.alert(tx, ctx, args.number, "alert.work")
    until = _until(ctx, args)
    saved = acknowledging.snooze(tx, ctx, alert, until)
    saving.on_alert(tx, ctx, saved, Item.CHANGE, f"snoozed it until {spoken(until, ctx.person.zone)}")
    saving.note_audit(tx, ctx, "alert.snoozed", picture.key(saved.number), saved.client, until=until.isoformat())
    return surroundings.card(tx, ctx, saved)


COMMAND = Command(
    word="snooze", summary="Have an alert, and look at it again later", group="Work alerts", example="/snooze 42 30m",
    action="alert.work", writes=True, args=Args, run=run, check=check, title="Snooze until when?", submit="Snooze",
)  # fmt: skip
