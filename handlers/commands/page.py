"""`/page 42 mia`: call somebody besides, whatever the path says."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk.cards import Card
from desk.refusal import DeskError, Why
from desk.tickets import Item
from handlers import acknowledging, finding, saving, surroundings, ways
from handlers.arguments import Arg, Number, Pick, Place
from handlers.commands.handover import named, workers
from handlers.context import Command, Context, Tx
from handlers.pictures import alert as picture


class Args(BaseModel):
    number: Number
    person: Annotated[str, Arg(Place.FIRST, "Whom"), Pick(workers), Field(description="Somebody who works alerts")]


def check(tx: Tx, ctx: Context, args: Args) -> None:
    alert = finding.alert(tx, ctx, args.number, "alert.work")
    if not alert.is_open:
        raise DeskError(f"{alert.number} is up again; nobody has to be called.", why=Why.CONFLICT)
    named(ctx, args.person, alert.client)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    alert = acknowledging.sign(tx, ctx, finding.alert(tx, ctx, args.number, "alert.work"))
    whom = named(ctx, args.person, alert.client)
    saved = saving.alert(tx, ctx, ways.reach(tx, ctx, alert, whom))
    saving.on_alert(tx, ctx, saved, Item.CHANGE, f"called {ways.words(ctx, saved, saved.pages[-1])}")
    saving.note_audit(tx, ctx, "alert.paged", picture.key(saved.number), saved.client, told=whom)
    return surroundings.card(tx, ctx, saved)


COMMAND = Command(
    word="page", summary="Call somebody to an alert", group="Work alerts", example="/page 42 mia",
    action="alert.work", writes=True, args=Args, run=run, check=check, title="Who is to come?", submit="Call",
)  # fmt: skip
