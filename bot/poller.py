"""The poll loop: every monitor is looked at in its turn, and none that hangs holds up another."""

import asyncio
import inspect
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import heapify, heappop, heappush
from math import floor

import structlog

from bot.bounds import BOUND, SLOW_BOUND
from bot.flights import Flight, Flights
from desk.alerts import Monitor, Reading, Status, Watch, is_plain
from monitors.look import look, overdue
from monitors.probe import Probe

TICK = 0.010  # seconds between two turns, at least
BATCH_EVERY = 1.0  # seconds between two batches of plain readings
CLOSE_WITHIN = 5.0  # seconds
KEPT_STARTS = 10_000  # the newest starts, from which lateness is told

Deliver = Callable[[Reading], Awaitable[None] | None]
DeliverAll = Callable[[list[Reading]], Awaitable[None] | None]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Stats:
    """How the poller keeps up. `late_p99` is in seconds, None before the first start; `last_poll_at` is aware UTC."""

    monitors: int
    in_flight: int
    slow: int  # of those in flight
    started: int
    late_p99: float | None
    last_poll_at: datetime | None
    not_delivered: int  # hand-overs that failed


@dataclass(slots=True, eq=False)
class _Slot:
    """One monitor's place. While `busy` (from start to hand-over) no second look at it starts."""

    monitor: Monitor
    probe: Probe
    watch: Watch
    due: float = 0.0
    queued: bool = False
    busy: bool = False
    aside: bool = False
    raised: int = 0  # looks in a row that raised
    asked: list[int] = field(default_factory=list)  # runs that wait for a look


