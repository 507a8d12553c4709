"""The Slack platform for a test: the real Bolt and SDK against the stand-in, in front of a door that writes down what
comes and answers as it is told.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.arrivals import Answer, Arrival
from bot.configuration import DEMO, load_folder
from bot.door import Account, Enclosed, OpenThread, Requester
from bot.platforms.slack.platform import SlackPlatform
from bot.ports import RealClock
from config.loaded import Config, Slack
from config.tokens import SlackSecrets
from desk.cards import Button, Card
from desk.pins import Quote
from desk.refusal import DeskError, Why
from handlers.commands import commands
from tests.slack.standin.server import Slack as Server
from tests.slack.standin.server import slack
from tests.slack.standin.workspace import Workspace

NAME = "slack"
SETTINGS = Slack(NAME, aliases=("/ticket",))


@dataclass
class Book:
    """A door. `log` has each step in its order (`keep KEY`, `take KEY`); `answer` and `wrong` are what it says."""

    answer: Callable[[Arrival], Answer] = lambda _: Answer()
    wrong: Callable[[Arrival], Answer | None] = lambda _: None
    files: Callable[[Card], tuple[Enclosed, ...]] = lambda _: ()
    offered: list[tuple[str, str]] = field(default_factory=list)
    threads: dict[tuple[str, str], str] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    kept_lines: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    full: bool = False  # the store takes nothing
    unsettled_places: set[str] = field(default_factory=set)
    heard_at: datetime | None = None
    open: list[OpenThread] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    taken: list[Arrival] = field(default_factory=list)
    stored: set[str] = field(default_factory=set)  # keys of before the start
    refused: list[str] = field(default_factory=list)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    linked: list[str] = field(default_factory=list)
    gaps: list[tuple[datetime, datetime, int]] = field(default_factory=list)
    pointed: list[tuple[str, str]] = field(default_factory=list)  # who, at which message
    quotes: dict[tuple[str, str], Quote] = field(default_factory=dict)  # what it says
    works: set[str] = field(default_factory=lambda: {"ben"})  # who is of the staff
    opened: dict[tuple[str, str], int] = field(default_factory=dict)  # tickets, by what opened them and who else asks
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def known(self, platform: str, workspace: str, user: str) -> Account | None:
        assert (platform, workspace) == (NAME, "T001")
        return self.accounts.get(user)

    async def person(self, account: Account, place: str) -> str:
        self.accounts[account.user] = account
        if account.refused:
            self.log.append(f"refuse {account.user} {place}")
            raise DeskError(f"This account cannot be used here: it is {account.refused}.", why=Why.FORBIDDEN)
        return account.name

    async def staff(self, account: Account, place: str) -> str | None:  # noqa: ARG002 - the door's
        return account.name if account.name in self.works and not account.refused else None

    async def named(self, platform: str, workspace: str, user: str) -> str | None:
        assert (platform, workspace) == (NAME, "T001")
        return self.accounts[user].name if user in self.accounts else None

    async def changed(self, account: Account) -> None:
        if account.user in self.accounts:
            self.accounts[account.user] = account

    async def link(self, account: Account, line: str) -> str | None:
        self.linked.append(f"{account.user} {line}")
        return "You are known here from now on."

    def channel(self, place: str, person: str) -> str:
        return f"dm-{person}" if "/@" in place else place.partition("/")[2]

    async def thread(self, place: str, thread: str) -> str | None:
        return self.threads.get((place, thread))

    async def unsettled(self, place: str) -> bool:
        return place in self.unsettled_places

    async def requester(self, platform: str, number: int) -> Requester | None:
        raise AssertionError(f"nobody asked: {platform} {number}")

    async def rooted(self, place: str, root: str, thread: str) -> None:
        raise AssertionError(f"no thread is made here: {place} {root} {thread}")

    async def enclosed(self, card: Card | None) -> tuple[Enclosed, ...]:
        return self.files(card) if card else ()

    async def homeless(self, place: str, key: str) -> None:
        raise AssertionError(f"nobody asked: {place} {key}")

    async def line(self, place: str, message: str, key: str, tag: str) -> str:
        self.asked.append((place, message, key, tag))
        return self.lines.get(tag, "")

    async def question(self, *_: str) -> str:
        raise AssertionError("Slack asks by itself")

    async def kept_line(self, tag: str) -> str:
        return self.kept_lines.get(tag, "")

    async def keep_lines(self, buttons: tuple[Button, ...], limit: int) -> None:
        self.kept_lines |= {b.tag(32): b.line() for b in buttons if len(b.line()) + 2 > limit}

    async def point(self, person: str, about: str, quote: Quote | None = None) -> None:
        self.pointed.append((person, about))
        if quote is not None:
            self.quotes[person, about] = quote

    async def keep(self, arrival: Arrival) -> None:
        if self.full:
            raise OSError("the disk is full")
        self.log.append(f"keep {arrival.key}")

    async def check(self, arrival: Arrival) -> Answer | None:
        return self.wrong(arrival)

    async def has(self, key: str) -> bool:
        return key in self.stored or any(arrival.key == key for arrival in self.taken)

    async def take(self, arrival: Arrival) -> Answer:
        self.log.append(f"take {arrival.key}")
        self.taken.append(arrival)
        self.moved.set()
        return self.answer(arrival)

    async def choices(
        self, person: str, channel: str, word: str, field: str, typed: str, platform: str  # noqa: ARG002 - the door's
    ) -> list[tuple[str, str]]:  # fmt: skip
        self.asked.append((person, channel, word, field, typed))
        return self.offered

    async def opened_for_another(self, key: str, person: str) -> int | None:
        return self.opened.get((key, person))

    async def refuse(self, platform: str, why: str, **detail: str) -> None:
        assert platform == NAME
        assert detail
        self.refused.append(why)

    async def alive(self, platform: str, now: datetime) -> None:
        assert platform == NAME
        self.heard_at = now
        self.moved.set()

    async def last_alive(self, platform: str) -> datetime | None:
        assert platform == NAME
        return self.heard_at

    async def gap(self, platform: str, since: datetime, until: datetime, fetched: int) -> None:
        assert platform == NAME
        self.gaps.append((since, until, fetched))
        self.moved.set()

    async def open_threads(self, platform: str) -> list[OpenThread]:
        assert platform == NAME
        return self.open

    async def users(self, platform: str) -> list[str]:
        raise AssertionError(f"Slack itself says which direct channels there are: {platform}")

    async def until(self, look: Callable[[], Any]) -> Any:
        """What `look` gives once it is truthy; it looks again after each step."""
        async with asyncio.timeout(20):
            while not (found := look()):
                self.moved.clear()
                await self.moved.wait()
        return found


@dataclass
class SlackDesk:
    """A started platform, the workspace it is in, and its door. `ann` and `ben` are people, `room` is a channel."""

    there: Server
    platform: SlackPlatform
    book: Book
    ann: str
    ben: str
    room: str

    @property
    def ws(self) -> Workspace:
        return self.there.ws

    async def settled(self) -> None:
        """Until all that was begun after an acknowledgement has ended."""
        inbound = self.platform._inbound
        while left := [*self.there._background, *(inbound._begun if inbound else ())]:
            await asyncio.wait(left)
            await asyncio.sleep(0)  # those that have ended leave the sets in the next turn of the loop

    async def sockets(self, count: int) -> None:
        """Until the platform hears by so many sockets; it tells nobody when, so it is asked."""
        async with asyncio.timeout(20):
            while len(self.there.sockets.ready()) != count or self.platform._sockets.connected != count:
                await asyncio.sleep(0.005)

    def calls(self, method: str) -> list[dict[str, Any]]:
        return [call.arguments for call in self.ws.calls if call.method == method]


def secrets(there: Server, *, http: bool = False) -> SlackSecrets:
    ws = there.ws
    return SlackSecrets(
        ws.bot_token, None if http else ws.app_token, ws.signing_secret if http else None, there.api_url
    )  # fmt: skip


def config(places: Iterable[tuple[str, str]] = ()) -> Config:
    """The demo's, with these channels in Slack."""
    demo, there = load_folder(DEMO), dict(places)
    channels = {
        name: replace(channel, places={NAME: there[name]} if name in there else {})
        for name, channel in demo.channels.items()
    }
    return replace(demo, channels=channels)


