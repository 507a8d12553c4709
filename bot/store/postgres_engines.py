"""Connections to PostgreSQL, and the one place that a process takes in a database."""

import hashlib
from collections.abc import Callable
from typing import Any

from psycopg.types.string import StrDumper
from sqlalchemy import URL, Connection, Engine, NullPool, QueuePool, create_engine, event
from sqlalchemy.exc import DBAPIError

from bot.store.engines import READERS
from bot.store.errors import StoreClosed, sqlstate
from bot.store.lock import AlreadyRunning

READ_TIME = 5.0  # seconds for one question of a reader
IDLE = 30.0  # seconds that a transaction may stand still: a frozen process must not hold what others wait for
_CHARACTERS = "22021"


class _NoNul(StrDumper):
    """The character NUL, which PostgreSQL cannot store, is shown as one that nobody can read."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\ufffd"))


def writing(url: URL, patience: float) -> Engine:
    """One connection each time; `patience` is how long, in seconds, a lock or the server is waited for."""
    settings = {
        "default_transaction_isolation": "serializable", "lock_timeout": _milliseconds(patience),
        "idle_in_transaction_session_timeout": _milliseconds(IDLE),
    }  # fmt: skip
    return _engine(url, settings, patience, poolclass=NullPool)


def reading(url: URL, patience: float) -> Engine:
    """One state of the database in each transaction, and nothing can be written."""
    settings = {
        "default_transaction_isolation": "repeatable read", "default_transaction_read_only": "on",
        "statement_timeout": _milliseconds(READ_TIME), "idle_in_transaction_session_timeout": _milliseconds(IDLE),
    }  # fmt: skip
    return _engine(url, settings, patience, poolclass=QueuePool, pool_size=READERS, max_overflow=0)


def advisory(connection: Connection, what: str, name: str) -> Any:
    """Lock or unlock a name (`pg_advisory_WHAT`), outside of any transaction; what PostgreSQL says to it."""
    driver: Any = connection.connection.driver_connection
    number = int.from_bytes(hashlib.sha256(f"deskbell/{name}".encode()).digest()[:8], signed=True)
    driver.autocommit = True
    try:
        return driver.execute(f"SELECT pg_advisory_{what}(%s)", (number,)).fetchone()[0]
    finally:
        if not driver.closed:
            driver.autocommit = False


class Holder:
    """The one process on a database. Its lock lives as long as its connection; each writer's connection shares another
    one, so that nobody comes in while any of them is still there.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine, self._name = engine, name
        self._connection: Connection | None = None

    def take(self) -> None:
        """Raises AlreadyRunning. Waits, as long as a lock is waited for: a killed process is not gone at once."""
        self.close()
        self._connection = self._engine.connect()
        try:
            for name in ("process", "writers"):
                advisory(self._connection, "lock", name)
            advisory(self._connection, "unlock", "writers")
        except Exception as error:
            self.close()
            if sqlstate(error) != _LOCKED:
                raise
            sentence = f"Another Deskbell is running on {self._name}. Stop it, or set DESKBELL_DATABASE."
            raise AlreadyRunning(sentence) from error

    def join(self, connection: Connection) -> None:
        """A writer comes in. Raises StoreClosed when another process has taken our place while we were cut off."""
        if self._connection is None or not self._is_there():
            self._again()
        advisory(connection, "lock_shared", "writers")
