"""The numbers of months: summaries kept in the transaction that ends a ticket, and the rows that they are made of."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, or_, select

from bot.store import rows
from bot.store.looks import looked
from bot.store.report_tables import summaries, summary_categories, summary_lengths
from bot.store.rows import Row
from bot.store.statements import Statement
from bot.store.tables import EPOCH, from_us, outages, tickets, to_us
from bot.store.tx_sums import SumRows
from desk.histograms import from_bytes
from desk.intervals import Span
from desk.tallies import COUNTS, LENGTHS, Cell, Sum
from desk.tickets import State, Ticket
from desk.uptime import Outage

_HOUR = timedelta(hours=1)
_T = tickets.c
_LOOKED = "SELECT hour, chunk FROM history WHERE monitor = ? AND hour BETWEEN ? AND ? ORDER BY hour"


def _of_months(table: Table) -> Statement:
    """A client's rows of some months in a row."""
    where = (table.c.client_id == bindparam("client"), table.c.month.between(bindparam("first"), bindparam("last")))
    return Statement(lambda _: select(table).where(*where), ["client", "first", "last"])


_SUMS = _of_months(summaries)
_LENGTHS_OF = _of_months(summary_lengths)
_CATEGORIES = _of_months(summary_categories)
_ALL_SUMS = Statement(
    lambda _: select(summaries).where(summaries.c.month.between(bindparam("first"), bindparam("last"))),
    ["first", "last"],
)


class ReportRows(SumRows):
    def sums(self, months: Sequence[int], client: str | None = None) -> list[Sum]:
        """What ended tickets of these months, which follow each other, add up to: of one client, or of all."""
        span = (months[0], months[-1])
        rows_ = self._of_mine(_ALL_SUMS, *span) if client is None else self._of_mine(_SUMS, client, *span)
        found = {Cell(*row[:3]): tuple(row[3:]) for row in rows_}
        for each in self._not_added_up(*span, client):
            before = found.get(each.cell, (0,) * len(COUNTS))
            found[each.cell] = tuple(n + each.counts[name] for n, name in zip(before, COUNTS, strict=True))
        return [Sum(cell, counts) for cell, counts in found.items()]

    def lengths(self, client: str, months: Sequence[int]) -> Mapping[str, Counter[int]]:
        """How many lengths of each code, by the names of `desk.tallies.LENGTHS`, of all priorities together."""
        found: dict[str, Counter[int]] = {name: Counter() for name in LENGTHS}
        for row in self._of_mine(_LENGTHS_OF, client, months[0], months[-1]):
            for name, blob in zip(LENGTHS, row[3:], strict=True):
                found[name].update(from_bytes(blob))
        for each in self._not_added_up(months[0], months[-1], client):
            for (name, code), by in each.lengths.items():
                found[name][code] += by
        return {name: +counts for name, counts in found.items()}

    def categories(self, client: str, months: Sequence[int]) -> Counter[str]:
        """How many tickets of each category have ended."""
        found: Counter[str] = Counter()
        for _, _, category, count in self._of_mine(_CATEGORIES, client, months[0], months[-1]):
            found[category] += count
        for each in self._not_added_up(months[0], months[-1], client):
            found[each.category] += each.tickets
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

    def _of_mine(self, statement: Statement, *params: Any) -> list[Row]:
        """Each begins with its client."""
        return [row for row in self._run(statement, params).fetchall() if self._sees(row[0])]
