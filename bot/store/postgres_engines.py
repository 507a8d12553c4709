"""Connections to PostgreSQL, and the one place that a process takes in a database."""

import hashlib
import logging
import threading
from typing import Any

from psycopg.types.string import StrDumperUnknown
from sqlalchemy import URL, Connection, Engine, NullPool, QueuePool, create_engine, event

from bot.store.engines import READERS
from bot.store.errors import StoreClosed, is_gone, sqlstate
from bot.store.lock import AlreadyRunning

# It warns of every statement behind one that failed; what failed is raised, and a lost race is no news.
logging.getLogger("psycopg").setLevel(logging.ERROR)

READ_TIME = 5.0  # seconds for one question of a reader
IDLE = 30.0  # seconds that a transaction may stand still: a frozen process must not hold what others wait for
_LOCKED = "55P03"


class _NoNul(StrDumperUnknown):
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


def reading(url: URL, patience: float, limit: float = READ_TIME) -> Engine:
    """One state of the database in each transaction, nothing can be written, and a question has `limit` seconds."""
    settings = {
        "default_transaction_isolation": "repeatable read", "default_transaction_read_only": "on",
        "statement_timeout": _milliseconds(limit), "idle_in_transaction_session_timeout": _milliseconds(IDLE),
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
    """The place of the one process on a database. Its lock lives as long as its connection; each writer's connection
    shares another one, so that nobody comes in while any of them is still there.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine, self._name = engine, name
        self._connection: Connection | None = None
        self._one_at_a_time = threading.Lock()

    def take(self) -> None:
        """Raises AlreadyRunning. It waits as long as for any lock: a process that was killed is not gone at once."""
        self._connection = self._engine.connect()
        try:
            advisory(self._connection, "lock", "process")
            advisory(self._connection, "lock", "writers")
            advisory(self._connection, "unlock", "writers")
        except Exception as error:
            self.close()
            if sqlstate(error) != _LOCKED:
                raise
            sentence = f"Another Deskbell is running on {self._name}. Stop it, or set DESKBELL_DATABASE."
            raise AlreadyRunning(sentence) from error

    def join(self, connection: Connection) -> None:
        """A writer comes in. Raises StoreClosed when another process took the place while we were cut off."""
        with self._one_at_a_time:
            if not self._is_ours():
                self._take_again()
        advisory(connection, "lock_shared", "writers")

    def close(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()  # and not back to any pool: the lock goes with it
            self._connection.close()
            self._connection = None

    def _is_ours(self) -> bool:
        if self._connection is None:
            return False
        try:
            advisory(self._connection, "lock", "process")  # once more, which counts for nothing
        except Exception as error:
            if not is_gone(error):
                raise
            return False
        return True

    def _take_again(self) -> None:
        self.close()
        self._connection = self._engine.connect()
        try:
            advisory(self._connection, "lock", "process")
        except Exception as error:
            self.close()
            if sqlstate(error) != _LOCKED:
                raise
            raise StoreClosed("Another Deskbell took over the database meanwhile. Stop this one.") from error


def _engine(url: URL, settings: dict[str, str], patience: float, **pool: Any) -> Engine:
    given = {"connect_timeout": max(2, round(patience)), "application_name": "deskbell", "client_encoding": "utf8"}
    arguments = {name: value for name, value in given.items() if name not in url.query}
    engine = create_engine(url, connect_args=arguments, **pool)
    said = "; ".join(f"SET {name} = '{value}'" for name, value in settings.items())

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.adapters.register_dumper(str, _NoNul)
        connection.execute(said)
        connection.commit()

    return engine


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))
