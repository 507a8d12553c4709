"""People, roles and client organisations: who may do what, for whom."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

EVERY_CLIENT = "*"


class Role(StrEnum):
    REQUESTER = "requester"
    TECHNICIAN = "technician"
    APPROVER = "approver"
    MANAGER = "manager"
    ADMIN = "admin"
    AUDITOR = "auditor"
    CONTACT = "contact"  # speaks for a client: sees and adds to all of its tickets


STAFF = frozenset({Role.TECHNICIAN, Role.APPROVER, Role.ADMIN})
READERS = STAFF | {Role.MANAGER, Role.AUDITOR}

# An action and the roles that may do it. Whoever opened a ticket may always see it, write to it and close it (`owns`).
ACTIONS: Mapping[str, frozenset[Role]] = {
    "ticket.open": frozenset(Role),
    "ticket.open_for": STAFF | {Role.CONTACT},
    "ticket.see": READERS,
    "ticket.write": STAFF,
    "ticket.work": STAFF,
    "ticket.watch": READERS | {Role.CONTACT},  # others' tickets; what one is let watch, one may always watch no more
    "ticket.escalate": STAFF | {Role.MANAGER},
    "alert.see": READERS,
    "alert.work": STAFF,
    "run.ask": frozenset(Role),  # each runbook names the roles that may run it
    "run.approve": frozenset({Role.APPROVER, Role.ADMIN}),
    "numbers.see": frozenset({Role.MANAGER, Role.ADMIN, Role.AUDITOR, Role.TECHNICIAN, Role.APPROVER}),
    "help.see": frozenset(Role),
}
# What the person who opened a ticket may do to that one ticket, whatever their role.
OWNERS = frozenset({"ticket.see", "ticket.write", "ticket.escalate"})
# The team's side: notes, what monitors saw, whose fault it was. A client's own people see it only as staff.
INSIDE = frozenset({"ticket.see", "alert.see"})
# Those of a client's own people who see all of its tickets, from its own side.
OVERSEERS = frozenset({Role.CONTACT, Role.MANAGER})


@dataclass(frozen=True, slots=True)
class Person:
    """One principal per human, however many accounts they have.

    `roles` maps a client's id, or `*` for every client, to the roles held there. `client` is the organisation the
    person belongs to, None for the provider's own staff. `zone` is an IANA name, `hours` the calendar in which they
    are reminded of things; empty: always.
    """

    id: str
    name: str
    zone: str = "UTC"
    client: str | None = None
    roles: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    hours: str = ""

    def roles_at(self, client: str | None) -> frozenset[Role]:
        everywhere = self.roles.get(EVERY_CLIENT, frozenset())
        return everywhere if client is None else everywhere | self.roles.get(client, frozenset())

    def all_roles(self) -> frozenset[Role]:
        return frozenset().union(*self.roles.values())

    def is_staff(self, client: str | None) -> bool:
        return bool(self.roles_at(client) & STAFF)


def may(person: Person, action: str, client: str | None) -> bool:
    """Whether the person's roles at this client allow the action. An unknown action is our mistake: a KeyError."""
    allowed = ACTIONS[action]
    if action in INSIDE and client is not None and person.client == client:
        allowed = allowed & STAFF
    return bool(person.roles_at(client) & allowed)


def oversees(person: Person, client: str) -> bool:
    """Whether they see all of the client's tickets from its own side: its authorised contacts and its own manager."""
    return person.client == client and bool(person.roles_at(client) & OVERSEERS)


def may_with(person: Person, action: str, client: str, parties: tuple[str, str]) -> bool:
    """The same for one ticket. Its `parties` may do a few things to it whatever their role: who asked, and who opened
    it for them, while they belong to the client. So may whoever oversees it.
    """
    requester, opened_by = parties
    theirs = person.id == requester or (person.id == opened_by and person.client == client)
    theirs = theirs or oversees(person, client)
    return may(person, action, client) or (action in OWNERS and theirs)


def within(person: Person, clients: frozenset[str]) -> Person:
    """The same person, for these clients alone: all others are nothing to them."""
    roles = {client: person.roles_at(client) for client in sorted(clients) if person.roles_at(client)}
    return replace(person, roles=roles, client=person.client if person.client in clients else None)


def may_anywhere(person: Person, action: str) -> bool:
    """Whether there is any client at which the person may do it: what `help` offers."""
    return any(may(person, action, None if client == EVERY_CLIENT else client) for client in person.roles)


def visible_clients(person: Person, clients: Iterable[str]) -> frozenset[str]:
    """The clients whose rows a transaction opened for this person may touch."""
    everywhere = bool(person.roles.get(EVERY_CLIENT))
    return frozenset(c for c in clients if everywhere or c in person.roles or c == person.client)
