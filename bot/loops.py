"""How the loops of the bot turn: something moved or a time has come, one turn, and wait again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

import structlog

from bot.ports import Clock
from bot.store.store import Store

log = structlog.get_logger(__name__)
Turn = Callable[[datetime], Awaitable[datetime | None]]


class Loop:
    """Turns when one of `tables` has moved, when its last turn said so, and at the latest after `at_most` seconds."""

    def __init__(self, name: str, turn: Turn, clock: Clock, *, at_most: float) -> None:
        self.name = name
        self._turn = turn
        self._clock = clock
        self._at_most = at_most
        self.bell = asyncio.Event()
        self.failures = 0

    def listen(self, store: Store, tables: Iterable[str]) -> None:
        mine = frozenset(tables)
        store.listen(lambda moved: self.bell.set() if moved & mine else None)

    async def run(self) -> None:
        """Until it is cancelled. A turn that fails is told, and the next one comes all the same."""
        while True:
            self.bell.clear()
            wait = self._at_most
            try:
                again = await self._turn(self._clock.now())
                if again is not None:
                    wait = min(wait, max(0.0, (again - self._clock.now()).total_seconds()))
            except Exception:
                self.failures += 1
                log.exception("a turn failed", loop=self.name)
            await self._rest(wait)

    async def _rest(self, wait: float) -> None:
        try:
            async with asyncio.timeout(wait):
                await self.bell.wait()
        except TimeoutError:
            return
