"""Random lives of alerts, held against a model that knows nothing of how they are made.

No recovery is missing, nobody is called inside a window, and for what is still down after it somebody is: for any
order of looks, waits, silences, maintenance, parents, acknowledgements, flapping and restarts.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.acting import as_desk
from bot.ports import SeededIds
from bot.store.sqlite import SqliteFile
from bot.store.store import Store
from config.loaded import Config
from desk.alerts import Alert
from desk.holds import Window
from desk.matchers import parse
from handlers.events import window as windows
from tests.conversation import Conversation
from tests.scenarios.alert_model import ACK, LOOKS, Thing, World
from tests.scenarios.alerting import FAILED, OK, said, watch
from tests.store_fixture import MORNING, HandClock

NAMES = ("line", "shop", "mail")  # the shop hangs on the line
MAINTAINED = ((3600, 5400), (10_800, 12_000))  # seconds from the beginning, of the mail server
EXAMPLES = 5000 if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else 120

name = st.sampled_from(NAMES)
steps = st.one_of(
    st.tuples(st.just("look"), name, st.booleans()),
    st.tuples(st.just("look"), name, st.booleans()),
    st.tuples(st.just("look"), name, st.booleans()),
    st.tuples(st.just("wait"), st.integers(30, 5400)),
    st.tuples(st.just("sleep"), st.integers(30, 5400)),
    st.tuples(st.just("silence"), name, st.integers(5, 120)),
    st.tuples(st.just("unsilence"), name),
    st.tuples(st.just("ack"), name),
    st.tuples(st.just("unack"), name),
    st.tuples(st.just("restart")),
)


@dataclass
class Life:
    """A desk, the model of its world, and what was seen of its alerts so far."""

    desk: Conversation
    path: Path
    world: World
    silences: dict[str, list[int]] = field(default_factory=dict)
    raised: set[int] = field(default_factory=set)
    called: int = 0

    async def alerts(self) -> list[Alert]:
        return await self.desk.store.read(lambda tx: tx.alerts(open_only=False, limit=1000))

    async def open_of(self, monitor: str) -> Alert | None:
        return next((a for a in await self.alerts() if a.is_open and a.monitor == monitor), None)

    async def step(self, step: tuple) -> None:
        self.desk.clock.step(1)
        await getattr(self, f"do_{step[0]}")(*step[1:])
        await self.check(str(step))

    async def do_look(self, monitor: str, failing: bool) -> None:  # noqa: FBT001 - a step of a script
        self.world.look(monitor, self.desk.clock.now(), failing=failing)
        await self.desk.look(monitor, FAILED if failing else OK, "no answer" if failing else "", step=0)
        if not failing and self.world.must_be_quiet(monitor):
            self.let_go(monitor)

    async def do_wait(self, seconds: int) -> None:
        """Awake: whatever begins or ends is noticed when it does."""
        now = self.desk.clock.now()
        until = now + timedelta(seconds=seconds)
        spans = [span for thing in self.world.things.values() for span in (*thing.hidden, *thing.held)]
        for at in sorted({at for span in spans for at in span if now < at < until} | {until}):
            await self.desk.wait((at - self.desk.clock.now()).total_seconds())

    async def do_sleep(self, seconds: int) -> None:
        """Nothing rings until it is over."""
        now = self.desk.clock.now()
        self.world.sleeps.append((now, now + timedelta(seconds=seconds)))
        await self.desk.wait(seconds)

    async def do_silence(self, monitor: str, minutes: int) -> None:
        now = self.desk.clock.now()
        line = f"/silence matching=monitor={monitor} client=acme lasts={minutes}m Swapped"
        number = int((await said(self.desk, "ben", line)).partition(" ")[0])
        self.silences.setdefault(monitor, []).append(number)
        self.world.things[monitor].hidden.append((now, now + timedelta(minutes=minutes)))

    async def do_unsilence(self, monitor: str) -> None:
        now, thing = self.desk.clock.now(), self.world.things[monitor]
        for number in self.silences.pop(monitor, []):
            await said(self.desk, "ben", f"/unsilence {number}")
        own = range(len(MAINTAINED) if monitor == "mail" else 0)
        thing.hidden = [
            span if place in own else (span[0], min(span[1], now)) for place, span in enumerate(thing.hidden)
        ]

    async def do_ack(self, monitor: str) -> None:
        alert = await self.open_of(monitor)
        if alert and not alert.acked_by:
            await said(self.desk, "ben", f"/ack {alert.number}")
            now = self.desk.clock.now()
            self.world.things[monitor].held.append((now, now + ACK))

    async def do_unack(self, monitor: str) -> None:
        alert = await self.open_of(monitor)
        if alert and alert.acked_by:
            self.let_go(monitor)
            await said(self.desk, "ben", f"/unack {alert.number}")

    def let_go(self, monitor: str) -> None:
        now, thing = self.desk.clock.now(), self.world.things[monitor]
        thing.held = [(start, min(end, now)) for start, end in thing.held]

    async def do_restart(self) -> None:
        """All that lived in memory is gone."""
        await self.desk.store.close()
        said_so_far, store = self.desk.arrivals, opened(self.path, self.desk.clock)
        self.desk = Conversation(store, self.desk.clock, self.desk.config, arrivals=said_so_far)

    async def check(self, after: str) -> None:
        now, found = self.desk.clock.now(), await self.alerts()
        open_ = {alert.monitor for alert in found if alert.is_open}
        for monitor in NAMES:
            if self.world.must_ring(monitor, now):
                assert monitor in open_, f"{monitor} is down and nobody was told, after {after}"
                since = self.world.must_call_since(monitor, now)
                pages = next(alert.pages for alert in found if alert.is_open and alert.monitor == monitor)
                is_called = since is None or max(page.at for page in pages) >= since
                assert is_called, f"{monitor} is down and nobody is called, after {after}"
            if self.world.must_be_quiet(monitor):
                assert monitor not in open_, f"{monitor} is up and nobody was told, after {after}"
        for alert in found:
            if alert.number not in self.raised:
                assert self.world.may_ring(alert.monitor, now), f"{alert.monitor} rang while hidden, after {after}"
            self.raised.add(alert.number)
            for page in alert.pages:
                assert self.world.may_call(alert.monitor, page.at), f"{page} of {alert.monitor}, after {after}"
        await self.every_end_is_told(found, after)

    async def every_end_is_told(self, found: list[Alert], after: str) -> None:
        posts = {(p.key, p.under): p.words for p in await self.desk.posts("acme-team")}
        for alert in found:
            card = posts.get((f"alert/{alert.number}", None), "")
            assert card, f"{alert.number} has no card, after {after}"
            if not alert.is_open:
                assert "✓ UP" in card, f"{alert.number} is over and its card does not say so, after {after}"

    async def settle(self) -> None:
        """All windows and silences are over, everything is looked at as it is now, and then all of it gets well."""
        await self.do_sleep(24 * 3600)
        for monitor in NAMES:
            await self.do_look(monitor, self.world.things[monitor].failing)
        for monitor in NAMES:  # the parent was looked at before its child
            await self.do_look(monitor, self.world.things[monitor].failing)
        await self.check("all was looked at")
        for _ in range(LOOKS + 2):
            self.desk.clock.step(60)
            for monitor in NAMES:
                await self.do_look(monitor, False)
        await self.check("all is well")
        assert not [alert for alert in await self.alerts() if alert.is_open]


def opened(path: Path, clock: HandClock) -> Store:
    return Store.open(SqliteFile(path, "OFF"), clock=clock, ids=SeededIds(1), inline=True)


async def live(path: Path, config: Config, script: list[tuple]) -> None:
    clock = HandClock()
    life = Life(Conversation(opened(path, clock), clock, config), path, World({}))
    watch(life.desk, *NAMES)
    shop = replace(life.desk.config.monitors["shop"], parent="line")
    spans = tuple((MORNING + timedelta(seconds=a), MORNING + timedelta(seconds=b)) for a, b in MAINTAINED)
    window = Window("patches", "Patch night", "acme", (parse("monitor=mail"),), spans, "UTC", 600)
    life.desk.config = replace(
        life.desk.config,
        monitors={name: replace(m, interval=60.0) for name, m in {**life.desk.config.monitors, "shop": shop}.items()},
        alerting=replace(life.desk.config.alerting, windows={"patches": window}),
    )
    life.world.things = {"line": Thing(), "shop": Thing(parent="line"), "mail": Thing(hidden=list(spans))}
    await life.desk.store.write(lambda tx: windows.arm(tx, as_desk(tx, life.desk.config, "configuration")))
    try:
        for step in script:
            await life.step(step)
        await life.settle()
    finally:
        await life.desk.store.close()


Lives = Callable[[list[tuple]], Awaitable[None]]


@settings(max_examples=EXAMPLES)
@given(script=st.lists(steps, max_size=30))
@example(script=[("look", "mail", True), ("wait", 3700), ("wait", 2000)]).via("a window begins and ends over an alert")
@example(script=[("wait", 3700), ("look", "mail", True), ("restart",), ("wait", 2000)]).via("it begins in a window")
@example(script=[("silence", "line", 5), ("look", "line", True), ("wait", 300)]).via("a silence ends over an outage")
@example(script=[("look", "line", True), ("silence", "line", 5), ("look", "line", False)]).via("its end, silenced")
@example(script=[("look", "shop", True), ("ack", "shop"), ("wait", 3700)]).via("an acknowledgement lapses")
@example(script=[("look", "line", True), ("look", "shop", True), ("look", "line", False)]).via("a parent comes back")
@example(script=[("look", "mail", bool(n % 2)) for n in range(12)]).via("flapping")
def test_nothing_is_lost_and_nobody_is_called_in_vain(template, demo_config, script):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copyfile(template, Path(folder) / "deskbell.db"))
        asyncio.run(live(path, demo_config, script))
