"""Accounts on chat platforms, the one-time codes that link them, and the places that follow from both."""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.store.tables import to_us
from bot.store.transaction import Transaction
from desk.clients import Client
from desk.detail import Detail

_COLUMNS = "platform, workspace, account, person, client_id, name, zone, outsider, refused"
_KEY = "platform = ? AND workspace = ? AND account = ?"
_ONE = f"SELECT {_COLUMNS} FROM accounts WHERE {_KEY}"  # noqa: S608 - our own columns
_GUESTS = f"SELECT {_COLUMNS} FROM accounts WHERE client_id IS NOT NULL AND refused = ''"  # noqa: S608 - see _ONE
_OF = f"SELECT {_COLUMNS} FROM accounts WHERE person = ? ORDER BY since"  # noqa: S608 - as above
_SAVE = (
    f"INSERT INTO accounts ({_COLUMNS}, since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - as above
    " ON CONFLICT (platform, workspace, account) DO UPDATE SET person = excluded.person,"
    " client_id = excluded.client_id, name = excluded.name, zone = excluded.zone, outsider = excluded.outsider,"
    " refused = excluded.refused"
)
_PLACE = "INSERT INTO places (channel, place) VALUES (?, ?) ON CONFLICT (channel, place) DO NOTHING"
_DIRECT = "SELECT platform, account, person FROM accounts WHERE refused = ''"
_DIRECT_PREFIX = "dm-"


@dataclass(frozen=True, slots=True)
class Known:
    """A row: whose account it is. `client` is set for somebody whom only that client's channel lets in."""

    platform: str
    workspace: str
    user: str
    person: str
    client: str | None
    name: str
    zone: str
    outsider: bool
    refused: str = ""

    @property
    def place(self) -> str:
        """Its direct channel."""
        return f"{self.platform}/@{self.user}"


def find(tx: Transaction, platform: str, workspace: str, user: str) -> Known | None:
    rows = tx.rows(_ONE, (platform, workspace, user))
    return _known(rows[0]) if rows else None


def guests(tx: Transaction) -> list[Known]:
    return [_known(row) for row in tx.rows(_GUESTS)]


def of(tx: Transaction, person: str) -> list[Known]:
    """All accounts of a person, the oldest first."""
    return [_known(row) for row in tx.rows(_OF, (person,))]


def save(tx: Transaction, known: Known) -> None:
    """Keep the account; its direct channel is a place of its person's, unless nobody may act by it."""
    tx.execute(
        _SAVE,
        (
            known.platform, known.workspace, known.user, known.person, known.client, known.name, known.zone,
            known.outsider, known.refused, to_us(tx.now),
        ),
    )  # fmt: skip
    tx.execute("DELETE FROM places WHERE place = ?", (known.place,))
    if not known.refused:
        tx.execute(_PLACE, (_DIRECT_PREFIX + known.person, known.place))


def forget(tx: Transaction, known: Known) -> None:
    key = (known.platform, known.workspace, known.user)
    tx.execute(f"DELETE FROM accounts WHERE {_KEY}", key)  # noqa: S608 - as above
    tx.execute("DELETE FROM places WHERE place = ?", (known.place,))


def settle_places(tx: Transaction, channels: Iterable[tuple[str, str]], platforms: Collection[str]) -> None:
    """All places anew: those of the configuration's channels, and the direct ones, on the platforms that are set up."""
    direct = [(_DIRECT_PREFIX + person, f"{platform}/@{user}") for platform, user, person in tx.rows(_DIRECT)]
    tx.execute("DELETE FROM places")
    wanted = sorted({*channels, *direct})
    tx.execute_many(_PLACE, [row for row in wanted if row[1].partition("/")[0] in platforms])


def settle_sharing(tx: Transaction, clients: Iterable[Client]) -> None:
    """Who shares less than everything, anew."""
    tx.execute("DELETE FROM sharing")
    little = [c for c in clients if c.detail is not Detail.FULL or c.platforms is not None]
    names = [None if c.platforms is None else json.dumps(sorted(c.platforms)) for c in little]
    rows = [(c.id, str(c.detail), allowed) for c, allowed in zip(little, names, strict=True)]
    tx.execute_many("INSERT INTO sharing (client_id, detail, platforms) VALUES (?, ?, ?)", rows)


def hand_out(tx: Transaction, person: str, code: str, lapses_at: datetime) -> None:
    """One code at a time: an earlier one of the same person no longer counts."""
    tx.execute("DELETE FROM codes WHERE person = ? OR lapses_at < ?", (person, to_us(tx.now)))
    row = (_digest(code), person, to_us(lapses_at))
    tx.execute("INSERT INTO codes (code, person, lapses_at) VALUES (?, ?, ?)", row)


def redeem(tx: Transaction, code: str) -> str | None:
    """Whose code it is, once; None for a wrong or lapsed one."""
    rows = tx.rows("SELECT person FROM codes WHERE code = ? AND lapses_at >= ?", (_digest(code), to_us(tx.now)))
    tx.execute("DELETE FROM codes WHERE code = ?", (_digest(code),))
    return str(rows[0][0]) if rows else None


def take_over(tx: Transaction, earlier: str, person: str) -> None:
    """What somebody asked for as a stranger is theirs under their own name."""
    tx.execute("UPDATE tickets SET requester = ?, version = version + 1 WHERE requester = ?", (person, earlier))
    tx.execute("UPDATE timeline SET who = ? WHERE who = ?", (person, earlier))


def _digest(code: str) -> str:
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()


def _known(row: tuple[object, ...]) -> Known:
    platform, workspace, user, person, client, name, zone, outsider, refused = row
    return Known(
        str(platform), str(workspace), str(user), str(person), None if client is None else str(client), str(name),
        str(zone), bool(outsider), str(refused),
    )  # fmt: skip
