"""`/unack 42`: I do not have it after all; it calls again."""

from pydantic import BaseModel

from desk.alerts import AlertState
from desk.cards import Card
from desk.refusal import DeskError, Why
from handlers import acknowledging, finding, surroundings
from handlers.arguments import Number
from handlers.context import Command, Context, Tx
from handlers.pictures import name


class Args(BaseModel):
    number: Number


def check(tx: Tx, ctx: Context, args: Args) -> None:
    alert = finding.alert(tx, ctx, args.number, "alert.work")
    if not alert.is_open:
        raise DeskError(f"{alert.number} is up again; nobody has to have it.", why=Why.CONFLICT)
    if alert.state is not AlertState.ACKNOWLEDGED:
        raise DeskError(f"Nobody has {alert.number}, so there is nothing to give back.", why=Why.CONFLICT)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    alert = finding.alert(tx, ctx, args.number, "alert.work")
    of = "" if alert.acked_by == ctx.person.id else f" (it was {name(ctx.config, alert.acked_by)}'s)"
    saved = acknowledging.let_go(tx, ctx, alert, f"gave it back{of}: it calls again")
    return surroundings.card(tx, ctx, saved)


COMMAND = Command(
    word="unack", summary="Give an alert back; it calls again", group="Work alerts", example="/unack 42",
    action="alert.work", writes=True, args=Args, run=run, check=check, title="Which alert do you give back?",
    submit="Give back",
)  # fmt: skip
