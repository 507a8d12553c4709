"""The links by which somebody acknowledges: made, looked at, used. Their tokens are nowhere, only what they hash to."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from bot.store.tables import from_us, to_us
from bot.store.transaction import Transaction

_ADD = (
    "INSERT INTO ack_links (link, person, number, client_id, way, lapses_at, used_at) VALUES (?, ?, ?, ?, ?, ?, NULL)"
)
_FIND = "SELECT link, person, number, client_id, way, lapses_at, used_at FROM ack_links WHERE link = ?"
_USE = "UPDATE ack_links SET used_at = ? WHERE link = ? AND used_at IS NULL"


@dataclass(frozen=True, slots=True)
class AckLink:
    link: str
    person: str
    number: int
    client: str
    way: str
    lapses_at: datetime
    used_at: datetime | None = None


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def add(tx: Transaction, link: AckLink) -> None:
    """Those that have lapsed are forgotten by the way."""
    tx.execute("DELETE FROM ack_links WHERE lapses_at < ?", (to_us(tx.now),))
    tx.execute(_ADD, (link.link, link.person, link.number, link.client, link.way, to_us(link.lapses_at)))


def find(tx: Transaction, link: str) -> AckLink | None:
    """Also one that was used, or has lapsed."""
    rows = tx.rows(_FIND, (link,))
    if not rows:
        return None
    key, person, number, client, way, lapses, used = rows[0]
    return AckLink(key, person, number, client, way, from_us(lapses), None if used is None else from_us(used))


def use(tx: Transaction, link: str) -> None:
    tx.execute(_USE, (to_us(tx.now), link))
