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
from bot.store.errors import StoreBusy, StoreClosed, StoreFull
from bot.store.store import Lane, Store, StoreTx
from config.loaded import Config
from desk.cards import Post
from desk.detail import ours
from handlers.events import deadline as event
from handlers.records import Deadline

SWEEP = 30.0  # seconds
DRIFT = 2.0  # seconds between wall and monotonic time after which the alarm is set anew
RETRY = 1.0  # seconds after a look that failed
PUT_OFF = 10.0  # seconds until a deadline whose handler failed is tried again
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
        self._put_off: dict[Deadline, float] = {}  # what failed, until when on the monotonic clock
        self._scheduler: AsyncIOScheduler | None = None
        self.rung = 0
        self.failures = 0

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

    async def run(self) -> None:
        """Ring, arm, wait for the bell or the sweep. What fails is told and tried again; the clock never stops."""
        while True:
            self._bell.clear()
            # Taken before it looks, so that a step of the wall clock meanwhile is noticed too.
            wall, steady = self._clock.now(), self._clock.monotonic()
            try:
                await self.turn()
                await self._arm()
            except Exception:
                self.failures += 1
                log.exception("the alarm clock could not look at its deadlines")
                await self._clock.sleep(RETRY)
            else:
                await self._wait(wall, steady)

    async def turn(self) -> int:
        """Ring every deadline that is due by now, each in a transaction of its own. How many rang."""
        count = 0
        while due := await self._due():
            rung = await asyncio.gather(*(self._ring(row) for row in due))  # one commit for many, in this order
            count += sum(rung)
            if not any(rung):
                break  # each of them failed or was taken by somebody else: the next turn tries again
        self.rung += count
        return count

    async def _due(self) -> list[Deadline]:
        """The next few that are due, without those that failed a moment ago."""
        now, steady = self._clock.now(), self._clock.monotonic()
        self._put_off = {row: until for row, until in self._put_off.items() if until > steady}
        found = await self._store.read(lambda tx: deadlines.due(tx, now, BATCH + len(self._put_off)))
        return [row for row in found if row not in self._put_off]

    async def _ring(self, due: Deadline) -> bool:
        def work(tx: StoreTx) -> bool:
            if not deadlines.claim(tx, due):
                return False
            event.run(tx, as_desk(tx, self._config(), "clock"), due)
            return True

        try:
            rang = await self._store.write(work, lane=Lane.EVENT)
        except (StoreBusy, StoreFull, StoreClosed):
            raise  # no fault of this row: the whole turn is tried again
        except Exception:
            log.exception("a deadline could not be rung", subject=due.subject, kind=due.kind)
            self._put_off[due] = self._clock.monotonic() + PUT_OFF
            await self._store.write(lambda tx: self._failed(tx, due), lane=Lane.EVENT)
            return False
        log.info("rang", subject=due.subject, kind=due.kind, due=due.due_at.isoformat())
        return rang

    def _failed(self, tx: StoreTx, due: Deadline) -> None:
        """It is tried three times and then set aside, never deleted; the administrators are told."""
        if deadlines.failed(tx, due):
            words = ours(f"{due.subject} {due.kind} could not be rung and was set aside.")
            key, admins = f"aside/{due.subject}/{due.kind}/{due.epoch}", self._config().desk.admins_channel
            tx.post(Post(key, admins, None, words=words))

    def _moved(self, tables: frozenset[str]) -> None:
        if "deadlines" in tables:
            self._bell.set()

    async def _arm(self) -> None:
        """One date job for the nearest deadline that was not put off; the sweep sees to the others."""
        nearest = await self._store.read(lambda tx: deadlines.nearest(tx, len(self._put_off) + 1))
        ahead = [row.due_at for row in nearest if row not in self._put_off]
        if self._scheduler is None or not ahead:
            return
        self._armed = ahead[0]
        self._scheduler.add_job(self._ring_bell, "date", run_date=ahead[0], id="nearest", replace_existing=True)

    async def _ring_bell(self) -> None:
        """A job does nothing else. It is a coroutine so that it runs on the loop: a bell is not for other threads."""
        self._bell.set()

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
