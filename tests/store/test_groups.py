"""On SQLite, calls that wait share one durable commit, each in its own savepoint, and each is told only after it.

Failure-table row: database locked; disk full; corrupt page.
"""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.ports import RealClock, SeededIds
from bot.store.errors import StoreBusy, StoreClosed, StoreFull
from bot.store.sqlite import SqliteFile
from bot.store.store import Lane, Store, StoreTx
from desk.audit import Entry
from tests.store.values import ticket
from tests.store_fixture import MORNING, HandClock

Save = Callable[[StoreTx], int]


@pytest.fixture
def database(database_file: Path) -> SqliteFile:
    """PostgreSQL has no groups: there each call is a transaction of its own."""
    return SqliteFile(database_file, "OFF", 0.3)


def saving(number: int) -> Save:
    def save(tx: StoreTx) -> int:
        return tx.save_ticket(ticket(number)).number

    return save


def beside(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir())


async def numbers(store: Store) -> list[int]:
    return [one.number for one in await store.read(lambda tx: tx.tickets())]


class Gate:
    """A call that holds the writer until it is opened."""

    def __init__(self) -> None:
        self._inside, self._go = threading.Event(), threading.Event()

    def __call__(self, _tx: StoreTx) -> int:
        self._inside.set()
        assert self._go.wait(30)
        return 0

    async def entered(self) -> None:
        assert await asyncio.to_thread(self._inside.wait, 30)

    def open(self) -> None:
        self._go.set()


@asynccontextmanager
async def held(store: Store) -> AsyncIterator[list[asyncio.Task[int]]]:
    """Holds the writer inside a first call, so that what is put into the list forms one group with it."""
    gate = Gate()
    calls = [write(store, gate)]
    await gate.entered()
    try:
        yield calls
        await asyncio.sleep(0)  # each call takes its place in the queue
    finally:
        gate.open()
        await asyncio.wait(calls)


def write(store: Store, fn: Callable[[StoreTx], int], lane: Lane = Lane.COMMAND) -> asyncio.Task[int]:
    return asyncio.create_task(store.write(fn, lane=lane))


async def test_an_integrity_error_fails_its_own_call_and_not_its_neighbours(threaded: Store) -> None:
    """What the broken call wrote before its error is gone; what stands before and after it in the group is stored."""

    def breaks(tx: StoreTx) -> int:
        tx.save_ticket(ticket(7))
        return tx.execute("INSERT INTO numbers (id, last) VALUES (1, 1)")

    async with held(threaded) as calls:
        calls += [write(threaded, saving(2)), write(threaded, breaks), write(threaded, saving(3))]
    told = await asyncio.gather(*calls, return_exceptions=True)
    assert isinstance(told[2], sqlite3.IntegrityError)
    assert [told[1], told[3]] == [2, 3]
    assert await numbers(threaded) == [2, 3]


async def test_when_sqlite_ends_the_transaction_the_whole_group_is_told(threaded: Store) -> None:
    """Nobody of the group believes to be stored; the next group is served as ever."""

    def ends(tx: StoreTx) -> int:
        return tx.execute("INSERT OR ROLLBACK INTO numbers (id, last) VALUES (1, 1)")

    async with held(threaded) as calls:
        calls += [write(threaded, saving(2)), write(threaded, ends)]
    told = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(one, sqlite3.IntegrityError) for one in told), told
    assert await numbers(threaded) == []
    assert await threaded.write(saving(4)) == 4
    assert await numbers(threaded) == [4]


async def test_an_error_that_hides_the_end_of_the_transaction_still_fails_the_group(threaded: Store) -> None:
    """A handler that swallows the error of a statement that ended the transaction has stored nothing either."""

    def swallows(tx: StoreTx) -> int:
        with pytest.raises(sqlite3.IntegrityError):
            tx.execute("INSERT OR ROLLBACK INTO numbers (id, last) VALUES (1, 1)")
        return 2

    async with held(threaded) as calls:
        calls += [write(threaded, swallows), write(threaded, saving(3))]
    told = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(one, Exception) for one in told[:2]), told
    assert await numbers(threaded) == ([3] if told[2] == 3 else [])


async def test_a_reader_does_not_see_a_released_savepoint_before_the_commit(threaded: Store) -> None:
    """And whoever made the call has not been told either."""
    first, second = Gate(), Gate()
    calls = [write(threaded, call) for call in (first, saving(2), second)]
    await first.entered()
    first.open()
    await second.entered()
    assert await numbers(threaded) == [], "ticket 2 is released, not committed"
    assert not calls[1].done()
    second.open()
    assert await asyncio.gather(*calls) == [0, 2, 0]
    assert await numbers(threaded) == [2]


