"""What ended tickets add up to: changes as they come, and the sums that they are added to a minute later."""

import json
from collections import Counter

from sqlalchemy import Table, bindparam, delete, select
from sqlalchemy.sql.expression import Executable

from bot.store.report_tables import summaries, summary_categories, summary_changes, summary_lengths
from bot.store.rows import Row, compact
from bot.store.statements import Insert, Statement, inserting, names, putting
from bot.store.transaction import Transaction
from desk import histograms
from desk.tallies import COUNTS, LENGTHS, Cell, Contribution, changes, summed

FOLDED = 250  # changes that one transaction adds up: some milliseconds

_KEY = ("client_id", "month", "priority")
_CHANGE = inserting(summary_changes, without=["id"])
_GONE = Statement(lambda _: delete(summary_changes).where(summary_changes.c.id == bindparam("id")), ["id"])
_CELL_LENGTHS = Statement(
    lambda _: select(*(summary_lengths.c[name] for name in LENGTHS))
    .where(*(summary_lengths.c[name] == bindparam(name) for name in _KEY)),
    _KEY,
)  # fmt: skip
_PUT_LENGTHS = putting(summary_lengths, _KEY)


def _adding_up(table: Table, *key: str) -> Statement:
    """Add a row's numbers to those of the row with its key."""
    order = names(table)

    def build(insert: Insert) -> Executable:
        fresh = insert(table).values({name: bindparam(name) for name in order})
        more = {name: table.c[name] + fresh.excluded[name] for name in order if name not in key}
        statement: Executable = fresh.on_conflict_do_update(index_elements=list(key), set_=more)
        return statement

    return Statement(build, order)


_ADD_UP = _adding_up(summaries, *_KEY)
_ADD_UP_CATEGORIES = _adding_up(summary_categories, "client_id", "month", "category")


class SumRows(Transaction):
    def count(self, was: Contribution | None, now: Contribution | None) -> None:
        """A ticket that counted as `was` counts as `now`; None counts nowhere."""
        for change in changes(was, now):
            self._allow(change.cell.client)
            counts = compact(list(change.counts.items()))
            lengths = compact([(name, code, by) for (name, code), by in change.lengths.items()])
            self._later(_CHANGE, (*change.cell, change.category, change.tickets, counts, lengths))

    def add_up(self, each: Contribution) -> None:
        """Add what many tickets contribute to the sums themselves."""
        self._allow(each.cell.client)
        if each.counts:
            self._later(_ADD_UP, (*each.cell, *(each.counts[name] for name in COUNTS)))
        if each.tickets:
            self._later(_ADD_UP_CATEGORIES, (each.cell.client, each.cell.month, each.category, each.tickets))
        if each.lengths:
            there = self._one(_CELL_LENGTHS, *each.cell) or [b""] * len(LENGTHS)
            blobs = dict(zip(LENGTHS, map(bytes, there), strict=True))
            for (name, code), by in each.lengths.items():
                blobs[name] = histograms.added(blobs[name], code, by)
            self._run(_PUT_LENGTHS, (*each.cell, *blobs.values()))

    def sums_wait(self) -> bool:
        """Whether there are changes that are in no sum yet."""
        return bool(self.rows("SELECT 1 FROM summary_changes LIMIT 1"))

    def fold_sums(self, limit: int = FOLDED) -> int:
        """Add the oldest changes to the sums; how many there were. One caller at a time."""
        self.flush()
        found = self._select(self._mine(select(summary_changes), summary_changes).order_by("id").limit(limit))
        for each in summed(map(_contribution, found)):
            self.add_up(each)
        for row in found:
            self._later(_GONE, (row[0],))
        return len(found)

    def forget_sums(self) -> None:
        """Take back everything that was counted, to count it anew."""
        self.flush()
        for table in (summary_changes, summaries, summary_lengths, summary_categories):
            gone = delete(table)
            mine = gone if self.clients is None else gone.where(table.c.client_id.in_(sorted(self.clients)))
            self._link.connection.execute(mine)
            self._note(table.name)

    def _not_added_up(self, first: int, last: int, client: str | None = None) -> list[Contribution]:
        """The changes of these months that are in no sum yet."""
        self.flush()
        query = self._mine(select(summary_changes), summary_changes)
        query = query.where(summary_changes.c.month.between(first, last))
        query = query if client is None else query.where(summary_changes.c.client_id == client)
        return [_contribution(row) for row in self._select(query)]


def _contribution(row: Row) -> Contribution:
    _, client, month, priority, category, tickets, counts, lengths = row
    return Contribution(
        Cell(client, month, priority), category, tickets, Counter(dict(json.loads(counts))),
        Counter({(name, code): by for name, code, by in json.loads(lengths)}),
    )  # fmt: skip
