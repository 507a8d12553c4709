"""Whose turn it is to get a ticket."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from bot.store.statements import putting
from bot.store.tables import tickets, turns
from bot.store.transaction import Transaction
from desk.tickets import UNRESOLVED

_TAKE = putting(turns, ["team"])


class TurnRows(Transaction):
    def open_counts(self, people: Sequence[str]) -> Mapping[str, int]:
        """How many unsolved tickets each of these has, of every client: a number and no more is told of the others'."""
        query = select(tickets.c.assignee, func.count()).where(tickets.c.assignee.in_(people))
        query = query.where(tickets.c.state.in_(sorted(UNRESOLVED))).group_by(tickets.c.assignee)
        return {row[0]: int(row[1]) for row in self._select(query)}

    def last_turn(self, team: str) -> str | None:
        """Who of the team was given the last ticket."""
        found = self._select(select(turns.c.person).where(turns.c.team == team))
        return found[0][0] if found else None

    def take_turn(self, team: str, person: str) -> None:
        self._run(_TAKE, (team, person))
