"""From the poll loop to the store and back: readings become events, and runs that must be proven ask for looks."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import structlog

from bot.acting import as_desk
from bot.poller import Poller
from bot.store.results import append_results
from bot.store.store import Lane, Store, StoreTx
from bot.store.tables import from_us, to_us
from config.loaded import Config
from desk.alerts import Reading, Watch, is_same_check
from desk.cards import Post, text
from handlers.events import reading as event

log = structlog.get_logger(__name__)
AT_ONCE = 1_000  # plain readings in one transaction: commands go between two of them
BROKEN_AFTER = 5  # checks in a row that raised: the check is broken, not what it looks at
_PING = "INSERT INTO heartbeats (monitor, at) VALUES (?, ?) ON CONFLICT (monitor) DO UPDATE SET at = excluded.at"
_PROBES = (
    "SELECT p.run, p.monitor, p.not_before, r.runbook FROM probes p JOIN runs r ON r.number = p.run"
    " ORDER BY p.not_before LIMIT 100"
)
TRY_AGAIN = timedelta(minutes=15)  # after which a check that was set aside is tried once more
SLACK = timedelta(seconds=2)  # between the clock of a turn and that of what it reads


class Watching:
    """What the poller hands its readings to. Whoever builds both says `watch_with(poller)` before it starts.

    `set_aside` are the monitors whose check is broken, so that nobody watches them.
    """

    def __init__(self, store: Store, config: Callable[[], Config]) -> None:
        self._store = store
        self._config = config
        self._poller: Poller | None = None
        self._asked: set[tuple[int, int]] = set()  # looks that the poller has been asked for: run, not_before
        self._aside: dict[str, datetime] = {}  # when each was set aside, or tried last

    def watch_with(self, poller: Poller) -> None:
        self._poller = poller

    @property
    def poller(self) -> Poller:
        if self._poller is None:
            raise RuntimeError("watch_with() comes first")
        return self._poller

    @property
    def set_aside(self) -> set[str]:
        return set(self._aside)

    def begin_anew(self, monitors: Iterable[str]) -> None:
        """Their checks are others now, or gone: none of them is set aside."""
        for monitor in monitors:
            self._aside.pop(monitor, None)

    async def watches(self) -> dict[str, Watch]:
        """What is known from before, so that a first OK is a plain one."""
        return {watch.monitor: watch for watch in await self._store.read(lambda tx: tx.watches())}

    async def changed(self, reading: Reading) -> None:
        raised = int(reading.values.get("in_a_row", 0))
        aside = raised >= BROKEN_AFTER or (raised > 0 and reading.monitor in self._aside)

        def work(tx: StoreTx) -> Watch | None:
            known = self._config().monitors.get(reading.monitor)
            if reading.of and known and not is_same_check(known, reading.of):
                return None  # it waited while the files changed what is to be looked at
            append_results(tx, [reading])
            ctx = as_desk(tx, self._config(), "poller", min(reading.started_at, tx.now))
            watch = event.run(tx, ctx, reading)
            if aside and reading.monitor not in self._aside:
                self._tell_owner(tx, reading)
            return watch

        try:
            watch = await self._store.write(work, lane=Lane.EVENT)
        except Exception:
            self._ask_again(reading)
            raise
        if watch is None:
            self._ask_again(reading)
            return
        log.info("seen", monitor=reading.monitor, status=str(reading.status), alert=watch.alert, run=reading.for_run)
        self.poller.watch(watch)
        if reading.monitor in self._config().monitors:
            self._set_aside(reading, aside=aside)

    def _ask_again(self, reading: Reading) -> None:
        """What a run asked for was not had."""
        self._asked = {each for each in self._asked if each[0] != reading.for_run}

    def _set_aside(self, reading: Reading, *, aside: bool) -> None:
        """A check that is broken is polled no more until it is tried again; the first look that works puts it back."""
        if aside:
            self._aside[reading.monitor] = reading.started_at
            self.poller.set_aside(reading.monitor)
        elif self._aside.pop(reading.monitor, None):
            self.poller.resume(reading.monitor)

    async def plain(self, readings: list[Reading]) -> None:
        for start in range(0, len(readings), AT_ONCE):
            await self._append(readings[start : start + AT_ONCE])

    async def _append(self, readings: list[Reading]) -> None:
        await self._store.write(lambda tx: append_results(tx, readings), lane=Lane.BULK)

    async def ping(self, monitor: str) -> None:
        """Somebody's heartbeat has come in."""
        await self._store.write(lambda tx: tx.execute(_PING, (monitor, to_us(tx.now))), lane=Lane.EVENT)

    async def last_ping(self, monitor: str) -> datetime | None:
        rows = await self._store.read(lambda tx: tx.rows("SELECT at FROM heartbeats WHERE monitor = ?", (monitor,)))
        return from_us(rows[0][0]) if rows else None

    async def watches_of(self, monitors: Sequence[str]) -> dict[str, Watch]:
        """What is known of these, for a check that is about others."""
        return await self._store.read(lambda tx: {name: tx.watch(name) for name in monitors})

    async def turn(self, now: datetime) -> datetime | None:
        """Hand the looks that runs have asked for to the poller, each once; the reading takes the row away."""
        self._try_again(now)
        rows = await self._store.read(lambda tx: tx.rows(_PROBES))
        self._asked &= {(run, not_before) for run, _, not_before, _ in rows}
        following = None
        for run, monitor, not_before, runbook in rows:
            if (run, not_before) in self._asked:
                continue
            at = from_us(not_before)
            if at > now and not self._was_set_back(at - now, runbook):
                following = following or at
                continue
            self._asked.add((run, not_before))
            self.poller.request(monitor, run)
        return following

    def _was_set_back(self, ahead: timedelta, runbook: str) -> bool:
        """Whether a look lies further ahead than any is put: the wall clock was set back since, so it is due."""
        known = self._config().runbooks.get(runbook)
        return ahead > timedelta(seconds=known.verify_every if known else 5) + SLACK

    def _try_again(self, now: datetime) -> None:
        """A check may have been mended meanwhile. If not, the next reading sets it aside again."""
        for monitor, since in self._aside.items():
            if not timedelta(0) <= now - since < TRY_AGAIN:  # before it: the wall clock was set back
                self._aside[monitor] = now
                self.poller.resume(monitor)

    def _tell_owner(self, tx: StoreTx, reading: Reading) -> None:
        """A check that raises again and again is set aside: it says nothing about what it looks at."""
        monitor = self._config().monitors.get(reading.monitor)
        if monitor is None:  # it has left the configuration meanwhile
            return
        team = self._config().clients[monitor.client].team_channel
        broken = f"The check “{monitor.name}” is broken and was set aside, so nobody watches it"
        words = text(f"{broken}: {reading.sentence}")
        tx.post(Post(f"broken/{monitor.id}/{to_us(tx.now)}", team, monitor.client, words=words, urgent=True))
