"""A wait has come to its end by itself: the clocks run on from the time that was set, and somebody is told."""

from config.loaded import dm
from desk import tickets
from desk.cards import Button, Post, text
from desk.detail import Own
from desk.tickets import Item, State, Ticket
from handlers import promises, saving
from handlers.context import Context, Tx
from handlers.pictures import about, short
from handlers.records import Deadline


def wake(tx: Tx, ctx: Context, ticket: Ticket, due: Deadline, tail: str) -> None:
    """Whatever it waited for. `tail` says how late that is told; the clocks do not depend on it."""
    if ticket.state is not State.PENDING:
        return
    waited = tickets.reason(ticket, "pending")
    awake = promises.resumed(tickets.resumed(ticket), ticket.pending, due.due_at)
    saved = saving.ticket(tx, ctx, awake)
    saving.tell(tx, ctx, saved, Item.CHANGE, f"the wait is over{tail}; it was for: {waited}")
    saving.note_audit(tx, ctx, "ticket.woken", due.subject, ticket.client)
    client = ctx.config.clients[saved.client]
    over = Own(f": the wait is over{tail}.")
    words = text(*about(saved, ctx.config), over, f" It was for: {short(waited)}")
    told = [dm(saved.assignee)] if saved.assignee and saved.assignee in ctx.config.people else []
    for destination in (client.team_channel, *told):
        key = f"{due.subject}/wake/{due.epoch}"
        tx.post(Post(key, destination, saved.client, words=words, buttons=_doing(saved)))


def _doing(ticket: Ticket) -> tuple[Button, ...]:
    number = (("number", str(ticket.number)),)
    take = () if ticket.assignee else (Button(Own("Take it"), "claim", number, primary=True),)
    more = (("Reply…", "reply"), ("Wait on…", "pending"), ("Show", "show"))
    return (*take, *(Button(Own(label), word, number) for label, word in more))
