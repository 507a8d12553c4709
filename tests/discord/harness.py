"""Our side of Discord on the stand-in: the real platform with the real discord.py, and a door that writes down."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.arrivals import Answer, Arrival
from bot.configuration import DEMO, load_folder
from bot.door import Account, Enclosed, OpenThread, Requester
from bot.platforms.contract import Outgoing
from bot.platforms.discord.platform import DiscordPlatform
from bot.platforms.discord.rest import aim
from bot.ports import RealClock
from config.loaded import Config
from config.loaded import Discord as Settings
from config.tokens import DiscordSecrets
from desk.cards import Button, Card, text
from desk.pins import Quote
from desk.refusal import DeskError, Why
from handlers.commands import commands
from tests.discord.standin.people import People
from tests.discord.standin.server import Server
from tests.discord.standin.state import Discord
from tests.discord.standin.things import Channel, Guild, User

SETTINGS = Settings("discord")
Answers = Callable[[Arrival], Answer | Awaitable[Answer]]
CARD = Card(
    "ticket/17", "VPN drops", "open", 17, (text("Since this morning."),), buttons=(Button("Take it", "assign"),)
)  # fmt: skip


def silent(_: Arrival) -> Answer:
    return Answer()


@dataclass
class Door:
    """The door of `bot.door`, in memory. `answers` is the router; `people` are persons by Discord's id of the user."""

    people: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    threads: dict[tuple[str, str], str] = field(default_factory=dict)
    lines: dict[tuple[str, str], str] = field(default_factory=dict)  # by message and tag
    answers: Answers = silent
    checks: Callable[[Arrival], Answer | None] = lambda _: None
    rows: list[tuple[str, str]] = field(default_factory=list)
    heard: datetime | None = None
    kept: list[Arrival] = field(default_factory=list)
    taken: list[Arrival] = field(default_factory=list)
    strangers: list[Account] = field(default_factory=list)
    gaps: list[tuple[datetime, datetime, int]] = field(default_factory=list)
    lines_kept: dict[str, str] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)  # by tag
    codes: list[tuple[str, str]] = field(default_factory=list)
    pointed: list[tuple[str, str]] = field(default_factory=list)  # who, at which message
    quotes: dict[tuple[str, str], Quote] = field(default_factory=dict)  # what it says
    works: set[str] = field(default_factory=lambda: {"ben"})  # who is of the staff
    opened: dict[tuple[str, str], int] = field(default_factory=dict)  # tickets, by what opened them and who else asks
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    requesters: dict[int, Requester] = field(default_factory=dict)  # by the ticket's number
    roots: dict[tuple[str, str], str] = field(default_factory=dict)  # the threads that were made, by place and root
    homeless_posts: list[tuple[str, str]] = field(default_factory=list)  # place and key
    encloses: Callable[[Card], Awaitable[tuple[Enclosed, ...]]] | None = None

    async def known(self, platform: str, workspace: str, user: str) -> Account | None:
        return Account(platform, workspace, user) if user in self.people else None

    async def person(self, account: Account, place: str) -> str:  # noqa: ARG002 - the door's
        if account.refused or account.user not in self.people:
            self.strangers.append(account)
            self.moved.set()
            raise DeskError("I don't know you here. Ask your administrator.", why=Why.FORBIDDEN)
        return self.people[account.user]

    async def staff(self, account: Account, place: str) -> str | None:  # noqa: ARG002 - the door's
        person = self.people.get(account.user)
        return person if person in self.works and not account.refused else None

    async def named(self, platform: str, workspace: str, user: str) -> str | None:  # noqa: ARG002 - the door's
        return self.people.get(user)

    async def changed(self, account: Account) -> None:
        raise AssertionError(f"nobody asked: {account}")

    async def link(self, account: Account, line: str) -> str | None:
        self.codes.append((account.user, line))
        return "You are Eve from now on."

    def channel(self, place: str, person: str) -> str:
        return f"dm-{person}" if "/@" in place else self.places.get(place, "")

    async def thread(self, place: str, thread: str) -> str | None:
        return self.threads.get((place, thread))

    async def requester(self, platform: str, number: int) -> Requester | None:  # noqa: ARG002 - the door's
        return self.requesters.get(number)

    async def rooted(self, place: str, root: str, thread: str) -> None:
        self.roots[place, root] = thread

    async def homeless(self, place: str, key: str) -> None:
        self.homeless_posts.append((place, key))

    async def enclosed(self, card: Card | None) -> tuple[Enclosed, ...]:
        return await self.encloses(card) if card and self.encloses else ()

    async def unsettled(self, place: str) -> bool:  # noqa: ARG002 - the door's
        return False

    async def line(self, place: str, message: str, key: str, tag: str) -> str:  # noqa: ARG002 - the door's
        return self.lines.get((message, tag), "")

    async def question(self, place: str, message: str, key: str, tag: str) -> str:  # noqa: ARG002 - the door's
        return self.questions.get(tag, "")

    async def kept_line(self, tag: str) -> str:
        return self.lines_kept.get(tag, "")

    async def keep_lines(self, buttons: tuple[Button, ...], limit: int) -> None:
        self.lines_kept |= {b.tag(32): b.line() for b in buttons if len(f"l|{b.line()}") > limit}

    async def point(self, person: str, about: str, quote: Quote | None = None) -> None:
        self.pointed.append((person, about))
        if quote is not None:
            self.quotes[person, about] = quote

    async def keep(self, arrival: Arrival) -> None:
        self.kept.append(arrival)

    async def check(self, arrival: Arrival) -> Answer | None:
        return self.checks(arrival)

    async def has(self, key: str) -> bool:
        return any(arrival.key == key for arrival in self.taken)

    async def take(self, arrival: Arrival) -> Answer:
        answer = self.answers(arrival)
        ready = answer if isinstance(answer, Answer) else await answer
        self.taken.append(arrival)
        self.moved.set()
        return ready

    async def choices(
        self, person: str, channel: str, word: str, field: str, typed: str, platform: str  # noqa: ARG002 - the door's
    ) -> list[tuple[str, str]]:  # fmt: skip
        return [row for row in self.rows if typed in row[1]]

    async def opened_for_another(self, key: str, person: str) -> int | None:
        return self.opened.get((key, person))

    async def refuse(self, platform: str, why: str, **detail: str) -> None:
        raise AssertionError(f"nothing is refused here: {platform} {why} {detail}")

    async def alive(self, platform: str, now: datetime) -> None:  # noqa: ARG002 - the door's
        self.heard = now
        self.moved.set()

    async def last_alive(self, platform: str) -> datetime | None:  # noqa: ARG002 - the door's
        return self.heard

    async def gap(self, platform: str, since: datetime, until: datetime, fetched: int) -> None:  # noqa: ARG002 - so
        self.gaps.append((since, until, fetched))
        self.moved.set()

    async def open_threads(self, platform: str) -> list[OpenThread]:  # noqa: ARG002 - the door's
        return [OpenThread(place, thread, key) for (place, thread), key in self.threads.items()]

    async def users(self, platform: str) -> list[str]:  # noqa: ARG002 - the door's
        return list(self.people)

    async def until(self, found: Callable[[], object], seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds):
            while not found():
                self.moved.clear()
                await self.moved.wait()


