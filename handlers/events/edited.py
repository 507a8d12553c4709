"""Somebody changed or deleted what they had said in the thread of a ticket, an alert or a run."""

from dataclasses import dataclass, replace

from desk.alerts import Alert
from desk.cards import Post, Text, text
from desk.runs import Run
from desk.tickets import Attachment, Item, Ticket
from handlers import finding, merging, saving
from handlers.context import Context, Tx
from handlers.correspondence import LAST
from handlers.pictures import name
from handlers.said import Said, copy_key
from handlers.subjects import head_of

EDITED = "edited a message, which now says: "
DELETED = "deleted a message"


@dataclass(frozen=True, slots=True)
class Edited:
    """`message` is the platform's id of it; `words` and `files` are what it holds now, `words` None once deleted."""

    key: str
    message: str
    words: str | None
    files: tuple[Attachment, ...] = ()


def run(tx: Tx, ctx: Context, edited: Edited) -> None:
    """The copies show what it says now, and the record says so too and keeps what it said: nothing is lost.

    Whoever saw the first words sees the new ones; an edit of a note, or of what we never heard, is for the team alone.
    Only the author's own edit counts, and one that changes nothing is none.
    """
    message = f"{ctx.where.at}/{edited.message}"
    of = _said_of(tx, finding.spoken_of(tx, ctx, edited.key), message)
    known = tx.said(of.number, message)
    said = Said(edited.words or "", edited.files)
    now = DELETED if edited.words is None else EDITED + said.recorded()
    if known and (known[0].who != ctx.person.id or says(known[-1].words) == says(now)):
        return
    public = bool(known) and known[0].public
    saving.tell(tx, ctx, of, Item.CHANGE, now, public=public, message=message)
    saving.note_audit(tx, ctx, "message.edited", head_of(edited.key), of.client, change=now[:200])
    who = name(ctx.config, ctx.person.id)
    shown = text(f"(deleted by {who})") if edited.words is None else said.shown(who)
    _follow(tx, ctx, of, copy_key(message), edited.key, shown)
    if public and isinstance(of, Ticket) and of.last_message == says(known[-1].words)[:LAST]:
        saving.ticket(tx, ctx, replace(of, last_message="" if edited.words is None else said.recorded()[:LAST]))


def _said_of(tx: Tx, of: Ticket | Alert | Run, message: str) -> Ticket | Alert | Run:
    """What was said in the thread of a ticket that had been merged is on the record of the one that goes on."""
    moved = merging.goes_on(tx, of) if isinstance(of, Ticket) else of
    return moved if tx.said(moved.number, message) else of


def says(entry: str) -> str:
    """The words of a message, from the entry of the timeline that has them."""
    return entry.removeprefix(EDITED)


def _follow(tx: Tx, ctx: Context, of: Ticket | Alert | Run, key: str, under: str, shown: Text) -> None:
    for place in tx.destinations(key):
        channel = ctx.config.channel_at(place)
        if channel and channel.client not in (None, of.client):
            continue  # the place is another client's by now
        tx.post(Post(key, place, of.client, words=shown, live=True, under=under, author=ctx.person.id, alone=True))
