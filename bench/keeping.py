"""G9: what the history of checks takes on disk, and how soon it says how long a service was up.

`python -m bench.keeping` takes about half a minute.
"""

import asyncio
import logging
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import structlog

from bench.figures import Figure
from bot.ports import RealClock, RealIds
from bot.store.results import append_results
from bot.store.store import Lane, Store, StoreTx
from desk.alerts import Reading, Status
from desk.uptime import Outage, uptime

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
END = datetime(2026, 3, 2, tzinfo=UTC)
EVERY, REACH = 60, 150.0  # seconds
GROWING, GROWN_FOR = 300, timedelta(hours=30)
MANY, OUTAGES_EACH = 10_000, 3  # one a month
OUTAGE = "INSERT INTO outages (alert, client_id, monitor, started_at, ended_at) VALUES (?, ?, ?, ?, ?)"


def looks(monitor: str, start: datetime, length: timedelta, chance: Random) -> list[Reading]:
    """One a minute, up to a few hundredths of a second late."""
    at = (start + timedelta(seconds=each + chance.random() / 30) for each in range(7, length // SECOND, EVERY))
    return [Reading(monitor, Status.OK, each, latency=chance.uniform(0.01, 0.09)) for each in at]


async def bytes_each(folder: Path) -> list[Figure]:
    """Chunks grow as they do: a minute's results in one transaction, so that pages are split as they will be."""
    path, chance, count = folder / "growing.db", Random(1), 0  # noqa: S311 - the same each time
    async with Store.open(path, clock=RealClock(), ids=RealIds()) as store:
        empty = await pages(path)
        for minute in range(GROWN_FOR // timedelta(minutes=1)):
            at = END + timedelta(minutes=minute)
            batch = [one for n in range(GROWING) for one in looks(f"monitor-{n}", at, timedelta(minutes=1), chance)]
            await store.write(lambda tx, batch=batch: append_results(tx, batch), lane=Lane.BULK)  # type: ignore[misc]
            count += len(batch)
        full = await pages(path)
        [(held,)] = await store.read(lambda tx: tx.rows("SELECT SUM(LENGTH(chunk)) FROM history"))
    return [
        Figure("G9 a result in its chunk", held / count, "bytes", 3),
        Figure("   the same in the file, with keys, index and room to grow", (full - empty) / count, "bytes"),
        Figure("   baseline: a row for each result, with its key", as_rows(folder / "rows.db"), "bytes"),
    ]


async def pages(path: Path) -> int:
    """Bytes of the database itself, whatever lies in its log."""

    def read() -> int:
        with closing(sqlite3.connect(path)) as database:
            [[count]], [[size]] = database.execute("PRAGMA page_count"), database.execute("PRAGMA page_size")
            return int(count * size)

    return await asyncio.to_thread(read)


def as_rows(path: Path) -> float:
    count = 100_000
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, monitor TEXT, at INTEGER, status TEXT, latency)")
        database.execute("CREATE INDEX by_monitor ON plain (monitor, at)")
        rows = ((f"monitor-{n % GROWING}", n // GROWING * EVERY, "ok", n / 997) for n in range(count))
        database.executemany("INSERT INTO plain (monitor, at, status, latency) VALUES (?, ?, ?, ?)", rows)
        database.commit()
    return path.stat().st_size / count


async def uptimes(folder: Path) -> list[Figure]:
    month, quarter = (END - 30 * DAY, END), (END - 90 * DAY, END)
    async with Store.open(folder / "deskbell.db", clock=RealClock(), ids=RealIds()) as store:
        for day in range(30):
            history = looks("shop", month[0] + day * DAY, DAY, Random(day))  # noqa: S311 - the same each time
            await store.write(lambda tx, history=history: append_results(tx, history), lane=Lane.BULK)  # type: ignore[misc]
        await store.write(fill)
        one = await store.read(lambda tx: least(lambda: of_one(tx, month)))
        all_ = await store.read(lambda tx: least(lambda: of_all(tx, quarter), rounds=3))
    return [
        Figure("G9 30-day uptime of a monitor, time without data told apart", one * 1e3, "ms", 10),
        Figure(f"90-day uptime of {MANY:,} monitors, from {MANY * OUTAGES_EACH:,} outages", all_, "s", 1),
    ]


def fill(tx: StoreTx) -> None:
    """Two clients: one has a shop, the other all the rest."""
    chance = Random(2)  # noqa: S311 - the same each time
    for n in range(MANY * OUTAGES_EACH):
        start = END - chance.uniform(0.1, 90) * DAY
        whose = ("globex", f"monitor-{n % MANY}") if n % MANY else ("acme", "shop")
        tx.execute(OUTAGE, (n, *whose, us(start), us(start + timedelta(minutes=chance.uniform(1, 90)))))


def us(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000)


def of_one(tx: StoreTx, whole: tuple[datetime, datetime]) -> None:
    found = uptime("shop", "Shop", tx.outages("acme", *whole), tx.looked("shop", *whole, REACH), whole, None)
    assert found.up > 29 * 86_400


def of_all(tx: StoreTx, whole: tuple[datetime, datetime]) -> None:
    """Of the whole time: what was not looked at is found in a monitor's history, one at a time."""
    by: dict[str, list[Outage]] = {f"monitor-{n}": [] for n in range(MANY)}
    for each in tx.outages("globex", *whole):
        by[each.monitor].append(each)
    found = [uptime(monitor, monitor, outages, [whole], whole, None) for monitor, outages in by.items()]
    assert sum(each.down > 0 for each in found) > MANY * 0.9


def least(work: Callable[[], None], rounds: int = 20) -> float:
    """Seconds that it takes, in the best of some rounds."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took)


async def figures() -> list[Figure]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))  # figures only
    with tempfile.TemporaryDirectory() as folder:
        return [*await bytes_each(Path(folder)), *await uptimes(Path(folder))]


if __name__ == "__main__":
    for figure in asyncio.run(figures()):
        print(figure)
