"""10,000 alerts in a minute: how fast they are judged, routed and stored, and how the storm that they are drains.

`python -m bench.storm` takes about half a minute. Rules and intake run in real time, on a real file with durable
commits, and the rules' rates are of seconds of a processor; the channels drain in virtual time, at the pace of a
platform that takes a post a second in each.
"""

import asyncio
import json
import logging
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psutil
import structlog

from bench.figures import Figure
from bot.clock import AlarmClock
from bot.configuration import DEMO, load_folder
from bot.hooks import Hooks
from bot.ports import RealClock, RealIds
from bot.store.migrate import prepare
from bot.store.sqlite import SqliteFile
from bot.store.store import Store
from config.loaded import Config
from desk import alerts, holds, hooks, signals
from desk.alerts import Monitor, Reading, Status, Watch
from desk.grouping import group_of, routes_of
from desk.hooks.hook import signal_of
from tests.sim import storm, storm_verdict
from tests.sim.storm import HOOK, MESSAGE, Coming, Storm

ALERTS = 10_000
MINUTE = 60.0
TABLES = ("signals", "edges", "timeline", "audit", "alerts")  # whose rows the baseline inserts and no more


def coming() -> list[Coming]:
    return storm.weather(ALERTS, random.Random(1))  # noqa: S311 - the same storm each time


def messages(told: list[Coming]) -> list[bytes]:
    """As Alertmanager sends them, so many alerts in each."""
    parts = [
        {"status": "firing", "fingerprint": f"{each.service}{each.host}", "annotations": {"summary": "no answer"},
         "labels": {"alertname": f"{each.service} host {each.host}", "channel": each.channel, "service": each.service,
                    "severity": "critical" if each.critical else "high"}}
        for each in told
    ]  # fmt: skip
    batches = (parts[start : start + MESSAGE] for start in range(0, len(parts), MESSAGE))
    return [json.dumps({"version": "4", "alerts": batch}).encode() for batch in batches]


def rules(config: Config, sent: list[bytes]) -> list[Figure]:
    """The desk's rules alone: from the words of a message to the group that its alert joins, and from a look to it."""
    now, route, windows = datetime.now(UTC), config.alerting.route, config.alerting.windows.values()
    texts = [body.decode() for body in sent]
    began, groups = time.process_time(), set()
    for text in texts:
        for told in hooks.read(HOOK, text):
            signal = signal_of(told, HOOK, now)
            groups.add(group_of(routes_of(route, signal.labels)[0], signal.client, signal.fingerprint, signal.labels))
            holds.in_maintenance(windows, signal.client, signal.labels, now)
    heard = time.process_time() - began
    assert len(groups) == storm.CHANNELS * storm.GROUPS + 1  # that nothing was cut off is told, too
    began = time.process_time()
    for text in texts:
        json.loads(text)
    parsed = time.process_time() - began
    watches = [Watch(f"m{n}", since=now, seen=Status.OK) for n in range(ALERTS)]
    monitors = [Monitor(watch.monitor, watch.monitor, "acme", "http", None, failures=1) for watch in watches]
    began = time.process_time()
    for watch, monitor in zip(watches, monitors, strict=True):
        judged = alerts.judge(watch, Reading(monitor.id, Status.FAILED, now, "no answer"), monitor)
        assert judged.move is alerts.Move.RAISE
        routes_of(route, signals.labels_of(monitor))
    looked = time.process_time() - began
    return [
        Figure("alerts told, judged and routed, rules alone", ALERTS / heard, "/s core", 10_000, at_least=True),
        Figure("   baseline: the same messages only parsed", ALERTS / parsed, "/s core"),
        Figure("failed looks judged and routed, rules alone", ALERTS / looked, "/s core", 20_000, at_least=True),
    ]


