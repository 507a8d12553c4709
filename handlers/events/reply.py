"""Somebody wrote a plain line in the thread of a ticket, an alert or a run."""

from dataclasses import dataclass

from config.loaded import dm
from desk.alerts import Alert
from desk.cards import Card
from desk.people import may, may_with
from desk.refusal import DeskError, Why, not_found
from desk.runs import Run
from desk.tickets import State, Ticket
from handlers import correspondence
from handlers.context import Context, Tx
from handlers.pictures import ticket as picture
from handlers.subjects import subject_of


@dataclass(frozen=True, slots=True)
class Reply:
    """`key` is that of the post whose thread it is: `ticket/17`, or a reminder of it."""

    key: str
    words: str


def run(tx: Tx, ctx: Context, reply: Reply) -> Card | None:
    """In the requester's own thread, words reach both sides, whoever of them writes. In the team's they are a note.

    What a requester writes to a closed ticket opens a new one, and they are told its number.
    """
    of = _subject(tx, ctx, reply.key)
    if not isinstance(of, Ticket) or ctx.where.channel != dm(of.requester):
        correspondence.note(tx, ctx, of, reply.words)
        return None
    if not may_with(ctx.person, "ticket.write", of.client, of.requester):
        raise DeskError(f"You may read {of.number}; its requester and its team write here.", why=Why.FORBIDDEN)
    saved = correspondence.reply(tx, ctx, of, reply.words, shown_in=ctx.where.channel)
    return picture.for_requester(saved, ctx.config, ctx.now) if of.state is State.CLOSED else None


def _subject(tx: Tx, ctx: Context, key: str) -> Ticket | Alert | Run:
    """Whoever may see it may write a note about it: a manager's words in the team's thread are on the record too."""
    kind, number = subject_of(key) or ("", 0)
    if kind == "ticket":
        ticket = tx.ticket(number)
        if ticket and may_with(ctx.person, "ticket.see", ticket.client, ticket.requester):
            return ticket
    of = tx.alert(number) if kind == "alert" else tx.run(number) if kind == "run" else None
    if of and may(ctx.person, "alert.see", of.client):
        return of
    raise not_found(number)
