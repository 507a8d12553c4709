"""Whether the audit chain is still as it was sealed. It only reads, and a bot may be running on the same database."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.store import rows
from bot.store.databases import Ask, Database
from bot.store.errors import StoreRefused
from bot.store.rows import Row
from bot.store.tables import EPOCH, audit
from desk.audit import GENESIS, Bad, Entry, first_bad

PAGE = 1000
COLUMNS = ", ".join(column.name for column in audit.columns)
_SEALED = f"SELECT {COLUMNS} FROM audit WHERE seq > ? ORDER BY seq LIMIT ?"  # noqa: S608 - our own names
_BEFORE_ALL = -(1 << 63)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk over the chain found. `head` is `SEQ:HASH`; `bad` the first entry that is not as it was sealed."""

    count: int
    unsealed: int
    head: str
    bad: Bad | None = None


def verify(ask: Ask, checkpoint: str | None = None) -> Verdict:
    """Walk the whole chain; `ask` runs a query, as `tx.rows` does.

    A checkpoint is an earlier head that was kept outside: only with one does a cut tail show. Raises ValueError for
    what is no `SEQ:HASH`.
    """
    expected = _parsed(checkpoint) if checkpoint else None
    walk = _Walk(expected[0] if expected else 0)
    bad = first_bad(walk.over(_entries(ask)))
    if bad is None and expected is not None:
        bad = _against(expected, walk)
    unsealed = ask("SELECT COUNT(*) FROM audit WHERE seq IS NULL", ())[0][0]
    return Verdict(walk.seq, unsealed, f"{walk.seq}:{walk.hash}", bad)


def verify_database(database: Database, checkpoint: str | None = None) -> Verdict:
    """The same for a whole database. Raises StoreRefused where there is none, or it is damaged."""
    if database.revision() is None:
        raise StoreRefused(f"There is no database of Deskbell's at {database.name}.")
    with database.asking() as ask:
        return verify(ask, checkpoint)


class _Walk:
    """Remembers of a walk where it ended, and what stood at the checkpoint."""

    def __init__(self, checkpoint: int) -> None:
        self.seq, self.hash = 0, GENESIS
        self.at_checkpoint = GENESIS
        self._checkpoint = checkpoint

    def over(self, entries: Iterator[Entry]) -> Iterator[Entry]:
        for entry in entries:
            yield entry
            # Asked for the next one: this one was good.
            self.seq, self.hash = entry.seq or 0, entry.hash or ""
            if self.seq == self._checkpoint:
                self.at_checkpoint = self.hash


def _entries(ask: Ask) -> Iterator[Entry]:
    page = ask(_SEALED, (_BEFORE_ALL, PAGE))
    while page:
        yield from (as_sealed(row) for row in page)
        page = ask(_SEALED, (page[-1][8], PAGE))


def as_sealed(row: Row) -> Entry:
    """The entry of a row; for one that no bot of ours can have written, an entry that fits no hash."""
    try:
        entry = rows.audit_entry(row)
        is_text = all(isinstance(row[place], str) for place in (2, 3, 4, 5)) and isinstance(row[6], str | None)
        if is_text and tuple(rows.audit_row(entry)[:7]) == tuple(row[1:8]):
            return entry
    except (ValueError, TypeError, OverflowError, RecursionError):
        pass  # rubbish in a column
    return Entry(EPOCH, "", "", "", "", seq=row[8], previous=row[9], hash=row[10])


def _parsed(checkpoint: str) -> tuple[int, str]:
    seq, _, digest = checkpoint.partition(":")
    if not seq.isdecimal() or len(digest) != len(GENESIS):
        raise ValueError(f"{checkpoint!r} is no checkpoint; one looks like 1042:9f86d0… with 64 digits.")
    return int(seq), digest


def _against(expected: tuple[int, str], walk: _Walk) -> Bad | None:
    seq, digest = expected
    if walk.seq < seq:
        return Bad(walk.seq + 1, f"entry {walk.seq + 1} is missing: the chain was cut, the checkpoint is entry {seq}")
    if walk.at_checkpoint != digest:
        return Bad(seq, f"entry {seq} is not the one of the checkpoint: the chain was written anew")
    return None
