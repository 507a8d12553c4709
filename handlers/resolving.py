"""The end of a ticket: who said how it was solved, its promises, its cards."""

from dataclasses import replace

from desk import tickets
from desk.tickets import Ticket
from desk.watchers import asks
from handlers import promises, saving
from handlers.context import Context, Tx


def resolve(tx: Tx, ctx: Context, ticket: Ticket, words: str, code: str) -> Ticket:
    done = tickets.resolved(ticket, ctx.person.id, words, ctx.at, code)
    waiting_over = promises.resumed(done, ticket.pending, ctx.at)
    own = asks(ctx.person, ticket)
    over = promises.solved(replace(waiting_over, last_message=""), ctx.config, ctx.at, by_requester=own)
    saved = saving.ticket(tx, ctx, over)
    saving.happened(tx, ctx, saved, f"solved: {words}", public=True, what="resolved")
    return saved
