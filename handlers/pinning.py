"""Filing a message into the timeline of an alert or a ticket: which one, what it said, and who is told of it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from desk import pins, tickets
from desk.alerts import Alert
from desk.cards import Post, text
from desk.people import may
from desk.refusal import DeskError, Why
from desk.tickets import Item, Ticket, TimelineEntry
from handlers import acknowledging, finding, homes, merging, saving
from handlers.context import Context, Tx
from handlers.pictures import alert as alert_picture
from handlers.pictures import name, short
from handlers.pictures import ticket as ticket_picture
from handlers.said import copied
from handlers.subjects import subject_of

MOST = 5  # alerts that are offered
QUOTED = 300  # characters of it that the thread is told
UNPOINTED = (
    "Which message is to be filed is said by a reaction or the message's own menu. Use one of them once more, or write"
    " what is to be filed: `/pin 12 The cable was loose`."
)


@dataclass(frozen=True, slots=True)
class Filed:
    """What is filed. `who` is a person's id, or a name in words; `message` says where it can be read, by place and id,
    and is empty for words that were said for this.
    """

    who: str
    at: datetime
    words: str
    link: str = ""
    message: str = ""


def pointed(tx: Tx, ctx: Context, about: str) -> Filed:
    """What this person pointed at. The desk's own words are on a timeline already; of a copy of somebody's it is the
    original that is filed. Raises DeskError.
    """
    quote = tx.quoted(ctx.person.id, about)
    place, message, author = homes.origin(about)
    if quote is None or not message:
        raise DeskError(UNPOINTED, why=Why.FORBIDDEN)
    ours = tx.shown(place, message)
    if ours is None:
        who = author or pins.author(quote, place.partition("/")[0])
        return Filed(who, min(quote.at, ctx.now), quote.words, quote.link, f"{place}/{message}")
    original, (_, number) = copied(ours.key), subject_of(ours.under or ours.key) or ("", 0)
    said = tx.said(number, original) if original else []
    if not said:
        of = f"the timeline of {number}" if number else "the record"
        raise DeskError(f"That is the desk's own message, and {of} has what it says.", why=Why.CONFLICT)
    return Filed(said[0].who, said[0].at, said[0].words, quote.link, original)


def target(tx: Tx, ctx: Context, number: int | None, place: str) -> Alert | Ticket | None:
    """What the number means; without one what the thread is about, else the only open alert whose card stands at the
    place. None: only the person knows.
    """
    if number is None:
        kind, number = subject_of(ctx.where.thread_key) or ("", None)
        number = None if kind == "approval" else number
    if number is not None:
        return _worked(tx, ctx, number)
    here = open_at(tx, ctx, place)
    return here[0] if len(here) == 1 else None


def _worked(tx: Tx, ctx: Context, number: int) -> Alert | Ticket:
    """The alert or ticket, for whoever works it. A run has its alert's timeline, a merged ticket that of the other."""
    run = tx.run(number)
    if run and run.alert and may(ctx.person, "alert.see", run.client):
        number = run.alert
    alert = tx.alert(number)
    if alert and may(ctx.person, "alert.see", alert.client):
        return finding.alert(tx, ctx, number, "alert.work")
    return merging.goes_on(tx, finding.ticket(tx, ctx, number, "ticket.work"))


def open_at(tx: Tx, ctx: Context, place: str) -> list[Alert]:
    """The open alerts whose cards stand at a place, the newest first, and one more than are offered."""
    return [a for a in tx.alerts_at(place, MOST + 1) if may(ctx.person, "alert.work", a.client)]


def keeps_apart(ctx: Context, of: Alert | Ticket, place: str) -> None:
    """What was said in one client's channel is nothing for another's timeline. Raises DeskError."""
    channel = ctx.config.channel_at(place)
    if channel and channel.client not in {None, of.client}:
        whose, there = ctx.config.clients[of.client].name, channel.name
        raise DeskError(f"{of.number} is {whose}'s, and that message stands in {there}, which is not.", field="number")


def file(tx: Tx, ctx: Context, of: Alert | Ticket, *wanted: Filed) -> bool:
    """Whether any of it is new there: the same message is filed once. Whoever has the alert shows a sign of it."""
    new = [each for each in wanted if not (each.message and tx.said(of.number, each.message))]
    if new and isinstance(of, Alert):
        of = acknowledging.sign(tx, ctx, of)
    elif new and isinstance(of, Ticket) and (touched := tickets.touched_by_staff(of, ctx.at)) is not of:
        of = saving.ticket(tx, ctx, touched)
    for filed in new:
        words = pins.recorded(filed.words, filed.link)
        tx.tell(TimelineEntry(of.number, of.client, filed.at, filed.who, Item.PINNED, words, False, filed.message))
        what = {"message": filed.message, "author": filed.who, "words": short(filed.words, QUOTED)}
        saving.note_audit(tx, ctx, "message.filed", _key(of), of.client, **what)
        _tell(tx, ctx, of, filed)
    return bool(new)


def _key(of: Alert | Ticket) -> str:
    return alert_picture.key(of.number) if isinstance(of, Alert) else ticket_picture.key(of.number)


def _tell(tx: Tx, ctx: Context, of: Alert | Ticket, filed: Filed) -> None:
    """A line in the threads of its card, but for the place where the message can be read in that thread already."""
    key, who = _key(of), name(ctx.config, filed.who)
    what = f" a message of {who}" if filed.message else ""
    link = f"\n{filed.link}" if filed.link else ""
    words = text(f"{name(ctx.config, ctx.person.id)} filed{what}: {short(filed.words, QUOTED)}{link}")
    digest = hashlib.sha256(repr((filed.message or ctx.at, words)).encode()).hexdigest()[:12]
    in_it = bool(filed.message) and subject_of(ctx.where.thread_key) == subject_of(key)
    said_at = ctx.where.at if in_it else ""
    for channel in _channels(ctx, of):
        tx.post(Post(f"{key}/pin/{digest}", channel, of.client, words=words, under=key, said_at=said_at))


def _channels(ctx: Context, of: Alert | Ticket) -> tuple[str, ...]:
    if isinstance(of, Ticket):
        return (ctx.config.clients[of.client].team_channel,)
    return alert_picture.channels(of, ctx.config) if of.announced_at else ()
