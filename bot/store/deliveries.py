"""The messages of hooks: each a row before it is answered, handled in the order in which they came."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.store.tables import from_us, to_us
from bot.store.tx import StoreTx

TRIES = 3
AT_ONCE = 200  # rows, and
MOST = 4_000_000  # characters that are read into memory at once
KNOWN_FOR = timedelta(days=7)  # a repetition of a message that had a name

_ADD = (
    "INSERT INTO deliveries (key, named, hook, received_at, body, state, handled, skipped, tries)"
    " VALUES (?, ?, ?, ?, ?, 'new', 0, 0, 0) ON CONFLICT (key) DO NOTHING"
)
_SIZES = "SELECT id, LENGTH(body) FROM deliveries WHERE state = 'new' ORDER BY id LIMIT ?"
_LOAD = "SELECT id, hook, received_at, body, handled FROM deliveries WHERE id = ?"
_MOVE = "UPDATE deliveries SET handled = ?, tries = 0 WHERE id = ? AND handled = ? AND state = 'new'"
_FAILED = "UPDATE deliveries SET tries = tries + 1 WHERE id = ? RETURNING tries"
_SKIP = "UPDATE deliveries SET handled = handled + 1, skipped = skipped + 1, tries = 0 WHERE id = ?"
_END = (
    "UPDATE deliveries SET state = CASE WHEN skipped > 0 THEN 'set_aside' ELSE 'done' END,"
    " body = CASE WHEN skipped > 0 THEN body ELSE '' END WHERE id = ?"
)
_FORGET = "DELETE FROM deliveries WHERE state = 'done' AND (received_at < ? OR (id = ? AND named = 0))"


@dataclass(frozen=True, slots=True)
class Delivery:
    """`handled` of the things that it tells were handled before."""

    id: int
    hook: str
    received_at: datetime
    body: str
    handled: int


def add(tx: StoreTx, hook: str, key: str, body: str, *, named: bool) -> bool:
    """Whether it is new: of a message with a name of its sender's there is one row."""
    return tx.execute(_ADD, (f"{hook}/{key}", int(named), hook, to_us(tx.now), body)) == 1


def waiting(tx: StoreTx, besides: Collection[int]) -> list[Delivery]:
    """The oldest that were not handled yet, as many as fit into memory; at least one."""
    found: list[int] = []
    size = 0
    for id_, length in tx.rows(_SIZES, (AT_ONCE + len(besides),)):
        if id_ not in besides and (not found or size + length <= MOST):
            found.append(id_)
            size += length
    rows = [tx.rows(_LOAD, (id_,))[0] for id_ in found]
    return [Delivery(row[0], row[1], from_us(row[2]), row[3], row[4]) for row in rows]


def move(tx: StoreTx, delivery: Delivery, before: int, handled: int) -> None:
    """So many more were handled, in this transaction. RuntimeError where somebody else did so meanwhile."""
    if tx.execute(_MOVE, (handled, delivery.id, before)) != 1:
        raise RuntimeError(f"delivery {delivery.id} is not where it was left")


def end(tx: StoreTx, delivery: Delivery) -> None:
    """All of it was handled; if some of it could not be, the row stays for a person to look at."""
    tx.execute(_END, (delivery.id,))
    tx.execute(_FORGET, (to_us(tx.now - KNOWN_FOR), delivery.id))


def failed(tx: StoreTx, delivery: Delivery) -> bool:
    """Its next part failed for a reason of its own. Whether that was the last try: then it is passed over."""
    tries = tx.rows(_FAILED, (delivery.id,))[0][0]
    if tries < TRIES:
        return False
    tx.execute(_SKIP, (delivery.id,))
    return True


def set_aside(tx: StoreTx, delivery: Delivery) -> None:
    tx.execute("UPDATE deliveries SET state = 'set_aside' WHERE id = ?", (delivery.id,))
