"""The stand-in of a chat platform under the contract suite, over real sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web as aio

from bot.arrivals import Answer, Arrival
from bot.configuration import DEMO, load_folder
from bot.platforms.webchat.render import answer_json
from bot.store.accounts import Known, save
from tests.platforms.harness import (
    ASKER,
    HELP,
    NOWHERE,
    ON_ITS_WAY,
    TEAM,
    Harness,
    Running,
    Seen,
    Told,
    Wrap,
    line_of,
)
from tests.standin.client import StandInOutbound
from tests.standin.faults import Fault
from tests.standin.room import Room
from tests.standin.server import Server


class StandIn(Running):
    """The stand-in over real sockets; what people do there reaches the router as any platform would hand it on.

    It has no members: everybody sees every channel. What somebody says stands there for nobody but the router.
    """

    menu = frozenset({Fault.REFUSE, Fault.RATE, Fault.LOSE_REPLY, Fault.ERROR_TAKEN, Fault.ERROR, Fault.RESET})
    http: httpx.AsyncClient
    events = 0

    def place(self, channel: str) -> str:
        """A channel's name there is ours; somebody's direct channel is their account's, whose name is theirs."""
        return f"standin/{'@' + channel.removeprefix('dm-') if channel.startswith('dm-') else channel}"

    async def seen(
        self,
        person: str,  # noqa: ARG002 - everybody sees the same
        channel: str,
        thread: str | None = None,
    ) -> list[Seen]:
        shown = (await self.http.get("/messages")).json()["messages"]
        return [
            Seen(
                m["id"], m["version"], channel, m["thread"], m["text"],
                tuple(b["line"] for b in m["buttons"]), m["copy_of"],
            )
            for m in shown
            if (m["channel"], m["thread"]) == (self.place(channel), thread)
        ]  # fmt: skip

    async def say(
        self, person: str, channel: str, text: str, *, thread: str | None = None, event: str | None = None
    ) -> Told:
        key = await self._thread_key(channel, thread)
        said = {"text": text, "thread": thread, "thread_key": key, "message": f"of-{person}-{text}"}
        return await self._take(event, kind="say", person=person, channel=channel, **said)

    async def edit_said(self, person: str, channel: str, before: str, after: str, *, thread: str | None) -> None:
        key = await self._thread_key(channel, thread)
        said = {"text": after, "thread": thread, "thread_key": key, "message": f"of-{person}-{before}"}
        await self._take(None, kind="edit", person=person, channel=channel, **said)

    async def _thread_key(self, channel: str, thread: str | None) -> str | None:
        return await self.web.bot.door.thread(self.place(channel), thread) if thread else None

    async def press(
        self, person: str, message: Seen, line: str, *, version: int | None = None, event: str | None = None
    ) -> Told:
        version = message.version if version is None else version
        return await self._take(
            event, kind="press", person=person, channel=message.channel, text=line, message=message.id, version=version
        )

    async def submit(
        self, person: str, channel: str, form: str, values: dict[str, str], *, event: str | None = None
    ) -> Told:
        return await self._take(event, kind="submit", person=person, channel=channel, form=form, values=values)

    async def press_answer(
        self, person: str, channel: str, told: Told, label: str, *, thread: str | None = None
    ) -> Told:
        return await self.say(person, channel, line_of(told, label), thread=thread)

    async def question(self, *_: object) -> str:
        pytest.skip("it shows a button's words and nothing else")

    async def home(self, person: str) -> str:
        told = await self.say(person, f"dm-{person}", "/home")
        return told.reply["text"] if told.reply else told.error

    async def fault(self, fault: Fault) -> None:
        at = {"call": "post", "channel": self.place(TEAM)}
        await self.http.post("/faults", json={**at, "fault": fault, "retry_after": 0.3})

    async def _take(self, event: str | None, **what: Any) -> Told:
        StandIn.events += 1
        key, place = f"standin/{what['person']}/{event or StandIn.events}", self.place(what["channel"])
        arrival = Arrival(key=key, platform="standin", place=place, at=self.web.bot._settings.clock.now(), **what)
        if self.held is not None:
            self.held.append(partial(self._taken, arrival))
            return ON_ITS_WAY
        return await self._taken(arrival)

    async def _taken(self, arrival: Arrival) -> Told:
        now = self.web.bot._settings.clock.now()
        answer: Answer = await self.web.bot.router.take(arrival)
        data = answer_json(answer, "UTC", now)
        return Told(answer.status, data.get("reply"), data.get("form"), answer.error)


@asynccontextmanager
async def on_the_standin(data: Path, wrap: Wrap) -> AsyncIterator[Harness]:
    config = load_folder(DEMO)
    there = {name: replace(config.channels[name], places={"standin": name}) for name in (HELP, TEAM)}
    async with _standin_server() as url, httpx.AsyncClient(base_url=url) as http:
        out = StandInOutbound(url)
        here = replace(config, channels={**config.channels, **there})
        running = StandIn(data, here, "standin", wrap, platforms={"standin": out}, shortens=True)
        running.http = http
        await running.start()
        known = Known("standin", "home", ASKER, ASKER, None, "Ann", "", outsider=False)
        await running.web.bot.store.write(lambda tx: save(tx, known))
        try:
            yield running
        finally:
            await running.stack.aclose()
            await out.close()


@asynccontextmanager
async def _standin_server() -> AsyncIterator[str]:
    """The stand-in on a free port of loopback, in this process."""
    room = Room(lambda _: None, archived={f"standin/{NOWHERE}"})
    runner = aio.AppRunner(Server(room, None, 0.0).app(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await aio.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
