"""A store that fails when a test says so."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.store.errors import StoreBusy
from bot.store.store import Lane, Store


@dataclass
class Failing:
    """A real store, but that the next writes in a lane are refused, as by a database that somebody else holds."""

    store: Store
    refused: dict[Lane, int] = field(default_factory=dict)

    async def read(self, fn: Callable[[Any], Any]) -> Any:
        return await self.store.read(fn)

    async def write(self, fn: Callable[[Any], Any], *, lane: Lane) -> Any:
        if self.refused.get(lane, 0) > 0:
            self.refused[lane] -= 1
            raise StoreBusy("Another process holds the database, so nothing was stored. Try again shortly.")
        return await self.store.write(fn, lane=lane)
