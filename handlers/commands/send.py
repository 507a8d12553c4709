"""`/send 17 note=…`: the button below a note. What it says now goes to the requester, once, by its author alone."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk.cards import Card
from desk.refusal import DeskError, Why
from desk.tickets import TimelineEntry
from handlers import correspondence, finding
from handlers.arguments import Arg, Number
from handlers.context import Command, Context, Tx
from handlers.events.edited import DELETED, says
from handlers.pictures import name
from handlers.pictures import ticket as picture
from handlers.said import Said, sent_key


class Args(BaseModel):
    number: Number
    note: Annotated[str, Arg(label="Note", hidden=True), Field(max_length=200, description="Its place and id")] = ""


def check(tx: Tx, ctx: Context, args: Args) -> None:
    finding.ticket(tx, ctx, args.number, "ticket.write")
    _note(tx, ctx, args)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.write")
    words = says(_note(tx, ctx, args).words)
    saved = correspondence.reply(tx, ctx, ticket, Said(words), message=sent_key(args.note))
    return picture.note_sent(saved, args.note, ctx.config)


def _note(tx: Tx, ctx: Context, args: Args) -> TimelineEntry:
    """What the note says now, to its author, if it was not sent yet."""
    known = tx.said(args.number, args.note) if args.note else []
    if not known or known[0].public:
        raise DeskError("There is no such note. `/reply` writes to the requester.", why=Why.NOT_FOUND)
    if known[0].who != ctx.person.id:
        whose = name(ctx.config, known[0].who)
        raise DeskError(f"{whose} wrote this note, and nobody else sends it.", why=Why.FORBIDDEN)
    if known[-1].words == DELETED:
        raise DeskError("You deleted this note, so it is not sent.", why=Why.CONFLICT)
    if tx.said(args.number, sent_key(args.note)):
        raise DeskError("You sent this note already.", why=Why.CONFLICT)
    return known[-1]


COMMAND = Command(
    word="send", summary="Send your note to the requester, by the button below it", group="Work tickets",
    example="/send 17", action="ticket.see", shown_for="ticket.write", writes=True, args=Args, run=run, check=check,
    title="Send a note",
)  # fmt: skip
