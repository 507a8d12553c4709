"""`/publish 42 The shop is slow; we look at it`: everybody may read it on the status page; `/publish 42 resolved …`."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk.cards import Card, text
from desk.detail import Own, ours
from desk.refusal import DeskError
from desk.status import Stage
from handlers import finding, publishing
from handlers.arguments import Arg, Number, Place
from handlers.context import Command, Context, Tx
from handlers.pictures import alert as picture


class Args(BaseModel):
    number: Number
    stage: Annotated[
        Stage | None,
        Arg(Place.FIRST, "Where it stands"),
        Field(description="Without: as it stood. withdrawn: all that was published about it is taken back"),
    ] = None
    words: Annotated[
        str, Arg(Place.TEXT, "What everybody reads", long=True), Field(max_length=2000)
    ] = ""  # fmt: skip


def check(tx: Tx, ctx: Context, args: Args) -> None:
    publishing.check(tx, ctx, finding.alert(tx, ctx, args.number, "alert.work"))
    if not args.words.strip() and args.stage is not Stage.WITHDRAWN:
        raise DeskError("Say what everybody is to read, such as `The shop is slow; we look at it.`", field="words")


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    check(tx, ctx, args)
    alert = finding.alert(tx, ctx, args.number, "alert.work")
    words = args.words.strip()
    stage = args.stage or publishing.stands(tx, ctx, alert)
    pages = publishing.publish(tx, ctx, alert, stage, words)
    where = ", ".join(f"/status/{page}" for page in pages)
    done = "Nobody reads of it any more on" if stage is Stage.WITHDRAWN else "Everybody reads it now on"
    lines = (ours(f"{done} {where}."), *((text(f"“{words}”"),) if words else ()))
    return Card(f"{picture.key(alert.number)}/published", Own("Status page"), f"✓ {stage}", lines=lines, tone="good")


COMMAND = Command(
    word="publish", summary="Tell everybody about an alert on the status page", group="Work alerts",
    example="/publish 42 The shop is slow; we look at it", action="alert.work", writes=True, args=Args, run=run,
    check=check, title="What is everybody to read?", submit="Publish",
)  # fmt: skip
