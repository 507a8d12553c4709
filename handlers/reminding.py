"""Reminding people of promises: in their own hours, and of all of a client's in a quarter of an hour by one message."""

from datetime import datetime

from config.loaded import dm
from desk.calendars import NoOpenTime
from desk.cards import Button, Post, Text
from desk.reminding import quarter, reminded_at
from desk.tickets import UNRESOLVED, Ticket
from handlers import promises
from handlers.context import Context, Tx
from handlers.pictures import pressable
from handlers.pictures import reminder as picture
from handlers.pictures import ticket as ticket_picture
from handlers.records import Deadline
from handlers.subjects import subject_of
from handlers.ticket_records import Reminded


def remind(tx: Tx, ctx: Context, person: str, ticket: Ticket, kind: str, words: Text) -> None:
    """Now, or when their own hours open. The same kind about the same ticket is said once."""
    when = _when(ctx, person, ticket)
    slot = quarter(when)
    subject = ticket_picture.key(ticket.number)
    tx.remind(person, slot, Reminded(subject, kind, ticket.client, ctx.now, words))
    if when > ctx.now:
        tx.deadline(f"person/{person}", "reminders", when)
    else:
        show(tx, ctx, person, ticket.client, slot)


def _when(ctx: Context, person: str, ticket: Ticket) -> datetime:
    hours = ctx.config.calendars.get(ctx.config.people[person].hours)
    try:
        return reminded_at(ctx.now, hours, promises.calendar(ctx.config, ticket))
    except NoOpenTime:  # hours that never open again keep nobody from hearing it
        return ctx.now


def rung(tx: Tx, ctx: Context, due: Deadline) -> None:
    """Somebody's hours have opened: what they are to hear and is still so is said."""
    person = due.subject.removeprefix("person/")
    for client in ctx.config.clients if person in ctx.config.people else ():
        show(tx, ctx, person, client, quarter(due.due_at))


def show(tx: Tx, ctx: Context, person: str, client: str, slot: datetime) -> None:
    """The message of this quarter of an hour, as it is to be now."""
    tickets: dict[int, Ticket] = {}
    told: dict[tuple[str, str], Reminded] = {}
    for reminded in tx.reminded(person, client, slot):
        _, number = subject_of(reminded.subject) or ("", 0)
        ticket = tx.ticket(number)
        if ticket and ticket.state in UNRESOLVED:
            tickets[number] = ticket
            told[reminded.subject, reminded.kind.split("/")[1]] = reminded  # of one promise the last word counts
    if not told:
        return
    broken = any("/breach" in reminded.kind for reminded in told.values())
    own: tuple[Button, ...] = ()
    if len(tickets) == 1:
        own = picture.buttons(next(iter(tickets.values())), broken=broken)
    key = f"reminders/{person}/{client}/{slot:%Y%m%dT%H%MZ}"
    words = [reminded.words for reminded in told.values()]
    card = picture.gathered(key, words, sorted(tickets), pressable(own, ctx.config.people[person], client))
    tx.post(Post(key, dm(person), client, card, live=True, urgent=broken))
