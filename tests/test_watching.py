"""Between the poll loop and the store: looks that runs ask for, and checks that are broken."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.poller import Poller
from bot.store.store import Lane
from bot.watching import BROKEN_AFTER, TRY_AGAIN, Watching
from desk.alerts import Monitor, Reading, Status
from desk.runs import Ended, Ending, Outcome, Run
from monitors.probe import Probe, Seen
from monitors.targets import Targets
from tests.conversation import Conversation
from tests.failing import Failing

QUARTER = TRY_AGAIN.total_seconds()


@dataclass
class Checked:
    """A kind whose check sees or raises what the test says, and counts its looks."""

    seen: Seen | Exception = field(default_factory=lambda: Seen(Status.OK))
    looks: int = 0
    remote = True
    expects = ()

    async def check(self, _probe: Probe) -> Seen:
        self.looks += 1
        if isinstance(self.seen, Exception):
            raise self.seen
        return self.seen


@dataclass
class Room:
    """The demo's desk, whose only monitor is the shop, with the real poller and store; turns are the test's."""

    desk: Conversation
    store: Failing
    kind: Checked
    watching: Watching
    poller: Poller

    async def turn(self, seconds: float = 0) -> None:
        """Time passes; then both loops turn, and what can go on does."""
        self.desk.clock.step(seconds)
        await self.watching.turn(self.desk.clock.now())
        self.poller.turn(self.desk.clock.monotonic())
        for _ in range(10):
            await asyncio.sleep(0)

    async def run(self) -> Run:
        run: Run = (await self.desk.store.read(lambda tx: tx.runs()))[0]
        return run

    async def told(self, words: str) -> int:
        return sum(words in post.words for post in await self.desk.posts("acme-team"))


@pytest.fixture
async def room(desk: Conversation) -> AsyncIterator[Room]:
    kind = Checked()
    shop: Monitor = replace(desk.config.monitors["shop"], settings=kind, interval=60.0, time_limit=10.0)
    desk.config = replace(desk.config, monitors={"shop": shop})
    store = Failing(desk.store)
    watching = Watching(store, lambda: desk.config)
    probe = Probe(None, Targets(), desk.clock.now, watching.last_ping, desk.clock.now())
    poller = Poller(
        [shop], probe, await watching.watches(), watching.changed, watching.plain, monotonic=desk.clock.monotonic
    )
    watching.watch_with(poller)
    yield Room(desk, store, kind, watching, poller)
    await poller.close()


async def verifying(room: Room) -> None:
    """Run 1, which restarted the shop, has ended; its looks are a second apart and two must be good."""
    await room.desk.say("ben", "acme-team", "/run restart-shop shop-1")
    await room.desk.say("mia", "acme-team", "/approve 2")
    await room.desk.start_run(1)
    await room.desk.end_run(1, Ended(Ending.EXIT, 0))


async def test_a_run_is_verified_by_looks_that_are_asked_for_one_after_the_other(room: Room):
    await verifying(room)
    await room.turn()
    assert (await room.run()).successes == 1
    await room.turn(0.5)
    assert (await room.run()).successes == 1, "not before its time"
    await room.turn(0.5)
    assert (await room.run()).outcome is Outcome.FIXED


async def test_a_look_of_what_is_looked_at_no_more_judges_nothing(room: Room):
    """It waited to be stored while the files gave the monitor another address."""
    shop = room.desk.config.monitors["shop"]
    elsewhere = replace(shop, failures=1, settings=Checked(Seen(Status.FAILED)))
    seen = Reading("shop", Status.FAILED, room.desk.clock.now(), "no answer", of=replace(shop, failures=1))
    room.desk.config = replace(room.desk.config, monitors={"shop": elsewhere})
    await room.watching.changed(seen)
    assert await room.desk.store.read(lambda tx: tx.alerts()) == []
    await room.watching.changed(replace(seen, of=elsewhere))
    assert len(await room.desk.store.read(lambda tx: tx.alerts())) == 1


async def test_a_look_whose_reading_could_not_be_stored_is_asked_for_again(room: Room):
    """Else the run would wait until its time is over, and nobody would have looked."""
    await verifying(room)
    room.store.refused[Lane.EVENT] = 1
    await room.turn()
    assert (room.kind.looks, (await room.run()).successes) == (1, 0)
    await room.turn()
    assert (room.kind.looks, (await room.run()).successes) == (2, 1)


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(minutes=1)])
async def test_a_wall_clock_set_back_delays_no_look(room: Room, back: timedelta):
    """A look lies at most `verify_every` ahead; one that lies further was set before the clock was."""
    await verifying(room)
    await room.turn()
    room.desk.clock.at -= back
    await room.turn()
    assert (await room.run()).outcome is Outcome.FIXED


async def test_a_look_that_is_not_due_yet_hides_none_that_is(room: Room):
    """One in half a second, which the turn comes back for, and one from before the clock was set back, due now."""
    await verifying(room)
    await room.desk.say("ben", "acme-team", "/run slow-hello shop-1")
    now = room.desk.clock.now()
    soon = now + timedelta(seconds=0.5)
    await room.desk.store.write(lambda tx: tx.probe(1, "shop", soon))
    await room.desk.store.write(lambda tx: tx.probe(3, "shop", now + timedelta(hours=1)))
    assert await room.watching.turn(now) == soon
    assert [run for run, _ in room.watching._asked] == [3]


async def broken(room: Room) -> None:
    """The check has raised as often as makes it set aside; it is now on its minute."""
    room.kind.seen = RuntimeError("no such module: snmp")
    await room.turn()
    for _ in range(BROKEN_AFTER - 1):
        await room.turn(60)


async def test_a_broken_check_is_set_aside_and_counted(room: Room):
    await broken(room)
    assert room.watching.set_aside == {"shop"}
    assert await room.told("was set aside") == 1
    await room.turn(120)
    assert room.kind.looks == BROKEN_AFTER


async def test_a_broken_check_is_tried_again_every_quarter_of_an_hour_without_another_word(room: Room):
    await broken(room)
    for again in (1, 2, 3):
        await room.turn(QUARTER)
        await room.turn(60)
        await room.turn(60)
        assert room.kind.looks == BROKEN_AFTER + again
    assert room.watching.set_aside == {"shop"}
    assert await room.told("was set aside") == 1


async def test_a_check_that_works_again_is_watched_as_before(room: Room):
    await broken(room)
    room.kind.seen = Seen(Status.OK)
    await room.turn(QUARTER)
    await room.turn(60)
    assert room.watching.set_aside == set()
    await room.turn(60)
    await room.turn(60)
    assert room.kind.looks == BROKEN_AFTER + 3
    watch = await room.desk.store.read(lambda tx: tx.watch("shop"))
    assert watch.seen is Status.OK, "`/status` counts it among those that are seen"


async def test_a_wall_clock_set_back_puts_off_no_other_try(room: Room):
    await broken(room)
    room.desk.clock.at -= timedelta(days=1)
    await room.turn()
    await room.turn(60)
    assert room.kind.looks == BROKEN_AFTER + 1


async def test_a_look_asked_for_by_a_run_puts_a_check_that_works_again_back(room: Room):
    await broken(room)
    room.kind.seen = Seen(Status.OK)
    await verifying(room)
    await room.turn()
    assert room.watching.set_aside == set()
    looks = room.kind.looks
    await room.turn(60)
    await room.turn(60)
    assert room.kind.looks > looks + 1


async def test_a_check_whose_setting_aside_could_not_be_stored_is_set_aside_at_its_next_failure(room: Room):
    room.kind.seen = RuntimeError("no such module: snmp")
    await room.turn()
    for _ in range(BROKEN_AFTER - 2):
        await room.turn(60)
    room.store.refused[Lane.EVENT] = 1
    await room.turn(60)
    assert room.watching.set_aside == set()
    await room.turn(60)
    assert room.watching.set_aside == {"shop"}
    assert await room.told("was set aside") == 1
