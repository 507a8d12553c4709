"""The looks under way: two bounds, so that those that hang cannot starve the rest, and their time limits."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush

from desk.alerts import Monitor

SLOW_AFTER = 1.0  # seconds after which a look gives its place to another


@dataclass(slots=True, eq=False)
class Flight:
    """One look under way. `began` is monotonic seconds; `cut` is true once its time limit has passed, `void` once
    nobody asks what it sees.
    """

    monitor: Monitor
    began: float
    started_at: datetime
    for_run: int | None = None
    task: asyncio.Task[None] | None = None
    cut: bool = False
    void: bool = False
    landed: bool = False


class Flights:
    """Who is under way: the young ones within `bound`, those older than a second within `slow_bound`."""

    def __init__(self, bound: int, slow_bound: int) -> None:
        self._bound, self._slow_bound = bound, slow_bound
        self._young: dict[Flight, None] = {}  # in order of their start
        self._slow: set[Flight] = set()
        self._limits: list[tuple[float, int, Flight]] = []
        self._order = 0  # keeps the heap from comparing flights

    def __len__(self) -> int:
        return len(self._young) + len(self._slow)

    def __iter__(self) -> Iterator[Flight]:
        return iter((*self._young, *self._slow))

    @property
    def slow(self) -> int:
        return len(self._slow)

    @property
    def full(self) -> bool:
        """No look may start now."""
        return len(self._young) >= self._bound

    def take_off(self, flight: Flight) -> None:
        self._young[flight] = None
        if flight.monitor.time_limit <= SLOW_AFTER:
            self._limit(flight, flight.began + flight.monitor.time_limit)

    def land(self, flight: Flight) -> None:
        self._young.pop(flight, None)
        self._slow.discard(flight)
        flight.landed = True

    def make_room(self, now: float) -> None:
        """Move what is not back after a second to the larger bound, oldest first."""
        while self._young and len(self._slow) < self._slow_bound:
            flight = next(iter(self._young))
            if now - flight.began < SLOW_AFTER:
                break
            del self._young[flight]
            self._slow.add(flight)
            if flight.monitor.time_limit > SLOW_AFTER:
                self._limit(flight, flight.began + flight.monitor.time_limit)

    def overdue(self, now: float) -> Iterable[Flight]:
        """Whose time limit has passed; who is still there after as long again is given once more."""
        found = []
        while self._limits and self._limits[0][0] <= now:
            flight = heappop(self._limits)[2]
            if not flight.landed:
                found.append(flight)
                self._limit(flight, now + flight.monitor.time_limit)
        return found

    def next(self) -> float:
        """When `make_room` or `overdue` has something to do."""
        age = next(iter(self._young)).began + SLOW_AFTER if self._young else float("inf")
        return min(age, self._limits[0][0]) if self._limits else age

    def _limit(self, flight: Flight, at: float) -> None:
        # Only looks that are slow get this far: a timer for each look would cost as much as the turn.
        self._order += 1
        heappush(self._limits, (at, self._order, flight))
