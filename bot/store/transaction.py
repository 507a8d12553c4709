"""What all parts of a transaction share: the cursor, the clients it was opened for, and what waits to be written."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Connection, Select, Table

from bot.ports import Ids
from bot.store.errors import Conflict, ForeignClient
from bot.store.rows import Row
from bot.store.statements import Statement, moved_by, spelled


@dataclass(slots=True)
class PlaceBook:
    """The places of channels, remembered between transactions. A group of calls in which they move remembers nothing:
    no rollback has anything to undo here.
    """

    known: dict[str, list[str]] = field(default_factory=dict)
    sharing: dict[str, tuple[str, frozenset[str] | None]] | None = None  # by client: detail, platforms
    moving: bool = False

    def moved(self) -> None:
        self.known.clear()
        self.sharing = None
        self.moving = True


@dataclass(frozen=True, slots=True)
class Link:
    """One open connection and its driver's cursor."""

    connection: Connection
    cursor: Any
    dialect: str
    ids: Ids
    secret: str = ""  # random, and of this process alone
    places: PlaceBook = field(default_factory=PlaceBook)

    def in_transaction(self) -> bool:
        """Whether the database still has our transaction open: a full disk, for one, ends it behind our back."""
        raise NotImplementedError

    @classmethod
    def reading(cls, connection: Connection, cursor: Any) -> Self:
        """For a transaction that makes nothing."""
        return cls(connection, cursor, connection.dialect.name, _NoIds())


class _NoIds:
    """A reader makes nothing that needs an id."""

    def token(self) -> str:
        return ""


class Transaction:
    """Lives for one call. `now` is when it began, aware UTC; `moved` the tables it wrote to.

    What nobody reads back (timeline, posts, deadlines, audit) waits in memory and is written many rows at a time: at
    the end, and before any read that could miss it.
    """

    def __init__(self, link: Link, clients: frozenset[str] | None, now: datetime) -> None:
        self.now = now
        self.clients = clients
        self.moved: set[str] = set()
        self._link = link
        self._waiting: dict[Statement, list[Row]] = {}

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What a statement of our own text gives; `?` marks its parameters on every database."""
        return self._execute_text(sql, params).fetchall()  # type: ignore[no-any-return]

    def execute(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Run a statement of our own text; how many rows it touched."""
        return self._execute_text(sql, params).rowcount  # type: ignore[no-any-return]

    def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> int:
        """The same statement for many rows; how many it touched in all."""
        self.flush()
        if not rows:
            return 0
        self._note(moved_by(sql))
        self._link.cursor.executemany(spelled(sql, self._link.dialect), rows)
        return self._link.cursor.rowcount  # type: ignore[no-any-return]

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is written inside is taken back when it raises; the error goes on to whoever opened it."""
        self.flush()
        moved = set(self.moved)
        begin_savepoint(self._link, "part")
        try:
            yield
            self.flush()
        except BaseException:
            self._waiting.clear()
            self.moved = moved
            if self._link.in_transaction():
                undo_savepoint(self._link, "part")
            raise
        release_savepoint(self._link, "part")

    def flush(self) -> None:
        """Write what waits."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, {}
        for statement, rows in waiting.items():
            if len(rows) == 1:
                self._run(statement, rows[0])
                continue
            self._link.cursor.executemany(statement.text(self._link.dialect), rows)
            self._note(statement.moves)

    def _later(self, statement: Statement, row: Row) -> None:
        self._waiting.setdefault(statement, []).append(row)

    def _run(self, statement: Statement, row: Row) -> Any:
        self._link.cursor.execute(statement.text(self._link.dialect), row)
        self._note(statement.moves)
        return self._link.cursor

    def _one(self, statement: Statement, *params: Any) -> Row | None:
        return self._run(statement, params).fetchone()  # type: ignore[no-any-return]

    def _found(self, statement: Statement, *params: Any) -> list[Row]:
        return self._run(statement, params).fetchall()  # type: ignore[no-any-return]

    def _select(self, query: Select[Any]) -> list[Row]:
        return [tuple(row) for row in self._link.connection.execute(query)]

    def _mine(self, query: Select[Any], table: Table) -> Select[Any]:
        """The query without the rows of clients for whom this transaction was not opened."""
        return query if self.clients is None else query.where(table.c.client_id.in_(sorted(self.clients)))

    def _sees(self, client: str | None) -> bool:
        return self.clients is None or client in self.clients

    def _allow(self, client: str | None) -> None:
        """A row without a client is the desk's own, and everybody's transaction may write it."""
        if client is not None and not self._sees(client):
            raise ForeignClient(f"This transaction was not opened for {client}.")

    def _save(self, add: Statement, replace: Statement, row: Row, key: tuple[int, str, int]) -> None:
        """Add the row if its value is new, else put it in the place of the version that was loaded."""
        number, client, version = key
        self._allow(client)
        done = self._run(add, row) if version == 0 else self._run(replace, (*row, number, client, version))
        if done.rowcount != 1:
            raise Conflict(f"{number} was changed by somebody else just now. Look at it again.")

    def _execute_text(self, sql: str, params: Sequence[Any]) -> Any:
        self.flush()
        self._link.cursor.execute(spelled(sql, self._link.dialect), params)
        self._note(moved_by(sql))
        return self._link.cursor

    def _note(self, table: str | None) -> None:
        if table:
            self.moved.add(table)
        if table in {"places", "sharing"}:
            self._link.places.moved()


# A savepoint is a statement of its own: SQLAlchemy's begin_nested costs five times as much.
def begin_savepoint(link: Link, name: str) -> None:
    link.cursor.execute(f"SAVEPOINT {name}")


def release_savepoint(link: Link, name: str) -> None:
    link.cursor.execute(f"RELEASE SAVEPOINT {name}")


def undo_savepoint(link: Link, name: str) -> None:
    link.cursor.execute(f"ROLLBACK TO SAVEPOINT {name}")
    link.cursor.execute(f"RELEASE SAVEPOINT {name}")
