"""What a call of the store promises on every database: all of it or nothing, and told only when it is durable."""

import asyncio
import threading
from functools import partial

import pytest
from structlog.testing import capture_logs

from bot.ports import SeededIds
from bot.store.errors import OnlyReads, StoreClosed
from bot.store.store import Store, StoreTx
from desk.audit import Entry
from tests.store.values import ticket
from tests.store_fixture import MORNING, Databases, HandClock


def saving(number: int):
    return lambda tx: tx.save_ticket(ticket(number)).number


async def numbers(store: Store) -> list[int]:
    return [one.number for one in await store.read(lambda tx: tx.tickets())]


async def test_a_part_of_a_call_can_be_taken_back(store: Store) -> None:
    """The router's refusal: what the handler did is gone, what is said about it afterwards is stored."""

    def refused(tx: StoreTx) -> None:
        def handler() -> None:
            tx.save_ticket(ticket(1))
            tx.audit(Entry(MORNING, "ann", "webchat", "open", "ticket/1"))
            raise LookupError

        with pytest.raises(LookupError), tx.savepoint():
            handler()
        with tx.savepoint():
            tx.audit(Entry(MORNING, "ann", "webchat", "refused", "ticket/1"))

    heard: list[frozenset[str]] = []
    store.listen(heard.append)
    await store.write(refused)
    assert await numbers(store) == []
    assert await store.read(lambda tx: tx.rows("SELECT action FROM audit")) == [("refused",)]
    assert heard == [frozenset({"audit"})]


async def test_what_says_to_read_only_cannot_write(store: Store) -> None:
    """Not even what waits to be written at the end."""
    with pytest.raises(OnlyReads):
        await store.read(saving(1))
    with pytest.raises(OnlyReads):
        await store.read(lambda tx: tx.audit(Entry(MORNING, "ann", "webchat", "open", "ticket/2")))
    assert await store.write(saving(1)) == 1


async def test_a_handler_that_holds_the_writer_is_logged_and_counted(store: Store, clock: HandClock) -> None:
    """By the name of its function alone: what it was given may be a whole configuration."""

    def slow(_tx: StoreTx, _given: str) -> None:
        clock.step(0.051)

    with capture_logs() as logs:
        await store.write(partial(slow, _given="all of it"))
        await store.write(lambda _tx: clock.step(0.049))
    assert store.slow_handlers == 1
    assert [(log["event"], log["handler"].rpartition(".")[2]) for log in logs] == [("slow_handler", "slow")]


async def test_an_error_of_the_database_fails_its_own_call_and_not_the_others(threaded: Store) -> None:
    """What the broken call wrote before its error is gone too."""

    def breaks(tx: StoreTx) -> int:
        tx.save_ticket(ticket(7))
        return tx.execute("INSERT INTO watches (monitor, body) VALUES (?, NULL)", ("shop",))

    calls = [threaded.write(saving(2)), threaded.write(breaks), threaded.write(saving(3))]
    told = await asyncio.gather(*calls, return_exceptions=True)
    assert type(told[1]).__name__ in {"IntegrityError", "NotNullViolation"}
    assert [told[0], told[2]] == [2, 3]
    assert await numbers(threaded) == [2, 3]


async def test_after_a_commit_the_tables_that_moved_are_told_on_the_loop(threaded: Store) -> None:
    """What was rolled back moved nothing; a call that only looked tells nobody."""
    heard: list[tuple[frozenset[str], threading.Thread]] = []
    threaded.listen(lambda tables: heard.append((tables, threading.current_thread())))

    def fails(tx: StoreTx) -> None:
        tx.audit(Entry(MORNING, "ann", "webchat", "open", "ticket/2"))
        tx.flush()
        raise LookupError

    await threaded.write(lambda tx: tx.ticket(1))
    with pytest.raises(LookupError):
        await threaded.write(fails)
    await threaded.write(saving(1))
    assert heard == [(frozenset({"tickets"}), threading.main_thread())]


async def test_two_hundred_callers_at_once_are_all_stored(threaded: Store) -> None:
    """Every number once, and each call sees what is stored of those before it."""

    def take(tx: StoreTx) -> int:
        number = tx.number()
        return tx.save_ticket(ticket(number)).number

    taken = await asyncio.gather(*(threaded.write(take) for _ in range(200)))
    assert sorted(taken) == await stored(threaded)
    assert len(set(taken)) == 200


async def test_of_calls_that_count_on_each_sees_what_the_one_before_it_left(threaded: Store) -> None:
    """What is told in the order of the commits, such as the web chat's messages: each reads the newest and adds one."""

    def more(tx: StoreTx) -> int:
        (last,) = tx.rows("SELECT COALESCE(MAX(at), 0) FROM heard")[0]
        tx.execute("INSERT INTO heard (platform, at) VALUES (?, ?)", (f"platform {last + 1}", last + 1))
        return int(last) + 1

    counted = await asyncio.gather(*(threaded.write(more) for _ in range(40)))
    assert sorted(counted) == list(range(1, 41))


async def stored(store: Store) -> list[int]:
    return [number for (number,) in await store.read(lambda tx: tx.rows("SELECT number FROM tickets ORDER BY number"))]


async def test_closing_serves_who_waits_and_refuses_who_comes_later(threaded: Store) -> None:
    calls = [asyncio.create_task(threaded.write(saving(number))) for number in range(1, 30)]
    await asyncio.sleep(0)
    await threaded.close()
    assert await asyncio.gather(*calls) == list(range(1, 30))
    with pytest.raises(StoreClosed):
        await threaded.write(saving(30))
    with pytest.raises(StoreClosed):
        await threaded.read(lambda tx: tx.tickets())


async def test_inline_and_threaded_do_the_same(databases: Databases) -> None:
    """The simulator's store and the running bot's leave the same rows."""

    def work(tx: StoreTx) -> None:
        number = tx.number()
        tx.save_ticket(ticket(number))
        tx.deadline(f"ticket/{number}", "warn", MORNING)
        tx.audit(Entry(tx.now, "ann", "webchat", "open", f"ticket/{number}"))

    left = []
    for inline in (True, False):
        async with Store.open(databases(), clock=HandClock(), ids=SeededIds(1), inline=inline) as opened:
            for _ in range(3):
                await opened.write(work)
            for table in ("tickets", "deadlines", "audit", "numbers"):
                asked = f"SELECT * FROM {table}"  # noqa: S608 - the four names above
                left.append(sorted(await opened.read(lambda tx, asked=asked: tx.rows(asked)), key=repr))
    assert left[:4] == left[4:]