async def test_commands_go_before_events_and_events_before_bulk(threaded: Store) -> None:
    """Whatever the order in which they came."""
    order: list[str] = []

    def noting(what: str) -> Callable[[StoreTx], int]:
        def note(_tx: StoreTx) -> int:
            order.append(what)
            return 0

        return note

    async with held(threaded) as calls:
        for lane in (Lane.BULK, Lane.EVENT, Lane.COMMAND, Lane.BULK, Lane.COMMAND):
            calls.append(write(threaded, noting(lane.name), lane))
    assert order == ["COMMAND", "COMMAND", "EVENT", "BULK", "BULK"]


async def test_after_a_commit_the_tables_that_moved_are_told_on_the_loop(threaded: Store) -> None:
    """What was rolled back moved nothing; a group that only looked tells nobody."""
    heard: list[tuple[frozenset[str], threading.Thread]] = []
    threaded.listen(lambda tables: heard.append((tables, threading.current_thread())))

    def fails(tx: StoreTx) -> int:
        tx.audit(Entry(MORNING, "ann", "webchat", "open", "ticket/2"))
        tx.flush()
        raise LookupError

    await threaded.write(lambda tx: tx.ticket(1))
    async with held(threaded) as calls:
        calls += [write(threaded, fails), write(threaded, saving(1))]
    assert heard == [(frozenset({"tickets"}), threading.main_thread())]





async def test_a_caller_that_has_gone_away_does_not_stop_the_others(threaded: Store) -> None:
    """A cancelled call that has not begun is not run."""
    async with held(threaded) as calls:
        gone = write(threaded, saving(2))
        await asyncio.sleep(0)
        gone.cancel()
        calls.append(write(threaded, saving(3)))
    assert await numbers(threaded) == [3]



async def test_a_locked_database_is_waited_for_and_then_said(threaded: Store, database_file: Path) -> None:
    """Database locked: everybody who waits is told together after the bound, and nothing of theirs is stored."""
    other = sqlite3.connect(database_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    told = await asyncio.gather(*(threaded.write(saving(n)) for n in range(1, 6)), return_exceptions=True)
    assert all(isinstance(one, StoreBusy) for one in told), told
    assert "Try again" in str(told[0])
    assert await numbers(threaded) == []
    other.execute("ROLLBACK")
    other.close()
    assert await threaded.write(saving(1)) == 1


async def test_a_full_database_stores_nothing_that_it_acknowledges(threaded: Store) -> None:
    """Disk full: StoreFull for what did not fit; what was answered is there; with room again, it goes on."""
    pages = await threaded.write(lambda tx: tx.rows("PRAGMA page_count")[0][0])
    await threaded.write(lambda tx: tx.rows(f"PRAGMA max_page_count = {pages + 20}"))
    big = "x" * 20_000
    calls = [threaded.write(lambda tx, n=n: tx.save_ticket(ticket(n, details=big)).number) for n in range(1, 21)]
    told = await asyncio.gather(*calls, return_exceptions=True)
    stored = [one for one in told if isinstance(one, int)]
    assert any(isinstance(one, StoreFull) for one in told), told
    assert all(isinstance(one, int | StoreFull) for one in told), told
    assert await numbers(threaded) == stored
    await threaded.write(lambda tx: tx.rows("PRAGMA max_page_count = 1000000"))
    assert await threaded.write(saving(99)) == 99


async def test_a_question_that_takes_too_long_is_ended(database_file: Path) -> None:
    """A reader has five seconds: longer ones would keep the log from being emptied."""
    clock = HandClock()
    async with Store.open(database_file, clock=clock, ids=SeededIds(1), inline=True) as store:

        def endless(tx: StoreTx) -> object:
            clock.step(6)
            return tx.rows("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n")

        with pytest.raises(StoreBusy, match="Ask for less"):
            await store.read(endless)
        assert await store.read(lambda tx: tx.rows("SELECT 1")) == [(1,)]


async def test_closing_serves_who_waits_and_refuses_who_comes_later(database_file: Path) -> None:
    """No log of SQLite's is left beside the file."""
    store = Store.open(database_file, clock=RealClock(), ids=SeededIds(1))
    async with held(store) as calls:
        calls.append(write(store, saving(2)))
        await asyncio.sleep(0)
        closing = asyncio.create_task(store.close())
    await closing
    assert [await call for call in calls] == [0, 2]
    with pytest.raises(StoreClosed):
        await store.write(saving(3))
    with pytest.raises(StoreClosed):
        await store.read(lambda tx: tx.tickets())
    await store.close()
    assert beside(database_file) == [database_file.name]
