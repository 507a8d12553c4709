"""When more waits than can be said: who is next is fair, and costs what the channels cost, not what waits.

A row of docs/reliability.md: `10,000 alerts in a minute`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bot.outbox import Outbox
from bot.platforms.contract import Pace
from bot.ports import SeededIds
from bot.store import outbox_rows
from bot.store.outbox_rows import WINDOW, Row
from bot.store.store import Store, StoreTx
from tests.sim.stage import Stage
from tests.standin.faults import Fault, plan
from tests.store_fixture import HandClock

CROWD = 5 * WINDOW


async def read(stage: Stage) -> list[Row]:
    return await stage.store.read(lambda tx: outbox_rows.waiting(tx, stage.clock.now()))


def test_a_turn_reads_the_first_few_of_each_channel_and_the_urgent_ones_are_among_them(stage: Stage) -> None:
    """However many wait, in the channel or in the threads below them."""
    stage.paces["standin"] = Pace(post_interval=60.0)

    async def act(s: Stage) -> None:
        for n in range(CROWD):
            await s.say(f"card/{n}", "#desk", live=True)
            await s.wait(0.01)
            await s.say(f"reply/{n}", "#desk", under=f"card/{n}")
        await s.say("alarm", "#desk", urgent=True)
        await s.say("elsewhere", "#alerts")
        await s.wait(1)
        found = [row.key for row in await read(s) if row.key != "elsewhere"]
        assert len(found) <= 2 * WINDOW
        assert "alarm" in found
        assert "reply/0" in found, "its card is out"
        assert "reply/1" not in found, "its card is not"

    stage.play(act)
    assert stage.seen() == ["card/0", "elsewhere"]


def test_a_channel_full_of_what_is_in_doubt_goes_on(stage: Stage) -> None:
    """Nobody knows yet of many messages whether they are there: others are said meanwhile."""
    stage.faults["post"].extend([Fault.RESET] * CROWD)

    async def act(s: Stage) -> None:
        for n in range(CROWD):
            await s.say(f"doubt/{n:02}")
        await s.say("note")
        await s.wait(10)
        assert s.seen() == ["note"]
        await s.wait(120)

    stage.play(act)
    assert sorted(stage.seen()) == [*(f"doubt/{n:02}" for n in range(CROWD)), "note"]


def test_an_edit_under_way_does_not_hold_up_an_urgent_post(stage: Stage) -> None:
    stage.faults["edit"].append(plan(Fault.NONE, delay=8.0))

    async def act(s: Stage) -> None:
        await s.say("card", "#desk", "one", live=True)
        await s.wait(1)
        await s.say("card", "#desk", "two", live=True)
        await s.wait(1)
        await s.say("alarm", "#desk", urgent=True)
        await s.wait(20)

    stage.play(act)
    assert stage.asked("post", "alarm") == [2.0]


def test_an_urgent_post_that_waits_keeps_no_other_channel_from_its_edits(stage: Stage) -> None:
    stage.paces["standin"] = Pace(post_interval=30.0)

    async def act(s: Stage) -> None:
        await s.say("card", "#alerts", "one", live=True)
        await s.say("note", "#desk")
        await s.wait(1)
        await s.say("alarm", "#desk", urgent=True)
        await s.say("card", "#alerts", "two", live=True)
        await s.wait(60)

    stage.play(act)
    assert stage.asked("edit", "card") == [1.0]
    assert stage.asked("post", "alarm") == [30.0]


def test_the_card_that_has_stood_longest_is_renewed_next(stage: Stage) -> None:
    """Cards that change all the time take turns, whatever their age; an urgent one gets there sooner."""
    stage.paces["standin"] = Pace(edits_per_minute=1)

    async def act(s: Stage) -> None:
        for n in range(4):
            await s.say(f"card/{n}", f"#c{n}", "new", live=True, urgent=n == 3)
            await s.wait(1)
        for at in range(500):
            for n in range(4):
                await s.say(f"card/{n}", f"#c{n}", f"at {at}", live=True, urgent=n == 3)
            await s.wait(1)

    stage.play(act)
    assert stage.seen("edit")[:7] == ["card/3", "card/3", "card/0", "card/1", "card/2", "card/3", "card/0"]


@dataclass
class Slow:
    """A store in which it takes so many seconds to see what waits."""

    store: Store
    clock: HandClock
    takes: float
    reads: int = 0

    async def write(self, fn: Callable[[StoreTx], Any], **how: Any) -> Any:
        return await self.store.write(fn, **how)

    async def read(self, fn: Callable[[StoreTx], Any]) -> Any:
        self.reads += 1
        self.clock.step(self.takes)
        return await self.store.read(fn)


@pytest.mark.parametrize(
    ("takes", "reads"), [(0.0001, range(90, 101)), (0.05, range(3, 6)), (1.0, range(2, 4))],
    ids=["few wait", "many wait: a fifth of the time", "it is ill: soon enough for what is urgent"],
)  # fmt: skip
async def test_where_it_takes_long_to_see_what_waits_it_is_seen_seldom(
    store: Store, clock: HandClock, takes: float, reads: range
) -> None:
    """However often it is told that something moved; and it comes back by itself."""
    slow = Slow(store, clock, takes)
    outbox = Outbox(slow, {}, lambda _: "", lambda _: None, clock, SeededIds(1))  # type: ignore[arg-type]
    began = clock.monotonic()
    while clock.monotonic() < began + max(1.0, 3 * takes):
        before = slow.reads
        again = await outbox.turn(clock.now())
        assert slow.reads > before or (again and again <= clock.now() + timedelta(seconds=0.25))
        clock.step(0.01)
    assert slow.reads in reads
