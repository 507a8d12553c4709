"""G6: plain results on their way into hour chunks, through the store and by hand with nothing but sqlite3."""

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from bench.figures import Figure
from bot.history import Result, append
from bot.ports import RealClock, RealIds
from bot.store.migrate import prepare
from bot.store.results import append_results
from bot.store.sqlite import SqliteFile
from bot.store.store import Lane, Store
from bot.store.tables import EPOCH
from desk.alerts import Reading, Status

MONITORS, BATCH, ROUNDS = 5_000, 1_000, 8
PLAIN = "INSERT INTO plain (monitor, at, status, latency) VALUES (?, ?, ?, ?)"
PUT = "INSERT INTO history VALUES (?, ?, ?) ON CONFLICT (monitor, hour) DO UPDATE SET chunk = excluded.chunk"


async def results(folder: Path) -> list[Figure]:
    batches = list(all_batches())
    count = sum(len(batch) for batch in batches)
    ours, blocked = await through_store(folder / "deskbell.db", batches)
    raw = by_hand(folder / "raw.db", batches)
    plain = as_rows(folder / "plain.db", batches)
    return [
        Figure("G6 results into hour chunks, through the store", count / ours, "/s"),
        Figure("   baseline: the same chunks by hand with sqlite3", count / raw, "/s"),
        Figure("G6 ours to the baseline's", raw / ours, "times", 0.85, at_least=True),
        Figure("G6 the longest the event loop was not free meanwhile", blocked * 1e3, "ms"),
        Figure("   for comparison: one plain row a result with sqlite3", count / plain, "/s"),
    ]


def all_batches() -> list[list[Reading]]:
    begin = EPOCH + timedelta(hours=500_000)
    readings = [
        Reading(f"monitor-{number}", Status.OK, begin + timedelta(seconds=60 * turn), latency=0.012)
        for turn in range(ROUNDS)
        for number in range(MONITORS)
    ]
    return [readings[start : start + BATCH] for start in range(0, len(readings), BATCH)]


async def through_store(path: Path, batches: Sequence[Sequence[Reading]]) -> tuple[float, float]:
    """Seconds for all, and the longest that the loop had to wait for its turn."""
    store = Store.open(path, clock=RealClock(), ids=RealIds())
    late: list[float] = [0.0]

    async def watch() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            late.append(time.perf_counter() - began - 0.001)

    watching = asyncio.create_task(watch())
    began = time.perf_counter()
    for batch in batches:
        await store.write(lambda tx, batch=batch: append_results(tx, batch), lane=Lane.BULK)  # type: ignore[misc]
    took = time.perf_counter() - began
    watching.cancel()
    await store.close()
    return took, max(late)


def by_hand(path: Path, batches: Sequence[Sequence[Reading]]) -> float:
    """What one would write without any store: the same pragmas, the same chunks, one commit a batch."""
    prepare(SqliteFile(path))
    with closing(connection(path)) as database:
        began = time.perf_counter()
        for batch in batches:
            database.execute("BEGIN IMMEDIATE")
            grown = []
            for reading in batch:
                hour, within = divmod(reading.started_at - EPOCH, timedelta(hours=1))
                key = (reading.monitor, hour)
                found = database.execute("SELECT chunk FROM history WHERE monitor = ? AND hour = ?", key).fetchone()
                result = Result(within.seconds, reading.status, reading.latency)
                grown.append((*key, append(found[0] if found else b"", [result])))
            database.executemany(PUT, grown)
            database.execute("COMMIT")
        return time.perf_counter() - began


def as_rows(path: Path, batches: Sequence[Sequence[Reading]]) -> float:
    with closing(connection(path)) as database:
        database.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, monitor TEXT, at INTEGER, status TEXT, latency)")
        began = time.perf_counter()
        for batch in batches:
            database.execute("BEGIN IMMEDIATE")
            database.executemany(
                PLAIN, [(r.monitor, int(r.started_at.timestamp()), r.status.value, r.latency) for r in batch]
            )
            database.execute("COMMIT")
        return time.perf_counter() - began


def connection(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    return database
