"""What the store says when it cannot do what was asked: a sentence each, made from the driver's errors."""

import sqlite3

from sqlalchemy.exc import DBAPIError


class StoreError(Exception):
    """Nothing of the call was stored. `sentence` is fit to be shown."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class StoreBusy(StoreError):
    """The database did not answer within the bounded wait."""


class StoreUnsure(StoreBusy):
    """The database went away at the commit: whether the call was stored is not known. Alone of all, it may be."""


class StoreFull(StoreError):
    """There is no room left to store anything."""


class OnlyReads(StoreError):
    """A write through a transaction, or into a file, that may only be read."""


class StoreDamaged(StoreError):
    """The database file is not what was written to it."""


class StoreClosed(StoreError):
    """The store was closed before the call could be made durable."""


class StoreRefused(StoreError):
    """The database cannot be opened by this release: newer, corrupt, or no database at all. It was not touched."""


class Conflict(StoreError):
    """The value was changed by somebody else since it was loaded: load it again and decide anew."""


class ForeignClient(StoreError):
    """A write for a client for whom this transaction was not opened: a mistake of ours, never of a person."""


_Told = tuple[type[StoreError], str]

_LOST: _Told = (StoreBusy, "Too much happened to the same things at once, so nothing was stored. Try again shortly.")
_AWAY: _Told = (StoreBusy, "The database does not answer, so nothing was stored. Try again shortly.")
_LOCKED: _Told = (StoreBusy, "The database is locked, so nothing was stored. Try again shortly.")
_TOO_LONG: _Told = (StoreBusy, "That took longer than a question to the database may. Ask for less.")
_FULL: _Told = (StoreFull, "The disk is full, so nothing was stored. Make room, then try again.")
_REFUSED: _Told = (StoreFull, "The disk refused, so nothing was stored. Look at its space and health.")
_ONLY_READS: _Told = (OnlyReads, "This may only be read, so nothing was stored.")
_DAMAGED: _Told = (StoreDamaged, "The database file is damaged. Stop, keep a copy, and restore a backup.")

_NOT_ITS_OWN: _Told = (StoreRefused, "The database's user may not do that there. Make it the database's owner.")

_OF_SQLITE: dict[int, _Told] = {
    sqlite3.SQLITE_BUSY: (StoreBusy, "Another process holds the database, so nothing was stored. Try again shortly."),
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_INTERRUPT: _TOO_LONG,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: _REFUSED,
    sqlite3.SQLITE_READONLY: _ONLY_READS,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: (StoreDamaged, "The database file is not a database. Restore a backup."),
}
# By SQLSTATE, the whole of it or its class.
_OF_POSTGRES: dict[str, _Told] = {
    "40001": _LOST, "40P01": _LOST, "55P03": _LOCKED, "57014": _TOO_LONG, "25006": _ONLY_READS, "53100": _FULL,
    "58": _REFUSED, "XX001": _DAMAGED, "XX002": _DAMAGED, "08": _AWAY, "53": _AWAY, "57P": _AWAY, "25P": _AWAY,
    "42501": _NOT_ITS_OWN,
}  # fmt: skip


def told(error: BaseException) -> BaseException:
    """The error as the caller is told it: a sentence for what a disk or a lock did, anything else as it is."""
    found = _found(driver_error(error))
    if found is None:
        return error
    kind, sentence = found
    mapped = kind(sentence)
    mapped.__cause__ = error
    return mapped


def driver_error(error: BaseException) -> BaseException:
    """What the database's driver raised, without SQLAlchemy's wrapping."""
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's code for what happened; `08` for a connection that is gone, empty where it was something else."""
    driver = driver_error(error)
    if not hasattr(driver, "sqlstate"):  # psycopg is not imported for a desk that has no use for it
        return ""
    gone = driver.sqlstate is None and type(driver).__name__ in {"OperationalError", "InterfaceError"}
    return "08" if gone else driver.sqlstate or ""


def is_gone(error: BaseException) -> bool:
    """Whether the server went away, and with it the connection and whatever was not committed on it."""
    return sqlstate(error).startswith(("08", "57P", "25P"))


def _found(driver: BaseException) -> _Told | None:
    if isinstance(driver, sqlite3.Error):
        return _OF_SQLITE.get(getattr(driver, "sqlite_errorcode", 0) & 0xFF)
    code = sqlstate(driver)
    return _OF_POSTGRES.get(code) or _OF_POSTGRES.get(code[:3]) or _OF_POSTGRES.get(code[:2])
