"""From the poll loop to the store and back: readings become events, and runs that must be proven ask for looks."""

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.acting import as_desk
from bot.poller import Poller
from bot.store.results import append_results
from bot.store.store import Lane, Store, StoreTx
from bot.store.tables import from_us, to_us
from config.loaded import Config
from desk.alerts import Reading, Watch
from desk.cards import Post, text
from handlers.events import reading as event

log = structlog.get_logger(__name__)
BROKEN_AFTER = 5  # checks in a row that raised: the check is broken, not what it looks at
_PING = "INSERT INTO heartbeats (monitor, at) VALUES (?, ?) ON CONFLICT (monitor) DO UPDATE SET at = excluded.at"
_PROBES = "SELECT run, monitor, not_before FROM probes ORDER BY not_before LIMIT 100"


class Watching:
    """What the poller hands its readings to. `poller` is set by whoever builds both."""

    poller: Poller

    def __init__(self, store: Store, config: Callable[[], Config]) -> None:
        self._store = store
        self._config = config
        self._asked: set[tuple[int, int]] = set()

    async def watches(self) -> dict[str, Watch]:
        """What is known from before, so that a first OK is a plain one."""
        return {watch.monitor: watch for watch in await self._store.read(lambda tx: tx.watches())}

    async def changed(self, reading: Reading) -> None:
        def work(tx: StoreTx) -> Watch:
            append_results(tx, [reading])
            ctx = as_desk(tx, self._config(), "poller", min(reading.started_at, tx.now))
            watch = event.run(tx, ctx, reading)
            if reading.values.get("in_a_row") == BROKEN_AFTER:
                self._tell_owner(tx, reading)
            return watch

        watch = await self._store.write(work, lane=Lane.EVENT)
        log.info("seen", monitor=reading.monitor, status=str(reading.status), alert=watch.alert, run=reading.for_run)
        self.poller.watch(watch)
        if reading.values.get("in_a_row") == BROKEN_AFTER:
            self.poller.set_aside(reading.monitor)

    async def plain(self, readings: list[Reading]) -> None:
        await self._store.write(lambda tx: append_results(tx, readings), lane=Lane.BULK)

    async def ping(self, monitor: str) -> None:
        """Somebody's heartbeat has come in."""
        await self._store.write(lambda tx: tx.execute(_PING, (monitor, to_us(tx.now))), lane=Lane.EVENT)

    async def last_ping(self, monitor: str) -> datetime | None:
        rows = await self._store.read(lambda tx: tx.rows("SELECT at FROM heartbeats WHERE monitor = ?", (monitor,)))
        return from_us(rows[0][0]) if rows else None

    async def turn(self, now: datetime) -> datetime | None:
        """Hand the looks that runs have asked for to the poller, each once; the reading takes the row away."""
        rows = await self._store.read(lambda tx: tx.rows(_PROBES))
        self._asked &= {(run, not_before) for run, _, not_before in rows}
        for run, monitor, not_before in rows:
            if (run, not_before) in self._asked:
                continue
            if from_us(not_before) > now:
                return from_us(not_before)
            self._asked.add((run, not_before))
            self.poller.request(monitor, run)
        return None

    def _tell_owner(self, tx: StoreTx, reading: Reading) -> None:
        """A check that raises again and again is set aside: it says nothing about what it looks at."""
        monitor = self._config().monitors[reading.monitor]
        team = self._config().clients[monitor.client].team_channel
        broken = f"The check “{monitor.name}” is broken and was set aside, so nobody watches it"
        words = text(f"{broken}: {reading.sentence}")
        tx.post(Post(f"broken/{monitor.id}/{to_us(tx.now)}", team, monitor.client, words=words, urgent=True))
