"""Words on a ticket: who sees them, what they start, stop and reopen.

A ticket has two threads: the requester's, and the team's. Words between both are shown in both; a note stays with the
team because it is posted nowhere else, not because something hides it.
"""

from dataclasses import replace

from config.loaded import dm
from desk import tickets
from desk.alerts import Alert
from desk.cards import text
from desk.refusal import DeskError, Why
from desk.runs import Run
from desk.sla import Pause
from desk.tickets import Item, State, Ticket
from handlers import promises, saving
from handlers.context import Context, Tx
from handlers.opening import open_ticket
from handlers.pictures import ticket as picture

LAST = 500  # characters of the last message that its card may quote


def reply(tx: Tx, ctx: Context, ticket: Ticket, words: str, *, shown_in: str | None = None) -> Ticket:
    """Words that reach the other side. `shown_in` is the channel where they can be read already, if any.

    What the requester writes to a closed ticket opens a new one that names it.
    """
    mine = ctx.person.id == ticket.requester
    if ticket.state is State.CLOSED:
        if not mine:
            sentence = f"{ticket.number} is closed, and that is final. Only its requester can go on with it."
            raise DeskError(sentence, why=Why.CONFLICT)
        return _continue(tx, ctx, ticket, words)
    changed = _written(ticket, ctx) if mine else _answered(ticket, ctx)
    saved = saving.ticket(tx, ctx, replace(changed, last_message=words[:LAST]))
    saving.tell(tx, ctx, saved, Item.REPLY, words, public=True)
    saving.note_audit(tx, ctx, "ticket.replied", picture.key(saved.number), saved.client)
    for destination in (ctx.config.clients[saved.client].team_channel, dm(saved.requester)):
        if destination != shown_in:
            saving.in_thread(tx, saved, picture.key(saved.number), destination, text(words), author=ctx.person.id)
    return saved


def _written(ticket: Ticket, ctx: Context) -> Ticket:
    """By the requester: what waited for them goes on, what was thought solved is open again."""
    changed = tickets.written_by_requester(ticket)
    if ticket.state is State.RESOLVED:
        return promises.reopened(changed, ctx.config, ctx.at)
    return promises.resumed(changed, frozenset({Pause.WAITING_CUSTOMER}) & ticket.pending, ctx.at)


def _answered(ticket: Ticket, ctx: Context) -> Ticket:
    """By staff: the first such words are the first answer."""
    return promises.answered(tickets.touched_by_staff(ticket), ctx.config, ctx.at)


def _continue(tx: Tx, ctx: Context, ticket: Ticket, words: str) -> Ticket:
    return open_ticket(tx, ctx, ticket.client, ticket.subject, words, ticket.priority, follows=ticket.number)


def note(tx: Tx, ctx: Context, of: Ticket | Alert | Run, words: str) -> None:
    """Words among staff. They open a new ticket, as every first action of staff does, and answer nobody."""
    if isinstance(of, Ticket):
        touched = tickets.touched_by_staff(of)
        if touched is not of:
            of = saving.ticket(tx, ctx, touched)
    saving.tell(tx, ctx, of, Item.NOTE, words)
    saving.note_audit(tx, ctx, "note.written", str(of.number), of.client)
