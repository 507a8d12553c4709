"""From a row to what a platform is handed, and the posts that say that another post could not be delivered."""

import json
from dataclasses import replace

from bot.lanes import Paused
from bot.platforms.contract import Outgoing
from bot.store.outbox_rows import Row
from bot.store.store import StoreTx
from desk.cards import Card, Post, Text, When, button_from_json, card_from_json, event_from_json, text_from_json
from desk.detail import Own, ours

_TOLD = "undelivered/"
REST = "/rest"


def outgoing(row: Row, body: str, *, late: bool = False) -> Outgoing:
    """What is to be sent for this row. Raises whatever JSON raises when the body cannot be read."""
    data = json.loads(_whole(body))
    words = text_from_json(data["words"])
    if late:
        words = ("Late, written at ", When(row.created_at), ". ", *words)
    card = card_from_json(data["card"]) if data["card"] is not None else None
    buttons = tuple(button_from_json(each) for each in data["buttons"])
    version = row.claimed or row.wanted
    event = event_from_json(data["event"]) if "event" in data else None
    return Outgoing(
        row.send_key, row.destination, row.thread, version, row.key, row.author, card, words, buttons, event
    )  # fmt: skip


def _whole(body: str) -> str:
    """Half of a surrogate pair, which is no character, becomes a question mark in a box: no platform could send it."""
    if "\\ud" not in body:
        return body
    words = json.dumps(json.loads(body), ensure_ascii=False)
    return words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def undelivered(row: Row, body: str, reason: str, fallback: str) -> Post | None:
    """Says it where it can be heard, in full, so that nothing is lost. None for what is itself such a post."""
    if row.key.startswith(_TOLD) or fallback == row.destination:
        return None
    key = f"{_TOLD}{row.id}"
    words: Text = (f"Message {row.id} could not be delivered to {row.destination}: {reason} It said: ",)
    try:
        said = outgoing(row, body)
    except Exception:  # noqa: BLE001 - a body that cannot be read may be the very reason for telling
        return Post(key, fallback, row.client, words=(*words, "(it cannot be read)"), urgent=row.urgent)
    words = (*words, Own(f"{said.event.kind} of {said.event.subject}")) if said.event else words
    card = replace(said.card, buttons=()) if said.card else None  # a button is pressed where its card lives
    said_at = row.destination  # which may be the fallback's own place on that platform
    return Post(
        key, fallback, row.client, card, (*words, *said.words), live=row.live, urgent=row.urgent, said_at=said_at
    )  # fmt: skip


def add_rest(tx: StoreTx, row: Row, rest: Text) -> None:
    """What did not fit its message stands in the thread, and follows it: when all fits again, it says so."""
    key = f"{row.key}{REST}"
    known = row.live and tx.rows("SELECT 1 FROM posts WHERE key = ? AND destination = ?", (key, row.destination))
    if not rest and not known:
        return
    words = ("… ", *rest) if rest else ("(Nothing more: all of it is in the message above now.)",)
    under = row.under or row.key
    tx.post(Post(key, row.destination, row.client, words=words, live=True, under=under, alone=True))


def account_refuses(platform: str, paused: Paused, fallback: str) -> Post:
    why = f"It refuses all we send: {paused.reason}"
    waits = "Messages wait. When it takes them again they are sent, marked late."
    remedy = "`deskbell doctor` says what is wrong and what to do about it."
    lines: tuple[Text, ...] = (ours(why), ours(waits), ours(remedy))
    key = _account_key(platform, paused)
    return Post(key, fallback, None, Card(key, Own(platform), "▲ REFUSED", lines=lines, tone="bad"), live=True)


def account_works(platform: str, paused: Paused, fallback: str) -> Post:
    lines: tuple[Text, ...] = (ours("It takes our messages again."),)
    key = _account_key(platform, paused)
    return Post(key, fallback, None, Card(key, Own(platform), "✓ WORKS", lines=lines, tone="good"), live=True)


def _account_key(platform: str, paused: Paused) -> str:
    return f"account/{platform}/{paused.since:%Y%m%dT%H%M%S}"
