"""The database of this desk: where the environment or the configuration says, else SQLite's file in the data folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.store.databases import Database
from bot.store.lock import DataLock
from bot.store.sqlite import SqliteFile
from config.loaded import Config
from config.secrets import Secrets

FILE = "deskbell.db"


def database_of(config: Config, secrets: Secrets, data: Path) -> Database:
    return database_at(secrets.database_url() or config.desk.database, data)


def database_at(url: str | None, data: Path) -> Database:
    """`url` is one that the configuration let pass, or None."""
    if url is None:
        return SqliteFile(data / FILE)
    from sqlalchemy import make_url  # noqa: PLC0415 - as below

    from bot.store.postgres import Postgres  # noqa: PLC0415 - a desk without it does not import its driver

    return Postgres(make_url(url))


@contextmanager
def held(database: Database, data: Path) -> Iterator[None]:
    """Nobody else runs on the data folder and the database meanwhile. Raises AlreadyRunning, StoreRefused."""
    with DataLock(data), database.held():
        yield
