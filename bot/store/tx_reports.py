"""The numbers of months: summaries kept in the transaction that ends a ticket, and the rows that they are made of."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import reduce
from typing import Any

from sqlalchemy import Table, bindparam, delete, or_, select
from sqlalchemy.sql.expression import Executable

from bot.store import rows
from bot.store.looks import looked
from bot.store.report_tables import summaries, summary_categories, summary_lengths
from bot.store.rows import Row
from bot.store.statements import Insert, Statement, names, putting
from bot.store.tables import EPOCH, from_us, outages, tickets, to_us
from bot.store.transaction import Transaction
from desk import histograms
from desk.histograms import from_bytes
from desk.intervals import Span
from desk.tallies import COUNTS, LENGTHS, Cell, Contribution, Sum, changes
from desk.tickets import State, Ticket
from desk.uptime import Outage

_HOUR = timedelta(hours=1)
_KEY = ("client_id", "month", "priority")
_T = tickets.c
_LOOKED = "SELECT hour, chunk FROM history WHERE monitor = ? AND hour BETWEEN ? AND ? ORDER BY hour"


def _adding_up(table: Table, *key: str) -> Statement:
    """Add a row's numbers to those of the row with its key."""
    order = names(table)

    def build(insert: Insert) -> Executable:
        fresh = insert(table).values({name: bindparam(name) for name in order})
        more = {name: table.c[name] + fresh.excluded[name] for name in order if name not in key}
        statement: Executable = fresh.on_conflict_do_update(index_elements=list(key), set_=more)
        return statement

    return Statement(build, order)


def _of_months(table: Table) -> Statement:
    """A client's rows of some months in a row."""
    where = (table.c.client_id == bindparam("client"), table.c.month.between(bindparam("first"), bindparam("last")))
    return Statement(lambda _: select(table).where(*where), ["client", "first", "last"])


_ADD_UP = _adding_up(summaries, *_KEY)
_ADD_UP_CATEGORIES = _adding_up(summary_categories, "client_id", "month", "category")
_SUMS = _of_months(summaries)
_LENGTHS_OF = _of_months(summary_lengths)
_CATEGORIES = _of_months(summary_categories)
_ALL_SUMS = Statement(
    lambda _: select(summaries).where(summaries.c.month.between(bindparam("first"), bindparam("last"))),
    ["first", "last"],
)
_CELL_LENGTHS = Statement(
    lambda _: select(*(summary_lengths.c[name] for name in LENGTHS))
    .where(*(summary_lengths.c[name] == bindparam(name) for name in _KEY)),
    _KEY,
)  # fmt: skip
_PUT_LENGTHS = putting(summary_lengths, _KEY)


class ReportRows(Transaction):
    def count(self, was: Contribution | None, now: Contribution | None) -> None:
        """A ticket that counted as `was` counts as `now`; None counts nowhere."""
        for change in changes(was, now):
            self._allow(change.cell.client)
            if change.counts:
                self._later(_ADD_UP, (*change.cell, *(change.counts[name] for name in COUNTS)))
            if change.tickets:
                key = (change.cell.client, change.cell.month, change.category)
                self._later(_ADD_UP_CATEGORIES, (*key, change.tickets))
            if change.lengths:
                self._count_lengths(change)

    def _count_lengths(self, change: Contribution) -> None:
        there = self._one(_CELL_LENGTHS, *change.cell) or [b""] * len(LENGTHS)
        blobs = dict(zip(LENGTHS, map(bytes, there), strict=True))
        for (name, code), by in change.lengths.items():
            blobs[name] = histograms.added(blobs[name], code, by)
        self._run(_PUT_LENGTHS, (*change.cell, *blobs.values()))

    def forget_sums(self) -> None:
        """Take back everything that was counted, to count it anew."""
        self.flush()
        for table in (summaries, summary_lengths, summary_categories):
            gone = delete(table)
            mine = gone if self.clients is None else gone.where(table.c.client_id.in_(sorted(self.clients)))
            self._link.connection.execute(mine)
            self._note(table.name)

    def sums(self, months: Sequence[int], client: str | None = None) -> list[Sum]:
        """What ended tickets of these months, which follow each other, add up to: of one client, or of all."""
        self.flush()
        span = (months[0], months[-1])
        found = self._all(_ALL_SUMS, *span) if client is None else self._all(_SUMS, client, *span)
        return [Sum(Cell(*row[:3]), tuple(row[3:])) for row in found]

    def lengths(self, client: str, months: Sequence[int]) -> Mapping[str, Counter[int]]:
        """How many lengths of each code, by the names of `desk.tallies.LENGTHS`, of all priorities together."""
        found = self._all(_LENGTHS_OF, client, months[0], months[-1])
        columns = zip(*(row[3:] for row in found), strict=True) if found else [()] * len(LENGTHS)
        return {
            name: reduce(lambda all_, blob: all_ + from_bytes(blob), blobs, Counter[int]())
            for name, blobs in zip(LENGTHS, columns, strict=True)
        }

    def categories(self, client: str, months: Sequence[int]) -> Counter[str]:
        """How many tickets of each category have ended."""
        self.flush()
        found: Counter[str] = Counter()
        for _, _, category, count in self._all(_CATEGORIES, client, months[0], months[-1]):
            found[category] += count
        return +found

    def opened_in(
        self, client: str, months: Sequence[int], *, states: Sequence[State] = (), priority: str = "",
        holding: str = "", after: int = 0, limit: int = 1000,
    ) -> list[Ticket]:  # fmt: skip
        """The tickets opened in these months, by number, those above `after`. `holding` is a word that stands in the
        text of their clocks.
        """
        query = self._mine(select(tickets), tickets).where(_T.client_id == client, _T.month.in_(list(months)))
        query = query.where(_T.number > after).order_by(_T.number).limit(limit)
        query = query.where(_T.state.in_([state.value for state in states])) if states else query
        query = query.where(_T.priority == priority) if priority else query
        query = query.where(_T.clocks.contains(holding, autoescape=True)) if holding else query
        return [rows.ticket(row) for row in self._select(query)]

    def outages(self, client: str, start: datetime, end: datetime) -> list[Outage]:
        """Those that touch `[start, end)`, in the order in which they began."""
        lasted = or_(outages.c.ended_at.is_(None), outages.c.ended_at > to_us(start))
        query = self._mine(select(outages), outages).where(outages.c.client_id == client, lasted)
        query = query.where(outages.c.started_at < to_us(end)).order_by(outages.c.started_at, outages.c.alert)
        return [Outage(alert, of, from_us(began), rows.at(ended)) for alert, _, of, began, ended in self._select(query)]

    def looked(self, monitor: str, start: datetime, end: datetime, reach: float) -> list[Span]:
        """Of which time there is data about a monitor; a look vouches for `reach` seconds at most."""
        hours = ((start - EPOCH) // _HOUR - 1, (end - EPOCH) // _HOUR)
        return looked(((hour, bytes(chunk)) for hour, chunk in self.rows(_LOOKED, (monitor, *hours))), reach)

    def _all(self, statement: Statement, *params: Any) -> list[Row]:
        return [row for row in self._run(statement, params).fetchall() if self._sees(row[0])]
