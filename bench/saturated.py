"""The bot's poller with more monitors than it can look at, and its store: in a process of its own, on one processor."""

import asyncio
import logging
import multiprocessing
import ssl
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
import structlog
import uvloop

from bench.answering import CERTIFICATE
from bot.bounds import look_for_garbage_seldom, raise_file_limit
from bot.configuration import DEMO, load_folder
from bot.history import decode
from bot.poller import Poller
from bot.ports import RealClock, RealIds
from bot.store.store import Store
from bot.watching import Watching
from desk.alerts import Monitor, Reading, Status, Watch
from monitors import kinds
from monitors import targets as guard
from monitors.engine import Engine
from monitors.probe import Probe


@dataclass(frozen=True)
class Asked:
    """For so many checks a second, whether they can be had or not. Each monitor has been looked at before it counts."""

    urls: list[str]
    per_second: float = 25_000
    seconds: float = 4.0
    monitors: int = 5_000


@dataclass(frozen=True)
class Round:
    """`checks` in `cpu` seconds of processor, user and system, of the whole process. `lost` were neither stored nor out
    at the end, `bad` were no plain OK.
    """

    checks: int
    cpu: float
    wall: float
    grown: float  # MB
    bad: int
    lost: int

    @property
    def per_core(self) -> float:
        return self.checks / self.cpu


class Saturated:
    """Everything of the bot that a check goes through, and nothing that it does not."""

    def __init__(self, asked: Asked, store: Store) -> None:
        http, clock, began = kinds()["http"], RealClock(), datetime.now(UTC)
        settings = [http(url=asked.urls[i % len(asked.urls)]) for i in range(asked.monitors)]
        interval = asked.monitors / asked.per_second
        watched = [Monitor(f"m{i}", f"m{i}", "bench", "http", each, interval) for i, each in enumerate(settings)]
        known = {each.id: Watch(each.id, since=began, seen=Status.OK) for each in watched}
        reach = guard.Targets.of(["127.0.0.1"], _loopback)
        probe = Probe(Engine(ssl.create_default_context(cafile=CERTIFICATE)), reach, clock.now, _no_ping, began)
        self.store, self.bad = store, 0
        self.poller = Poller(watched, probe, known, self._changed, Watching(store, lambda: load_folder(DEMO)).plain)

    def _changed(self, _: Reading) -> None:
        self.bad += 1

    async def round(self, seconds: float) -> Round:
        self.poller.start()
        while self.poller.stats().started < 2 * self.poller.stats().monitors:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.1)
        before, memory = self.poller.stats().started, psutil.Process().memory_info().rss
        cpu, wall = time.process_time(), time.perf_counter()
        await asyncio.sleep(seconds)
        cpu, wall, end = time.process_time() - cpu, time.perf_counter() - wall, self.poller.stats()
        grown = (psutil.Process().memory_info().rss - memory) / 2**20
        await self.poller.close()
        chunks = await self.store.read(lambda tx: tx.rows("SELECT chunk FROM history"))
        kept = sum(len(decode(chunk)) for (chunk,) in chunks)
        return Round(end.started - before, cpu, wall, grown, self.bad, end.started - end.in_flight - self.bad - kept)


async def _loopback(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


async def _no_ping(_monitor: str) -> None:
    return None


def _child(pipe: Connection, asked: Asked) -> None:
    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with Store.open(Path(folder) / "deskbell.db", clock=RealClock(), ids=RealIds()) as store:
                desk = Saturated(asked, store)
                look_for_garbage_seldom()
                pipe.send(await desk.round(asked.seconds))

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))  # figures only
    raise_file_limit()
    uvloop.run(run())


def saturated(asked: Asked) -> Round:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_child, args=(theirs, asked))
    process.start()
    try:
        found: Round = ours.recv()
        return found
    finally:
        process.join()
