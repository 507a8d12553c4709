"""The clock's side of the deadlines: when the next one rings, which have rung, which are set aside."""

from datetime import datetime

from bot.store import rows
from bot.store.tables import to_us
from bot.store.tx import StoreTx
from handlers.records import Deadline

TRIES = 3

_NEAREST = (
    "SELECT subject, kind, client_id, due_at, epoch FROM deadlines"
    " WHERE due_at IS NOT NULL AND NOT set_aside ORDER BY due_at LIMIT ?"
)
_DUE = (
    "SELECT subject, kind, client_id, due_at, epoch FROM deadlines"
    " WHERE due_at IS NOT NULL AND due_at <= ? AND NOT set_aside ORDER BY due_at LIMIT ?"
)
_CLAIM = (
    "UPDATE deadlines SET due_at = NULL, tries = 0"
    " WHERE subject = ? AND kind = ? AND epoch = ? AND due_at IS NOT NULL AND NOT set_aside"
)
_FAILED = (
    "UPDATE deadlines SET tries = tries + 1, set_aside = (tries + 1 >= ?)"
    " WHERE subject = ? AND kind = ? AND epoch = ? AND due_at IS NOT NULL RETURNING set_aside"
)


def nearest(tx: StoreTx, limit: int = 1) -> list[Deadline]:
    """The next ones to ring, due or not: what the alarm is set to."""
    return [rows.deadline(row) for row in tx.rows(_NEAREST, (limit,))]


def due(tx: StoreTx, now: datetime, limit: int = 1000) -> list[Deadline]:
    """What is due by `now`, oldest first; none of it is claimed yet."""
    return [rows.deadline(row) for row in tx.rows(_DUE, (to_us(now), limit))]


def claim(tx: StoreTx, deadline: Deadline) -> bool:
    """Whether this epoch is ours to ring.

    Claim in the transaction of the handler: what it does and that it rang are stored together, so that every epoch
    rings exactly once.
    """
    return tx.execute(_CLAIM, (deadline.subject, deadline.kind, deadline.epoch)) == 1


def failed(tx: StoreTx, deadline: Deadline) -> bool:
    """Count a failed try at a deadline whose handler was rolled back. True when that was the last: it is set aside."""
    found = tx.rows(_FAILED, (TRIES, deadline.subject, deadline.kind, deadline.epoch))
    return bool(found and found[0][0])
