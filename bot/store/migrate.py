"""Bringing a database file to this release's tables, or refusing it without touching it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.store.engines import writing
from bot.store.errors import StoreBusy, StoreRefused, told

HEAD = "0003"
KNOWN = ("0001", "0002", "0003")  # oldest first; tests hold it equal to the revisions in the folder
CHECKED_UP_TO = 512 * 1024 * 1024  # bytes; a larger file's pages are checked as they are read
_MAGIC = b"SQLite format 3\x00"
SCRIPTS = Path(__file__).parent / "migrations"


def prepare(path: Path, *, patience: float = 5.0) -> None:
    """Make the file ready for this release: created if it is not there, migrated if it is older.

    Raises StoreRefused for one that is damaged, newer, or no database of ours, which is then as it was, to the byte.
    """
    found = revision(path)
    if found == HEAD:
        return
    if found is not None and found not in KNOWN:
        raise StoreRefused(
            f"{path} was written by a newer Deskbell (its revision is {found}, this release knows up to {HEAD})."
            " Install that release again, or start with an empty data folder."
        )
    migrate(path, patience=patience)


def revision(path: Path) -> str | None:
    """The revision of the tables in the file, None where there are none yet. Reads only. Raises StoreRefused."""
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


def migrate(path: Path, *, patience: float = 5.0, to: str = HEAD) -> None:
    """Run the revisions that are missing up to `to`, in one transaction: killed half way, it was never begun."""
    from alembic.command import upgrade  # noqa: PLC0415 - it takes a tenth of a second, and is seldom needed
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    engine = writing(path, patience=patience)
    try:
        with engine.connect() as connection, connection.begin():
            config.attributes["connection"] = connection
            upgrade(config, to)
    except Exception as error:
        raise told(error) from error
    finally:
        engine.dispose()
