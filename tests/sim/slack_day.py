"""A day on Slack: people who ask and answer, deliveries that come again and again, a bot that is killed."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from slack_bolt.response import BoltResponse

from bot.configuration import DEMO, load_folder
from bot.ports import SeededIds
from bot.store import accounts
from bot.store.accounts import Known
from bot.store.databases import Database
from bot.store.store import Store, StoreTx
from config.loaded import Config
from tests.sim.loop import VirtualClock, VirtualLoop
from tests.sim.slack_bot import REACTION, Bot, Parts
from tests.sim.slack_carrier import Carrier, Parcel
from tests.sim.slack_line import Line
from tests.slack.standin.eyes import Eyes, Sight
from tests.slack.standin.forms import Forms
from tests.slack.standin.people import People
from tests.slack.standin.workspace import Workspace
from tests.slack.standin.world import Delivery, Json
from tests.standin.faults import Fault, Plan, plan

HELP, TEAM = "C0HELP", "C0TEAM"
ANN, BEN, EVE = "U0ANN", "U0BEN", "U0EVE"  # a requester, a technician, somebody whom nobody knows yet
TROUBLE = 60.0  # seconds after which Slack is well again
SETTLING = 100.0  # seconds that what is unclear at the end may need
LATE = 24.0  # seconds after the sender's failure within which Slack may still take a post
TAKING = {"chat.postMessage", "chat.update"}


@cache
def config() -> Config:
    demo = load_folder(DEMO)
    here = {"acme-help": HELP, "acme-team": TEAM}
    channels = {
        name: replace(channel, places={"slack": here[name]} if name in here else {})
        for name, channel in demo.channels.items()
    }
    return replace(demo, channels=channels)


@dataclass(frozen=True, slots=True)
class Effect:
    """What somebody did: `count` is the SQL that counts what came of it, `by` and `marker` find the answer."""

    what: str
    parcels: tuple[Parcel, ...]
    count: str
    params: tuple[Any, ...]
    by: str = ""
    marker: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What there is at the end: of each effect how many, and of the store what is not as it should be."""

    counts: dict[str, int]
    tickets: int
    inbox: list[tuple[Any, ...]]
    posts: list[tuple[Any, ...]]


