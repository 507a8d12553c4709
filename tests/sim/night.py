"""One simulated night: a desk that speaks, a platform that misbehaves, a bot that is killed; all from one seed."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar, TypeVar

from bot.loops import Loop
from bot.outbox import Outbox
from bot.platforms.contract import Outbound, Pace
from bot.ports import SeededIds
from bot.store.databases import Database
from bot.store.store import Lane, Store, StoreTx
from desk.cards import Post
from tests.sim.loop import VirtualClock, VirtualLoop
from tests.sim.platform import VirtualPlatform
from tests.standin.faults import Fault, Plan, plan
from tests.standin.room import Room

T = TypeVar("T")

LIMIT, QUIET = 10.0, 30.0  # seconds, as the protocol names them: the checker takes nothing from the bot
CHANNELS = ("#desk", "#alerts", "@lina")
ARCHIVED, FALLBACK = "#archived", "#admins"
SPEAKING = 60.0  # seconds during which things are said
TROUBLE = 150.0  # seconds after which the platform is well again
END = 2400.0


@dataclass(frozen=True, slots=True)
class Profile:
    """What kind of trouble. `late` is how many seconds after the sender's failure a platform may still take a post."""

    name: str
    late: float
    unreadable: bool = False
    share: float = 0.35

    @property
    def bounded(self) -> bool:
        """Whether this is the bounded-lateness model, in which nothing but an urgent post is ever there twice."""
        return self.late <= QUIET - 4 and not self.unreadable


BOUNDED = Profile("bounded", late=25.0)
LATE = Profile("late", late=300.0)
BLIND = Profile("blind", late=60.0, unreadable=True)
CALM = Profile("calm", late=0.0, share=0.0)


@dataclass(frozen=True, slots=True)
class Saying:
    """At `at` seconds the desk says version `n` of `key`."""

    at: float
    key: str
    n: int
    destination: str
    live: bool = False
    under: str | None = None
    urgent: bool = False

    @property
    def words(self) -> str:
        return f"[{self.key} {self.n}]"

    def post(self) -> Post:
        return Post(
            self.key, self.destination, None, words=(self.words,), live=self.live, under=self.under, urgent=self.urgent
        )


def script(chance: random.Random, length: int = 24) -> list[Saying]:
    """Cards that change, replies under them, single words, urgent ones, some to a channel that is no longer there."""
    moments = sorted(chance.uniform(0, SPEAKING) for _ in range(length))
    sayings: list[Saying] = []
    live: list[Saying] = []
    for number, at in enumerate(moments):
        kind = chance.choice(("live", "change", "change", "reply", "reply", "word", "urgent", "archived"))
        where = chance.choice(CHANNELS)
        if kind == "live" or (kind in {"change", "reply"} and not live):
            said = Saying(at, f"card/{number:02}", 1, where, live=True)
            live.append(said)
        elif kind == "change":
            place = chance.randrange(len(live))
            old = live[place]
            said = live[place] = Saying(at, old.key, old.n + 1, old.destination, live=True)
        elif kind == "reply":
            parent = chance.choice(live)
            said = Saying(at, f"reply/{number:02}", 1, parent.destination, under=parent.key)
        else:
            place = ARCHIVED if kind == "archived" else where
            said = Saying(at, f"{kind}/{number:02}", 1, place, urgent=kind == "urgent")
        sayings.append(said)
    return sayings


class SteppedStore:
    """The store, with a point before and after each commit at which the bot may die."""

    def __init__(self, step: Callable[[str], Awaitable[None]], store: Store) -> None:
        self._step, self._store = step, store

    async def write(
        self, fn: Callable[[StoreTx], T], *, clients: frozenset[str] | None = None, lane: Lane = Lane.COMMAND
    ) -> T:
        await self._step("before commit")
        result = await self._store.write(fn, clients=clients, lane=lane)
        await self._step("after commit")
        return result

    async def read(self, fn: Callable[[StoreTx], T], *, clients: frozenset[str] | None = None) -> T:
        return await self._store.read(fn, clients=clients)

    def listen(self, callback: Callable[[frozenset[str]], None]) -> None:
        self._store.listen(callback)