@asynccontextmanager
async def workspace(**server: Any) -> AsyncIterator[tuple[Server, str, str, str]]:
    """The stand-in with Ann and Ben in one channel: server, Ann's id, Ben's id, the channel's."""
    ws = Workspace(now=time.time)
    ws.rates.on = False
    ann, ben = ws.add_user("ann", real_name="Ann").id, ws.add_user("ben", real_name="Ben").id
    room = ws.add_channel("acme-team", (ann, ben)).id
    async with slack(ws, pauses=(0.0, 0.0), **server) as there:
        yield there, ann, ben, room


def made(
    there: Server, book: Book, *, http: bool = False, known: Config | None = None, settings: Slack = SETTINGS
) -> SlackPlatform:
    config_ = known or config()
    return SlackPlatform(NAME, secrets(there, http=http), settings, book, lambda: config_, RealClock(), commands())


@asynccontextmanager
async def slack_desk(
    book: Book | None = None, *, http: bool = False, settings: Slack = SETTINGS, **server: Any
) -> AsyncIterator[SlackDesk]:
    book = book or Book()
    async with workspace(**server) as (there, ann, ben, room):
        platform = made(there, book, http=http, settings=settings)
        await platform.start()
        listening = await _listening(platform) if http else None
        try:
            if listening is not None:
                there.push_to(f"http://127.0.0.1:{listening.addresses[0][1]}/slack/events")
            yield SlackDesk(there, platform, book, ann, ben, room)
        finally:
            await platform.close()
            if listening is not None:
                await listening.cleanup()


async def _listening(platform: SlackPlatform) -> web.AppRunner:
    """An address that hands its requests to `handle_http`, as the intake does."""

    async def handle(request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        status, more, body = await platform.handle_http(headers, await request.read())
        return web.Response(status=status, headers=more, body=body)

    app = web.Application(client_max_size=4_000_000)
    app.router.add_post("/slack/events", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner
