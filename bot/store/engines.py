"""Connections to SQLite, and what makes a transaction on one of them true.

The driver must not open or end transactions by itself (`isolation_level=None`): it would commit at a RELEASE. So the
`begin` event says what opens one.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, QueuePool, create_engine, event

READERS = 3
PATIENCE = 5.0  # seconds that a locked database is waited for
JOURNAL_LIMIT = 64 * 1024 * 1024  # bytes to which the write-ahead log shrinks again after a burst


def writing(path: Path, *, synchronous: str = "FULL", patience: float = PATIENCE) -> Engine:
    """For the one writer. `synchronous` is SQLite's word for how a commit reaches the disk."""
    pragmas = [
        "PRAGMA journal_mode = WAL", f"PRAGMA synchronous = {synchronous}",
        f"PRAGMA journal_size_limit = {JOURNAL_LIMIT}", "PRAGMA temp_store = MEMORY", "PRAGMA cache_size = -32000",
    ]  # fmt: skip
    return _engine(path, pragmas, "BEGIN IMMEDIATE", patience, poolclass=NullPool)


def reading(path: Path, *, patience: float = PATIENCE) -> Engine:
    """For readers: a write on such a connection fails."""
    pragmas = ["PRAGMA query_only = ON", "PRAGMA cache_size = -8000"]
    return _engine(path, pragmas, "BEGIN", patience, poolclass=QueuePool, pool_size=READERS, max_overflow=0)


def _engine(path: Path, pragmas: list[str], begin: str, patience: float, **pool: Any) -> Engine:
    url = URL.create("sqlite+pysqlite", database=str(path))
    arguments = {
        "isolation_level": None, "timeout": patience, "check_same_thread": False, "cached_statements": 256,
    }  # fmt: skip
    engine = create_engine(url, connect_args=arguments, **pool)
    event.listen(engine, "connect", _saying(pragmas))

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _saying(pragmas: list[str]) -> Callable[[Any, Any], None]:
    def connected(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    return connected
