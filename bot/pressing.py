"""A button on a post: the line it stands for, and whether the newest card still carries it."""

import json
from dataclasses import dataclass

from bot.arrivals import Answer, Arrival
from bot.store.store import StoreTx
from desk.cards import Button, Card, Text, button_from_json, card_from_json, text_from_json
from desk.refusal import DeskError, Why

_POST = (
    "SELECT key, body, wanted FROM posts WHERE destination = ? AND (key = ? OR message_id = ?)"
    " ORDER BY key = ? DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a post shows now. `version` is the newest that is wanted."""

    key: str
    card: Card | None
    words: Text
    buttons: tuple[Button, ...]
    version: int


def standing(tx: StoreTx, place: str, key: str, message: str | None) -> Standing | None:
    """The post at this place, by the key that its button carried or by the platform's message id."""
    rows = tx.rows(_POST, (place, key, message, key))
    if not rows:
        return None
    found, body, wanted = rows[0]
    data = json.loads(body)
    card = card_from_json(data["card"]) if data["card"] else None
    own = tuple(button_from_json(b) for b in data["buttons"])
    return Standing(found, card, text_from_json(data["words"]), (*(card.buttons if card else ()), *own), wanted)


def button(tx: StoreTx, place: str, key: str, message: str, tag: str) -> Button | None:
    """The button with this tag, None if the newest card does not carry it."""
    now = standing(tx, place, key, message)
    return next((each for each in now.buttons if each.tag() == tag), None) if now else None


def pressed(tx: StoreTx, arrival: Arrival) -> tuple[str, Answer | None]:
    """The key of the post that was pressed, and the answer if its newest card no longer carries the button: how things
    stand, and nothing changes.
    """
    now = standing(tx, arrival.place or arrival.channel, arrival.post, arrival.message)
    if now is None:
        raise DeskError("That message does not carry this button.", why=Why.CONFLICT)
    if any(each.line() == arrival.text for each in now.buttons):
        return now.key, None
    if arrival.version < now.version:
        return now.key, Answer(reply=now.card or Card(now.key, "", lines=(now.words,)))
    raise DeskError("That message does not carry this button.", why=Why.CONFLICT)