@dataclass
class Day:
    """The outcome: `parcels`, `effects`, `found`, and the workspace `ws`."""

    seed: int
    database: Database
    story: Sequence[tuple[float, str]]
    share: float = 0.25  # of calls that go wrong
    crashes: frozenset[int] = frozenset()
    parts: Parts = field(default_factory=Parts)
    copies: int = 0  # of each delivery; 0: one to four
    end: float = 300.0  # seconds
    steps: int = 0
    failed_turns: int = 0
    effects: list[Effect] = field(default_factory=list)

    def run(self) -> "Day":
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(self._day())
        return self

    @property
    def parcels(self) -> list[Parcel]:
        return self._carrier.parcels

    async def step(self, _: str) -> None:
        """A point at which the bot may die: whoever gets here then never goes on."""
        self.steps += 1
        if self.steps in self.crashes:
            self._crashed.set()
        if self._crashed.is_set():
            await asyncio.Event().wait()
        await asyncio.sleep(self.chance.choice((0.0, 0.0, 0.001, 0.02)))

    async def _day(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - a seed must reproduce
        self.clock, self._ids, self._bot = VirtualClock(), SeededIds(self.seed), None
        self._set_up()
        people = [asyncio.create_task(self._act(at, what)) for at, what in self.story]
        while await self._live_once():
            await self.clock.sleep(self.chance.choice((0.0, 0.5, 5.0, 40.0)))
        await asyncio.gather(*people)
        await asyncio.gather(*self._carrier.close(), return_exceptions=True)

    def _set_up(self) -> None:
        ws = self.ws = Workspace(lambda: self.clock.now().timestamp(), history_lag=1.0)
        for id_, name in ((ANN, "ann"), (BEN, "ben"), (EVE, "eve")):
            ws.add_user(name, id=id_)
        ws.add_channel("acme-help", (ANN, BEN, EVE), id=HELP)
        ws.add_channel("acme-team", (BEN,), id=TEAM)
        self.people, self.forms, self.eyes = People(ws), Forms(ws), Eyes(ws)
        self._line = Line(ws, self._plan, self.step)
        self._carrier = Carrier(self.chance, self._hear, self.forms)

    async def _live_once(self) -> bool:
        """From a start to the end of the day or a kill; True when killed."""
        self._crashed = asyncio.Event()
        store = Store.open(self.database, clock=self.clock, ids=self._ids, inline=True)
        await store.write(_known)
        bot = Bot(store, config(), self._line, self.step, self.clock, self._ids, self.parts)
        starting = asyncio.create_task(self._started(bot))
        try:
            async with asyncio.timeout(self.end - self.clock.monotonic()):
                await self._crashed.wait()
        except TimeoutError:
            self.found = await store.read(self._look)
        self._bot = None
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await bot.kill()
        await store.close()
        self.failed_turns += bot.failures
        return self._crashed.is_set()

    async def _started(self, bot: Bot) -> None:
        await bot.start()
        self._bot = bot

    def _hear(self, payload: Json) -> "asyncio.Task[BoltResponse] | None":
        return None if self._bot is None or self._crashed.is_set() else self._bot.hear(payload)

    def _plan(self, method: str, _: Json) -> Plan:
        delay = self.chance.uniform(0, 0.3)
        if self.clock.monotonic() > TROUBLE or self.chance.random() >= self.share:
            return plan(Fault.NONE, delay=delay)
        menu = [Fault.RATE, Fault.ERROR, Fault.RESET, Fault.HANG, Fault.LOSE_REPLY, Fault.ERROR_TAKEN]
        fault = self.chance.choice(menu + [Fault.LATE] * (method in TAKING))
        late = 10 + self.chance.uniform(0, LATE)
        return plan(fault, delay=delay, late=late, retry_after=self.chance.choice((1.0, 3.0, 20.0)))

    # What people do

    async def _act(self, at: float, what: str) -> None:
        await asyncio.sleep(at)
        acts = {
            "open": self._open, "ask": self._ask, "answer": self._answer, "react": self._react, "form": self._form,
            "guest": self._guest,
        }  # fmt: skip
        kind, _, marker = what.partition(" ")
        await acts[kind](marker)

    async def _open(self, marker: str) -> None:
        self._opens(marker, ANN, [self.people.slash(ANN, HELP, "/desk", f"open {marker} it burns")])

    async def _ask(self, marker: str) -> None:
        """A command opens a ticket; words in its thread are edited, then deleted."""
        await self._open(marker)
        card = await self._sees(ANN, self.ws.direct(ANN).id, marker)
        if card is None:
            return
        said, heard = self.people.say(ANN, card.channel, f"{marker} smoke", card.ts)
        self._tells(f"{marker} smoke", heard, "reply", f"{marker} smoke")
        await asyncio.sleep(self.chance.choice((1.0, 10.0)))
        edited = self.people.edit(ANN, said, f"{marker} soot")
        self._tells(f"{marker} soot", edited, "change", f"edited a message, which now says: {marker} soot")
        await asyncio.sleep(self.chance.choice((1.0, 10.0)))
        sql = "SELECT COUNT(*) FROM timeline WHERE words = 'deleted a message' AND message = ?"
        gone = self._carry(self.people.delete(ANN, said))
        self._expects(Effect(f"{marker} deleted", gone, sql, (f"slack/@{ANN}/{said.ts}",)))

    async def _answer(self, marker: str) -> None:
        """Staff take it, write a note below it and answer by a command there."""
        card = await self._sees(BEN, TEAM, marker)
        if card is None:
            return
        pressed = self._carry([self.forms.press(BEN, card, card.button("Take it"))])
        sql = (
            "SELECT COUNT(*) FROM timeline JOIN tickets ON tickets.number = timeline.number"
            " WHERE words = 'took it' AND subject LIKE ?"
        )
        self._expects(Effect(f"{marker} taken", pressed, sql, (f"{marker}%",)))
        await asyncio.sleep(self.chance.choice((0.0, 5.0)))
        self._tells(f"{marker} note", self.people.say(BEN, TEAM, f"{marker} odd", card.ts)[1], "note", f"{marker} odd")
        _, heard = self.people.say(BEN, TEAM, f"!reply {marker} we come", card.ts)
        self._tells(f"{marker} answered", heard, "reply", f"{marker} we come")

    async def _react(self, marker: str) -> None:
        """A ticket by reaction, from a message of somebody unknown. Its thread grows, and others react too."""
        said, heard = self.people.say(EVE, HELP, f"{marker} the door hums")
        self._carry(heard)
        await asyncio.sleep(2)
        self._opens(marker, BEN, self.people.react(BEN, said, REACTION))
        await asyncio.sleep(self.chance.choice((0.0, 3.0)))
        self._carry(self.people.say(EVE, HELP, "louder now", said.ts)[1])
        self._carry(self.people.react(ANN, said, REACTION))

    async def _form(self, marker: str) -> None:
        """The form is asked for, and sent if it came; it does not open where Slack was too slow."""
        self._carry([self.people.slash(ANN, HELP, "/desk", "open")])
        if await self._until(lambda: self.ws.view(ANN), within=20):
            sent, _ = self.forms.submit(ANN, {"subject": f"{marker} a black screen"})
            if sent is not None:
                self._opens(marker, ANN, [sent])

    async def _guest(self, marker: str) -> None:
        """Somebody whom nobody knows asks in a client's channel."""
        self._opens(marker, EVE, [self.people.slash(EVE, HELP, "/desk", f"open {marker} it leaks")])

    def _opens(self, marker: str, by: str, deliveries: Sequence[Delivery]) -> None:
        sql = "SELECT COUNT(*) FROM tickets WHERE subject LIKE ?"
        self._expects(Effect(f"{marker} opened", self._carry(deliveries), sql, (f"{marker}%",), by, marker))

    def _tells(self, what: str, deliveries: Sequence[Delivery], item: str, words: str) -> None:
        sql = "SELECT COUNT(*) FROM timeline WHERE item = ? AND words = ?"
        self._expects(Effect(what, self._carry(deliveries), sql, (item, words)))

    def _carry(self, deliveries: Sequence[Delivery]) -> tuple[Parcel, ...]:
        return tuple(self._carrier.carry(deliveries, copies=self.copies))

    def _expects(self, effect: Effect) -> None:
        self.effects.append(effect)

    async def _sees(self, user: str, channel: str, marker: str) -> Sight | None:
        """The card of a ticket that has both its buttons and its thread."""
        def look() -> Sight | None:
            seen = self.eyes.seen(user, channel)
            return next((s for s in seen if marker in s.words and s.metadata and not s.ephemeral and s.buttons), None)

        found: Sight | None = await self._until(look, within=self.end)
        return found

    async def _until(self, look: Callable[[], Any], within: float) -> Any:
        end = min(self.clock.monotonic() + within, self.end - SETTLING)
        while not (found := look()) and self.clock.monotonic() < end:
            await asyncio.sleep(1)
        return found

    def _look(self, tx: StoreTx) -> Found:
        return Found(
            {each.what: tx.rows(each.count, each.params)[0][0] for each in self.effects},
            tx.rows("SELECT COUNT(*) FROM tickets")[0][0],
            tx.rows("SELECT key, state FROM inbox WHERE state <> 'done'"),
            tx.rows("SELECT key, destination, state, reason FROM posts WHERE state NOT IN ('delivered', 'unknown')"),
        )


def _known(tx: StoreTx) -> None:
    for user, person in ((ANN, "ann"), (BEN, "ben")):
        accounts.save(tx, Known("slack", "T001", user, person, None, person, "", outsider=False))
