"""Who follows a ticket besides its requester: they are told what its requester is told, and may see it."""

from dataclasses import replace

from desk.people import READERS, Person, oversees
from desk.refusal import DeskError, Why
from desk.tickets import Ticket

MOST = 30


def watched(ticket: Ticket, person: str, who: str) -> Ticket:
    """`who` is what a sentence calls the person: `you`, `Ann`."""
    if person == ticket.requester:
        raise _refuse(f"{ticket.number} was opened for {who}: its requester hears of it anyway.")
    if person in ticket.watchers:
        raise _refuse(f"{ticket.number} is watched by {who} already.")
    if len(ticket.watchers) >= MOST:
        raise _refuse(f"{ticket.number} is watched by {MOST} people, and no more fit. `/unwatch` makes room.")
    return replace(ticket, watchers=(*ticket.watchers, person))


def unwatched(ticket: Ticket, person: str, who: str) -> Ticket:
    if person not in ticket.watchers:
        raise _refuse(f"{ticket.number} is not watched by {who}, so there is nothing to stop.")
    return replace(ticket, watchers=tuple(each for each in ticket.watchers if each != person))


def _refuse(sentence: str) -> DeskError:
    return DeskError(sentence, why=Why.CONFLICT)


def may_watch(person: Person, client: str) -> bool:
    """Somebody of the client itself, or who reads its tickets anyway."""
    return person.client == client or bool(person.roles_at(client) & READERS)


def asks(person: Person, ticket: Ticket) -> bool:
    """Whether their words are a question to the team: the requester's, and those of the client's own people who watch
    it, opened it for somebody, or oversee all of the client's.
    """
    own = person.client == ticket.client and not person.is_staff(ticket.client)
    speaks = person.id in {*ticket.watchers, ticket.opened_by} or oversees(person, ticket.client)
    return person.id == ticket.requester or (own and speaks)


def listens(person: Person, ticket: Ticket) -> bool:
    """Whether they only watch: their words are kept, and change nothing that was settled."""
    return person.id != ticket.requester and not oversees(person, ticket.client) and person.id != ticket.opened_by


def sees(person: Person, ticket: Ticket) -> bool:
    """Whether they follow it and may still."""
    return person.id in ticket.watchers and may_watch(person, ticket.client)
