"""Two tickets about the same thing become one: what is said in the thread of either is said in the one that goes on."""

from dataclasses import replace

from desk import links, tickets
from desk.links import Link
from desk.tickets import State, Ticket
from desk.watchers import may_watch
from handlers import promises, saving
from handlers.context import Context, Tx
from handlers.pictures import ties


def goes_on(tx: Tx, ticket: Ticket) -> Ticket:
    """The ticket in which it lives on: itself, unless it was merged."""
    while ticket.state is State.MERGED and ticket.merged_into and (next_ := tx.ticket(ticket.merged_into)):
        ticket = next_
    return ticket


def followers(ctx: Context, child: Ticket, parent: Ticket) -> tuple[str, ...]:
    """Whoever asked for the one or watched it watches the other from now on, if they may."""
    wanted = dict.fromkeys((child.requester, *child.watchers))
    known = [p for id_ in wanted if (p := ctx.config.people.get(id_)) and may_watch(p, parent.client)]
    return tuple(p.id for p in known if p.id not in {parent.requester, *parent.watchers})


def merge(tx: Tx, ctx: Context, child: Ticket, parent: Ticket) -> tuple[Ticket, Ticket]:
    """Child and parent as they are afterwards. `links.check_merge` comes before."""
    new = followers(ctx, child, parent)
    ended = tickets.merged(promises.merged(child, ctx.config, ctx.at), parent.number, ctx.at)
    ended = saving.ticket(tx, ctx, ended)
    grown = links.linked(replace(parent, watchers=(*parent.watchers, *new)), Link.MERGED, child.number)
    grown = saving.ticket(tx, ctx, tickets.touched_by_staff(grown, ctx.at))
    saving.happened(tx, ctx, ended, f"merged it into {parent.number}, where it goes on", what="merged")
    saving.happened(tx, ctx, grown, f"merged {child.number} into it: {child.subject}")
    saving.to_requester(tx, ctx, ended, ties.goes_on(ended))
    return ended, grown
