"""The poll loop: every monitor is looked at in its turn, and none that hangs holds up another."""

import asyncio
import inspect
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.beats import Beats, Slot
from bot.bounds import BOUND, SLOW_BOUND
from bot.flights import Flight, Flights
from desk.alerts import Monitor, Reading, Status, Watch, is_plain, is_same_check
from monitors.look import look, overdue, probe_of
from monitors.probe import Probe

TICK = 0.010  # seconds between two turns, at least
NEW_APART = 1.0  # seconds, at most, between the first looks at monitors that came together: somebody waits for them
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
        self._probe, self._now, self._monotonic = probe, probe.now, monotonic
        self._slots = {m.id: Slot(m, probe_of(m, probe), watches.get(m.id) or Watch(m.id)) for m in monitors}
        self._on_change, self._on_plain = on_change, on_plain
        self._flights = Flights(bound, slow_bound)
        self._beats = Beats()
        self._asked: deque[Slot] = deque()
        self._plain: list[Reading] = []
        self._batch_due: float | None = None  # None before the first turn
        self._hand_overs: set[asyncio.Task[None]] = set()
        self._batch: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._late: deque[float] = deque(maxlen=KEPT_STARTS)
        self._started = self._not_delivered = 0
        self._last_poll_at: datetime | None = None

    @property
    def probe(self) -> Probe:
        """What checks may touch, as it is now."""
        return self._probe

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

    def adopt(self, monitors: Iterable[Monitor], watches: Mapping[str, Watch], probe: Probe) -> None:
        """Look at these from now on. One whose check is the same keeps its watch and what is in flight, and its beat if
        the interval is the same too. One that looks at something else begins anew, as a new one does.
        """
        before, self._probe = self._slots, probe
        beat = {name: slot.monitor.interval for name, slot in before.items()}
        self._slots = {m.id: self._taken_over(before.get(m.id), m, watches.get(m.id)) for m in monitors}
        flying = {flight.monitor.id: flight for flight in self._flights if not flight.void}
        for name, slot in before.items():
            heir = self._slots.get(name)
            if heir is not slot:
                self._retire(slot, flying.get(name), heir)
        if self._batch_due is not None:
            anew = [
                slot for name, slot in self._slots.items()
                if before.get(name) is not slot or beat[name] != slot.monitor.interval
            ]  # fmt: skip
            self._beats.take_out(anew)
            self._beats.spread(anew, self._monotonic(), NEW_APART)
            self._wake()

    def _taken_over(self, slot: Slot | None, monitor: Monitor, watch: Watch | None) -> Slot:
        if slot is None or not is_same_check(slot.monitor, monitor):
            probe = replace(probe_of(monitor, self._probe), since=self._now())  # a ping is missed from now on
            return Slot(monitor, probe, watch or Watch(monitor.id))
        fresh = probe_of(monitor, self._probe)
        slot.monitor, slot.probe = monitor, replace(fresh, since=slot.probe.since, notes=slot.probe.notes)
        return slot

    def _retire(self, slot: Slot, flight: Flight | None, heir: Slot | None) -> None:
        """What is in flight counts no more; what runs wait for is looked for by whoever takes the place."""
        slot.gone = True
        if flight is not None:
            flight.void = True
            if flight.for_run is not None:
                slot.asked.insert(0, flight.for_run)
            if flight.task:
                flight.task.cancel()
        if heir is not None and slot.asked:
            heir.asked.extend(slot.asked)
            self._asked.append(heir)

    def turn(self, now: float) -> float:
        """Start what is due and end what is overdue; returns when the next turn has something to do."""
        if self._batch_due is None:
            self._batch_due = now + BATCH_EVERY
            self._beats.spread(self._slots.values(), now)
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

    def _next(self, now: float, batch_due: float) -> float:
        if self._flights.full and (self._beats or self._asked):
            return now + TICK  # somebody may wait for a place
        due = self._beats.next()
        return max(now + TICK, min(batch_due if due is None else due, batch_due, self._flights.next()))

    def _start_asked(self, now: float) -> None:
        while self._asked and not self._flights.full:
            slot = self._asked.popleft()
            if slot.asked and not slot.busy and not slot.gone:
                self._launch(slot, now)

    def _start_due(self, now: float) -> None:
        while (due := self._beats.next()) is not None and due <= now and not self._flights.full:
            at, slot = self._beats.pop()
            if not slot.busy and not slot.aside:
                self._late.append(now - at)
                self._launch(slot, now)

    def _launch(self, slot: Slot, now: float) -> None:
        self._started += 1
        self._last_poll_at = self._now()
        flight = Flight(slot.monitor, now, self._last_poll_at, slot.asked.pop(0) if slot.asked else None)
        slot.busy = True
        self._flights.take_off(flight)
        flight.task = asyncio.get_running_loop().create_task(self._fly(slot, flight))

    def _cut(self, flight: Flight) -> None:
        """End a look whose time is over. One that ignores it keeps its place, and must at least not be silent."""
        if flight.cut and not flight.void:
            sentence = f"the check does not end, although its {flight.monitor.time_limit:g} s are over"
            reading = Reading(flight.monitor.id, Status.UNKNOWN, self._now(), sentence, values={"raised": "endless"})
            slot = self._slots[flight.monitor.id]
            self._hand_over(self._deliver_change(self._counted(slot, reading)))
        flight.cut = True
        if flight.task:
            flight.task.cancel()

    async def _fly(self, slot: Slot, flight: Flight) -> None:
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
        if flight.void:
            return
        if reading is None or flight.cut:
            reading = overdue(slot.monitor, flight.started_at, flight.for_run)
        if is_plain(slot.watch, reading) and not slot.monitor.reference:
            slot.raised = 0
            self._plain.append(reading)
        else:
            await self._deliver_change(self._counted(slot, reading))
        slot.busy = False
        self._queue(slot)

    def _counted(self, slot: Slot, reading: Reading) -> Reading:
        """A reading of a check that raised says how many in a row did: who receives it may set the monitor aside."""
        if "raised" not in reading.values:
            slot.raised = 0
            return reading
        slot.raised += 1
        return replace(reading, values={**reading.values, "in_a_row": slot.raised})

    def _queue(self, slot: Slot) -> None:
        if slot.asked:
            self._asked.append(slot)
            self._wake()
        if not (slot.queued or slot.aside or slot.gone or self._closed):
            self._beats.queue(slot, self._monotonic())

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
