"""What reports are made of: the facts that are frozen on a ticket, and what it adds to the numbers of its month."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from config.loaded import Config
from desk import sla
from desk.periods import month_of
from desk.tallies import Contribution, Judge, contribution, measure, summed
from desk.tickets import UNRESOLVED, State, Ticket
from handlers import finding, promises
from handlers.context import Context, Tx


def settled(tx: Tx, ctx: Context, ticket: Ticket) -> Ticket:
    """The ticket with its frozen facts, on its way to be stored: what it adds to the summaries has been moved to them
    from what it added before.
    """
    counted = bool(ticket.measured) or ticket.state not in UNRESOLVED
    frozen = frozen_at(ticket, ctx.config)
    if counted:
        before = tx.ticket(ticket.number) if ticket.version else None
        tx.count(contribution(before), contribution(frozen))
    return frozen


def frozen_at(ticket: Ticket, config: Config) -> Ticket:
    """With the month of its opening, and once it is resolved with its lengths, by the calendar that holds now. What is
    open again is measured anew.
    """
    month = ticket.month or month_of(ticket.opened_at, promises.zone(config, ticket.client))
    measured = ticket.measured
    if ticket.state in UNRESOLVED:
        measured = ()
    elif not measured and ticket.state is not State.MERGED:
        measured = measure(ticket, promises.calendar(config, ticket))
    return replace(ticket, month=month, measured=measured)


def judge(ticket: Ticket, config: Config, now: datetime) -> Judge:
    """How a promise of an open ticket stands now."""
    return lambda clock: sla.verdict(clock, promises.calendar(config, ticket), now)


def rebuilt(tx: Tx, config: Config) -> int:
    """Make the summaries anew from all tickets, which get what they lack to be counted; how many tickets there are."""
    tx.forget_sums()
    read = 0

    def contributions() -> Iterator[Contribution]:
        nonlocal read
        for ticket in _all(tx):
            read += 1
            frozen = frozen_at(ticket, config) if ticket.client in config.clients else ticket
            if frozen != ticket:
                tx.save_ticket(frozen)
            counted = contribution(frozen)
            if counted:
                yield counted

    for each in summed(contributions()):
        tx.add_up(each)
    return read


def _all(tx: Tx) -> Iterator[Ticket]:
    page = tx.tickets(limit=finding.PAGE)
    while page:
        yield from page
        page = tx.tickets(after=page[-1].number, limit=finding.PAGE)
