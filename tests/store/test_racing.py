"""On PostgreSQL each call is a transaction of its own: it runs again if it lost a race, and knows what it stored.

Failure-table rows: database locked; the database connection is cut at COMMIT; two replicas, one of them frozen and
thawed.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL

from bot.ports import SeededIds
from bot.store.errors import StoreBusy, StoreClosed, StoreUnsure
from bot.store.lock import AlreadyRunning
from bot.store.postgres import Postgres
from bot.store.racing import RERUNS
from bot.store.store import Store, StoreTx
from tests.postgres_server import connected
from tests.store.values import ticket
from tests.store.wire import Wire, wired
from tests.store_fixture import MORNING, HandClock

Connection = psycopg.Connection[tuple[object, ...]]
MINE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"


@pytest.fixture
def database(database_url: URL) -> Postgres:
    return Postgres(database_url, patience=0.3, limit=0.2)


@pytest.fixture
def beside(database_url: URL) -> Iterator[Connection]:
    """Somebody else on the same database."""
    with connected(database_url) as connection:
        yield connection


def cut_all(beside: Connection) -> None:
    """The server forgets everybody else, as it does when it is started anew."""
    beside.execute(MINE, (beside.info.backend_pid,))


def losing(times: int, beside: Connection, runs: list[datetime], clock: HandClock) -> Callable[[StoreTx], int]:
    """A call that is overtaken by somebody else so many times."""

    def work(tx: StoreTx) -> int:
        runs.append(tx.now)
        found = tx.ticket(1)
        assert found is not None
        clock.step(1)
        if len(runs) <= times:
            beside.execute("UPDATE tickets SET version = version + 1 WHERE number = 1")
        return tx.save_ticket(replace(found, subject="mine")).version

    return work


async def test_a_lost_race_is_run_again_with_the_time_that_it_is_then(
    store: Store, beside: Connection, clock: HandClock
) -> None:
    """And sees what the other one left: the version is one more than theirs."""
    runs: list[datetime] = []
    await store.write(lambda tx: tx.save_ticket(ticket(1)))
    assert await store.write(losing(RERUNS, beside, runs, clock)) == 1 + RERUNS + 1
    assert [(at - MORNING).total_seconds() for at in runs] == [0, 1, 2, 3, 4, 5]


async def test_who_loses_six_times_is_told_and_has_stored_nothing(
    store: Store, beside: Connection, clock: HandClock
) -> None:
    runs: list[datetime] = []
    await store.write(lambda tx: tx.save_ticket(ticket(1)))
    with pytest.raises(StoreBusy, match="Try again"):
        await store.write(losing(RERUNS + 1, beside, runs, clock))
    kept = await store.read(lambda tx: tx.ticket(1))
    assert kept is not None
    assert (kept.subject, len(runs)) == ("VPN drops", RERUNS + 1)


async def test_a_key_that_somebody_else_inserts_meanwhile_is_a_lost_race(store: Store, beside: Connection) -> None:
    """It is found the second time, as if the other one had always been first."""
    insert = "INSERT INTO heard (platform, at) VALUES ('slack', 1)"

    def work(tx: StoreTx) -> str:
        if tx.rows("SELECT 1 FROM heard WHERE platform = 'slack'"):
            return "found"
        beside.execute(insert)
        tx.execute(insert)
        return "inserted"

    assert await store.write(work) == "found"


async def test_an_error_that_was_swallowed_fails_the_call_all_the_same(store: Store) -> None:
    """PostgreSQL would answer its COMMIT with a rollback, and not say so."""

    def swallows(tx: StoreTx) -> int:
        tx.save_ticket(ticket(1))
        with pytest.raises(psycopg.Error):
            tx.execute("INSERT INTO heard (platform, at) VALUES (NULL, 1)")
        return 2

    with pytest.raises(RuntimeError, match="swallowed"):
        await store.write(swallows)
    assert await store.read(lambda tx: tx.tickets()) == []


async def test_what_another_holds_is_waited_for_and_then_said(store: Store, beside: Connection) -> None:
    await store.write(lambda tx: tx.save_ticket(ticket(1)))
    with beside.transaction():
        beside.execute("UPDATE tickets SET subject = 'theirs'")
        with pytest.raises(StoreBusy, match="locked"):
            await store.write(lambda tx: tx.execute("UPDATE tickets SET subject = 'mine'"))
    assert await store.write(lambda tx: tx.execute("UPDATE tickets SET subject = 'mine'")) == 1


async def test_a_question_that_takes_too_long_is_ended(store: Store) -> None:
    with pytest.raises(StoreBusy, match="Ask for less"):
        await store.read(lambda tx: tx.rows("SELECT pg_sleep(20)"))
    assert await store.read(lambda tx: tx.rows("SELECT 1")) == [(1,)]


async def test_a_server_that_was_away_is_found_again(threaded: Store, beside: Connection) -> None:
    """Between two calls, and in the middle of one: that one was not stored, and runs again."""
    runs: list[int] = []

    def cut(tx: StoreTx) -> int:
        tx.save_ticket(ticket(len(runs) + 2))
        runs.append(1)
        if len(runs) == 1:
            cut_all(beside)
        return tx.number()

    await threaded.write(lambda tx: tx.save_ticket(ticket(1)))
    await threaded.read(lambda tx: tx.tickets())
    cut_all(beside)
    assert len(await threaded.read(lambda tx: tx.tickets())) == 1
    await threaded.write(cut)
    assert [one.number for one in await threaded.read(lambda tx: tx.tickets())] == [1, 3]


# --- the connection is cut at COMMIT


@pytest.fixture
async def cuttable(database_url: URL, clock: HandClock) -> AsyncIterator[tuple[Store, Wire]]:
    """A store at the end of a wire."""
    with tempfile.TemporaryDirectory() as folder, wired(database_url, Path(folder)) as (url, wire):
        async with Store.open(Postgres(url, patience=2), clock=clock, ids=SeededIds(1), inline=True) as store:
            yield store, wire


@pytest.mark.parametrize(
    ("cut", "ran"),
    [pytest.param("before", 2, id="it never came"), pytest.param("after", 1, id="only its answer is lost")],
)
async def test_what_became_of_a_commit_that_was_not_answered_is_asked(
    cuttable: tuple[Store, Wire], cut: str, ran: int
) -> None:
    """Never a second time blindly: the call runs again only if the server says that it was not stored."""
    store, wire = cuttable
    runs: list[int] = []

    def work(tx: StoreTx) -> int:
        runs.append(1)
        tx.execute("INSERT INTO timeline (number, client_id, at, who, item, words, public, message)"
                   " VALUES (1, 'acme', 0, 'ann', 'said', 'hello', ?, '')", (True,))  # fmt: skip
        return 17

    await store.write(lambda tx: tx.save_ticket(ticket(1)))
    wire.cut = cut  # type: ignore[assignment]
    assert await store.write(work) == 17
    assert len(runs) == ran
    assert await store.read(lambda tx: tx.rows("SELECT words FROM timeline")) == [("hello",)]


async def test_when_nobody_can_be_asked_it_is_said_that_it_may_be_stored(cuttable: tuple[Store, Wire]) -> None:
    store, wire = cuttable
    await store.write(lambda tx: tx.save_ticket(ticket(1)))
    wire.cut, wire.dies = "after", True
    with pytest.raises(StoreUnsure, match="Look whether it is there"):
        await store.write(lambda tx: tx.save_ticket(ticket(2)))
    wire.dead = False
    assert [one.number for one in await store.read(lambda tx: tx.tickets())] == [1, 2]


# --- one process on a database


def test_a_second_process_is_refused_until_the_first_is_gone(database: Postgres, database_url: URL) -> None:
    running = pytest.raises(AlreadyRunning, match="Another Deskbell is running on the database")
    with database.held(), running, held(database_url):
        pass
    with held(database_url):
        pass


def held(url: URL):
    return Postgres(url, patience=0.3).held()


async def test_a_process_whose_place_was_taken_while_it_was_cut_off_stores_nothing_more(
    database: Postgres, database_url: URL, beside: Connection, clock: HandClock
) -> None:
    """As if it had been frozen, its connections given up, and then thawed."""
    with database.held():
        async with Store.open(database, clock=clock, ids=SeededIds(1), inline=True) as frozen:
            await frozen.write(lambda tx: tx.save_ticket(ticket(1)))
            cut_all(beside)
            await frozen.write(lambda tx: tx.save_ticket(ticket(2)))
            cut_all(beside)
            with held(database_url):
                with pytest.raises(StoreClosed, match="took over"):
                    await frozen.write(lambda tx: tx.save_ticket(ticket(3)))
                with pytest.raises(StoreClosed, match="took over"):
                    await frozen.write(lambda tx: tx.save_ticket(ticket(4)))
            assert [one.number for one in await frozen.read(lambda tx: tx.tickets())] == [1, 2]


async def test_nobody_comes_in_while_a_writer_is_still_there(
    database: Postgres, database_url: URL, beside: Connection, clock: HandClock
) -> None:
    """The lock alone was lost, to a firewall for one: what still writes keeps the place."""
    with database.held():
        async with Store.open(database, clock=clock, ids=SeededIds(1), inline=True) as store:
            await store.write(lambda tx: tx.save_ticket(ticket(1)))
            beside.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                           " AND mode = 'ExclusiveLock' AND granted AND database ="
                           " (SELECT oid FROM pg_database WHERE datname = current_database())")  # fmt: skip
            with pytest.raises(AlreadyRunning), held(database_url):
                pass
            await store.write(lambda tx: tx.save_ticket(ticket(2)))


async def test_a_call_waits_for_nobody_who_only_asks(threaded: Store) -> None:
    """Readers hold no lock that a writer wants."""
    slowly = "SELECT pg_sleep(0.1), (SELECT count(*) FROM tickets)"
    asking = asyncio.create_task(threaded.read(lambda tx: tx.rows(slowly)))
    await asyncio.gather(*(threaded.write(lambda tx, n=n: tx.save_ticket(ticket(n))) for n in range(1, 20)))
    await asking