@dataclass
class Night:
    """The outcome is `log`, what the platform saw, and `accepted`, what the store had said yes to.

    A night on another platform gives `name`, `pace` and `pauses`, and the four methods at the end.
    """

    name: ClassVar[str] = "standin"
    pace: ClassVar[Pace] = Pace(post_interval=1.0, edits_per_minute=50)
    pauses: ClassVar[tuple[float, ...]] = (0.0, 0.5, 5.0, 40.0, 100.0)  # seconds from a kill to the next start

    seed: int
    profile: Profile
    database: Database
    sayings: Sequence[Saying]
    crashes: frozenset[int] = frozenset()
    make: Callable[..., Outbox] = Outbox
    log: list[dict[str, Any]] = field(default_factory=list)
    accepted: list[Saying] = field(default_factory=list)
    steps: int = 0
    failed_turns: int = 0

    def run(self) -> "Night":
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(self._night())
        return self

    async def step(self, _: str) -> None:
        """A point at which the bot may die: whoever gets here then never goes on."""
        self.steps += 1
        if self.steps in self.crashes:
            self._crashed.set()
            await asyncio.Event().wait()
        await asyncio.sleep(self._chance.choice((0.0, 0.0, 0.001, 0.02)))

    async def _night(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - a seed must reproduce
        self._clock, self._ids, self._next = VirtualClock(), SeededIds(self.seed), 0
        refused = self._chance.uniform(0, TROUBLE) if self._chance.random() < 0.3 else None
        self._refused_account = (refused, refused + self._chance.uniform(1, 60)) if refused else (0.0, 0.0)
        self._set_up()
        removing = asyncio.create_task(self._remove_one())
        while await self._live_once():
            await self._clock.sleep(self._chance.choice(self.pauses))
        await removing

    async def _live_once(self) -> bool:
        """From a start to the end of the night or a kill; True when killed."""
        self._crashed = asyncio.Event()
        store = Store.open(self.database, clock=self._clock, ids=self._ids, inline=True)
        stepped = SteppedStore(self.step, store)
        outbox = self.make(
            stepped, {self.name: self._outbound()}, lambda _: self.name, _fallback, self._clock, self._ids,
            paces={self.name: self.pace},
        )  # fmt: skip
        loop = Loop("outbox", outbox.turn, self._clock, at_most=END)  # a wake-up that it forgot would be missed
        loop.listen(store, ["posts"])
        tasks = [asyncio.create_task(loop.run()), asyncio.create_task(self._speak(stepped))]
        left = END - self._clock.monotonic()
        try:
            async with asyncio.timeout(left):
                await self._crashed.wait()
        except TimeoutError:
            pass
        outbox.drop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await store.close()
        self.failed_turns += loop.failures
        return self._crashed.is_set()

    async def _speak(self, store: SteppedStore) -> None:
        while self._next < len(self.sayings):
            saying = self.sayings[self._next]
            await asyncio.sleep(max(saying.at - self._clock.monotonic(), 0))
            self._next += 1  # killed in the middle of it, nobody says it again
            await store.write(partial(_post, saying))
            self.accepted.append(saying)

    async def _remove_one(self) -> None:
        """Now and then somebody deletes a card."""
        await asyncio.sleep(self._chance.uniform(0, TROUBLE))
        cards = self._cards()
        if cards and self.profile.bounded and self._chance.random() < 0.3:
            self._remove(self._chance.choice(cards))

    def _plan(self, call: str, _: dict[str, Any]) -> Plan:
        now, delay = self._clock.monotonic(), self._chance.uniform(0, 0.3)
        start, end = self._refused_account
        if start <= now < end:
            return plan(Fault.ACCOUNT, delay=delay)
        if now > TROUBLE or self._chance.random() >= self.profile.share:
            return plan(Fault.NONE, delay=delay)
        if call in {"history", "mark"}:
            menu = [Fault.RATE, Fault.ERROR, Fault.RESET, Fault.HANG]
            if self.profile.unreadable:
                menu = [Fault.UNREADABLE]
            return plan(self._chance.choice(menu), delay=delay)
        menu = [
            Fault.RATE, Fault.ERROR, Fault.ERROR_TAKEN, Fault.LOSE_REPLY, Fault.RESET, Fault.HANG, Fault.HANG_TAKEN,
            Fault.LATE, Fault.LATE,
        ]  # fmt: skip
        fault = self._chance.choice(menu)
        # A platform that takes an edit after the quiet time shows an old card till the next edit: nobody can tell.
        most = min(self.profile.late, BOUNDED.late) if call == "edit" else self.profile.late
        if fault is Fault.LATE and self._chance.random() < 0.5:
            # The sender sees a reset at once; the platform takes it long after.
            return Plan(delay + self._chance.uniform(0, most), plan(Fault.RESET).tells, delay)
        late = LIMIT + self._chance.uniform(0, most)
        return plan(fault, delay=delay, late=late, retry_after=self._chance.choice((0.5, 3.0, 30.0)))

    def _set_up(self) -> None:
        """What is there all night long, whether or not the bot is."""
        self._room = Room(self.log.append, archived={ARCHIVED})
        self._standin = VirtualPlatform(self._room, self._plan, self.step, lag=1.0)

    def _outbound(self) -> Outbound:
        """The door out of one life of the bot."""
        return self._standin

    def _cards(self) -> list[str]:
        """The ids of the cards that stand there."""
        return [m.id for m in self._room.messages.values() if m.key.startswith("card/")]

    def _remove(self, card: str) -> None:
        self._room.remove(self._clock.now().timestamp(), card)


def _fallback(destination: str) -> str | None:
    return FALLBACK if destination != FALLBACK else None


def _post(saying: Saying, tx: StoreTx) -> None:
    tx.post(saying.post())
