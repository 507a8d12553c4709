"""What the contract suite needs of a platform: a running desk on it, people's hands and eyes, and its fault menu."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pytest

from bot.platforms.contract import Outbound
from bot.store import outbox_rows
from config.loaded import Config
from desk.cards import Post
from tests.standin.faults import Fault
from tests.webapp import Web, web_bot

HELP, TEAM, NOWHERE = "acme-help", "acme-team", "no-such-channel"
ASKER, COLLEAGUE, STAFF = "ann", "carl", "ben"
DM = "dm-ann"
SUBJECT = "The printer is on fire"


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
    platform does not have, its harness declines by skipping the check with the reason. `shortens`: what finds no room
    in a message is in no other one.
    """

    menu: frozenset[Fault]
    shortens: bool

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
    shortens: bool = False

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

    async def edit_said(self, *_: Any, **__: Any) -> None:
        pytest.skip(f"nobody edits a message there: {self.name}")

    @asynccontextmanager
    async def cut(self) -> AsyncIterator[None]:
        pytest.skip(f"it keeps no connection that could be cut, each event is a call of its own: {self.name}")
        yield


def line_of(told: Told, label: str) -> str:
    """The line of a button of a reply, where the asker is given it."""
    assert told.reply is not None, told
    return str(next(b["command"] for b in told.reply["buttons"] if b["label"] == label))


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


async def showing(h: Harness, words: str, channel: str = TEAM, thread: str | None = None) -> list[Seen]:
    """The messages with these words that staff see there."""
    return [m for m in await h.seen(STAFF, channel, thread) if words in m.text]


async def opened(h: Harness, subject: str = SUBJECT) -> Seen:
    """A ticket's card in the team's channel."""
    told = await h.submit(ASKER, HELP, "open", {"subject": subject})
    assert told.status == 200, told.error
    await settled(h)
    [card] = await showing(h, subject)
    return card


def taking(card: Seen) -> str:
    """The line of the card's button by which somebody takes the ticket."""
    return next(line for line in card.buttons if line.startswith("/claim"))


async def tickets(h: Harness) -> int:
    return await h.web.count("SELECT COUNT(*) FROM tickets")
