"""The outbox's view of the `posts` table: rows as frozen values, loaded and saved whole, decided about elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.store.tables import from_us, to_us
from desk.events import PLATFORM
from desk.lateness import Waiting

# Rows of one channel and kind that a turn looks at: what is read and held in memory grows with the channels alone.
WINDOW = 8
QUIET = timedelta(seconds=30)  # of an unclear outcome: after it, nothing of it comes any more
MICROSECOND = timedelta(microseconds=1)
HEAD_START = timedelta(minutes=1)  # an urgent card is renewed before another that has waited so much longer
UNREADABLE = "The platform would not show what was posted, so this may be there twice."


class Sql(Protocol):
    """What these functions need of a store's transaction."""

    def rows(self, sql: str, params: Sequence[Any] = ...) -> list[tuple[Any, ...]]: ...
    def execute(self, sql: str, params: Sequence[Any] = ...) -> int: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One message to a destination. `message_id` says that it is out: what is left to do then is an edit.

    `thread` is the platform's id of the message at the head of its thread: its own root, or its parent's once that is
    out. `parent` is the parent's state. Both are None for what stands under nothing. Instants are aware UTC; what the
    columns mean stands in `bot.store.tables`.
    """

    id: int
    key: str
    destination: str
    live: bool
    under: str | None
    author: str | None
    urgent: bool
    wanted: int
    claimed: int | None
    sent: int
    state: str
    send_key: str
    message_id: str | None
    attempt: int
    not_before: datetime
    lease_until: datetime | None
    claimed_at: datetime | None
    unclear_since: datetime | None
    watch_until: datetime | None
    copies: int
    reason: str
    created_at: datetime
    delivered_at: datetime | None
    client: str | None
    thread: str | None
    parent: str | None


_COLUMNS = """
    p.id, p.key, p.destination, p.live, p.under, p.author, p.urgent, p.wanted, p.claimed, p.sent, p.state, p.send_key,
    p.message_id, p.attempt, p.not_before, p.lease_until, p.claimed_at, p.unclear_since, p.watch_until, p.copies,
    p.reason, p.created_at, p.delivered_at, p.client_id,
    CASE WHEN p.under IS NULL THEN p.root
        WHEN parent.message_id IS NOT NULL THEN COALESCE(parent.root, parent.message_id) END,
    parent.state
"""
_PARENT = " LEFT JOIN posts AS parent ON parent.key = p.under AND parent.destination = p.destination "
_LOAD = "SELECT " + _COLUMNS + " FROM posts AS p" + _PARENT + "WHERE p.id = ?"  # noqa: S608 - our own column names
_CLAIMED = (
    "SELECT " + _COLUMNS + " FROM posts AS p" + _PARENT  # noqa: S608 - our own column names
    + "WHERE p.state IN ('pending','claimed','unclear') AND p.state = 'claimed' ORDER BY p.not_before"
)  # fmt: skip
_WATCHED = (
    "SELECT " + _COLUMNS + " FROM posts AS p" + _PARENT  # noqa: S608 - our own column names
    + "WHERE p.watch_until > 0 AND p.state IN ('delivered', 'unknown') ORDER BY p.watch_until"
)  # fmt: skip
# The first few of each channel, and of these only what could be begun: a reply whose parent is out or will never be,
# the first in its thread but for those that their own fault holds up. What is due comes first, then what will be
# soonest. Posts, edits and what is in doubt are counted apart, so that none hides another. `due` is `bot.settle.due`.
# The empty word joined to the destination keeps SQLite from walking all posts there ever were by their destination.
_WAITING = (
    """
    WITH waiting AS (
        SELECT id, destination || '' AS place, key, under, urgent, delivered_at, state,
            CASE WHEN state <> 'pending' THEN state WHEN message_id IS NULL THEN 'post' ELSE 'edit' END AS kind,
            CASE WHEN state = 'claimed' THEN COALESCE(lease_until, not_before) WHEN attempt = 0 THEN 0
                WHEN message_id IS NOT NULL AND wanted <= sent AND unclear_since IS NOT NULL THEN unclear_since + ?
                ELSE not_before END AS due,
            CASE WHEN under IS NULL OR message_id IS NOT NULL THEN 0 ELSE
                COUNT(CASE WHEN reason IN ('', ?) THEN 1 END) OVER (
                    PARTITION BY destination || '', under, message_id IS NULL ORDER BY urgent DESC, id
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) END AS before
        FROM posts WHERE state IN ('pending','claimed','unclear')
    ), ranked AS (
        SELECT w.id, ROW_NUMBER() OVER (
            PARTITION BY w.place, w.kind
            ORDER BY CASE WHEN w.due > ? THEN w.due ELSE 0 END,
                CASE WHEN w.kind = 'edit' THEN w.delivered_at - CASE WHEN w.urgent THEN ? ELSE 0 END END,
                w.urgent DESC, w.id
        ) AS place FROM waiting AS w LEFT JOIN posts AS above ON above.key = w.under AND above.destination = w.place
        WHERE w.before = 0 AND (w.kind <> 'post' OR w.under IS NULL OR above.message_id IS NOT NULL
            OR above.state IS NULL OR above.state NOT IN ('pending','claimed','unclear'))
    ) SELECT """  # noqa: S608 - our own column names
    + _COLUMNS + " FROM ranked JOIN posts AS p ON p.id = ranked.id" + _PARENT
    + "WHERE ranked.place <= ? ORDER BY p.id"
)  # fmt: skip
_SAVE = """
    UPDATE posts SET claimed = ?, sent = ?, state = ?, send_key = ?, message_id = ?, attempt = ?, not_before = ?,
        lease_until = ?, claimed_at = ?, unclear_since = ?, watch_until = ?, copies = ?, reason = ?, delivered_at = ?
    WHERE id = ?
