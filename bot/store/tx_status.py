"""What staff published on status pages, and when a monitor was in maintenance."""

from datetime import datetime

from sqlalchemy import select

from bot.store.statements import inserting, putting
from bot.store.status_tables import maintained, updates
from bot.store.tables import from_us, to_us
from bot.store.transaction import Transaction
from desk.intervals import Span
from desk.status import Stage, Update

MOST = 500  # updates of one page
_PUT = putting(maintained, ["monitor", "started_at"])
_ADD = inserting(updates, without=["id"])


class StatusRows(Transaction):
    def publish(self, update: Update) -> None:
        """Raises ForeignClient."""
        self._allow(update.client)
        given = (update.client, update.page, update.alert, to_us(update.at), update.who, update.stage, update.words)
        self._run(_ADD, (*given, " ".join(update.components)))

    def published(self, page: str, client: str, since: datetime) -> list[Update]:
        """The newest first; so many at most that a page stays one."""
        query = self._mine(select(updates), updates).where(updates.c.page == page, updates.c.client_id == client)
        query = query.where(updates.c.at >= to_us(since)).order_by(updates.c.at.desc(), updates.c.id.desc()).limit(MOST)
        return [
            Update(r[2], r[1], r[3], from_us(r[4]), r[5], Stage(r[6]), r[7], tuple(r[8].split()))
            for r in self._select(query)
        ]

    def was_maintained(self, monitor: str, client: str, span: Span) -> None:
        """Raises ForeignClient."""
        self._allow(client)
        self._run(_PUT, (monitor, to_us(span[0]), to_us(span[1]), client))

    def maintenance_of(self, monitor: str, start: datetime, end: datetime) -> list[Span]:
        """In the order in which it began."""
        query = self._mine(select(maintained.c.started_at, maintained.c.ended_at), maintained)
        query = query.where(maintained.c.monitor == monitor, maintained.c.started_at < to_us(end))
        query = query.where(maintained.c.ended_at > to_us(start)).order_by(maintained.c.started_at)
        return [(from_us(began), from_us(ended)) for began, ended in self._select(query)]
