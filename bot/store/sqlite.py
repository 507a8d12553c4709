"""A store in a file of SQLite: one writer whose calls share their commits, and a few readers."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine

from bot.ports import Clock, Ids
from bot.store.databases import Ask, Opened
from bot.store.engines import PATIENCE, reading, writing
from bot.store.errors import StoreBusy, StoreRefused, told
from bot.store.transaction import Link
from bot.store.tx import StoreTx, asked
from bot.store.writer import GroupCommitter

T = TypeVar("T")

CHECKED_UP_TO = 512 * 1024 * 1024  # bytes; a larger file's pages are checked as they are read
READ_TIME = 5.0  # seconds a reader may take: a longer one would keep the log from being emptied
_STEPS = 20_000  # of SQLite's machine between two looks at the time
_MAGIC = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """`synchronous` is SQLite's word for how a commit reaches the disk; `patience` is how long, in seconds, a locked
    file is waited for.
    """

    path: Path
    synchronous: str = "FULL"
    patience: float = PATIENCE

    @property
    def name(self) -> str:
        return str(self.path)

    def held(self) -> AbstractContextManager[None]:
        """Whoever holds the data folder (`bot.store.lock`) holds the file in it."""
        return nullcontext()

    def revision(self) -> str | None:
        """Leaves every byte of the folder as it is."""
        path = self.path
        if not path.exists() or path.stat().st_size == 0:
            return None
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise StoreRefused(f"{path} is not a database. Move it away, or restore a backup in its place.")
        shared = path.with_name(path.name + "-shm")
        was_there = shared.exists()
        try:
            with closing(_untouched(path)) as connection:
                return _inspect(path, connection)
        except sqlite3.Error as error:
            failed = told(error)
            if isinstance(failed, StoreBusy):
                raise failed from error
            raise _damaged(path, str(error)) from error
        finally:
            if not was_there:
                shared.unlink(missing_ok=True)

    def migrating(self) -> Engine:
        return writing(self.path, patience=self.patience)

    @contextmanager
    def asking(self) -> Iterator[Ask]:
        with self.looking() as connection:
            yield lambda sql, params: connection.execute(sql, params).fetchall()

    @contextmanager
    def looking(self) -> Iterator[sqlite3.Connection]:
        """Which cannot write."""
        uri = f"{self.path.resolve().as_uri()}?mode=rw"  # read-only, it would leave a log behind that nobody owns
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
            connection.execute("PRAGMA query_only = ON")
            yield connection

    def open(self, clock: Clock, ids: Ids, *, inline: bool) -> Opened:  # noqa: ARG002 - one writer, inline or not
        connection = writing(self.path, synchronous=self.synchronous, patience=self.patience).connect()
        cursor = connection.connection.cursor()
        link = SqliteLink(connection, cursor, connection.dialect.name, ids, ids.token())
        return Opened([GroupCommitter(link, clock)], SqliteReader(reading(self.path, patience=self.patience), clock))


class SqliteLink(Link):
    def in_transaction(self) -> bool:
        return bool(self.cursor.connection.in_transaction)


class SqliteReader:
    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def read(self, fn: Callable[[StoreTx], T], clients: frozenset[str] | None) -> T:
        with self._engine.connect() as connection, connection.begin():
            driver = connection.connection.driver_connection
            assert driver is not None, "it was connected just now"  # noqa: S101 - for mypy
            until = self._clock.monotonic() + READ_TIME
            driver.set_progress_handler(lambda: self._clock.monotonic() > until, _STEPS)
            with closing(driver.cursor()) as cursor:
                link = SqliteLink.reading(connection, cursor)
                return asked(StoreTx(link, clients, self._clock.now()), fn)

    def close(self) -> None:
        self._engine.dispose()


def _inspect(path: Path, connection: sqlite3.Connection) -> str | None:
    if path.stat().st_size <= CHECKED_UP_TO:
        result = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if result != "ok":
            raise _damaged(path, result)
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise StoreRefused(f"{path} is a database, but none of Deskbell's. Choose another data folder.")
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found[0]) if found else None


def _damaged(path: Path, how: str) -> StoreRefused:
    return StoreRefused(f"{path} is damaged ({how}). It was not touched: keep a copy, then restore a backup.")


def _untouched(path: Path) -> sqlite3.Connection:
    """A connection that leaves no trace. Only a log left by a crash must be read along, and is left lying as it is."""
    log = path.with_name(path.name + "-wal")
    crashed = log.exists() and log.stat().st_size > 0
    mode = "mode=ro" if crashed else "immutable=1"
    return sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True, isolation_level=None)
