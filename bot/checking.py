"""Looks that people ask for: had at once, beside the poll loop, and told to whoever asked."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog

from bot.acting import as_desk
from bot.poller import Poller
from bot.store.store import Lane, Store, StoreTx
from config.loaded import Config
from desk.alerts import Monitor, Status
from desk.traces import Asked, Trace
from handlers.events import looked as event
from monitors.tracing import traced

log = structlog.get_logger(__name__)
AT_ONCE = 16


class Checking:
    """By what the poller may touch. What was asked for before a stop is had after the start."""

    def __init__(self, store: Store, config: Callable[[], Config], poller: Poller) -> None:
        self._store, self._config, self._poller = store, config, poller
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}

    async def turn(self, now: datetime) -> None:
        """Begin the looks that wait, without waiting for them."""
        for asked in await self._store.read(lambda tx: tx.asked_looks()):
            which = (asked.monitor, asked.person)
            if which not in self._tasks and len(self._tasks) < AT_ONCE:
                task = asyncio.create_task(self._look(asked, now), name=f"check {asked.monitor}")
                self._tasks[which] = task
                task.add_done_callback(partial(self._over, which))

    async def close(self) -> None:
        """Whoever is cut off asks again after the next start: the row is still there."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _over(self, which: tuple[str, str], _task: asyncio.Task[None]) -> None:
        self._tasks.pop(which, None)

    async def _look(self, asked: Asked, now: datetime) -> None:
        monitor = self._config().monitors.get(asked.monitor)
        trace = await self._traced(monitor) if monitor else Trace(asked.monitor, Status.UNKNOWN, "", now)
        try:
            await self._store.write(partial(self._tell, asked=asked, trace=trace), lane=Lane.EVENT)
        except Exception:
            log.exception("what a look saw could not be told", monitor=asked.monitor)

    async def _traced(self, monitor: Monitor) -> Trace:
        try:
            return await traced(monitor, self._poller.probe)
        except Exception as error:
            log.exception("a look that was asked for broke", monitor=monitor.id)
            sentence = f"the look broke: {type(error).__name__}"
            return Trace(monitor.id, Status.UNKNOWN, sentence, self._poller.probe.now())

    def _tell(self, tx: StoreTx, *, asked: Asked, trace: Trace) -> None:
        event.run(tx, as_desk(tx, self._config(), "poller"), asked, trace)