async def intake(config: Config, sent: list[bytes], path: Path) -> list[Figure]:
    """The bot's hooks, store and alarms: each message is durable before it is answered, and all come at once."""
    clock, took = RealClock(), list[float]()
    async with Store.open(path, clock=clock, ids=RealIds()) as store:
        taking = Hooks(store, lambda: config, clock, RealIds())
        alarm = AlarmClock(store, lambda: config, clock)
        process = psutil.Process()
        before, began = process.memory_info().rss, time.perf_counter()
        asking = asyncio.create_task(_somebody(store, took))
        await asyncio.gather(*(taking.keep(HOOK.id, body) for body in sent))
        kept = time.perf_counter() - began
        while await store.read(lambda tx: tx.rows("SELECT 1 FROM deliveries LIMIT 1")):
            await taking.turn(clock.now())
            await alarm.turn()
        whole = time.perf_counter() - began
        asking.cancel()
        grown = (process.memory_info().rss - before) / 2**20
        [(stored,)] = await store.read(lambda tx: tx.rows("SELECT COUNT(*) FROM signals WHERE state = 'firing'"))
    assert stored == ALERTS
    p99 = sorted(took)[len(took) * 99 // 100] * 1000
    return [
        Figure("10,000 alerts told by a hook at once: answered, durable", kept, "s", 5),
        Figure("   judged, routed and stored", ALERTS / whole, "/s", 1_000, at_least=True),
        Figure("   all of them", whole, "s", MINUTE),
        Figure("   meanwhile somebody's own transaction, p99", p99, "ms", 100),
        Figure("   memory that this took", grown, "MB", 50),
    ]


async def _somebody(store: Store, took: list[float]) -> None:
    """People's commands go first."""
    while True:
        began = time.perf_counter()
        await store.write(lambda tx: tx.number())
        took.append(time.perf_counter() - began)
        await asyncio.sleep(0.01)


def inserted(path: Path, folder: Path) -> Figure:
    """The baseline: the rows that it came to, inserted into an empty file with as many commits, and nothing judged."""
    with closing(sqlite3.connect(path)) as connection:
        found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES}  # noqa: S608 - our own
    prepare(SqliteFile(folder / "bare.db"))
    commits = ALERTS // MESSAGE
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        began = time.perf_counter()
        for number in range(commits):
            connection.execute("BEGIN IMMEDIATE")
            for name, rows in found.items():
                if some := rows[number::commits]:
                    into = f"INSERT INTO {name} VALUES ({', '.join('?' * len(some[0]))})"  # noqa: S608 - our own
                    connection.executemany(into, some)
            connection.execute("COMMIT")
        return Figure("   baseline: the same rows by bare INSERTs", ALERTS / (time.perf_counter() - began), "/s")


def drained(config: Config, folder: Path) -> list[Figure]:
    """The whole storm in virtual time, by the log of the platform."""
    prepare(SqliteFile(folder / "storm.db"))
    process = psutil.Process()
    before = process.memory_info().rss
    raged = Storm(ALERTS, SqliteFile(folder / "storm.db", "OFF"), config).run()
    grown = (process.memory_info().rss - before) / 2**20
    faults = storm_verdict.faults_of(raged)
    for fault in faults[:5]:
        print(f"  {fault}")
    latest = max(posted - began for began, posted, _ in storm_verdict.critical(raged).values())
    last = max(at for at, *_ in raged.calls) - storm.LASTING
    return [
        Figure("the storm in five channels: promises broken", len(faults), "", 0),
        Figure("   a critical group's first alert to its message, the latest", latest + storm.CALL, "s", 5),
        Figure("   from the last alert until all is said", last, "s", storm_verdict.DRAINED),
        Figure("   baseline: a post for each alert, a second apart", ALERTS / storm.CHANNELS - storm.LASTING, "s"),
        Figure("   posts and edits", len(raged.calls), "calls"),
        Figure("   rows that the outbox held at most", raged.most_rows, "rows", storm_verdict.ROWS),
        Figure("   memory that this took", grown, "MB", 50),
    ]


def figures() -> Iterator[Figure]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    demo = load_folder(DEMO)
    config, sent = storm.stormy(demo), messages(coming())
    yield from rules(config, sent)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield from asyncio.run(intake(config, sent, folder / "deskbell.db"))
        yield inserted(folder / "deskbell.db", folder)
        yield from drained(demo, folder)


if __name__ == "__main__":
    for figure in figures():
        print(figure)
