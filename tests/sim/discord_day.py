"""A day on Discord: people do things, each event comes once to four times and in any order, and the bot is killed."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from typing import Any

import orjson

from bot.configuration import DEMO, load_folder
from bot.platforms.discord.options import command_payloads
from bot.ports import SeededIds
from bot.store import accounts
from bot.store.accounts import Known
from bot.store.databases import Database
from bot.store.store import Store, StoreTx
from config.loaded import Config
from handlers.commands import commands
from tests.discord.standin.api import perform
from tests.discord.standin.calls import Call
from tests.discord.standin.faults import Fault
from tests.discord.standin.gateway import Gateway
from tests.discord.standin.people import People
from tests.discord.standin.state import Discord
from tests.discord.standin.things import Asked, Message, User
from tests.sim.discord_bot import Bot, Parts, begun, killed
from tests.sim.discord_line import Line, Planner
from tests.sim.loop import VirtualClock, VirtualLoop
from tests.standin.faults import plan

TOLD = frozenset({
    "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_REACTION_ADD", "INTERACTION_CREATE",
    "THREAD_CREATE", "THREAD_UPDATE",
})  # fmt: skip
PATIENCE = 150.0  # seconds that somebody waits for what they need before they go on
AFTER = 120.0  # seconds from the last thing that was done to the end of the day


@cache
def demo() -> Config:
    return load_folder(DEMO)


class Ears(Gateway):
    """Discord's side of the gateway: `tell` is given each event that we ask for."""

    def listen(self, tell: Callable[[str, dict[str, Any]], None]) -> "Ears":
        self._tell = tell
        return self

    def dispatch(self, event: str, data: dict[str, Any]) -> None:
        if event in TOLD:
            self._tell(event, data)


@dataclass(frozen=True, slots=True)
class Done:
    """Something that somebody did, and the query that counts its effects. `sure`: it must have had one."""

    what: str
    count: str
    sure: Callable[[], bool]
    times: int = 1


@dataclass
class Day:
    """`acts` are called one after the other; `crashes` are numbers of steps at which the bot dies."""

    seed: int
    database: Database
    acts: Sequence[Callable[["Day"], Any]]
    crashes: frozenset[int] = frozenset()
    parts: Parts = field(default_factory=Parts)
    slow: float = 0.03  # the share of steps that take so long that Discord must be told to wait
    copies: tuple[int, ...] = (1, 1, 2, 3, 4)  # how often an event may come
    done: list[Done] = field(default_factory=list)
    said: list[tuple[User, Message]] = field(default_factory=list)
    written: list[tuple[User, str]] = field(default_factory=list)  # all that was said in threads, edits too
    twice: list[tuple[Asked, Asked]] = field(default_factory=list)  # what must have been answered with the same words
    effects: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)  # keys of the inbox that were not handled
    steps: int = 0
    failures: int = 0
    kills: int = 0

    def run(self) -> "Day":
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(self._day())
        with self.database.asking() as ask:
            self.effects = {done.what: ask(done.count, ())[0][0] for done in self.done}
            self.left = [key for (key,) in ask("SELECT key FROM inbox WHERE state <> 'done'", ())]
        return self

    async def step(self, _: str) -> None:
        self.steps += 1
        if self.steps in self.crashes:
            self._crashed.set()
            await asyncio.Event().wait()
        slow = self.chance.random() < self.slow
        await asyncio.sleep(2.2 if slow else self.chance.choice((0.0, 0.0, 0.001, 0.02)))

    @property
    def later(self) -> int:
        """How many interactions were told that their answer would come later."""
        return sum(asked.answered_by == 5 for asked in self.discord.asked.values())

    def sure(self) -> bool:
        """What Discord tells once and never again is only sure to be heard where nobody dies."""
        return not self.kills

    async def _day(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - a seed must reproduce
        self._clock, self._ids, self._others = VirtualClock(), SeededIds(self.seed), set[asyncio.Task[Any]]()
        self._bot: Bot | None = None
        self._set_up()
        people = begun(self._people(), self._others)
        while await self._live_once(people):
            await self._clock.sleep(self.chance.choice((0.0, 0.5, 5.0, 40.0, 100.0)))
        await people

    def _set_up(self) -> None:
        there = self.discord = Discord(self._clock.now, posts=None)
        there.gateway = Ears(there).listen(self._tell)
        there.faults = Planner(lambda _: (plan(Fault.NONE, delay=self.chance.uniform(0, 0.2)), 500))
        guild = there.guild()
        self.team = there.text_channel(guild, "acme-team")
        self.help = there.text_channel(guild, "acme-help", denied=["create_private_threads"])  # so that Ann has cards
        self.ann, self.ben = there.person("Ann", guild), there.person("Ben", guild)
        self.people = People(there)
        self._config = demo()
        perform(there, Call("PUT", f"/applications/{there.application}/guilds/{guild.id}/commands", **offered()))
        channels = dict(self._config.channels)
        for name, place in (("acme-team", self.team), ("acme-help", self.help)):
            channels[name] = replace(channels[name], places={"discord": str(place.id)})
        self._config = replace(self._config, channels=channels)
        lag = timedelta(0)
        self._lines = (Line(there, self.step, lag), Line(there, _pass, lag))

    async def _live_once(self, people: "asyncio.Task[None]") -> bool:
        """From a start to the end of the day or a kill; True when killed."""
        self._crashed = asyncio.Event()
        store = Store.open(self.database, clock=self._clock, ids=self._ids, inline=True)
        if not self.kills:
            await store.write(lambda tx: _link(tx, {"ann": self.ann, "ben": self.ben}))
        self._bot = Bot(
            store, self._config, self.discord, self._lines, self.step, self._clock, self._ids, self.parts
        )  # fmt: skip
        living = asyncio.create_task(self._bot.live())
        crashed = asyncio.create_task(self._crashed.wait())
        await asyncio.wait({people, crashed}, return_when=asyncio.FIRST_COMPLETED)
        if not self._crashed.is_set():
            await asyncio.wait({crashed}, timeout=AFTER)
        bot, self._bot = self._bot, None
        self.kills += self._crashed.is_set()
        await killed(living, self._others | self._lines[0]._taking | self._lines[1]._taking)
        self.failures += bot.failures
        await store.close()
        return self._crashed.is_set()

    async def _people(self) -> None:
        for act in self.acts:
            await act(self)
            await self._clock.sleep(self.chance.choice((0.0, 0.1, 1.0, 20.0)))

    def _tell(self, event: str, data: dict[str, Any]) -> None:
        told = orjson.dumps(data)
        for n in range(self.chance.choice(self.copies)):
            late = self.chance.uniform(0, 0.3) if n == 0 else self.chance.uniform(0, 30)
            begun(self._deliver(event, told, late, self._bot), self._others)

    async def _deliver(self, event: str, told: bytes, late: float, session: Bot | None) -> None:
        """A session ends with the bot that has it. Copies of an interaction may reach the next one all the same."""
        await self._clock.sleep(late)
        if self._bot is not None and (self._bot is session or event == "INTERACTION_CREATE"):
            self._bot.hear(event, told)


async def _pass(_: str) -> None:
    return None


@cache
def offered() -> dict[str, Any]:
    return {"body": command_payloads(commands()), "token": "standin"}


def _link(tx: StoreTx, people: dict[str, User]) -> None:
    """Both are linked: no code has to be said."""
    for person, who in people.items():
        accounts.save(tx, Known("discord", "", str(who.id), person, None, who.name, "", outsider=False))
