"""What is looked at each minute and cannot be read from a row: the record, the disk, the clocks, the canary."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from bot.canary import Canary
from bot.clocks import Clocks
from bot.store import chain
from bot.store.store import Store

log = structlog.get_logger(__name__)


class Senses:
    """What the last `look` found. One that fails leaves the others be; what it saw before grows old."""

    def __init__(self, store: Store, canary: Canary, clocks: Clocks, free: Callable[[], int]) -> None:
        """`free` gives the bytes that are left under the data folder."""
        self._store, self._free = store, free
        self.canary, self.clocks = canary, clocks
        self.chain = chain.Chain()
        self.disk_free: int | None = None

    async def look(self, now: datetime) -> None:
        looks = (self._record(), self._disk(), self.clocks.look(), self.canary.turn(now))
        for failed in await asyncio.gather(*looks, return_exceptions=True):
            if isinstance(failed, Exception):
                log.error("a look at ourselves failed", exc_info=failed)

    async def _record(self) -> None:
        known = self.chain
        self.chain = await self._store.read(lambda tx: chain.look(tx.rows, known))

    async def _disk(self) -> None:
        try:
            self.disk_free = await asyncio.to_thread(self._free)
        except OSError:  # where there is no folder there is no room
            self.disk_free = 0


def free_under(folder: Path) -> int:
    return shutil.disk_usage(folder).free