@dataclass
class World:
    """A guild with a help channel, a team's channel and a staff member and a requester, and us on it."""

    discord: Discord
    server: Server
    door: Door
    guild: Guild
    team: Channel
    help: Channel
    ann: User
    ben: User
    config: Config
    platforms: list[DiscordPlatform] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.people = People(self.discord)

    @property
    def platform(self) -> DiscordPlatform:
        return self.platforms[-1]

    @property
    def here(self) -> str:
        return f"discord/{self.team.id}"

    def direct(self, who: User) -> str:
        return f"discord/@{who.id}"

    def new(self, settings: Settings = SETTINGS, **secrets: object) -> DiscordPlatform:
        given = DiscordSecrets("standin", (self.guild.id,), self.server.rest)
        made = DiscordPlatform(
            replace(given, **secrets), settings, self.door, lambda: self.config, RealClock(), commands()
        )
        self.platforms.append(made)
        return made

    async def post(self, card: Card | None = CARD, words: str = "", **more: object) -> str:
        """A message of ours in the team's channel, by the door out; its id. Its buttons stand for their lines."""
        key = str(more.pop("key", card.key if card else "words"))
        given = Outgoing(f"key of {key} {words}", self.here, None, 1, key, None, card, (words,) if words else (), ())
        number = await self.platform.out.post(replace(given, **more))
        for button in card.buttons if card else ():
            self.door.lines[number, button.tag()] = button.line()
            self.door.questions[button.tag()] = button.confirm
        return number

    async def ticket(self) -> str:
        """A ticket's card with its thread, in the team's channel; the id of both."""
        number = await self.post()
        await self.post(None, "the story begins", thread=number, key="ticket/17/1")
        self.door.threads[self.here, number] = "ticket/17"
        return number


def _config(team: Channel, ask: Channel) -> Config:
    demo = load_folder(DEMO)
    channels = dict(demo.channels)
    for name, place in (("acme-team", team), ("acme-help", ask)):
        channels[name] = replace(channels[name], places={"discord": str(place.id)})
    return replace(demo, channels=channels)


@asynccontextmanager
async def world(**discord: object) -> AsyncIterator[World]:
    """Discord, not connected to yet."""
    there = Discord(lambda: datetime.now(UTC), posts=None, **discord)
    guild = there.guild()
    team, ask = there.text_channel(guild, "acme-team"), there.text_channel(guild, "acme-help")
    ann, ben = there.person("Ann", guild), there.person("Ben", guild)
    door = Door({str(ann.id): "ann", str(ben.id): "ben"})
    door.places = {f"discord/{team.id}": "acme-team", f"discord/{ask.id}": "acme-help"}
    async with Server(there) as server:
        made = World(there, server, door, guild, team, ask, ann, ben, _config(team, ask))
        try:
            yield made
        finally:
            for platform in made.platforms:
                await platform.close()
            aim(None)


@asynccontextmanager
async def connected(**discord: object) -> AsyncIterator[World]:
    async with world(**discord) as made:
        await made.new().start()
        yield made
