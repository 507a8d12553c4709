"""The alarm clock when its store or a handler fails: it goes on, and gives up on no row for somebody else's fault."""

import asyncio
from datetime import timedelta

import pytest

from bot.clock import PUT_OFF, AlarmClock
from bot.store.deadlines import nearest
from bot.store.errors import StoreBusy
from bot.store.store import Store
from config.loaded import Config
from tests.conversation import Conversation
from tests.store_fixture import HandClock


class SometimesBusy:
    """The real store, but that the next calls find the database locked."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.busy = {"read": 0, "write": 0}

    async def read(self, fn, **more):
        self._fail("read")
        return await self._store.read(fn, **more)

    async def write(self, fn, **more):
        self._fail("write")
        return await self._store.write(fn, **more)

    def listen(self, callback):
        self._store.listen(callback)

    def _fail(self, how):
        if self.busy[how]:
            self.busy[how] -= 1
            raise StoreBusy("Another process holds the database.")


@pytest.fixture
def flaky(store: Store) -> SometimesBusy:
    return SometimesBusy(store)


@pytest.fixture
def alarm(flaky: SometimesBusy, clock: HandClock, demo_config: Config) -> AlarmClock:
    return AlarmClock(flaky, lambda: demo_config, clock)


async def reminded(desk: Conversation) -> int:
    return len([p for p in await desk.posts("acme-team") if "/sla/" in p.key])


@pytest.mark.parametrize(("how", "calls"), [("read", 1), ("read", 3), ("write", 1), ("write", 4)])
async def test_a_busy_store_costs_a_moment_and_no_reminder(desk, flaky, alarm, how, calls):
    """Whichever of its calls finds the database locked; the row is not counted as failed, even after four tries."""
    await desk.say("ann", "dm-ann", "/open priority=P1 nobody can log in")
    desk.clock.step(61)
    flaky.busy[how] = calls
    alarm.start()
    task = asyncio.create_task(alarm.run())
    while not await reminded(desk):
        assert not task.done()
        await asyncio.sleep(0)
    task.cancel()
    alarm.close()
    tries = await desk.store.read(lambda tx: tx.rows("SELECT MAX(tries) FROM deadlines"))
    assert tries == [(0,)]
    assert alarm.failures > 0


async def test_a_deadline_that_cannot_be_rung_is_put_off_and_holds_up_no_other(desk, alarm):
    """Three tries with time between them, then it is set aside, told to the admins, and kept."""
    await desk.store.write(lambda tx: tx.deadline("nonsense/1", "x", desk.clock.now(), None))
    await desk.say("ann", "dm-ann", "/open priority=P1 nobody can log in")
    desk.clock.step(61)
    assert await alarm.turn() == 1
    assert await reminded(desk) == 1
    for _ in range(5):
        await alarm.turn()
    tries = await desk.store.read(lambda tx: tx.rows("SELECT tries FROM deadlines WHERE subject = 'nonsense/1'"))
    assert tries == [(1,)]
    for _ in range(2):
        desk.clock.step(PUT_OFF + 1)
        await alarm.turn()
    rows = await desk.store.read(lambda tx: tx.rows("SELECT set_aside FROM deadlines WHERE subject = 'nonsense/1'"))
    assert rows == [(1,)]
    assert any("nonsense/1 x could not be rung" in p.words for p in await desk.posts("noc"))


async def test_the_alarm_is_set_to_what_is_not_put_off(desk, alarm):
    """A row that failed a moment ago is overdue; armed to it, the clock would spin."""
    await desk.store.write(lambda tx: tx.deadline("nonsense/1", "x", desk.clock.now(), None))
    later = desk.clock.now() + timedelta(minutes=5)
    await desk.store.write(lambda tx: tx.deadline("nonsense/2", "x", later, None))
    alarm.start()
    await alarm.turn()
    await alarm._arm()
    assert alarm._armed == later
    alarm.close()
    assert [row.subject for row in await desk.store.read(nearest)] == ["nonsense/1"]
