"""The web chat's own messages, as a chat company would keep them: rows of `web_messages` and nothing else.

`seq` moves with every edit, so that a page which was away continues from where it stopped. It is one more than
the newest that is stored, hence given out in the order of the commits: of two calls at once one would run again.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.store.tables import from_us, to_us
from desk.cards import (
    Button,
    Card,
    Text,
    button_from_json,
    button_to_json,
    card_from_json,
    card_to_json,
    text_from_json,
    text_to_json,
)

PAGE = 200

_SELECT = (
    "SELECT m.id, m.seq, m.version, m.channel, m.thread, m.at, m.author, m.body,"
    " (SELECT COUNT(*) FROM web_messages r WHERE r.channel = m.channel AND r.thread = m.id),"
    " (SELECT MAX(r.id) FROM web_messages r WHERE r.channel = m.channel AND r.thread = m.id)"
    " FROM web_messages m "
)


class Rows(Protocol):
    """The little that these functions need of a transaction."""

    @property
    def now(self) -> datetime: ...
    def rows(self, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]: ...
    def execute(self, sql: str, params: Sequence[Any]) -> int: ...


@dataclass(frozen=True, slots=True)
class Body:
    """What a message says. `key` is that of the post it came from, empty for what a person typed."""

    key: str = ""
    card: Card | None = None
    words: Text = ()
    buttons: tuple[Button, ...] = ()
    copy: bool = False

    def to_json(self) -> str:
        return json.dumps({
            "key": self.key, "card": card_to_json(self.card) if self.card else None,
            "words": text_to_json(self.words), "buttons": [button_to_json(b) for b in self.buttons], "copy": self.copy,
        })  # fmt: skip


def body_from_json(text: str) -> Body:
    data = json.loads(text)
    card = card_from_json(data["card"]) if data["card"] else None
    buttons = tuple(button_from_json(b) for b in data["buttons"])
    return Body(data["key"], card, text_from_json(data["words"]), buttons, data["copy"])


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands now. `thread` is the id of the message it stands under; `at` is aware UTC."""

    id: int
    seq: int
    version: int
    channel: str
    thread: int | None
    at: datetime
    author: str
    body: Body
    replies: int = 0
    last_reply: int | None = None


def _message(row: tuple[Any, ...]) -> Message:
    number, seq, version, channel, thread, at, author, body, replies, last = row
    return Message(number, seq, version, channel, thread, from_us(at), author, body_from_json(body), replies, last)


def _next_seq(tx: Rows) -> int:
    return newest_seq(tx) + 1


def newest_seq(tx: Rows) -> int:
    """Where a page that only wants what is new begins."""
    return int(tx.rows("SELECT COALESCE(MAX(seq), 0) FROM web_messages", ())[0][0])


def put(
    tx: Rows, *, channel: str, thread: int | None, author: str, send_key: str, body: Body, version: int = 1
) -> int:  # fmt: skip
    """Keep a message and return its id. The same `send_key` again is the same message, and changes nothing."""
    found = tx.rows("SELECT id FROM web_messages WHERE send_key = ?", (send_key,))
    if not found:
        tx.execute(
            "INSERT INTO web_messages (seq, version, channel, thread, at, author, send_key, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (_next_seq(tx), version, channel, thread, to_us(tx.now), author, send_key, body.to_json()),
        )
        found = tx.rows("SELECT id FROM web_messages WHERE send_key = ?", (send_key,))
    return int(found[0][0])


def change(tx: Rows, message_id: int, body: Body, version: int) -> None:
    """Edit a message to this version. An edit that comes after a newer one changes nothing."""
    tx.execute(
        "UPDATE web_messages SET seq = ?, version = ?, body = ? WHERE id = ? AND version <= ?",
        (_next_seq(tx), version, body.to_json(), message_id, version),
    )


def one(tx: Rows, message_id: int) -> Message | None:
    rows = tx.rows(_SELECT + "WHERE m.id = ?", (message_id,))
    return _message(rows[0]) if rows else None


@dataclass(frozen=True, slots=True)
class Window:
    """Which messages of a place: ids between `after` and `before`; `newest` takes the last of them, not the first."""

    after: int = 0
    before: int = 2**62
    newest: bool = False


def page(tx: Rows, channel: str, thread: int | None, window: Window) -> list[Message]:
    """At most `PAGE` messages, oldest first: those at the top of the channel, or those under one message."""
    where, under = ("m.thread IS NULL", ()) if thread is None else ("m.thread = ?", (thread,))
    order = "DESC" if window.newest else "ASC"
    sql = f"{_SELECT} WHERE m.channel = ? AND m.id > ? AND m.id < ? AND {where} ORDER BY m.id {order} LIMIT {PAGE}"
    found = [_message(row) for row in tx.rows(sql, (channel, window.after, window.before, *under))]
    return found[::-1] if window.newest else found


def since(tx: Rows, seq: int, channels: Sequence[str]) -> list[Message]:
    """What was posted or edited in these channels after `seq`, in that order; at most `PAGE`."""
    marks = ", ".join("?" * len(channels))
    sql = f"{_SELECT} WHERE m.seq > ? AND m.channel IN ({marks}) ORDER BY m.seq LIMIT {PAGE}"
    return [_message(row) for row in tx.rows(sql, (seq, *channels))] if channels else []


def newest_by_channel(tx: Rows, channels: Sequence[str]) -> dict[str, int]:
    """The id of the newest message at the top level of each channel that has one."""
    marks = ", ".join("?" * len(channels))
    sql = f"SELECT channel, MAX(id) FROM web_messages WHERE channel IN ({marks}) AND thread IS NULL GROUP BY channel"  # noqa: S608 - only marks go in
    return dict(tx.rows(sql, tuple(channels))) if channels else {}
