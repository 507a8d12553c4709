"""The store: its committers make calls durable, its readers ask. The loop waits for neither of them."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

import structlog

from bot.ports import Clock, Ids
from bot.store.databases import Committer, Database, Opened
from bot.store.engines import READERS
from bot.store.errors import StoreClosed, told
from bot.store.migrate import prepare
from bot.store.sqlite import SqliteFile
from bot.store.tx import StoreTx
from bot.store.writer import Call, Lane, Lanes

T = TypeVar("T")
Moved = Callable[[frozenset[str]], None]

SLOW = 0.050  # seconds a handler may hold its writer before it is logged

log = structlog.get_logger(__name__)

__all__ = ["Lane", "Store", "StoreTx"]


class Store:
    """A database and the store's threads; inline, the same without threads, in the caller's own."""

    def __init__(self, opened: Opened, *, inline: bool) -> None:
        self._committers, self._reader = opened.committers, opened.reader
        self.slow_handlers = 0  # calls that held a writer for more than 50 ms
        self._listeners: list[Moved] = []
        self._lanes = Lanes()
        self._closed = False
        self._inline = inline
        if not inline:
            self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")
            self._threads = [
                threading.Thread(target=self._serve, args=(committer,), name="store-writer", daemon=True)
                for committer in self._committers
            ]
            for thread in self._threads:
                thread.start()

    @classmethod
    def open(cls, database: Database | Path, *, clock: Clock, ids: Ids, inline: bool = False) -> Self:
        """Open the database, creating or migrating its tables; a path is SQLite's file there.

        Raises StoreRefused for one that is damaged, newer or cannot be had, which is not touched. Hold it before.
        """
        database = SqliteFile(database) if isinstance(database, Path) else database
        prepare(database)
        return cls(database.open(clock, ids, inline=inline), inline=inline)

    def listen(self, callback: Moved) -> None:
        """After each commit, on the event loop, the callback gets the names of the tables that moved."""
        self._listeners.append(callback)

    async def write(
        self, fn: Callable[[StoreTx], T], *, clients: frozenset[str] | None = None, lane: Lane = Lane.COMMAND
    ) -> T:
        """What `fn` returns, once what it wrote is durable. What it raises is raised, and nothing of it is stored.

        `clients` are those whose rows it may touch, None for all. `fn` may be run more than once, and beside others,
        though always as if they had come one after the other.
        """
        call = Call(fn, clients)
        if self._inline:
            self._refuse_if_closed()
            self._finished(self._committers[0].commit(call, lambda: None))
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
        for committer in self._committers:
            committer.close()
        self._reader.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _stop(self) -> None:
        for thread in self._threads:
            thread.join()
        self._readers.shutdown()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise StoreClosed("Deskbell is stopping. Try again when it is back.")

    def _serve(self, committer: Committer) -> None:
        """A writer's thread."""
        while (first := self._lanes.wait()) is not None:
            group = committer.commit(first, self._lanes.take)
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
            log.warning("slow_handler", handler=_named(call.run), seconds=round(call.seconds, 3))

    def _read(self, fn: Callable[[StoreTx], T], clients: frozenset[str] | None) -> T:
        try:
            return self._reader.read(fn, clients)
        except Exception as error:
            mapped = told(error)
            if mapped is error:
                raise
            raise mapped from error


def _named(run: Callable[..., object]) -> str:
    """Without its arguments, which would put a whole configuration into the log."""
    while isinstance(run, partial):
        run = run.func
    return getattr(run, "__qualname__", type(run).__qualname__)
