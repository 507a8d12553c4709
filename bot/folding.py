"""What ended tickets add to the numbers of their month is added up once a minute; until then, whoever reads does so."""

from datetime import datetime

from bot.store.store import Lane, Store
from bot.store.tx_sums import FOLDED

EVERY = 60.0  # seconds


class Folding:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def turn(self, now: datetime) -> datetime | None:
        """Add up some; when to go on, None for not before the next minute."""
        waiting = await self._store.read(lambda tx: tx.sums_wait())
        if not waiting:
            return None
        folded = await self._store.write(lambda tx: tx.fold_sums(), lane=Lane.BULK)
        return now if folded == FOLDED else None
