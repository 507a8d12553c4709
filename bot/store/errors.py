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


_SENTENCES: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_BUSY: (StoreBusy, "Another process holds the database, so nothing was stored. Try again shortly."),
    sqlite3.SQLITE_LOCKED: (StoreBusy, "The database is locked, so nothing was stored. Try again shortly."),
    sqlite3.SQLITE_INTERRUPT: (StoreBusy, "That took longer than a question to the database may. Ask for less."),
    sqlite3.SQLITE_FULL: (StoreFull, "The disk is full, so nothing was stored. Make room, then try again."),
    sqlite3.SQLITE_IOERR: (StoreFull, "The disk refused, so nothing was stored. Look at its space and health."),
    sqlite3.SQLITE_READONLY: (OnlyReads, "This may only be read, so nothing was stored."),
    sqlite3.SQLITE_CORRUPT: (StoreDamaged, "The database file is damaged. Stop, keep a copy, and restore a backup."),
    sqlite3.SQLITE_NOTADB: (StoreDamaged, "The database file is not a database. Restore a backup."),
}  # fmt: skip


def told(error: BaseException) -> BaseException:
    """The error as the caller is told it: a sentence for what a disk or a lock did, anything else as it is."""
    driver = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(driver, "sqlite_errorcode", None)
    if not isinstance(driver, sqlite3.Error) or code is None or code & 0xFF not in _SENTENCES:
        return error
    kind, sentence = _SENTENCES[code & 0xFF]
    mapped = kind(sentence)
    mapped.__cause__ = error
    return mapped
