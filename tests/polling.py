"""A poller on a clock of the test's own, and a kind whose check waits until it is let go."""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from bot.poller import Poller
from desk.alerts import Monitor, Reading, Status, Watch, judge
from monitors.probe import Probe, Seen
from monitors.targets import Targets

NOTHING: Mapping[str, Any] = MappingProxyType({})
START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


class Gate:
    """A kind whose check waits until the test lets it go, and counts who is inside."""

    remote = True
    expects = ()

    def __init__(self, *, opened: bool = True, stubborn: bool = False):
        self.opened = asyncio.Event()
        if opened:
            self.opened.set()
        self.stubborn = stubborn
        self.seen: Seen | Exception = Seen(Status.OK)
        self.inside = self.most = self.looks = 0

    async def check(self, _probe: Probe) -> Seen:
        self.inside += 1
        self.looks += 1
        self.most = max(self.most, self.inside)
        try:
            while not self.opened.is_set():
                with contextlib.suppress(asyncio.CancelledError) if self.stubborn else contextlib.nullcontext():
                    await self.opened.wait()
        finally:
            self.inside -= 1
        if isinstance(self.seen, Exception):
            raise self.seen
        return self.seen


class Room:
    """A poller on a clock of the test's own, and all that it handed over."""

    def __init__(
        self, *gates: Gate, interval=10.0, time_limit=5.0, known=True, settings: Mapping[str, Any] = NOTHING,
        **bounds: int,
    ):  # fmt: skip
        """`settings` are more of every monitor's."""
        self.time = 0.0
        self.changes: list[Reading] = []
        self.batches: list[list[Reading]] = []
        self.monitors = [
            Monitor(f"m{i}", f"m{i}", "acme", "gate", gate, interval, time_limit, **settings)
            for i, gate in enumerate(gates)
        ]
        self.watches = {m.id: Watch(m.id, since=START, seen=Status.OK) for m in self.monitors} if known else {}
        self.probe = Probe(None, Targets(), lambda: START + timedelta(seconds=self.time), None, START)
        self.poller = Poller(
            self.monitors, self.probe, self.watches, self.changed, self.batches.append,
            monotonic=lambda: self.time, **bounds,
        )  # fmt: skip

    def changed(self, reading: Reading) -> None:
        self.changes.append(reading)

    def judged(self, reading: Reading) -> None:
        """What the store's side does with a reading: the poller learns the new watch."""
        self.changes.append(reading)
        monitor = next(each for each in self.monitors if each.id == reading.monitor)
        watch = judge(self.watches.get(reading.monitor, Watch(reading.monitor)), reading, monitor).watch
        self.watches[reading.monitor] = watch
        self.poller.watch(watch)

    def adopt(self, *monitors: Monitor) -> None:
        self.monitors = [*monitors]
        self.poller.adopt(monitors, self.watches, self.probe)

    async def at(self, time: float) -> float:
        """Turn at this moment, and let everything that can go on go on."""
        self.time = time
        following = self.poller.turn(time)
        for _ in range(6):
            await asyncio.sleep(0)
        return following

    async def until(self, time: float) -> None:
        """Turn whenever the poller asks to, up to this moment."""
        following = await self.at(self.time)
        while following <= time:
            following = await self.at(following)
        await self.at(time)

    async def close(self) -> None:
        await self.poller.close()
