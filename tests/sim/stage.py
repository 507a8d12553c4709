"""One outbox and two platforms in virtual time, each call of a platform going as the test wrote it."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.loops import Loop
from bot.outbox import Outbox
from bot.platforms.contract import Pace
from bot.ports import SeededIds
from bot.store import outbox_rows
from bot.store.databases import Database
from bot.store.store import Store
from desk.cards import Post
from tests.sim.loop import VirtualClock, VirtualLoop
from tests.sim.platform import VirtualPlatform
from tests.standin.faults import Fault, Plan, plan
from tests.standin.room import Room


class SteppingClock(VirtualClock):
    """A wall clock that somebody sets; the monotonic one goes on."""

    def __init__(self) -> None:
        self.off = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.off


@dataclass
class Stage:
    """`faults[call]` is what happens to the next calls of that kind at `standin`; `other` always works.

    A destination such as `other:admins` lies on the platform it names. `#gone` is archived, and what cannot be
    delivered is told in `other:admins`.
    """

    database: Database
    paces: dict[str, Pace] = field(default_factory=dict)
    make: type[VirtualPlatform] = VirtualPlatform
    faults: dict[str, deque[Fault | Plan]] = field(default_factory=lambda: defaultdict(deque))
    log: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[float, str, str]] = field(default_factory=list)  # at which second what was asked for which key

    def play(self, act: Callable[["Stage"], Awaitable[None]]) -> None:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(self._play(act))

    async def _play(self, act: Callable[["Stage"], Awaitable[None]]) -> None:
        self.clock = SteppingClock()
        self.room = Room(self.log.append, archived={"#gone"})
        platforms = {
            "standin": self.make(self.room, self._plan, _pass),
            "other": VirtualPlatform(Room(self.log.append), lambda _, __: plan(Fault.NONE), _pass),
        }
        self.store = Store.open(self.database, clock=self.clock, ids=SeededIds(1), inline=True)
        self.outbox = Outbox(
            self.store, platforms, lambda place: place.split(":")[0] if ":" in place else "standin",
            lambda _: "other:admins", self.clock, SeededIds(2), paces=self.paces,
        )  # fmt: skip
        loop = Loop("outbox", self.outbox.turn, self.clock, at_most=100_000)
        loop.listen(self.store, ["posts"])
        turning = asyncio.create_task(loop.run())
        try:
            await act(self)
            assert loop.failures == 0
        finally:
            turning.cancel()
            self.outbox.drop()
            await asyncio.gather(turning, return_exceptions=True)
            await self.store.close()

    async def say(self, key: str, destination: str = "#desk", words: str = "", **what: Any) -> None:
        await self.store.write(lambda tx: tx.post(Post(key, destination, None, words=(words or key,), **what)))

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def row(self, key: str) -> outbox_rows.Row:
        [(number,)] = await self.store.read(lambda tx: tx.rows("SELECT id FROM posts WHERE key = ?", (key,)))
        row = await self.store.read(lambda tx: outbox_rows.load(tx, number))
        assert row is not None
        return row

    def seen(self, did: str = "post", channel: str | None = None) -> list[str]:
        """Keys in the order in which the platform took them."""
        return [e["key"] for e in self.log if e["did"] == did and channel in {None, e["channel"]}]

    def asked(self, call: str, key: str = "") -> list[float]:
        """At which seconds the platform was called, for a look with any key."""
        return [at for at, what, which in self.calls if what == call and key in {"", which}]

    def _plan(self, call: str, request: dict[str, Any]) -> Plan:
        self.calls.append((round(self.clock.monotonic(), 3), call, request.get("key", "")))
        waiting = self.faults[call]
        fault = waiting.popleft() if waiting else Fault.NONE
        return fault if isinstance(fault, Plan) else plan(fault)


async def _pass(_: str) -> None:
    return None


def spoil(stage: Stage, key: str) -> Awaitable[int]:
    """Make the stored body of a row something that nobody can draw."""
    return stage.store.write(
        lambda tx: tx.execute("UPDATE posts SET body = ? WHERE key = ?", (json.dumps({"card": 1}), key))
    )
