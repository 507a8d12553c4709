"""Calls that race each other on PostgreSQL: each is a transaction of its own, and runs again if another was quicker."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, RootTransaction

from bot.ports import Clock, Ids
from bot.store.errors import StoreUnsure, is_gone, sqlstate, told
from bot.store.transaction import Link
from bot.store.tx import StoreTx, asked
from bot.store.writer import Call

RERUNS = 5
PAUSE = 0.01  # seconds before a call runs once more against another process, at most and at first
AWAY = 0.1  # seconds for which a server that went away is left alone, at first; each time twice as many
# A serialization failure, a deadlock, and a key that somebody else inserted meanwhile.
_LOST = frozenset({"40001", "40P01", "23505"})
_MARK = "SELECT pg_current_xact_id_if_assigned()"
_BECAME = "SELECT pg_xact_status(%s::xid8)"
_UNSURE = "The database went away just as this was stored. Look whether it is there before you say it again."
_LOOKS, _STILL = 100, 0.05  # at a transaction of before that is still under way, and seconds between two of them


class PostgresLink(Link):
    def in_transaction(self) -> bool:
        return self.cursor.connection.info.transaction_status in {TransactionStatus.INTRANS, TransactionStatus.INERROR}

    def is_spoilt(self) -> bool:
        """An error that somebody swallowed: its COMMIT would be a silent rollback."""
        return bool(self.cursor.connection.info.transaction_status == TransactionStatus.INERROR)


class Track:
    """Many run on it side by side, or one alone: whoever lost too often has it to itself, and cannot lose again."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running = 0
        self._waiting = 0  # for the track to themselves: nobody else begins meanwhile
        self._alone = threading.Lock()

    @contextmanager
    def shared(self) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting)
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self._changed:
            self._waiting += 1
        try:
            with self._alone:
                with self._changed:
                    self._changed.wait_for(lambda: not self._running)
                yield
        finally:
            with self._changed:
                self._waiting -= 1
                self._changed.notify_all()


class Racer:
    """Commits one call at a time. It remembers nothing between two of them but its connection."""

    def __init__(self, connect: Callable[[], Connection], track: Track, clock: Clock, ids: Ids, secret: str) -> None:
        self._connect, self._track = connect, track
        self._clock, self._ids, self._secret = clock, ids, secret
        self._connection: Connection | None = None

    def commit(self, first: Call, take: Callable[[], Call | None]) -> list[Call]:
        """When the database cannot be had at all, everybody who waits is told at once: nobody waits twice."""
        group = [first]
        try:
            self._race(first)
        except Exception as error:  # noqa: BLE001 - it belongs to whoever called, and to nobody else
            group += iter(take, None) if is_gone(error) else ()
            for call in group:
                call.result, call.moved, call.error = None, set(), told(error)
        return group

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _race(self, call: Call) -> None:
        for lost in range(RERUNS + 1):
            try:
                with self._track.alone() if lost else self._track.shared():
                    self._run(call)
                    return
            except Exception as error:
                if lost == RERUNS or not (sqlstate(error) in _LOST or is_gone(error)):
                    raise
                apart = random.uniform(0, PAUSE * lost)  # noqa: S311 - no secret: only not all at the same time
                time.sleep(AWAY * 2**lost if is_gone(error) else apart)

    def _run(self, call: Call) -> None:
        """Once, with the time that it is now."""
        try:
            self._connection = connection = self._connection or self._connect()
            with connection.begin() as transaction, closing(connection.connection.cursor()) as cursor:
                link = PostgresLink(connection, cursor, connection.dialect.name, self._ids, self._secret)
                self._decide(call, link, transaction)
        except Exception as error:
            if is_gone(error):
                self._drop()
            raise

    def _decide(self, call: Call, link: PostgresLink, transaction: RootTransaction) -> None:
        started = self._clock.monotonic()
        tx = StoreTx(link, call.clients, self._clock.now())
        result = asked(tx, call.run)
        if link.is_spoilt():
            raise RuntimeError("An error of the database was swallowed.")
        call.seconds = self._clock.monotonic() - started
        mark = link.cursor.execute(_MARK).fetchone()[0] if tx.moved else None
        try:
            transaction.commit()
        except Exception as error:
            with suppress(Exception):
                transaction.rollback()  # a COMMIT that failed leaves it to us
            if mark is None or not is_gone(error) or not self._was_committed(mark):
                raise
        call.result, call.moved = result, tx.moved

    def _was_committed(self, mark: str) -> bool:
        """What became of a transaction whose COMMIT was not answered: asked by its number, on a new connection."""
        self._drop()
        try:
            became = self._became(mark)
        except Exception as error:
            raise StoreUnsure(_UNSURE) from error
        finally:
            self._drop()
        if became == "in progress":
            raise StoreUnsure(_UNSURE)
        return became == "committed"

    def _became(self, mark: str) -> str:
        became = ""
        self._connection = self._connect()
        with closing(self._connection.connection.cursor()) as cursor:
            for _ in range(_LOOKS):
                became = cursor.execute(_BECAME, (mark,)).fetchone()[0]
                if became != "in progress":
                    break
                time.sleep(_STILL)
        return became

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(Exception):
                self._connection.invalidate()
            with suppress(Exception):
                self._connection.close()
            self._connection = None
