"""What the contract suite needs of a platform: a running desk on it, people's hands and eyes, and its fault menu."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest
from aiohttp import web as aio

from bot.arrivals import Answer, Arrival
from bot.configuration import DEMO, load_folder
from bot.platforms.contract import Outbound
from bot.platforms.webchat.render import answer_json
from bot.store import outbox_rows
from bot.store.accounts import Known, save
from config.loaded import Config
from desk.cards import Post
from tests.standin.client import StandInOutbound
from tests.standin.faults import Fault
from tests.standin.room import Room
from tests.standin.server import Server
from tests.webapp import Web, web_bot

HELP, TEAM, NOWHERE = "acme-help", "acme-team", "no-such-channel"
ASKER, COLLEAGUE, STAFF = "ann", "carl", "ben"
DM = "dm-ann"


@dataclass(frozen=True, slots=True)
class Seen:
    """One message as a person sees it. `buttons` are the lines they stand for; `text` all its words. `active` is what
    in it calls somebody or leads somewhere: mentions, broadcasts, links.
    """

    id: str
    version: int
    channel: str
    thread: str | None
    text: str
    buttons: tuple[str, ...]
    copy: bool
    active: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What the asker alone is told: HTTP's status, and the JSON of `reply`, `form` and `error`.

    Where a platform shows no status it is what the asker can tell: 422 for a form that came back with its errors, 409
    for a sentence that refuses, 200 for anything else. A reply has at least `key`, `title`, `state`, `text` and
    `buttons` with their `label`; a form `id` and `fields` with `name`, `required`, `value` and `error`.
    """

    status: int
    reply: dict[str, Any] | None
    form: dict[str, Any] | None
    error: str


class Harness(Protocol):
    """A platform under test. `menu` are the faults that it can be made to show for one call of `post`.

    People's hands and eyes are given a channel of the configuration; `place` says where that is on the platform. What a
    platform does not have, its harness declines by skipping the check with the reason.
    """

    menu: frozenset[Fault]

    @property
    def web(self) -> Web: ...
    @property
    def outbound(self) -> Outbound: ...
    def place(self, channel: str) -> str: ...
    async def seen(self, person: str, channel: str, thread: str | None = None) -> list[Seen]: ...
    async def say(
        self, person: str, channel: str, text: str, *, thread: str | None = None, event: str | None = None
    ) -> Told: ...
    async def press(
        self, person: str, message: Seen, line: str, *, version: int | None = None, event: str | None = None
    ) -> Told: ...
    async def submit(
        self, person: str, channel: str, form: str, values: dict[str, str], *, event: str | None = None
    ) -> Told: ...
    async def press_answer(
        self, person: str, channel: str, told: Told, label: str, *, thread: str | None = None
    ) -> Told:
        """A button of what this person was told last, there."""
        ...

    async def question(self, person: str, message: Seen, line: str) -> str:
        """What is asked before the button's line is run; empty where it is run at once."""
        ...

    async def edit_said(self, person: str, channel: str, before: str, after: str, *, thread: str | None) -> None:
        """The person's own message, of which `before` is all the words."""
        ...

    async def home(self, person: str) -> str:
        """All words of the page that says what concerns them now."""
        ...

    def backwards(self, times: int) -> AbstractAsyncContextManager[None]:
        """What people do in the block arrives at its end: the last thing first, and each so many times."""
        ...

    def cut(self) -> AbstractAsyncContextManager[None]:
        """In the block the bot hears nothing of the platform; at its end it is connected again."""
        ...

    async def fault(self, fault: Fault) -> None: ...
    async def restart(self) -> None: ...


ON_ITS_WAY = Told(200, None, None, "")  # of what is held back: nobody has been told anything yet
Wrap = Callable[[Outbound], Outbound]


@dataclass
class Running:
    """A bot that can be stopped and started again on the same data, the platform's door out wrapped as a test wants.

    `settings` are further ones of `web_bot`. `held` is what people did and has not arrived, while it is held back.
    """

    data: Path
    config: Config
    name: str
    wrap: Wrap
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    platforms: dict[str, Outbound] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    held: list[Callable[[], Awaitable[object]]] | None = None

    async def start(self) -> None:
        bot = web_bot(self.data, self.config, platforms=self.platforms, **self.settings)
        self.web = await self.stack.enter_async_context(bot)
        doors = self.web.bot.outbox._platforms
        self.web.bot.outbox._platforms = {**doors, self.name: self.wrap(doors[self.name])}

    async def restart(self) -> None:
        await self.stack.aclose()
        await self.start()

    @property
    def outbound(self) -> Outbound:
        return self.web.bot.outbox._platforms[self.name]

    @asynccontextmanager
    async def backwards(self, times: int) -> AsyncIterator[None]:
        held = self.held = []
        yield
        self.held = None
        for arrive in reversed(held):
            for _ in range(times):
                await arrive()

    async def edit_said(self, person: str, channel: str, before: str, after: str, *, thread: str | None) -> None:
        pytest.skip(f"nobody edits a message there: {self.name}")

    @asynccontextmanager
    async def cut(self) -> AsyncIterator[None]:
        pytest.skip(f"it keeps no connection that could be cut, each event is a call of its own: {self.name}")
        yield


