"""Calls, the lanes in which they wait, and SQLite's one writer: those that wait share one durable commit."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from bot.ports import Clock
from bot.store.errors import StoreClosed, told
from bot.store.transaction import Link, begin_savepoint, release_savepoint, undo_savepoint
from bot.store.tx import StoreTx, asked

GROUP = 64  # calls that share a commit at most
GROUP_TIME = 0.004  # seconds after which a group takes nobody else in


class Lane(IntEnum):
    """Who goes first: people's commands, then events, then what can wait."""

    COMMAND = 0
    EVENT = 1
    BULK = 2


@dataclass(slots=True, eq=False)
class Call:
    """One call of a handler: what it is to run, and what came of it."""

    run: Callable[[StoreTx], Any]
    clients: frozenset[str] | None
    result: Any = None
    error: BaseException | None = None
    future: Any = None
    moved: set[str] = field(default_factory=set)
    seconds: float = 0.0  # for which it held the writer

    def gone(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.future is not None and bool(self.future.cancelled())


class GroupCommitter:
    """Runs groups of calls on one connection. It remembers nothing that a rollback would have to undo."""

    def __init__(self, link: Link, clock: Clock) -> None:
        self._link = link
        self._clock = clock

    def commit(self, first: Call, take: Callable[[], Call | None]) -> list[Call]:
        """Run the call and those that `take` gives, each in its own savepoint, and commit them together.

        Returns the calls with what came of them; none has a result that is not durable. When the database cannot be
        had at all, everybody who waits is told at once: nobody waits twice.
        """
        group = [first]
        try:
            transaction = self._link.connection.begin()
        except Exception as error:  # noqa: BLE001 - whatever it was, nobody may believe to be stored
            group += iter(take, None)
            _fail(group, error)
            return group
        try:
            with transaction:
                self._run(group, take)
        except Exception as error:  # noqa: BLE001 - as above
            _fail(group, error)
        finally:
            self._link.places.moving = False
        return group

    def close(self) -> None:
        self._link.cursor.close()
        self._link.connection.close()

    def _run(self, group: list[Call], take: Callable[[], Call | None]) -> None:
        until = self._clock.monotonic() + GROUP_TIME
        self._attempt(group[0])
        while len(group) < GROUP and self._clock.monotonic() < until and (call := take()) is not None:
            group.append(call)
            self._attempt(call)

    def _attempt(self, call: Call) -> None:
        started = self._clock.monotonic()
        tx = StoreTx(self._link, call.clients, self._clock.now())
        begin_savepoint(self._link, "call")
        try:
            call.result = asked(tx, call.run)
        except Exception as error:  # it belongs to whoever called, and to nobody else
            call.error = told(error)
            if not self._link.in_transaction():
                raise  # a full disk, for one, ends the transaction of the whole group
            undo_savepoint(self._link, "call")
        else:
            release_savepoint(self._link, "call")
            call.moved = tx.moved
        call.seconds = self._clock.monotonic() - started


def _fail(group: list[Call], error: BaseException) -> None:
    """Everybody in the group is told; who was refused for a reason of their own keeps that reason."""
    for call in group:
        call.moved = set()
        call.result = None
        call.error = call.error or told(error)


class Lanes:
    """Calls that wait, in the order in which they will be run. Safe between threads."""

    def __init__(self) -> None:
        self._lanes: tuple[deque[Call], ...] = tuple(deque() for _ in Lane)
        self._changed = threading.Condition()
        self._closed = False

    def put(self, call: Call, lane: Lane) -> None:
        with self._changed:
            if self._closed:
                raise StoreClosed("Deskbell is stopping, so nothing was stored. Try again when it is back.")
            self._lanes[lane].append(call)
            self._changed.notify()

    def take(self) -> Call | None:
        """The next call, None if nobody waits."""
        with self._changed:
            return self._next()

    def wait(self) -> Call | None:
        """The next call, waiting for it; None once the lanes are closed and empty."""
        with self._changed:
            while True:
                call = self._next()
                if call is not None or self._closed:
                    return call
                self._changed.wait()

    def close(self) -> None:
        """Take nobody else in; who waits is still served."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _next(self) -> Call | None:
        for lane in self._lanes:
            while lane:
                call = lane.popleft()
                if not call.gone():
                    return call
        return None
