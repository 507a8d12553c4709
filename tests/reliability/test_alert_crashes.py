"""Kill -9 between any two steps of alert, escalate, notify: what people are told in the end is as if there was none.

The sending of what is told here is killed at every step in the simulator's nights; this is how it comes to be told.
"""

import asyncio
import contextlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.ports import SeededIds
from bot.store.sqlite import SqliteFile
from bot.store.store import Store, StoreTx
from config.loaded import Config
from desk.alerts import Status
from tests.conversation import Conversation
from tests.scenarios.calling import MIA, reached
from tests.store_fixture import HandClock

TICK = 20  # seconds
DOWN_UNTIL, TAKEN_AT, END = 400, 340, 480  # seconds; the path has steps after 0, 2 and 5 minutes


class Killed(Exception):
    """The process is gone."""


@dataclass
class Doom:
    """Kills at the write with this number, before or after it is durable; None: never."""

    at: int | None
    before: bool = True
    writes: int = 0
    struck: bool = False

    def strikes(self, *, before: bool) -> bool:
        self.writes += before
        self.struck = self.struck or (self.at == self.writes and before is self.before)
        return self.struck


class MortalStore(Store):
    doom: Doom

    async def write(self, fn: Callable[[StoreTx], Any], **lane: Any) -> Any:
        if self.doom.strikes(before=True):
            raise Killed
        done = await super().write(fn, **lane)
        if self.doom.strikes(before=False):
            raise Killed
        return done


class Night:
    """The shop is down for 400 seconds, and Mia takes the alert after the last step of its path."""

    def __init__(self, path: Path, config: Config, doom: Doom) -> None:
        self.path, self.config, self.clock, self.doom, self.arrivals = path, config, HandClock(), doom, 0
        self.started = self.clock.now()
        self.desk = self.born()

    def born(self) -> Conversation:
        store = MortalStore.open(SqliteFile(self.path, "OFF"), clock=self.clock, ids=SeededIds(1), inline=True)
        store.doom = self.doom
        return Conversation(store, self.clock, self.config)

    async def surviving(self, do: Callable[[], Any], *, again: bool = True) -> None:
        """What was under way when it died is done again by whoever did it: the clock by its rows, a platform by the
        event's key. A look is made anew where nothing is stored of it, and else at its next turn.
        """
        with contextlib.suppress(Killed):  # the clock survives what befalls a single row, and the dead do not
            await do()
        if self.doom.struck:
            await self.desk.store.close()
            self.doom.at, self.doom.struck = None, False
            self.desk = self.born()
            if self.doom.before or again:
                await do()

    async def live(self) -> None:
        while (gone := (self.clock.now() - self.started).total_seconds()) < END:
            status = Status.FAILED if gone < DOWN_UNTIL else Status.OK
            await self.surviving(lambda seen=status: self.desk.look("shop", seen, "no answer", step=0), again=False)
            await self.surviving(lambda: self.desk.wait(0))
            if gone == TAKEN_AT:
                await self.surviving(lambda: self.desk.say("mia", "acme-team", "/ack 1", key="press/1"))
            self.clock.step(TICK)

    async def told(self) -> list[tuple[Any, ...]]:
        """Every message that anybody is to see, with the newest of what it says; then the record of the alert."""
        seen = "SELECT key, destination, body FROM posts ORDER BY key, destination"
        posts = await self.desk.store.read(lambda tx: tx.rows(seen))
        alerts = await self.desk.store.read(lambda tx: tx.alerts(open_only=False))
        pages = [(a.number, a.state, a.acked_by, [(p.person, p.at, p.step) for p in a.pages]) for a in alerts]
        edges = await self.desk.store.read(lambda tx: [(e.turn, e.at) for e in tx.edges(fingerprint="monitor/shop")])
        await self.desk.store.close()
        return [*posts, *pages, *edges]


def lived(template: Path, folder: Path, config: Config, doom: Doom) -> list[tuple[Any, ...]]:
    async def live() -> list[tuple[Any, ...]]:
        night = Night(Path(shutil.copyfile(template, folder / f"{doom.at}-{doom.before}.db")), config, doom)
        await night.live()
        return await night.told()

    return asyncio.run(live())


@pytest.mark.parametrize("before", [True, False], ids=["before it is durable", "after it is durable"])
def test_a_kill_at_any_step_of_alert_escalate_notify_changes_nothing_of_what_is_told(
    template: Path, tmp_path: Path, demo_config: Config, before: bool  # noqa: FBT001 - pytest gives it by name
):  # fmt: skip
    """Kill -9 between any two steps: the same messages, the same calls at the same times (by push and chat, a minute
    later by mail), the same edges.
    """
    config, peaceful = reached(demo_config, mia=MIA), Doom(None)
    expected = lived(template, tmp_path, config, peaceful)
    assert sum("told" in str(row) for row in expected) >= 3, "all three steps of the path were taken"
    assert {row[1] for row in expected} >= {"push/mia", "mail/mia", "dm-mia"}, "Mia was told by each of her ways"
    assert peaceful.writes > 20
    for step in range(1, peaceful.writes + 1):
        assert lived(template, tmp_path, config, Doom(step, before)) == expected, f"killed at write {step}"