class WebChat(Running):
    """The web chat, over its fixed HTTP API. Nothing of ours can go wrong between it and the bot."""

    menu: frozenset[Fault] = frozenset()

    def place(self, channel: str) -> str:
        return channel

    async def seen(self, person: str, channel: str, thread: str | None = None) -> list[Seen]:
        return [
            Seen(
                m["id"], m["version"], m["channel"], m["thread"], m["text"],
                tuple(b["command"] for b in m["buttons"]), m["copy_of_another"],
            )
            for m in await self.web.messages(person, channel, thread)
        ]  # fmt: skip

    async def say(
        self, person: str, channel: str, text: str, *, thread: str | None = None, event: str | None = None
    ) -> Told:
        return await self._ask("say", person, channel, event, text=text, thread=thread)

    async def press(
        self, person: str, message: Seen, line: str, *, version: int | None = None, event: str | None = None
    ) -> Told:
        version = message.version if version is None else version
        return await self._ask(
            "press", person, message.channel, event, message=message.id, version=version, command=line
        )

    async def submit(
        self, person: str, channel: str, form: str, values: dict[str, str], *, event: str | None = None
    ) -> Told:
        return await self._ask("submit", person, channel, event, form=form, values=values)

    async def press_answer(
        self, person: str, channel: str, told: Told, label: str, *, thread: str | None = None
    ) -> Told:
        return await self.say(person, channel, line_of(told, label), thread=thread)

    async def question(self, person: str, message: Seen, line: str) -> str:
        shown = await self.web.messages(person, message.channel, message.thread)
        buttons = next(m["buttons"] for m in shown if m["id"] == message.id)
        return str(next(b["confirm"] for b in buttons if b["command"] == line))

    async def home(self, person: str) -> str:
        told = await self.say(person, f"dm-{person}", "/home")
        return told.reply["text"] if told.reply else told.error

    async def fault(self, fault: Fault) -> None:
        raise NotImplementedError(fault)

    async def _ask(self, what: str, person: str, channel: str, event: str | None, **more: Any) -> Told:
        if self.held is not None:
            self.held.append(partial(self._sent, what, person, channel, event, **more))
            return ON_ITS_WAY
        return await self._sent(what, person, channel, event, **more)

    async def _sent(self, what: str, person: str, channel: str, event: str | None, **more: Any) -> Told:
        body = {"as": person, "channel": channel, "id": event, **more}
        answer = await self.web.http.post(f"/api/{what}", json={k: v for k, v in body.items() if v is not None})
        data = answer.json()
        return Told(answer.status_code, data.get("reply"), data.get("form"), data.get("error", ""))


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

    async def question(self, person: str, message: Seen, line: str) -> str:
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


def line_of(told: Told, label: str) -> str:
    """The line of a button of a reply, where the asker is given it."""
    assert told.reply is not None, told
    return str(next(b["command"] for b in told.reply["buttons"] if b["label"] == label))


@asynccontextmanager
async def on_the_webchat(data: Path, wrap: Wrap) -> AsyncIterator[Harness]:
    running = WebChat(data, load_folder(DEMO), "webchat", wrap)
    await running.start()
    async with running.stack:
        yield running
    await running.stack.aclose()


@asynccontextmanager
async def on_the_standin(data: Path, wrap: Wrap) -> AsyncIterator[Harness]:
    config = load_folder(DEMO)
    there = {name: replace(config.channels[name], places={"standin": name}) for name in (HELP, TEAM)}
    async with _standin_server() as url, httpx.AsyncClient(base_url=url) as http:
        out = StandInOutbound(url)
        here = replace(config, channels={**config.channels, **there})
        running = StandIn(data, here, "standin", wrap, platforms={"standin": out})
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


async def post(h: Harness, post: Post) -> None:
    await h.web.bot.store.write(lambda tx: tx.post(post))


async def ended(h: Harness, key: str, channel: str, state: str = "delivered") -> outbox_rows.Row:
    """The row of this post once it has come to this end with all that is wanted."""

    async def look() -> outbox_rows.Row | None:
        sql = "SELECT id FROM posts WHERE key = ? AND destination = ?"
        found = await h.web.bot.store.read(lambda tx: tx.rows(sql, (key, h.place(channel))))
        row = await h.web.bot.store.read(lambda tx: outbox_rows.load(tx, found[0][0])) if found else None
        return row if row is not None and row.state == state else None

    row: outbox_rows.Row = await h.web.until(look)
    return row


async def settled(h: Harness) -> None:
    """Until the outbox has nothing left to do."""

    async def look() -> bool:
        return not await h.web.count("SELECT COUNT(*) FROM posts WHERE state IN ('pending','claimed','unclear')")

    await h.web.until(look)
