"""A storm in virtual time: thousands of alerts within a minute, in 200 groups that five channels show.

Store, handlers, alarms and outbox are the real ones. What comes is told by a hook; the platform takes a post a second
in each channel and 45 edits a minute, as Slack does, is slow with some edits, and its log is what the verdict goes by.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from typing import Any, TypeVar

from bot.acting import as_desk
from bot.clock import AlarmClock
from bot.loops import Loop
from bot.outbox import Outbox
from bot.platforms.contract import Pace
from bot.ports import SeededIds
from bot.store import outbox_rows
from bot.store.databases import Database
from bot.store.store import Lane, Store, StoreTx
from config.loaded import Channel, Config
from desk import lateness
from desk.grouping import Route
from desk.hooks.hook import Hook
from desk.hooks.told import Says, Told
from desk.matchers import parse
from desk.paths import Path, Step
from handlers.events import webhook
from tests.sim.loop import VirtualClock, VirtualLoop
from tests.sim.platform import VirtualPlatform
from tests.standin.faults import Fault, Plan, plan
from tests.standin.room import Room

T = TypeVar("T")

CHANNELS, GROUPS, CRITICAL = 5, 40, 4  # of each channel's groups so many are critical
LASTING, OVER_AT = 60.0, 62.0  # seconds: within the first all alerts come; then one of each group is over
TICK, MESSAGE = 0.1, 20  # seconds between two messages of the hook, alerts in one
LOOK = 10.0  # seconds between two looks at how long messages wait
SHAKE = 0.5  # seconds between two looks at the alarms
CALL, SLOW = 0.15, 8.0  # seconds that a call of the platform takes, and every third edit
END = 500.0
PACE = Pace(post_interval=1.0, edits_per_minute=45)
HOOK = Hook("watch", "alertmanager", "acme")


@dataclass(frozen=True, slots=True)
class Coming:
    """At `at` seconds one more host of the service fails."""

    at: float
    channel: str
    service: str
    host: int
    critical: bool

    def told(self, says: Says = Says.FIRING) -> Told:
        return Told(
            says, {"host": f"h{self.host}"}, f"{self.service} host {self.host}", "no answer",
            severity="critical" if self.critical else "high",
            labels={"channel": self.channel, "service": self.service},
        )  # fmt: skip


def weather(alerts: int, chance: random.Random) -> list[Coming]:
    """Half of the critical groups begin with the storm, the others while it rages: then the channels are busy."""
    coming = []
    for number in range(CHANNELS * GROUPS):
        channel, group = number % CHANNELS, number // CHANNELS
        critical = group < CRITICAL
        begins = chance.uniform(5, 50) if critical and group % 2 else 0.0
        for host in range(number, alerts, CHANNELS * GROUPS):
            at = chance.uniform(begins, LASTING)
            coming.append(Coming(at, f"noc-{channel}", f"svc-{channel}-{group}.", host, critical))
    return sorted(coming, key=lambda each: each.at)


def stormy(config: Config) -> Config:
    """Five channels whose alerts are grouped by service; critical ones wait for nothing, others for ten seconds."""
    path = Path("once", (Step(0, "person:mia"),))
    root = replace(config.alerting.route, path=path.id, group_by=("service",))
    below: list[Route] = []
    for number in range(CHANNELS):
        name = f"noc-{number}"
        here = parse(f"channel={name}")
        urgent = replace(root, id=f"{name} critical", matchers=(here, parse("severity=critical")), channel=name)
        below += [urgent, replace(root, id=name, matchers=(here,), channel=name, group_wait=10.0)]
    channels = {each.channel or "": Channel(each.channel or "", each.channel or "", "team", "acme") for each in below}
    alerting = replace(config.alerting, route=replace(root, routes=tuple(below)))
    return replace(
        config, channels={**config.channels, **channels}, hooks={HOOK.id: HOOK}, alerting=alerting,
        paths={**config.paths, path.id: path},
    )  # fmt: skip


@dataclass
class Held:
    """The store as the outbox has it; `most` is how many rows a turn was given at most."""

    store: Store
    most: int = 0

    async def write(self, fn: Callable[[StoreTx], T], *, lane: Lane = Lane.COMMAND) -> T:
        return await self.store.write(fn, lane=lane)

    async def read(self, fn: Callable[[StoreTx], T]) -> T:
        found = await self.store.read(fn)
        if isinstance(found, tuple):
            self.most = max(self.most, sum(len(part) for part in found))
        return found


@dataclass
class Storm:
    """What came of it: `log`, what the platform took; `calls`, at which second which call began, of which key and
    channel; `began`, when the first of each service was stored; `stored`, how many signals the file has; `waits`, how
    long messages had waited by the desk's own look at itself, each `LOOK` seconds.
    """

    alerts: int
    database: Database
    config: Config
    seed: int = 1
    end: float = END
    log: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[float, str, str, str]] = field(default_factory=list)
    began: dict[str, float] = field(default_factory=dict)
    coming: list[Coming] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    stored: int = 0
    most_rows: int = 0
    waiting: int = 0
    failures: int = 0

    def run(self) -> "Storm":
        self.coming = weather(self.alerts, random.Random(self.seed))  # noqa: S311 - a seed must reproduce
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(self._rage())
        return self

    async def _rage(self) -> None:
        clock, config = VirtualClock(), stormy(self.config)
        self._clock = clock
        store = Store.open(self.database, clock=clock, ids=SeededIds(self.seed), inline=True)
        held = Held(store)
        standin = VirtualPlatform(Room(self.log.append), self._plan, _pass)
        outbox = Outbox(
            held, {"standin": standin}, lambda _: "standin", lambda _: None, clock, SeededIds(2),  # type: ignore[arg-type]
            paces={"standin": PACE},
        )  # fmt: skip
        loop = Loop("outbox", outbox.turn, clock, at_most=self.end)
        loop.listen(store, ["posts"])
        alarm = AlarmClock(store, lambda: config, clock)
        lives = (loop.run(), self._ring(alarm), self._tell(store, config), self._watch(store, outbox))
        tasks = [asyncio.create_task(life) for life in lives]
        await clock.sleep(self.end)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        [(self.stored,)] = await store.read(lambda tx: tx.rows("SELECT COUNT(*) FROM signals"))
        asked = "SELECT COUNT(*) FROM posts WHERE state <> 'delivered'"
        [(self.waiting,)] = await store.read(lambda tx: tx.rows(asked))
        await store.close()
        self.most_rows, self.failures = held.most, loop.failures + alarm.failures

    async def _ring(self, alarm: AlarmClock) -> None:
        while True:
            await alarm.turn()
            await self._clock.sleep(SHAKE)

    async def _watch(self, store: Store, outbox: Outbox) -> None:
        while True:
            await self._clock.sleep(LOOK)
            waiting = await store.read(outbox_rows.undelivered)
            self.waits.append(lateness.oldest(waiting, outbox.taken, self._clock.now()) or 0.0)

    async def _tell(self, store: Store, config: Config) -> None:
        for tick, together in groupby(self.coming, key=lambda each: int(each.at / TICK) + 1):
            await self._until(tick * TICK)
            await self._hear(store, config, list(together), Says.FIRING)
        await self._until(OVER_AT)
        firsts = {each.service: each for each in self.coming}
        await self._hear(store, config, list(firsts.values()), Says.RESOLVED)

    async def _hear(self, store: Store, config: Config, coming: list[Coming], says: Says) -> None:
        for start in range(0, len(coming), MESSAGE):
            some = coming[start : start + MESSAGE]
            heard = webhook.Heard(HOOK, tuple(each.told(says) for each in some))
            await store.write(partial(_handle, config, heard), lane=Lane.EVENT)
            for each in some:
                self.began.setdefault(each.service, self._clock.monotonic())

    async def _until(self, at: float) -> None:
        await self._clock.sleep(max(0.0, at - self._clock.monotonic()))

    def _plan(self, call: str, request: dict[str, Any]) -> Plan:
        self.calls.append((self._clock.monotonic(), call, request.get("key", ""), request.get("channel", "")))
        return plan(Fault.NONE, delay=SLOW if call == "edit" and len(self.calls) % 3 == 0 else CALL)


def _handle(config: Config, heard: webhook.Heard, tx: StoreTx) -> None:
    webhook.run(tx, as_desk(tx, config, f"hook/{HOOK.id}"), heard)


async def _pass(_: str) -> None:
    return None
