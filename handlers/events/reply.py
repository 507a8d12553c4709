"""Somebody wrote a plain line in the thread of a ticket, an alert or a run."""

from dataclasses import dataclass

from config.loaded import dm
from desk.alerts import Alert
from desk.cards import Card
from desk.people import may, may_with
from desk.refusal import not_found
from desk.runs import Run
from desk.tickets import State, Ticket
from handlers import correspondence
from handlers.context import Context, Tx
from handlers.pictures import ticket as picture


@dataclass(frozen=True, slots=True)
class Reply:
    """`key` is that of the card whose thread it is, such as `ticket/17`."""

    key: str
    words: str


def run(tx: Tx, ctx: Context, reply: Reply) -> Card | None:
    """In the requester's own thread, words reach both sides, whoever of them writes. In the team's they are a note.

    What a requester writes to a closed ticket opens a new one, and they are told its number.
    """
    of = _subject(tx, ctx, reply.key)
    if not isinstance(of, Ticket):
        correspondence.note(tx, ctx, of, reply.words)
        return None
    if ctx.where.channel != dm(of.requester):
        correspondence.note(tx, ctx, of, reply.words)
        return None
    saved = correspondence.reply(tx, ctx, of, reply.words, shown_in=ctx.where.channel)
    return picture.for_requester(saved, ctx.config) if of.state is State.CLOSED else None


def _subject(tx: Tx, ctx: Context, key: str) -> Ticket | Alert | Run:
    kind, _, number = key.partition("/")
    if kind == "ticket":
        ticket = tx.ticket(int(number))
        if ticket and may_with(ctx.person, "ticket.write", ticket.client, ticket.requester):
            return ticket
    of = tx.alert(int(number)) if kind == "alert" else tx.run(int(number)) if kind == "run" else None
    if of and may(ctx.person, "alert.work", of.client):
        return of
    raise not_found(number)
