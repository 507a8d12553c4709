"""G2: the whole bot with 10,000 http monitors at 60 s: processor, memory, and how late its checks start.

`python -m bench.whole` takes about two and a half minutes: the first round, in which every monitor's first reading is
news, is let pass. The baseline (a job per monitor) is in `bench.poller`, against the same kind of targets.
"""

import asyncio
import contextlib
import logging
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
import structlog
import uvloop

from bench.answering import targets
from bench.figures import Figure
from bench.poller import INTERVAL, MONITORS
from bot.app import Settings, running
from bot.bounds import look_for_garbage_seldom, raise_file_limit
from bot.configuration import DEMO, load_folder
from bot.databases import database_of
from bot.store.migrate import prepare
from config.loaded import Config
from config.secrets import Secrets
from desk.alerts import Monitor
from monitors import kinds

FIRST_ROUND, MEASURED = INTERVAL + 10, INTERVAL
NAP = 0.02  # seconds


def watching(url: str) -> Config:
    """The demo's people and clients, and ten thousand monitors that are all well."""
    http = kinds()["http"](url=url)
    all_well = {f"m{i}": Monitor(f"m{i}", f"m{i}", "acme", "http", http, INTERVAL) for i in range(MONITORS)}
    return replace(load_folder(DEMO), monitors=all_well)


def bot(pipe: Connection, url: str, data: str) -> None:
    """The bot's process: says its lateness when it is asked to end."""

    async def run() -> None:
        async with running(watching(url), Secrets(), Settings(Path(data), 0)) as desk:
            look_for_garbage_seldom()
            pipe.send("ready")
            await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
            assert desk.poller
            pipe.send(desk.poller.stats().late_p99)

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))  # figures only
    raise_file_limit()
    uvloop.run(run())


@contextlib.contextmanager
def started(url: str, data: str) -> Iterator[tuple[Connection, psutil.Process]]:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=bot, args=(theirs, url, data))
    process.start()
    ours.recv()
    try:
        yield ours, psutil.Process(process.pid)
    finally:
        process.join(20)


def figures() -> list[Figure]:
    with targets() as to, tempfile.TemporaryDirectory() as data:
        prepare(database_of(watching(to.url()), Secrets(), Path(data)))  # the second start, as in G11
        return measured(to.url(), data)


def measured(url: str, data: str) -> list[Figure]:
    with started(url, data) as (pipe, process):
        time.sleep(FIRST_ROUND)
        before, began = sum(process.cpu_times()[:2]), time.monotonic()
        bare = naps(MEASURED)
        cpu = sum(process.cpu_times()[:2]) - before
        share = 100 * cpu / (time.monotonic() - began)
        memory = process.memory_info().rss / 2**20
        pipe.send("enough")
        late = (pipe.recv() or 0.0) * 1000
    return [
        Figure("whole bot, 10,000 at 60 s: processor (G2)", share, "% of a core", 8),
        Figure("whole bot, 10,000 at 60 s: memory (G2)", memory, "MB", 120),
        Figure("whole bot, 10,000 at 60 s: starts late, p99 (G2)", late, "ms", 25),
        Figure("   baseline: a process that only sleeps wakes late by, p99", bare * 1000, "ms"),
    ]


def naps(seconds: float) -> float:
    """How late this machine wakes a process that does nothing else, p99: above some ms others keep it busy."""
    late, until = [], time.monotonic() + seconds
    while (began := time.monotonic()) < until:
        time.sleep(NAP)
        late.append(time.monotonic() - began - NAP)
    return sorted(late)[len(late) * 99 // 100]


if __name__ == "__main__":
    for figure in figures():
        print(figure)
