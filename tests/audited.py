"""A desk that looks at itself each minute: everything real but the time, with parts that can be stopped or moody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from bot.app import platform_of
from bot.auditor import Auditor
from bot.health import Vitals
from bot.outbox import Outbox
from bot.platforms.contract import DeliveryRefused, Found, Outgoing
from bot.platforms.webchat.outbound import WebOutbound
from bot.poller import Poller
from bot.ports import SeededIds
from bot.store.sealer import Sealer
from bot.watcher import Watcher
from bot.watching import Watching
from bot.web.listener import Listener
from config.loaded import Config
from desk.alerts import Monitor
from desk.cards import Text
from monitors.engine import Engine
from monitors.probe import Probe
from monitors.targets import Targets
from tests.conversation import Conversation
from tests.failing import Failing
from tests.polling import Gate

TOKEN = "token-of-the-outside"
FOREVER = 10**9


@dataclass
class Outside:
    """Who rings when we fall silent: keeps what it was asked."""

    url: str = ""
    status: int = 200
    asked: list[tuple[str, str, str]] = field(default_factory=list)  # method, path, authorization

    def pings(self) -> int:
        """HEAD is asked for the time alone."""
        return sum(method != "HEAD" for method, *_ in self.asked)

    async def __call__(self, scope, receive, send) -> None:
        request = Request(scope, receive)
        self.asked.append((request.method, request.url.path, request.headers.get("authorization", "")))
        await Response(status_code=self.status)(scope, receive, send)


class Moody(WebOutbound):
    """The web chat, but that it refuses what we send or hides what was posted when it is told to."""

    refuses = hides = False

    async def post(self, outgoing):
        if self.refuses:
            raise DeliveryRefused("token_revoked", permanent=False, account=True)
        return await super().post(outgoing)

    async def find(self, destination, thread, send_key, since):
        return [] if self.hides else await super().find(destination, thread, send_key, since)


@dataclass
class Audited:
    """A desk of which each part turns once a minute, unless the test stops it."""

    desk: Conversation
    outside: Outside
    store: Failing
    chat: Moody
    watcher: Watcher
    auditor: Auditor
    poller: Poller
    outbox: Outbox
    faults: dict[str, str]
    turning: set[str] = field(default_factory=lambda: {"poller", "outbox", "sealer", "alarm"})
    free: int = FOREVER

    async def minute(self) -> None:
        clock = self.desk.clock
        clock.step(60)
        if "poller" in self.turning:
            self.poller.turn(clock.monotonic())
        if "alarm" in self.turning:
            await self.desk.alarm.turn()
        if "outbox" in self.turning:
            await self.outbox.turn(clock.now())
        for _ in range(20):
            await asyncio.sleep(0)
        if "sealer" in self.turning:
            await Sealer(self.desk.store).turn()
        await self.auditor.turn(clock.now())

    async def minutes(self, count: int) -> int:
        """How many pings came of them."""
        before = self.outside.pings()
        for _ in range(count):
            await self.minute()
        return self.outside.pings() - before

    async def told(self) -> list[str]:
        return [post.words for post in await self.desk.posts("noc") if post.key.startswith("auditor/")]


class Elsewhere:
    """A chat platform that keeps the keys of what was posted."""

    name = "standin"

    def __init__(self) -> None:
        self.posted: list[str] = []

    async def post(self, outgoing: Outgoing) -> str:
        if outgoing.key.startswith("canary/"):
            self.posted.append(outgoing.send_key)
        return outgoing.send_key

    async def edit(self, message_id: str, outgoing: Outgoing) -> None:
        """Nobody reads it."""

    async def find(self, _destination: str, _thread: str | None, send_key: str, since: datetime) -> list[Found]:
        return [Found(send_key, since)] if send_key in self.posted else []

    def rest(self, _outgoing: Outgoing) -> Text:
        return ()


@asynccontextmanager
async def auditing(desk: Conversation, data: Path) -> AsyncIterator[Audited]:
    """The first minutes have passed, and all holds."""
    outside = Outside()
    listener = Listener(outside, "127.0.0.1", 0)
    outside.url = f"http://127.0.0.1:{await listener.start()}"
    desk.config = with_outside(desk, f"{outside.url}/{{token}}")
    clock, store, web, faults = desk.clock, Failing(desk.store), Engine(), dict[str, str]()
    chat = Moody(desk.store, lambda: desk.config)
    outbox = Outbox(desk.store, {"webchat": chat}, platform_of, lambda _: "noc", clock, SeededIds(5))
    watching = Watching(desk.store, lambda: desk.config)
    probe = Probe(None, Targets(), clock.now, watching.last_ping, clock.now())
    monitor = Monitor("m", "m", "acme", "gate", Gate(), 60.0)
    poller = Poller([monitor], probe, {}, nothing, nothing, monotonic=clock.monotonic)
    watcher = Watcher(store, lambda: desk.config, clock, data, web, {"webchat": chat}, platform_of, TOKEN)
    vitals = Vitals(
        desk.store, outbox, poller, desk.alarm, watching, watcher.senses, lambda: desk.config, clock.now,
        lambda: 90.0, faults,
    )  # fmt: skip
    auditor = watcher.auditor(vitals.readiness)
    room = Audited(desk, outside, store, chat, watcher, auditor, poller, outbox, faults)
    watcher.senses._free = lambda: room.free
    await auditor.turn(clock.now())
    assert await room.minutes(3) == 3
    yield room
    await poller.close()
    await outbox.close()
    await web.aclose()
    await listener.stop()


def with_outside(desk: Conversation, address: str, **more: str) -> Config:
    return replace(desk.config, desk=replace(desk.config.desk, outside_heartbeat=address, **more))


async def nothing(*_: object) -> None:
    """What was seen is nobody's concern here."""
