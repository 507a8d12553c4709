"""`/pin 12 The cable was loose`, or a message pointed at: filed into the timeline of an alert or a ticket."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk.cards import Card
from desk.refusal import DeskError
from handlers import homes, pinning
from handlers.arguments import NUMBERS, Arg, Place
from handlers.context import Command, Context, Tx
from handlers.pictures import pin as picture
from handlers.pinning import MOST, Filed


class Args(BaseModel):
    number: Annotated[
        int | None,
        Arg(Place.FIRST, "Number"),
        Field(ge=1, le=NUMBERS, description="Empty: of this thread, or the only alert that is open here"),
    ] = None
    words: Annotated[
        str,
        Arg(Place.TEXT, "What happened", long=True),
        Field(max_length=4000, description="Words of your own, beside the message if there is one"),
    ] = ""
    about: Annotated[
        str,
        Arg(label="Message", hidden=True),
        Field(max_length=300, description="The message that is filed; said by the platform"),
    ] = ""


def check(tx: Tx, ctx: Context, args: Args) -> None:
    place = homes.origin(args.about)[0] or ctx.where.at
    if args.about:
        pinning.pointed(tx, ctx, args.about)
    elif not args.words.strip():
        sentence = "What is to be filed? Write it, or react to a message with the pin, or use the message's own menu."
        raise DeskError(sentence, field="words")
    of = pinning.target(tx, ctx, args.number, place)
    if of is not None and args.about:
        pinning.keeps_apart(ctx, of, place)
    if of is None and not args.about:
        raise DeskError("Into which timeline? Say the number of the alert or the ticket.", field="number")


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    """Words of one's own are filed as they are said; a message that was pointed at, once."""
    place = homes.origin(args.about)[0] or ctx.where.at
    message = pinning.pointed(tx, ctx, args.about) if args.about else None
    own = Filed(ctx.person.id, ctx.at, args.words) if args.words.strip() else None
    of = pinning.target(tx, ctx, args.number, place)
    if of is None:
        alerts = pinning.open_at(tx, ctx, place)[:MOST]
        return picture.which(args.about, args.words, message.words if message else "", alerts)
    return picture.filed(of.number, new=pinning.file(tx, ctx, of, *(each for each in (message, own) if each)))


COMMAND = Command(
    word="pin", summary="File a message into a timeline", group="Work alerts", example="/pin 42 The cable was loose",
    action="alert.work", writes=True, args=Args, run=run, check=check, title="What belongs into the timeline?",
    submit="File it",
)  # fmt: skip