"""


def _instant(us: int | None) -> datetime | None:
    return None if us is None else from_us(us)


def _us(at: datetime | None) -> int | None:
    return None if at is None else to_us(at)


def _row(r: tuple[Any, ...]) -> Row:
    return Row(
        id=r[0], key=r[1], destination=r[2], live=bool(r[3]), under=r[4], author=r[5], urgent=bool(r[6]), wanted=r[7],
        claimed=r[8], sent=r[9], state=r[10], send_key=r[11], message_id=r[12], attempt=r[13],
        not_before=from_us(r[14]), lease_until=_instant(r[15]), claimed_at=_instant(r[16]),
        unclear_since=_instant(r[17]), watch_until=_instant(r[18]), copies=r[19], reason=r[20],
        created_at=from_us(r[21]), delivered_at=_instant(r[22]), client=r[23], thread=r[24], parent=r[25],
    )  # fmt: skip


def load(tx: Sql, row_id: int) -> Row | None:
    found = tx.rows(_LOAD, (row_id,))
    return _row(found[0]) if found else None


def body(tx: Sql, row_id: int) -> str:
    """The newest wanted state, as JSON text."""
    return str(tx.rows("SELECT body FROM posts WHERE id = ?", (row_id,))[0][0])


def save(tx: Sql, row: Row) -> None:
    """Write what delivering changes; what is wanted (body, `wanted`) is never touched from here."""
    tx.execute(
        _SAVE,
        (
            row.claimed, row.sent, row.state, row.send_key, row.message_id, row.attempt, to_us(row.not_before),
            _us(row.lease_until), _us(row.claimed_at), _us(row.unclear_since), _us(row.watch_until), row.copies,
            row.reason, _us(row.delivered_at), row.id,
        ),
    )  # fmt: skip


def waiting(tx: Sql, now: datetime) -> list[Row]:
    """What may be begun next, or is in doubt: the first few of each channel and kind, oldest first."""
    given = (QUIET // MICROSECOND, UNREADABLE, to_us(now), HEAD_START // MICROSECOND, WINDOW)
    return [_row(r) for r in tx.rows(_WAITING, given)]


def claimed(tx: Sql) -> list[Row]:
    found = tx.rows(_CLAIMED, ())
    return [_row(r) for r in found]


def watched(tx: Sql) -> list[Row]:
    """Rows of which a late second copy may still turn up."""
    return [_row(r) for r in tx.rows(_WATCHED, ())]


def replies_in_doubt(tx: Sql, row: Row) -> bool:
    """Whether of some reply under this message it is not known yet if it was posted."""
    found = tx.rows(
        "SELECT 1 FROM posts WHERE state IN ('pending','claimed','unclear') AND state <> 'pending'"
        " AND destination = ? AND under = ? AND message_id IS NULL LIMIT 1",
        (row.destination, row.key),
    )
    return bool(found)


def undelivered(tx: Sql) -> list[Waiting]:
    """The oldest messages that were never out, of each channel: those that were tried, and those that were not. What
    waits for somebody else's webhook is not counted.
    """
    found = tx.rows(
        "SELECT destination || '' AS channel, MIN(created_at), attempt > 0 AS tried FROM posts"
        " WHERE state IN ('pending','claimed','unclear') AND message_id IS NULL AND destination NOT LIKE ?"
        " GROUP BY channel, tried",
        (f"{PLATFORM}%",),
    )
    return [Waiting(channel, from_us(since), bool(tried)) for channel, since, tried in found]


def counts(tx: Sql) -> dict[str, int]:
    """How many rows are in each state but `delivered`, which only a scan of everything could count."""
    return {
        state: count
        for query in (
            "SELECT state, COUNT(*) FROM posts WHERE state IN ('pending','claimed','unclear') GROUP BY state",
            "SELECT state, COUNT(*) FROM posts WHERE state IN ('unknown','failed','set_aside') GROUP BY state",
        )
        for state, count in tx.rows(query, ())
    }
