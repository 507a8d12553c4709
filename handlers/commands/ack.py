"""`/ack 42`: I have it; nobody else needs to be told."""

from pydantic import BaseModel

from desk import alerts
from desk.alerts import AlertState
from desk.cards import Card
from desk.refusal import DeskError, Why
from desk.tickets import Item
from handlers import finding, saving
from handlers.arguments import Number
from handlers.context import Command, Context, Tx
from handlers.pictures import alert as picture
from handlers.pictures import name


class Args(BaseModel):
    number: Number


def check(tx: Tx, ctx: Context, args: Args) -> None:
    alert = finding.alert(tx, ctx, args.number, "alert.work")
    if alert.state is AlertState.CLEARED:
        raise DeskError(f"{alert.number} is up again; there is nothing left to acknowledge.", why=Why.CONFLICT)
    if alert.acked_by and alert.acked_by != ctx.person.id:
        whose = name(ctx.config, alert.acked_by)
        raise DeskError(f"{whose} has {alert.number} already. Write in its thread to help.", why=Why.CONFLICT)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    alert = finding.alert(tx, ctx, args.number, "alert.work")
    if alert.acked_by == ctx.person.id:
        return picture.for_team(alert, ctx.config, ctx.now)
    saved = saving.alert(tx, ctx, alerts.acknowledge(alert, ctx.person.id, ctx.at))
    tx.deadline(picture.key(saved.number), "page", None, saved.client)
    saving.on_alert(tx, ctx, saved, Item.CHANGE, "acknowledged it")
    saving.note_audit(tx, ctx, "alert.acknowledged", picture.key(saved.number), saved.client)
    return picture.for_team(saved, ctx.config, ctx.now)


COMMAND = Command(
    word="ack", summary="Take an alert; nobody else is called", group="Work alerts", example="/ack 42",
    action="alert.work", writes=True, args=Args, run=run, check=check, title="Which alert do you have?",
    submit="Acknowledge",
)  # fmt: skip
