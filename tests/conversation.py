"""A desk one can talk to in a test: the real handlers, router and store, a clock held in the hand, no sockets."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.acting import as_desk
from bot.arrivals import Answer, Arrival
from bot.clock import AlarmClock
from bot.configuration import DEMO, load_folder
from bot.router import Router
from bot.store.store import Store
from config.loaded import Config
from desk.alerts import Reading, Status, Watch
from desk.cards import Card, card_from_json, plain, plain_card, text_from_json
from desk.hooks import read
from desk.runs import Ended, Run
from handlers.commands import commands
from handlers.events import reading as reading_event
from handlers.events import run_finished, webhook
from tests.store_fixture import HandClock


@dataclass(frozen=True)
class Posted:
    """One row of the outbox as a reader would see it."""

    key: str
    under: str | None
    author: str | None
    words: str
    buttons: tuple[str, ...]
    version: int


@dataclass
class Conversation:
    store: Store
    clock: HandClock
    config: Config
    router: Router = field(init=False)
    alarm: AlarmClock = field(init=False)
    arrivals: int = 0

    def __post_init__(self) -> None:
        self.router = Router(self.store, lambda: self.config, commands())
        self.alarm = AlarmClock(self.store, lambda: self.config, self.clock)

    async def say(
        self, person: str, channel: str, text: str, *, thread: str | None = None, key: str | None = None, **what: Any
    ) -> Answer:
        """`thread` is the key of the card whose thread it is, such as `ticket/1`.

        `what` is more of the arrival: its `kind`, the `place`, the `message`, the `files`.
        """
        self.arrivals += 1
        arrival = Arrival(
            key=key or f"test/{person}/{self.arrivals}", person=person, channel=channel,
            at=self.clock.now(), text=text, thread="t" if thread else None, thread_key=thread,
            **{"kind": "say", "platform": "webchat", **what},
        )  # fmt: skip
        return await self.router.take(arrival)

    async def submit(self, person: str, channel: str, form: str, /, **values: str) -> Answer:
        self.arrivals += 1
        key = f"test/{person}/{self.arrivals}"
        return await self.router.take(
            Arrival(key, "submit", "webchat", person, channel, self.clock.now(), form=form, values=values)
        )

    async def press(self, person: str, channel: str, key: str, line: str, version: int | None = None) -> Answer:
        """Press the button of the newest card with this key, as if the outbox had posted it."""
        self.arrivals += 1

        def sent(tx):
            tx.execute("UPDATE posts SET message_id = ? WHERE key = ? AND destination = ?", (key, key, channel))
            return tx.rows("SELECT wanted FROM posts WHERE key = ? AND destination = ?", (key, channel))

        rows = await self.store.write(sent)
        seen = version if version is not None else rows[0][0]
        arrival = Arrival(
            f"test/{person}/{self.arrivals}", "press", "webchat", person, channel, self.clock.now(), line,
            message=key, version=seen,
        )  # fmt: skip
        return await self.router.take(arrival)

    async def posts(self, channel: str) -> list[Posted]:
        sql = "SELECT key, under, author, body, wanted FROM posts WHERE destination = ? ORDER BY id"
        rows = await self.store.read(lambda tx: tx.rows(sql, (channel,)))
        return [self._posted(*row) for row in rows]

    async def post(self, channel: str, key: str) -> Posted:
        return next(p for p in await self.posts(channel) if p.key == key)

    def _posted(self, key: str, under: str | None, author: str | None, body: str, wanted: int) -> Posted:
        data = json.loads(body)
        card = card_from_json(data["card"]) if data["card"] else None
        said = plain_card(card, "UTC", self.clock.now()) if card else ""
        said += plain(text_from_json(data["words"]), "UTC", self.clock.now())
        labels = [*(b.label for b in card.buttons)] if card else []
        labels += [b["label"] for b in data["buttons"]]
        return Posted(key, under, author, said, tuple(labels), wanted)

    async def look(
        self, monitor: str, status: Status, sentence: str = "", *, for_run: int | None = None, step: float = 5
    ) -> Watch:
        """A reading of this monitor comes in; then time passes."""
        reading = Reading(monitor, status, self.clock.now(), sentence, for_run=for_run)

        def work(tx):
            return reading_event.run(tx, as_desk(tx, self.config, "poller", reading.started_at), reading)

        watch = await self.store.write(work)
        self.clock.step(step)
        return watch

    async def hear(self, hook: str, body: object, *, step: float = 0) -> None:
        """Another system tells us something by a hook; then time passes."""
        known = self.config.hooks[hook]
        told = read(known, json.dumps(body))

        def work(tx):
            webhook.run(tx, as_desk(tx, self.config, f"hook/{hook}"), webhook.Heard(known, told))

        await self.store.write(work)
        self.clock.step(step)

    async def start_run(self, number: int) -> Run | None:
        return await self.store.write(
            lambda tx: run_finished.start(tx, as_desk(tx, self.config, "runner"), run_finished.Started(number))
        )

    async def end_run(self, number: int, ended: Ended) -> Run | None:
        return await self.store.write(
            lambda tx: run_finished.finish(tx, as_desk(tx, self.config, "runner"), run_finished.Finished(number, ended))
        )

    async def wait(self, seconds: float) -> int:
        """Time passes, and what is due rings."""
        self.clock.step(seconds)
        return await self.alarm.turn()

    def words(self, card: Card | None, zone: str = "UTC") -> str:
        return plain_card(card, zone, self.clock.now()) if card else ""


@pytest.fixture(scope="session")
def demo_config() -> Config:
    return load_folder(Path(DEMO))


@pytest.fixture
def desk(store: Store, clock: HandClock, demo_config: Config) -> Conversation:
    return Conversation(store, clock, demo_config)
