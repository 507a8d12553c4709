"""Getting the million tickets into a database quickly, with the sums that the bot would have kept of them."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg

from bench import million
from bench.million import PLACE
from bot.store import rows as stored
from bot.store.statements import names
from bot.store.store import Store, StoreTx
from bot.store.tables import metadata
from desk.tallies import Cell, Contribution, contribution

BATCH = 10_000
Added = tuple[Counter[str], Counter[tuple[str, int]]]  # counts and lengths
_TELLS = [PLACE[name] for name in ("priority", "state", "measured", "replies", "level", "reopens", "stars", "spent")]
_OPENED, _TOUCHED, _CLOSED = (PLACE[name] for name in ("opened_at", "touched_at", "closed_at"))


class Sums:
    """What the rows that went by add up to. Rows that tell the same count the same, so each is worked out once."""

    def __init__(self) -> None:
        self.cells: dict[Cell, Added] = defaultdict(lambda: (Counter(), Counter()))
        self.categories: Counter[tuple[Cell, str]] = Counter()
        self._known: dict[tuple[Any, ...], Contribution | None] = {}

    def of(self, found: Iterator[list[Any]]) -> Iterator[list[Any]]:
        for row in found:
            lasted = (row[_CLOSED] or 0) - row[_OPENED], (row[_TOUCHED] or 0) - row[_OPENED]
            key = (*lasted, *(row[place] for place in _TELLS))
            if key not in self._known:
                self._known[key] = contribution(stored.ticket(row))
            counted = self._known[key]
            if counted:
                cell = Cell(row[PLACE["client_id"]], row[PLACE["month"]], counted.cell.priority)
                counts, lengths = self.cells[cell]
                counts.update(counted.counts)
                lengths.update(counted.lengths)
                self.categories[cell, row[PLACE["category"]]] += 1
            yield row

    def count(self, tx: StoreTx) -> None:
        for cell, (counts, lengths) in self.cells.items():
            tx.add_up(Contribution(cell, "", 0, counts, lengths))
        for (cell, category), tickets_ in self.categories.items():
            tx.add_up(Contribution(cell, category, tickets_, Counter(), Counter()))


async def fill(store: Store, load: "Loader", count: int) -> None:
    """The store is open on the same database, whose tables it has made."""
    sums = Sums()
    load.table("tickets", sums.of(million.rows(count)))
    load.table("outages", iter(million.outages()))
    load.table("history", million.history())
    load.ready()
    await store.write(sums.count)


class Loader:
    """Puts rows into a table, in no transaction of the store's."""

    def table(self, name: str, rows: Iterator[Sequence[Any]]) -> None:
        raise NotImplementedError

    def ready(self) -> None:
        """All is there: let the database look at it."""
        raise NotImplementedError


class IntoSqlite(Loader):
    def __init__(self, path: Path) -> None:
        self._path = path

    def table(self, name: str, rows: Iterator[Sequence[Any]]) -> None:
        columns = names(metadata.tables[name])
        into = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - our own names
        with closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            while batch := list(islice(rows, BATCH)):
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(into, batch)
                connection.execute("COMMIT")

    def ready(self) -> None:
        with closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
            connection.execute("PRAGMA analysis_limit = 1000")
            connection.execute("ANALYZE")


class IntoPostgres(Loader):
    def __init__(self, address: str) -> None:
        self._address = address

    def table(self, name: str, rows: Iterator[Sequence[Any]]) -> None:
        columns = ", ".join(names(metadata.tables[name]))
        with (
            psycopg.connect(self._address) as connection,
            connection.cursor() as cursor,
            cursor.copy(f"COPY {name} ({columns}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def ready(self) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
