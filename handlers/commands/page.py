"""`/page 42 mia the disk is full`: call somebody besides, whatever the path says, and say why."""

from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, Field

from desk.alerts import Alert
from desk.cards import Card, Span, Text, When, text
from desk.refusal import DeskError, Why
from desk.tickets import Item
from handlers import acknowledging, finding, saving, surroundings, ways
from handlers.arguments import Arg, Number, Pick, Place
from handlers.commands.handover import named, workers
from handlers.context import Command, Context, Tx
from handlers.pictures import alert as picture
from handlers.pictures import name


class Args(BaseModel):
    number: Number
    person: Annotated[str, Arg(Place.FIRST, "Whom"), Pick(workers), Field(description="Somebody who works alerts")]
    words: Annotated[
        str, Arg(Place.TEXT, "Why", long=True), Field(max_length=500, description="They read it first")
    ] = ""


def check(tx: Tx, ctx: Context, args: Args) -> None:
    alert = finding.alert(tx, ctx, args.number, "alert.work")
    if not alert.is_open:
        raise DeskError(f"{alert.number} is up again; nobody has to be called.", why=Why.CONFLICT)
    named(ctx, args.person, alert.client)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    alert = acknowledging.sign(tx, ctx, finding.alert(tx, ctx, args.number, "alert.work"))
    whom = named(ctx, args.person, alert.client)
    called = ways.reach(tx, ctx, alert, whom, by=ctx.person.id, words=" ".join(args.words.split()))
    saved = saving.alert(tx, ctx, called)
    page = saved.pages[-1]
    why = f": {page.words}" if page.words else ""
    saving.on_alert(tx, ctx, saved, Item.CHANGE, f"called {ways.words(ctx, saved, page)}{why}")
    saving.note_audit(tx, ctx, "alert.paged", picture.key(saved.number), saved.client, told=whom)
    card = surroundings.card(tx, ctx, saved)
    return replace(card, lines=(_called(ctx, saved), *card.lines))


def _called(ctx: Context, alert: Alert) -> Text:
    """Whom, by which ways, and by which of them only later: whoever calls is to know that it went out."""
    page = alert.pages[-1]
    later = [each for each in ways.planned(ctx, alert, page) if each.at and each.way not in page.ways]
    told: list[Span] = [f"{name(ctx.config, page.person)} is called"]
    told += [f" by {', '.join(page.ways)}"] if page.ways else []
    for each in later:
        told += [f"; by {each.way} at ", When(each.at)] if each.at else []
    return text(*told, ".")


COMMAND = Command(
    word="page", summary="Call somebody to an alert", group="Work alerts", example="/page 42 mia",
    action="alert.work", writes=True, args=Args, run=run, check=check, title="Who is to come?", submit="Call",
)  # fmt: skip
