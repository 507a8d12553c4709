"""The alarm clock: APScheduler rings a bell, one task on the loop rings what is due and sets the next alarm.

Deadlines are rows; nothing that matters lives in the scheduler. Its jobs stop when the wall clock steps back, so a
sweep on the loop's monotonic clock is the net beneath it.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.acting import as_desk
from bot.ports import Clock
from bot.store import deadlines
from bot.store.store import Lane, Store, StoreTx
from config.loaded import Config
from desk.cards import Post, text
from handlers.context import Deadline
from handlers.events import deadline as event

SWEEP = 30.0  # seconds
DRIFT = 2.0  # seconds between wall and monotonic time after which the alarm is set anew
BATCH = 50  # deadlines between two breaths, in which people's commands go first

log = structlog.get_logger(__name__)


class AlarmClock:
    """`turn()` rings everything that is due; `run()` does so whenever the bell rings, until it is cancelled."""

    def __init__(self, store: Store, config: Callable[[], Config], clock: Clock) -> None:
        self._store = store
        self._config = config
        self._clock = clock
        self._bell = asyncio.Event()
        self._armed: datetime | None = None
        self._scheduler: AsyncIOScheduler | None = None
        self.rung = 0

    def start(self) -> None:
        """Memory store only; a job that is late still runs, once."""
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._scheduler.start()
        self._store.listen(self._moved)
        self._bell.set()

    def close(self) -> None:
        if self._scheduler:
            self._scheduler.shutdown(wait=False)

    def cron(self, name: str, ring: Callable[[], None], **when: object) -> None:
        """A job by the calendar; like every job here it only rings a bell."""
        if self._scheduler:
            self._scheduler.add_job(ring, "cron", id=name, replace_existing=True, **when)

    async def run(self) -> None:
        """Ring, arm, wait for the bell or the sweep."""
        while True:
            self._bell.clear()
            # Taken before it looks, so that a step of the wall clock meanwhile is noticed too.
            wall, steady = self._clock.now(), self._clock.monotonic()
            await self.turn()
            await self._arm()
            await self._wait(wall, steady)

    async def turn(self) -> int:
        """Ring every deadline that is due by now, each in a transaction of its own. How many rang."""
        count = 0
        while due := await self._store.read(lambda tx: deadlines.due(tx, self._clock.now(), BATCH)):
            rung = [await self._ring(row) for row in due]
            count += sum(rung)
            if not any(rung):
                break  # each of them failed or was taken by somebody else: the next turn tries again
        self.rung += count
        return count

    async def _ring(self, due: Deadline) -> bool:
        def work(tx: StoreTx) -> bool:
            if not deadlines.claim(tx, due):
                return False
            event.run(tx, as_desk(tx, self._config(), "clock"), due)
            return True

        try:
            rang = await self._store.write(work, lane=Lane.EVENT)
        except Exception:
            log.exception("a deadline could not be rung", subject=due.subject, kind=due.kind)
            await self._store.write(lambda tx: self._failed(tx, due), lane=Lane.EVENT)
            return False
        log.info("rang", subject=due.subject, kind=due.kind, due=due.due_at.isoformat())
        return rang

    def _failed(self, tx: StoreTx, due: Deadline) -> None:
        """It is tried three times and then set aside, never deleted; the administrators are told."""
        if deadlines.failed(tx, due):
            words = text(f"{due.subject} {due.kind} could not be rung and was set aside.")
            key, admins = f"aside/{due.subject}/{due.kind}/{due.epoch}", self._config().desk.admins_channel
            tx.post(Post(key, admins, None, words=words))

    def _moved(self, tables: frozenset[str]) -> None:
        if "deadlines" in tables:
            self._bell.set()

    async def _arm(self) -> None:
        """One date job for the nearest deadline."""
        nearest = await self._store.read(deadlines.next_due)
        if self._scheduler is None or nearest is None:
            return
        self._armed = nearest
        self._scheduler.add_job(self._bell.set, "date", run_date=nearest, id="nearest", replace_existing=True)

    async def _wait(self, wall: datetime, steady: float) -> None:
        """Until the bell, the sweep, or a wall clock that has moved away from the monotonic one since then."""
        until = steady + SWEEP
        while not self._bell.is_set() and self._clock.monotonic() < until:
            try:
                async with asyncio.timeout(1.0):
                    await self._bell.wait()
            except TimeoutError:
                passed = self._clock.monotonic() - steady
                if abs((self._clock.now() - wall - timedelta(seconds=passed)).total_seconds()) > DRIFT:
                    log.warning("the wall clock was set", armed=str(self._armed))
                    return