class Poller:
    """Looks at all `monitors`, forever, and hands over what was seen.

    `on_change` gets at once each reading that may change something; the monitor's next look waits for it, so that
    readings are judged in order. After judging, `watch()` must be told the new Watch. `on_plain` gets the others, once
    a second. `turn(now)` starts work and never waits; `now` is seconds of `monotonic`.
    """

    def __init__(
        self,
        monitors: Iterable[Monitor],
        probe: Probe,
        watches: Mapping[str, Watch],
        on_change: Deliver,
        on_plain: DeliverAll,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        bound: int = BOUND,
        slow_bound: int = SLOW_BOUND,
    ) -> None:
        self._slots = {m.id: _Slot(m, probe.of(m.id), watches.get(m.id) or Watch(m.id)) for m in monitors}
        self._now, self._monotonic = probe.now, monotonic
        self._on_change, self._on_plain = on_change, on_plain
        self._flights = Flights(bound, slow_bound)
        self._heap: list[tuple[float, int, _Slot]] = []
        self._order = 0  # keeps the heap from comparing slots
        self._asked: deque[_Slot] = deque()
        self._plain: list[Reading] = []
        self._batch_due: float | None = None  # None before the first turn
        self._hand_overs: set[asyncio.Task[None]] = set()
        self._batch: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._late: deque[float] = deque(maxlen=KEPT_STARTS)
        self._started = self._not_delivered = 0
        self._last_poll_at: datetime | None = None

    def start(self) -> None:
        """Turn by itself, on the running loop, until `close()`."""
        self._tick()

    async def close(self) -> None:
        """Stop: looks in flight are given up, and the plain readings at hand are handed over."""
        self._closed = True
        if self._timer:
            self._timer.cancel()
        looks = [flight.task for flight in self._flights if flight.task]
        for task in looks:
            task.cancel()
        if pending := [*looks, *self._hand_overs]:
            await asyncio.wait(pending, timeout=CLOSE_WITHIN)  # a check that ignores its end must not keep us open
        if self._plain:
            await self._deliver_plain()

    def watch(self, watch: Watch) -> None:
        """Remember what a handler judged: it decides which readings are plain."""
        if slot := self._slots.get(watch.monitor):
            slot.watch = watch

    def request(self, monitor: str, for_run: int) -> bool:
        """One more look, for the run whose effect it verifies: now, or right after the one in flight.

        False if there is no such monitor.
        """
        slot = self._slots.get(monitor)
        if slot is None:
            return False
        slot.asked.append(for_run)
        if not slot.busy:
            self._asked.append(slot)
            self._wake()
        return True

    def set_aside(self, monitor: str) -> None:
        """Poll it no more (its check is broken) until `resume()`; `request()` still looks."""
        if slot := self._slots.get(monitor):
            slot.aside = True

    def resume(self, monitor: str) -> None:
        if slot := self._slots.get(monitor):
            slot.aside, slot.raised = False, 0
            if not slot.busy:
                self._queue(slot)

    def stats(self) -> Stats:
        late = sorted(self._late)
        return Stats(
            monitors=len(self._slots),
            in_flight=len(self._flights),
            slow=self._flights.slow,
            started=self._started,
            late_p99=late[len(late) * 99 // 100] if late else None,
            last_poll_at=self._last_poll_at,
            not_delivered=self._not_delivered,
        )

    def turn(self, now: float) -> float:
        """Start what is due and end what is overdue; returns when the next turn has something to do."""
        if self._batch_due is None:
            self._batch_due = now + BATCH_EVERY
            self._spread(now)
        for flight in self._flights.overdue(now):
            self._cut(flight)
        self._flights.make_room(now)
        self._start_asked(now)
        self._start_due(now)
        if now >= self._batch_due:
            self._batch_due = now + BATCH_EVERY
            if self._plain and (self._batch is None or self._batch.done()):
                self._batch = self._hand_over(self._deliver_plain())
        return self._next(now, self._batch_due)

    def _spread(self, now: float) -> None:
        """Spread the first starts evenly, so that a thousand monitors are not a thousand checks at once."""
        for index, slot in enumerate(self._slots.values()):
            slot.due, slot.queued = now + slot.monitor.interval * index / len(self._slots), True
            self._heap.append((slot.due, index, slot))
        self._order = len(self._slots)
        heapify(self._heap)

    def _next(self, now: float, batch_due: float) -> float:
        if self._flights.full and (self._heap or self._asked):
            return now + TICK  # somebody may wait for a place
        due = self._heap[0][0] if self._heap else batch_due
        return max(now + TICK, min(due, batch_due, self._flights.next()))

    def _start_asked(self, now: float) -> None:
        while self._asked and not self._flights.full:
            slot = self._asked.popleft()
            if slot.asked and not slot.busy:
                self._launch(slot, now)

    def _start_due(self, now: float) -> None:
        while self._heap and self._heap[0][0] <= now and not self._flights.full:
            slot = heappop(self._heap)[2]
            slot.queued = False
            if not slot.busy and not slot.aside:
                self._late.append(now - slot.due)
                self._launch(slot, now)

    def _launch(self, slot: _Slot, now: float) -> None:
        self._started += 1
        self._last_poll_at = self._now()
        flight = Flight(slot.monitor, now, self._last_poll_at, slot.asked.pop(0) if slot.asked else None)
        slot.busy = True
        self._flights.take_off(flight)
        flight.task = asyncio.get_running_loop().create_task(self._fly(slot, flight))

    def _cut(self, flight: Flight) -> None:
        """End a look whose time is over. One that ignores it keeps its place, and must at least not be silent."""
        if flight.cut:
            sentence = f"the check does not end, although its {flight.monitor.time_limit:g} s are over"
            reading = Reading(flight.monitor.id, Status.UNKNOWN, self._now(), sentence, values={"raised": "endless"})
            slot = self._slots[flight.monitor.id]
            self._hand_over(self._deliver_change(self._counted(slot, reading)))
        flight.cut = True
        if flight.task:
            flight.task.cancel()

    async def _fly(self, slot: _Slot, flight: Flight) -> None:
        """One look, from its start to the moment when what it saw was handed over."""
        reading = None
        try:
            reading = await look(slot.monitor, slot.probe, flight.for_run, self._monotonic)
        except asyncio.CancelledError:
            if self._closed:
                raise
            if task := flight.task:
                task.uncancel()
        finally:
            self._flights.land(flight)
        if reading is None or flight.cut:
            reading = overdue(slot.monitor, flight.started_at, flight.for_run)
        if is_plain(slot.watch, reading):
            slot.raised = 0
            self._plain.append(reading)
        else:
            await self._deliver_change(self._counted(slot, reading))
        slot.busy = False
        self._queue(slot)

    def _counted(self, slot: _Slot, reading: Reading) -> Reading:
        """A reading of a check that raised says how many in a row did: who receives it may set the monitor aside."""
        if "raised" not in reading.values:
            slot.raised = 0
            return reading
        slot.raised += 1
        return replace(reading, values={**reading.values, "in_a_row": slot.raised})

    def _queue(self, slot: _Slot) -> None:
        """Its next turn on its own beat: turns that passed while it was in flight are left out, not made up for."""
        if slot.asked:
            self._asked.append(slot)
            self._wake()
        if slot.queued or slot.aside or self._closed:
            return
        missed = max(0, floor((self._monotonic() - slot.due) / slot.monitor.interval))
        slot.due += slot.monitor.interval * (missed + 1)
        slot.queued = True
        self._order += 1
        heappush(self._heap, (slot.due, self._order, slot))

    def _hand_over(self, delivery: Awaitable[None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(delivery)
        self._hand_overs.add(task)
        task.add_done_callback(self._hand_overs.discard)
        return task

    async def _deliver_change(self, reading: Reading) -> None:
        await self._deliver(lambda: self._on_change(reading), monitor=reading.monitor)

    async def _deliver_plain(self) -> None:
        batch, self._plain = self._plain, []
        await self._deliver(lambda: self._on_plain(batch), readings=len(batch))

    async def _deliver(self, deliver: Callable[[], Awaitable[None] | None], **about: object) -> None:
        """Hand over, and survive a receiver that fails: what is still true is seen again at the next look."""
        try:
            delivery = deliver()
            if inspect.isawaitable(delivery):
                await delivery
        except Exception:
            self._not_delivered += 1
            log.exception("what was seen could not be handed over", **about)

    def _tick(self) -> None:
        if self._closed:
            return
        due = self._monotonic() + TICK
        try:
            due = self.turn(self._monotonic())
        finally:  # a turn that fails is told by the loop, and the next one comes all the same
            delay = max(due - self._monotonic(), 0)
            self._timer = asyncio.get_running_loop().call_later(delay, self._tick)

    def _wake(self) -> None:
        """Somebody must not wait for the next turn: bring it forward."""
        if self._timer and not self._closed:
            self._timer.cancel()
            self._timer = asyncio.get_running_loop().call_later(0, self._tick)
