"""The clock's side of the deadlines: when the next one rings, which have rung, which are set aside."""

from datetime import datetime

from bot.store import rows
from bot.store.tables import to_us
from bot.store.tx import StoreTx
from handlers.context import Deadline

TRIES = 3

_NEXT = "SELECT due_at FROM deadlines WHERE due_at IS NOT NULL AND NOT set_aside ORDER BY due_at LIMIT 1"
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


def next_due(tx: StoreTx) -> datetime | None:
    """When the nearest deadline rings: what the alarm is set to."""
    found = tx.rows(_NEXT)
    return rows.at(found[0][0]) if found else None


def due(tx: StoreTx, now: datetime, limit: int = 1000) -> list[Deadline]:
    """What is due by `now`, oldest first; none of it is claimed yet."""
    return [rows.deadline(row) for row in tx.rows(_DUE, (to_us(now), limit))]


def claim(tx: StoreTx, deadline: Deadline) -> bool:
    """Whether this epoch is ours to ring.

    Claim in the transaction of the handler: what it does and that it rang are stored together, so that every epoch
    rings exactly once.
    """
    return tx.execute(_CLAIM, (deadline.subject, deadline.kind, deadline.epoch)) == 1


def claim_due(tx: StoreTx, now: datetime, limit: int = 1000) -> list[Deadline]:
    """What is due by `now`, oldest first, claimed at once. What a caller claims it must handle in this transaction."""
    found = due(tx, now, limit)
    tx.execute_many(_CLAIM, [(deadline.subject, deadline.kind, deadline.epoch) for deadline in found])
    return found


def failed(tx: StoreTx, deadline: Deadline) -> bool:
    """Count a failed try at a deadline whose handler was rolled back. True when that was the last: it is set aside."""
    found = tx.rows(_FAILED, (TRIES, deadline.subject, deadline.kind, deadline.epoch))
    return bool(found and found[0][0])
