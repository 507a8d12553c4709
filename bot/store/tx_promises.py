"""Broken promises, and what people are reminded of."""

import json
from datetime import datetime

from sqlalchemy import select

from bot.store import rows
from bot.store.promise_tables import breaches, reminders
from bot.store.rows import Row, at, us
from bot.store.statements import adding, putting
from bot.store.tables import from_us, to_us
from bot.store.transaction import Transaction
from desk.breaches import Breach
from desk.cards import Text
from desk.detail import marked_from_json, marked_to_json
from handlers.ticket_records import Reminded

_PUT = putting(breaches, ["number", "metric", "due_at"])
_REMIND = adding(reminders, "person", "quarter", "subject", "kind")
_B, _R = breaches.c, reminders.c


class PromiseRows(Transaction):
    def breaches(self, number: int) -> list[Breach]:
        """The broken promises of a ticket, oldest first."""
        query = self._mine(select(breaches), breaches).where(_B.number == number)
        return [_breach(row) for row in self._select(query.order_by(_B.due_at, _B.metric))]

    def breaches_between(self, client: str, start: datetime, end: datetime) -> list[Breach]:
        """Those of a client that were due in `[start, end)`, oldest first."""
        query = self._mine(select(breaches), breaches).where(_B.client_id == client)
        query = query.where(_B.due_at >= to_us(start), _B.due_at < to_us(end))
        return [_breach(row) for row in self._select(query.order_by(_B.due_at, _B.number, _B.metric))]

    def save_breach(self, breach: Breach) -> None:
        self._allow(breach.client)
        self._run(_PUT, (
            breach.number, breach.metric, to_us(breach.due_at), breach.client, breach.step, breach.acked_by,
            us(breach.acked_at), breach.reason, breach.words, breach.reasoned_by,
        ))  # fmt: skip

    def remind(self, person: str, quarter: datetime, reminded: Reminded) -> None:
        """Kept for this person and quarter of an hour; the same kind about the same subject once."""
        self._allow(reminded.client)
        words = rows.compact(marked_to_json(reminded.words))
        row = (person, to_us(quarter), reminded.subject, reminded.kind, reminded.client, to_us(reminded.at), words)
        self._run(_REMIND, row)

    def reminded(self, person: str, client: str, quarter: datetime) -> list[Reminded]:
        """All of this client's that this person is reminded of in this quarter of an hour, oldest first."""
        query = self._mine(select(reminders), reminders).where(_R.person == person, _R.quarter == to_us(quarter))
        found = self._select(query.where(_R.client_id == client).order_by(_R.at, _R.subject, _R.kind))
        return [Reminded(row[2], row[3], row[4], from_us(row[5]), _words(row[6])) for row in found]


def _breach(row: Row) -> Breach:
    return Breach(row[0], row[3], row[1], from_us(row[2]), row[4], row[5], at(row[6]), row[7], row[8], row[9])


def _words(stored: str) -> Text:
    return marked_from_json(json.loads(stored))
