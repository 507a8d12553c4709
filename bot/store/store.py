"""The store: one writer that everybody waits for together, and a few readers. The loop never waits for the disk."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self, TypeVar

import structlog
from sqlalchemy import Engine

from bot.ports import Clock, Ids
from bot.store.engines import PATIENCE, READERS, reading, writing
from bot.store.errors import StoreClosed, told
from bot.store.migrate import prepare
from bot.store.transaction import Link
from bot.store.tx import StoreTx
from bot.store.writer import Call, Committer, Lane, Lanes

T = TypeVar("T")
Moved = Callable[[frozenset[str]], None]

READ_TIME = 5.0  # seconds a reader may take: a longer one would keep the log from being emptied
SLOW = 0.050  # seconds a handler may hold the writer before it is logged
_STEPS = 20_000  # of SQLite's machine between two looks at the time

log = structlog.get_logger(__name__)

__all__ = ["Lane", "Store", "StoreTx"]


class Store:
    """A database file and its threads; inline, the same without threads, in the caller's own."""

    def __init__(self, link: Link, readers: Engine, clock: Clock, *, inline: bool) -> None:
        self._link = link
        self._reading = readers
        self._clock = clock
        self._committer = Committer(link, clock)
        self.slow_handlers = 0  # calls that held the writer for more than 50 ms
        self._listeners: list[Moved] = []
        self._lanes = Lanes()
        self._closed = False
        self._inline = inline
        if not inline:
            self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")
            self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
            self._thread.start()

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        clock: Clock,
        ids: Ids,
        inline: bool = False,
        synchronous: str = "FULL",
        patience: float = PATIENCE,
    ) -> Self:
        """Open the file, creating or migrating it. `patience` is how long, in seconds, a locked one is waited for.

        Raises StoreRefused for a damaged or newer database, which is not touched. Hold `bot.store.lock` before.
        """
        prepare(path, patience=patience)
        connection = writing(path, synchronous=synchronous, patience=patience).connect()
        cursor = connection.connection.cursor()
        link = Link(connection, cursor, connection.dialect.name, ids, ids.token())
        return cls(link, reading(path, patience=patience), clock, inline=inline)

    def listen(self, callback: Moved) -> None:
        """After each commit, on the event loop, the callback gets the names of the tables that moved."""
        self._listeners.append(callback)

    async def write(
        self, fn: Callable[[StoreTx], T], *, clients: frozenset[str] | None = None, lane: Lane = Lane.COMMAND
    ) -> T:
        """What `fn` returns, once what it wrote is durable. What it raises is raised, and nothing of it is stored.

        `clients` are those whose rows it may touch, None for all. `fn` may be run more than once.
        """
        call = Call(fn, clients)
        if self._inline:
            self._refuse_if_closed()
            self._finished(self._committer.commit(call, lambda: None))
        else:
            call.future = asyncio.get_running_loop().create_future()
            self._lanes.put(call, lane)
            await call.future
        if call.error is not None:
            raise call.error
        result: T = call.result
        return result

    async def read(self, fn: Callable[[StoreTx], T], *, clients: frozenset[str] | None = None) -> T:
        """What `fn` returns of one state of the database. It cannot write, and has five seconds."""
        self._refuse_if_closed()
        if self._inline:
            return self._read(fn, clients)
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, fn, clients)

    async def close(self) -> None:
        """Serve who waits, then close the file."""
        if self._closed:
            return
        self._closed = True
        if not self._inline:
            self._lanes.close()
            await asyncio.to_thread(self._stop)
        self._link.cursor.close()
        self._link.connection.close()
        self._reading.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _stop(self) -> None:
        self._thread.join()
        self._readers.shutdown()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise StoreClosed("Deskbell is stopping. Try again when it is back.")

    def _serve(self) -> None:
        """The writer's thread."""
        while (first := self._lanes.wait()) is not None:
            group = self._committer.commit(first, self._lanes.take)
            with contextlib.suppress(RuntimeError):  # the loop is gone, and with it everybody who could be told
                first.future.get_loop().call_soon_threadsafe(self._finished, group)

    def _finished(self, group: list[Call]) -> None:
        """On the loop: everybody is told, then those who listen."""
        for call in group:
            if call.future is not None and not call.future.done():
                call.future.set_result(None)
        moved = frozenset().union(*(call.moved for call in group))
        if moved:
            for listener in self._listeners:
                listener(moved)
        for call in group:
            self._watch(call)

    def _watch(self, call: Call) -> None:
        """Said only when everybody was told: a log that cannot be written must not undo what was stored."""
        if call.seconds > SLOW:
            self.slow_handlers += 1
            name = getattr(call.run, "__qualname__", repr(call.run))
            log.warning("slow_handler", handler=name, seconds=round(call.seconds, 3))

    def _read(self, fn: Callable[[StoreTx], T], clients: frozenset[str] | None) -> T:
        try:
            with self._reading.connect() as connection, connection.begin():
                driver = connection.connection.driver_connection
                assert driver is not None, "it was connected just now"  # noqa: S101 - for mypy
                until = self._clock.monotonic() + READ_TIME
                driver.set_progress_handler(lambda: self._clock.monotonic() > until, _STEPS)
                with contextlib.closing(driver.cursor()) as cursor:
                    link = Link(connection, cursor, connection.dialect.name, _NoIds())
                    tx = StoreTx(link, clients, self._clock.now())
                    result = fn(tx)
                    tx.flush()  # a post by one who said to read only must fail, not be forgotten
                    return result
        except Exception as error:
            mapped = told(error)
            if mapped is error:
                raise
            raise mapped from error


class _NoIds:
    """A reader makes nothing that needs an id."""

    def token(self) -> str:
        return ""
