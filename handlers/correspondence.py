"""Words on a ticket: who sees them, what they start, stop and reopen.

A ticket has two threads: the requester's, and the team's. Words between both are shown in both; a note stays with the
team because it is posted nowhere else, not because something hides it.
"""

from dataclasses import replace

from desk import tickets
from desk.alerts import Alert
from desk.cards import Card, Post
from desk.people import may
from desk.refusal import DeskError, Why
from desk.runs import Run
from desk.sla import Pause
from desk.tickets import Item, State, Ticket
from desk.watchers import asks, listens
from handlers import acknowledging, merging, promises, saving
from handlers.context import Context, Tx
from handlers.homes import Standing
from handlers.opening import open_ticket
from handlers.pictures import name
from handlers.pictures import ticket as picture
from handlers.said import Said, as_copy

LAST = 500  # characters of the last message that its card may quote


def reply(
    tx: Tx, ctx: Context, ticket: Ticket, said: Said, *, here: bool = False, message: str = ""
) -> Ticket:
    """Words that reach the other side. `here`: they can be read already where they were said. `message` names them on
    the record where they were no message of their own.

    What the requester writes to a closed ticket opens a new one that names it.
    """
    said_in, ticket = ticket, merging.goes_on(tx, ticket)
    mine = asks(ctx.person, ticket)
    if ticket.state is State.CLOSED:
        if not mine:
            sentence = f"{ticket.number} is closed, and that is final. Only its requester can go on with it."
            raise DeskError(sentence, why=Why.CONFLICT)
        return _continue(tx, ctx, ticket, said)
    if mine and ticket.state is State.RESOLVED and listens(ctx.person, ticket):
        changed = ticket
    else:
        changed = _written(ticket, ctx) if mine else _answered(ticket, ctx)
    saved = saving.ticket(tx, ctx, replace(changed, last_message=said.recorded()[:LAST]))
    _heard_by_both(tx, ctx, saved, said, here=here, message=message, moved=said_in.number != saved.number)
    return saved


def overheard(tx: Tx, ctx: Context, ticket: Ticket, said: Said) -> None:
    """What a colleague says in a ticket's home: read there by all, so both sides read it, and it changes nothing."""
    _heard_by_both(tx, ctx, ticket, said, here=True)


def _heard_by_both(
    tx: Tx, ctx: Context, of: Ticket, said: Said, *, here: bool, message: str = "", moved: bool = False
) -> None:  # fmt: skip
    """`moved`: said in the thread of another ticket, which was merged into this one, so it can be read there alone."""
    message = ctx.where.said if here else message
    saving.tell(tx, ctx, of, Item.REPLY, said.recorded(), public=True, message=message)
    saving.keep_files(tx, ctx, of, said.files)
    saving.note_audit(tx, ctx, "ticket.replied", picture.key(of.number), of.client)
    post = _post(ctx, of, picture.key(of.number), said)
    post = as_copy(post, ctx.where, moved=moved) if here else post
    tx.post(post)
    saving.on_requesters_side(tx, ctx, of, post)


def _post(ctx: Context, of: Ticket | Alert | Run, under: str, said: Said) -> Post:
    team = ctx.config.clients[of.client].team_channel
    return saving.line(of, under, team, said.shown(name(ctx.config, ctx.person.id)), author=ctx.person.id)


def _written(ticket: Ticket, ctx: Context) -> Ticket:
    """By the requester: what waited for them goes on, what was thought solved is open again."""
    changed = tickets.written_by_requester(ticket)
    if ticket.state is State.RESOLVED:
        changed = promises.reopened(changed, ctx.config, ctx.at)
    else:
        changed = promises.resumed(changed, frozenset({Pause.WAITING_CUSTOMER}) & ticket.pending, ctx.at)
    return promises.written(changed, ctx.config, ctx.at)


def _answered(ticket: Ticket, ctx: Context) -> Ticket:
    """By staff: the first such words are the first answer."""
    touched = tickets.touched_by_staff(ticket, ctx.at)
    return promises.answered(replace(touched, replies=touched.replies + 1), ctx.config, ctx.at)


def _continue(tx: Tx, ctx: Context, ticket: Ticket, said: Said) -> Ticket:
    own = Standing(ctx.person.id)
    stands = Standing(ticket.requester, ticket.home, ticket.root) if ctx.person.id == ticket.requester else own
    words = said.recorded()
    return open_ticket(tx, ctx, ticket.client, ticket.subject, words, ticket.priority, stands, follows=ticket.number)


def note(
    tx: Tx, ctx: Context, of: Ticket | Alert | Run, said: Said, under: str, *, here: bool = True
) -> Card | None:
    """Words among staff, which stay in the team's channel wherever that is. They open a new ticket, as every first
    action of staff does, and answer nobody: whoever wrote them is offered to send them. `here`: they can be read
    already where they were said.
    """
    moved = isinstance(of, Ticket) and of.state is State.MERGED
    if isinstance(of, Ticket):
        of = merging.goes_on(tx, of)
        under = picture.key(of.number) if moved else under
        touched = tickets.touched_by_staff(of, ctx.at)
        if touched is not of:
            of = saving.ticket(tx, ctx, touched)
    if isinstance(of, Alert):
        of = acknowledging.sign(tx, ctx, of)
    saving.tell(tx, ctx, of, Item.NOTE, said.recorded(), message=ctx.where.said if here else "")
    saving.keep_files(tx, ctx, of, said.files)
    saving.note_audit(tx, ctx, "note.written", str(of.number), of.client)
    if not here:
        tx.post(_post(ctx, of, under, said))
    elif ctx.where.channel == ctx.config.clients[of.client].team_channel:
        tx.post(as_copy(_post(ctx, of, under, said), ctx.where, moved=moved))
    return _offer(ctx, of, said, here=here) if isinstance(of, Ticket) else None


def _offer(ctx: Context, of: Ticket, said: Said, *, here: bool) -> Card | None:
    """Nothing, where sending would be refused or would tell them what they said themselves."""
    sends = may(ctx.person, "ticket.write", of.client) and of.state is not State.CLOSED
    mine = ctx.person.id == of.requester
    note = ctx.where.said if here else ""
    return picture.of_note(of, said.words, note, ctx.config) if said.words and sends and not mine else None
