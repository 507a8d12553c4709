"""How well the poller keeps time, and what it costs, beside the obvious design in the same run.

`python -m bench.poller` takes about a minute and a half. The targets run in a process of their own, on loopback.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import httpx
import uvloop
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bench.answering import on_our_processor, targets
from bench.figures import Figure
from bot.bounds import raise_file_limit
from bot.poller import Poller
from desk.alerts import Monitor, Reading, Status, Watch
from monitors import kinds
from monitors.engine import Engine
from monitors.probe import Kind, Probe, Seen
from monitors.targets import Targets

MONITORS, INTERVAL = 10_000, 60.0
WATCHED_FOR = INTERVAL + 6
BASELINE_MONITORS, BASELINE_INTERVAL, BASELINE_FOR = 2_000, 12.0, 18.0  # the same number of checks a second
RATE = MONITORS / INTERVAL

class Broken(Kind):
    """A kind whose check raises."""

    remote: ClassVar[bool] = True

    async def check(self, probe: Probe) -> Seen:
        raise ZeroDivisionError(probe.monitor)


def monitors(answering: str, hanging: str) -> list[Monitor]:
    """Of twenty monitors two hang and one raises, evenly mixed."""
    http = kinds()["http"]
    well, ill, broken = http(url=answering), http(url=hanging), Broken()
    mix = {5: ill, 15: ill, 10: broken}
    return [
        Monitor(f"m{i}", f"m{i}", "bench", "http", mix.get(i % 20, well), INTERVAL, time_limit=10.0)
        for i in range(MONITORS)
    ]


async def poll(answering: str, hanging: str) -> list[Figure]:
    """Point 6 and the poller's share of G2: the bot's poller over real sockets."""
    began = datetime.now(UTC)
    seen: dict[str, int] = {}

    def count(readings: list[Reading]) -> None:
        for reading in readings:
            seen[reading.status] = seen.get(reading.status, 0) + 1

    web = Engine()
    probe = Probe(web, Targets.of(["127.0.0.1"]), lambda: datetime.now(UTC), _no_ping, began)
    watched = monitors(answering, hanging)
    watches = {monitor.id: Watch(monitor.id, since=began, seen=Status.OK) for monitor in watched}
    poller = Poller(watched, probe, watches, lambda reading: count([reading]), count)
    cpu = await _cpu_of(poller.start, WATCHED_FOR)
    stats = poller.stats()
    await poller.close()
    await web.aclose()
    print(f"  {stats.started:,} checks: {seen}, {stats.slow} hanging at the end")
    late = (stats.late_p99 or 0.0) * 1000
    return [
        Figure("poller, 10,000 at 60 s: starts late, p99 (required)", late, "ms", 100),
        Figure("poller, 10,000 at 60 s: starts late, p99 (aim of G2)", late, "ms", 25),
        Figure(
            "poller alone, 10,000 at 60 s: processor (G2 is the whole bot)", 100 * cpu / WATCHED_FOR, "% of a core", 8
        ),
        Figure("poller: processor for a check", 1e6 * cpu / stats.started, "µs"),
    ]


async def obvious(answering: str, hanging: str) -> list[Figure]:
    """The baseline: an APScheduler job per monitor and one httpx client, the same targets at the same rate."""
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    late: list[float] = []
    client = httpx.AsyncClient(limits=httpx.Limits(max_keepalive_connections=0), timeout=10, trust_env=False)
    scheduler = AsyncIOScheduler(timezone=UTC)
    start = datetime.now(UTC) + timedelta(seconds=2)

    async def check(url: str | None, first: datetime) -> None:
        late.append((datetime.now(UTC) - first).total_seconds() % BASELINE_INTERVAL)
        with contextlib.suppress(httpx.HTTPError, ZeroDivisionError):
            if url is None:
                raise ZeroDivisionError
            await client.get(url)

    mix = {5: hanging, 15: hanging, 10: None}
    for i in range(BASELINE_MONITORS):
        first = start + timedelta(seconds=BASELINE_INTERVAL * i / BASELINE_MONITORS)
        args = (mix.get(i % 20, answering), first)
        scheduler.add_job(check, "interval", args, seconds=BASELINE_INTERVAL, next_run_time=first)
    cpu = await _cpu_of(scheduler.start, BASELINE_FOR)
    scheduler.shutdown(wait=False)
    await client.aclose()
    each = cpu / max(1, len(late))
    p99 = sorted(late)[len(late) * 99 // 100] * 1000
    return [
        Figure("baseline, APScheduler job + httpx: starts late, p99", p99, "ms"),
        Figure("baseline, APScheduler job + httpx: processor, same rate", 100 * each * RATE, "% of a core"),
        Figure("baseline, APScheduler job + httpx: processor for a check", 1e6 * each, "µs"),
    ]


async def figures() -> list[Figure]:
    """Both designs, one after the other, against the same targets."""
    raise_file_limit()
    with targets() as to, on_our_processor():
        hanging = f"http://127.0.0.1:{to.hanging}/"
        return [*await poll(to.url(), hanging), *await obvious(to.url(), hanging)]


async def _cpu_of(start: Callable[[], object], seconds: float) -> float:
    """Processor seconds, user and system, that this process takes in this time."""
    before = time.process_time()
    start()
    await asyncio.sleep(seconds)
    return time.process_time() - before


def _no_ping(monitor: str) -> Awaitable[datetime | None]:
    raise LookupError(monitor)


if __name__ == "__main__":
    for figure in uvloop.run(figures()):
        print(figure)
