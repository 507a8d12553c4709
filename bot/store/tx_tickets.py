"""Tickets, their timeline, and the one sequence of numbers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from bot.store import rows
from bot.store.statements import Spelled, adding, finding, inserting, replacing
from bot.store.tables import tickets, timeline, to_us, watchers
from bot.store.transaction import Transaction
from desk.tickets import State, Ticket, TimelineEntry

# A row that all who open a ticket must change would make them wait for each other, or lose: there a sequence gives it.
_NEXT = Spelled(
    sqlite="UPDATE numbers SET last = last + 1 WHERE id = 1 RETURNING last",
    postgresql="SELECT nextval('number_seq')",
)
_FIND = finding(tickets, "number")
_ADD = adding(tickets, "number")
_REPLACE = replacing(tickets)
_T = tickets.c
_FOLLOW = adding(watchers, "person", "number")
_TELL = inserting(timeline, without=["id"])


class TicketRows(Transaction):
    def number(self) -> int:
        """The next number of the one sequence of tickets, alerts, runs and approvals."""
        row = self._one(_NEXT)
        assert row is not None, "the migration that made the table put its one row there"  # noqa: S101 - for mypy
        return int(row[0])

    def ticket(self, number: int) -> Ticket | None:
        row = self._one(_FIND, number)
        return rows.ticket(row) if row and self._sees(row[1]) else None

    def tickets(
        self,
        *,
        states: Sequence[State] = (),
        client: str | None = None,
        requester: str | None = None,
        assignee: str | None = None,
        since: datetime | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> list[Ticket]:
        """In the order of their numbers, those above `after`; `since` is about when they were opened."""
        query = self._mine(select(tickets), tickets).where(tickets.c.number > after)
        query = query.order_by(tickets.c.number).limit(limit)
        if states:
            query = query.where(tickets.c.state.in_([state.value for state in states]))
        for column, value in ((_T.client_id, client), (_T.requester, requester), (_T.assignee, assignee)):
            query = query if value is None else query.where(column == value)
        if since is not None:
            query = query.where(tickets.c.opened_at >= to_us(since))
        return [rows.ticket(row) for row in self._select(query)]

    def watched(self, person: str, limit: int = 200) -> list[Ticket]:
        """The newest that this person watches, or has watched: the ticket itself says whether they still do."""
        mine = select(watchers.c.number).where(watchers.c.person == person)
        query = self._mine(select(tickets), tickets).where(_T.number.in_(mine)).order_by(_T.number.desc()).limit(limit)
        self.flush()
        return [rows.ticket(row) for row in self._select(query)]

    def ticket_from(self, source: str, requester: str) -> Ticket | None:
        """The first that was opened from this message for this person."""
        query = self._mine(select(tickets), tickets).where(_T.source == source)
        return self._first(query.where(_T.requester == requester))

    def ticket_at(self, home: str, root: str) -> Ticket | None:
        """The first whose thread this is."""
        return self._first(self._mine(select(tickets), tickets).where(_T.home == home, _T.root == root))

    def _first(self, query: Select[Any]) -> Ticket | None:
        found = self._select(query.order_by(_T.number).limit(1))
        return rows.ticket(found[0]) if found else None

    def save_ticket(self, ticket: Ticket) -> Ticket:
        """The ticket as it is now stored, one version on. Raises Conflict, ForeignClient."""
        saved = ticket.version + 1
        key = (ticket.number, ticket.client, ticket.version)
        self._save(_ADD, _REPLACE, rows.ticket_row(ticket, saved), key)
        for person in ticket.watchers:  # a row too many, of one who no longer follows, finds a ticket that says so
            self._later(_FOLLOW, (person, ticket.number, ticket.client))
        return replace(ticket, version=saved)

    def timeline(self, number: int, *, public_only: bool = False, limit: int = 50) -> list[TimelineEntry]:
        """The newest `limit` entries, oldest first."""
        self.flush()
        query = self._mine(select(timeline), timeline).where(timeline.c.number == number)
        if public_only:
            query = query.where(timeline.c.public)
        newest = self._select(query.order_by(timeline.c.id.desc()).limit(limit))
        return [rows.timeline_entry(row) for row in reversed(newest)]

    def said(self, number: int, message: str) -> list[TimelineEntry]:
        """What the timeline has of one message: its words, then each edit, oldest first."""
        self.flush()
        query = self._mine(select(timeline), timeline).where(timeline.c.number == number)
        found = self._select(query.where(timeline.c.message == message).order_by(timeline.c.id))
        return [rows.timeline_entry(row) for row in found]

    def tell(self, entry: TimelineEntry) -> None:
        self._allow(entry.client)
        self._later(_TELL, rows.timeline_row(entry))
