"""G4: what it costs to start a look in its turn and to take what it saw, beside an APScheduler job that does nothing.

`python -m bench.dispatching` takes about twenty seconds. The looks look at nothing, so that the rest is seen.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import uvloop
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bench.figures import Figure
from bot.bounds import look_for_garbage_seldom
from bot.poller import Poller
from bot.ports import RealClock
from desk.alerts import Monitor, Status, Watch
from monitors.engine import Engine
from monitors.probe import Kind, Probe, Seen
from monitors.targets import Targets

MONITORS, INTERVAL = 10_000, 2.0
JOBS, EVERY = 1_000, 1.0
ROUNDS, SECONDS = 4, 2.0


class Nothing(Kind):
    """A kind that is well without looking."""

    remote: ClassVar[bool] = True

    async def check(self, _probe: Probe) -> Seen:
        return Seen(Status.OK)


async def least(done: Callable[[], int]) -> float:
    """Processor seconds for one of what is `done`, in the best of some rounds."""
    found = []
    for _ in range(ROUNDS):
        before, cpu = done(), time.process_time()
        await asyncio.sleep(SECONDS)
        found.append((time.process_time() - cpu) / (done() - before))
    return min(found)


async def ours() -> float:
    clock, began, handed = RealClock(), datetime.now(UTC), 0

    def take(readings: list[object]) -> None:
        nonlocal handed
        handed += len(readings)

    watched = [Monitor(f"m{i}", f"m{i}", "bench", "nothing", Nothing(), INTERVAL) for i in range(MONITORS)]
    known = {each.id: Watch(each.id, since=began, seen=Status.OK) for each in watched}
    probe = Probe(Engine(), Targets(), clock.now, _no_ping, began)
    poller = Poller(watched, probe, known, lambda _: None, take)  # type: ignore[arg-type]  # a list of anything counts
    poller.start()
    found = await least(lambda: poller.stats().started)
    await poller.close()
    assert handed
    return found


async def jobs() -> float:
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    scheduler, ran = AsyncIOScheduler(timezone=UTC), 0

    async def nothing() -> None:
        nonlocal ran
        ran += 1

    start = datetime.now(UTC)
    for i in range(JOBS):
        first = start + timedelta(seconds=EVERY * i / JOBS)
        scheduler.add_job(nothing, "interval", seconds=EVERY, next_run_time=first)
    scheduler.start()
    found = await least(lambda: ran)
    scheduler.shutdown(wait=False)
    return found


def _no_ping(monitor: str) -> Awaitable[datetime | None]:
    raise LookupError(monitor)


async def figures() -> list[Figure]:
    look_for_garbage_seldom()
    job, look = await jobs(), await ours()
    return [
        Figure("G4 a look dispatched and its reading taken: processor", look * 1e6, "µs", 20),
        Figure("   baseline: an APScheduler job that does nothing", job * 1e6, "µs"),
        Figure("G4 that, to ours", job / look, "times", 5, at_least=True),
    ]


if __name__ == "__main__":
    for figure in uvloop.run(figures()):
        print(figure)
