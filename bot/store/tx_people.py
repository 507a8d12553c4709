"""What people bring along: their accounts on chat platforms, and the files they attach."""

import base64
import hmac
import json
from datetime import datetime

from bot.store import accounts
from bot.store.tables import to_us
from bot.store.transaction import Transaction
from desk.pins import Quote, quote_from_json, quote_to_json
from desk.tickets import Attachment
from handlers.records import AccountFact

_KEEP = (
    "INSERT INTO kept_files (source, platform, number, client_id, name, state, tries, not_before)"
    " VALUES (?, ?, ?, ?, ?, 'wanted', 0, 0) ON CONFLICT (source) DO NOTHING"
)
_POINT = (
    "INSERT INTO button_lines (tag, line, at) VALUES (?, ?, ?)"
    " ON CONFLICT (tag) DO UPDATE SET line = excluded.line, at = excluded.at"
)


class PeopleRows(Transaction):
    def keep_file(self, number: int, client: str, platform: str, file: Attachment) -> None:
        """Ask for a copy of the file's bytes; the same source once."""
        self._allow(client)
        self.execute(_KEEP, (file.source, platform, number, client, file.name))

    def point(self, person: str, about: str, quote: Quote | None = None) -> None:
        """A platform says that this person pointed at this message, which says so: what `about` of `/open` and `/pin`
        is believed by. It is kept as long as what the buttons of private answers stand for, whose names have no `/`.
        """
        self.execute(_POINT, (_pointed(person, about), about, to_us(self.now)))
        if quote is not None:
            self.execute(_POINT, (_quoted(person, about), json.dumps(quote_to_json(quote)), to_us(self.now)))

    def pointed(self, person: str, about: str) -> bool:
        """Whether this person pointed at the message, and did not just say so."""
        return bool(self.rows("SELECT 1 FROM button_lines WHERE tag = ?", (_pointed(person, about),)))

    def quoted(self, person: str, about: str) -> Quote | None:
        """What the message said when this person pointed at it."""
        rows = self.rows("SELECT line FROM button_lines WHERE tag = ?", (_quoted(person, about),))
        return quote_from_json(json.loads(rows[0][0])) if rows else None

    def accounts(self, person: str) -> list[AccountFact]:
        """Those by which this person may act, the oldest first."""
        return [AccountFact(a.platform, a.name or a.user) for a in accounts.of(self, person) if not a.refused]

    def hand_out_code(self, person: str, lapses_at: datetime) -> str:
        """A new one-time code that links an account to this person: eight letters or digits in two groups."""
        # Nobody outside can tell it, and a handler that is run again gives the same one.
        digest = hmac.digest(self._link.secret.encode(), f"{person} {to_us(self.now)}".encode(), "sha256")
        letters = base64.b32encode(digest).decode()[:8]
        code = f"{letters[:4]}-{letters[4:]}"
        accounts.hand_out(self, person, code, lapses_at)
        return code

    def unlink(self, person: str, platform: str) -> list[AccountFact]:
        """Take back this person's links on a platform; those that were there."""
        gone = [a for a in accounts.of(self, person) if a.platform == platform and a.client is None]
        for account in gone:
            accounts.forget(self, account)
        return [AccountFact(a.platform, a.name or a.user) for a in gone]


def _pointed(person: str, about: str) -> str:
    return f"about/{person}/{about}"


def _quoted(person: str, about: str) -> str:
    return f"quote/{person}/{about}"
