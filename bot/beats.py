"""When each monitor is looked at next: on its own beat, and sooner while a look or two more will decide something."""

from collections.abc import Collection
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from math import floor, inf

from desk.alerts import Monitor, Watch, undecided
from monitors.probe import Probe


@dataclass(slots=True, eq=False)
class Slot:
    """One monitor's place. While `busy` (from start to hand-over) no second look at it starts.

    `due` is its next turn on its beat, in monotonic seconds. `gone`: nobody watches by this place any more.
    """

    monitor: Monitor
    probe: Probe
    watch: Watch
    due: float = 0.0
    queued: bool = False
    busy: bool = False
    aside: bool = False
    gone: bool = False
    raised: int = 0  # looks in a row that raised
    asked: list[int] = field(default_factory=list)  # runs that wait for a look


class Beats:
    """The slots that wait for their turn, the next one first."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Slot]] = []
        self._order = 0  # keeps the heap from comparing slots

    def __len__(self) -> int:
        return len(self._heap)

    def spread(self, slots: Collection[Slot], now: float, apart: float = inf) -> None:
        """First turns, evenly over each one's interval: a thousand monitors must not be a thousand checks at once.

        Two that follow each other are at most `apart` seconds apart.
        """
        for index, slot in enumerate(slots):
            slot.due = now + min(slot.monitor.interval / len(slots), apart) * index
            self._push(slot, slot.due)

    def queue(self, slot: Slot, now: float) -> None:
        """Its next turn. Those that passed while it was in flight are left out, not made up for."""
        interval, retry = slot.monitor.interval, slot.monitor.retry_interval
        slot.due += interval * (floor((now - slot.due) / interval) + 1)
        sooner = retry is not None and undecided(slot.watch, slot.monitor)
        self._push(slot, min(slot.due, now + retry) if sooner and retry is not None else slot.due)

    def next(self) -> float | None:
        return self._heap[0][0] if self._heap else None

    def pop(self) -> tuple[float, Slot]:
        """The next one, and when its turn was to be."""
        at, _, slot = heappop(self._heap)
        slot.queued = False
        return at, slot

    def take_out(self, slots: Collection[Slot]) -> None:
        """These no longer wait for their turn, and neither do those that are gone."""
        out, kept = set(slots), []
        for entry in self._heap:
            slot = entry[2]
            if slot.gone or slot in out:
                slot.queued = False
            else:
                kept.append(entry)
        heapify(kept)
        self._heap = kept

    def _push(self, slot: Slot, at: float) -> None:
        slot.queued = True
        self._order += 1
        heappush(self._heap, (at, self._order, slot))
