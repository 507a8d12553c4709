"""Audit entries get their place in the chain: one sealer, in the order of their commit, at most a second later."""

from bot.store import rows
from bot.store.store import Lane, Store
from bot.store.tables import audit
from bot.store.tx import StoreTx
from desk.audit import GENESIS, link

BATCH = 1000
EVERY = 1.0  # seconds that an entry waits for its seal at most

_COLUMNS = ", ".join(column.name for column in audit.columns)
_UNSEALED = f"SELECT {_COLUMNS} FROM audit WHERE seq IS NULL ORDER BY id LIMIT ?"  # noqa: S608 - our own names
HEAD = "SELECT seq, hash FROM audit WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1"
_SEAL = "UPDATE audit SET seq = ?, previous = ?, hash = ? WHERE id = ? AND seq IS NULL"


def head(tx: StoreTx) -> tuple[int, str]:
    """The place and hash of the last sealed entry; 0 and zeros before the first."""
    found = tx.rows(HEAD)
    return (found[0][0], found[0][1]) if found else (0, GENESIS)


def seal(tx: StoreTx, limit: int = BATCH) -> int:
    """Chain at most `limit` entries that have no place yet; how many there were. Of two at once, one runs again."""
    unsealed = [rows.audit_entry(row) for row in tx.rows(_UNSEALED, (limit,))]
    seq, previous = head(tx)
    sealed = []
    for entry in unsealed:
        seq += 1
        digest = link(entry, seq, previous)
        sealed.append((seq, previous, digest, entry.id))
        previous = digest
    tx.execute_many(_SEAL, sealed)
    return len(sealed)


class Sealer:
    """The loop that seals: call `turn`, and again after as many seconds as it says."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._moved = True  # what an earlier process left unsealed is there at the start
        store.listen(self._listen)

    async def turn(self) -> float:
        """Seal what was written since; seconds until the next turn."""
        if not self._moved:
            return EVERY
        self._moved = False
        sealed = await self._store.write(seal, lane=Lane.BULK)
        if sealed == BATCH:
            self._moved = True
            return 0.0
        return EVERY

    def _listen(self, tables: frozenset[str]) -> None:
        self._moved = self._moved or "audit" in tables
