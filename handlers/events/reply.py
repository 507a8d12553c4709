"""Somebody wrote a plain line in the thread of a ticket, an alert or a run, or attached a file there."""

from dataclasses import dataclass

from config.loaded import dm
from desk.cards import Card
from desk.people import may_with
from desk.refusal import DeskError, Why
from desk.tickets import Attachment, State, Ticket, parties
from desk.watchers import asks
from handlers import correspondence, finding, homes, merging
from handlers.context import Context, Tx
from handlers.pictures import ticket as picture
from handlers.said import Said


@dataclass(frozen=True, slots=True)
class Reply:
    """`key` is that of the post whose thread it is: `ticket/17`, or a reminder of it. Files alone are a reply too."""

    key: str
    words: str
    files: tuple[Attachment, ...] = ()


def run(tx: Tx, ctx: Context, reply: Reply) -> Card | None:
    """On the requester's side, words reach both, whoever writes them. In the team's thread they are a note.

    What a requester writes to a closed ticket opens a new one, and they are told its number.
    """
    of, said = finding.spoken_of(tx, ctx, reply.key), Said(reply.words, reply.files)
    if not isinstance(of, Ticket) or not _on_requesters_side(ctx, of):
        return correspondence.note(tx, ctx, of, said, reply.key)
    if may_with(ctx.person, "ticket.write", of.client, parties(of)) or asks(ctx.person, of):
        closed = merging.goes_on(tx, of).state is State.CLOSED
        saved = correspondence.reply(tx, ctx, of, said, here=True)
        return picture.for_requester(saved, ctx.config, ctx.now) if closed else None
    if homes.at_home(ctx, of):
        correspondence.overheard(tx, ctx, of, said)
        return None
    raise DeskError(f"You may read {of.number}; its requester and its team write here.", why=Why.FORBIDDEN)


def _on_requesters_side(ctx: Context, of: Ticket) -> bool:
    """In its home or the requester's own channel; and wherever it is, what a requester writes who is no staff, or one
    of the client's who watches it.
    """
    own = asks(ctx.person, of) and not ctx.person.is_staff(of.client)
    return own or ctx.where.channel == dm(of.requester) or homes.at_home(ctx, of)
