"""The inbox: every arrival is a row before it is acknowledged, and one key has one effect and one answer."""

import hashlib
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

import orjson

from bot.arrivals import Answer, Arrival, File
from bot.store.store import StoreTx
from bot.store.tables import to_us
from desk.cards import Form, FormField, Kind, card_from_json, card_to_json, text, text_from_json, text_to_json

CODE = "link"  # the card that tells a one-time code
SAID_ONCE = text("The code was said once. `/link` gives a new one.")
TRIES = 3  # of a handler that fails for a reason of its own
_SEEN = "SELECT fingerprint, state, answer, tries FROM inbox WHERE key = ?"
_ADD = (
    "INSERT INTO inbox (key, person, received_at, fingerprint, arrival, state, tries, answer)"
    " VALUES (?, ?, ?, ?, ?, 'new', 0, NULL) ON CONFLICT (key) DO NOTHING"
)
_DONE = "UPDATE inbox SET state = 'done', answer = ? WHERE key = ?"
_FAILED = (
    "UPDATE inbox SET tries = tries + 1, state = CASE WHEN tries + 1 >= ? THEN 'set_aside' ELSE 'new' END WHERE key = ?"
)
_WAITING = "SELECT arrival FROM inbox WHERE state = 'new' AND received_at <= ? ORDER BY received_at LIMIT 100"


_NAMES = tuple(field.name for field in fields(Arrival))
# When it came, its name, how to answer it, and what we may do there.
_NO_CONTENT = frozenset({"at", "key", "back", "again", "private"})


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a key: whether it came with the same content, and its answer if it has one."""

    same: bool
    state: str
    answer: Answer | None
    tries: int


def fingerprint(arrival: Arrival) -> str:
    """Of everything a repetition must have in common; the moment it came and the way back are not part of it."""
    # A button's line is looked up on the newest card: pressed once, it may be another or none when it is told again.
    left_out = _NO_CONTENT | {"text"} if arrival.kind == "press" else _NO_CONTENT
    if arrival.kind == "say" and arrival.message and not arrival.again:
        # The message names itself; what we know about it (its thread, names in its words) may have changed meanwhile.
        content = [arrival.platform, arrival.kind, arrival.person, arrival.place, arrival.message]
        return hashlib.sha256(orjson.dumps(content)).hexdigest()
    content = [getattr(arrival, name) for name in _NAMES if name not in left_out]
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def seen(tx: StoreTx, arrival: Arrival) -> Seen | None:
    rows = tx.rows(_SEEN, (arrival.key,))
    if not rows:
        return None
    known, state, answer, tries = rows[0]
    return Seen(known == fingerprint(arrival), state, answer_from_json(orjson.loads(answer)) if answer else None, tries)


def answered(tx: StoreTx, key: str, *, besides: str) -> Answer | None:
    """What was answered to whoever came first with this key, if that was not `besides`."""
    rows = tx.rows("SELECT answer FROM inbox WHERE key = ? AND person <> ? AND answer IS NOT NULL", (key, besides))
    return answer_from_json(orjson.loads(rows[0][0])) if rows else None


def add(tx: StoreTx, arrival: Arrival) -> None:
    body = orjson.dumps({name: getattr(arrival, name) for name in _NAMES}).decode()
    tx.execute(_ADD, (arrival.key, arrival.person, to_us(arrival.at), fingerprint(arrival), body))


def done(tx: StoreTx, key: str, answer: Answer) -> None:
    tx.execute(_DONE, (orjson.dumps(answer_to_json(kept(answer))).decode(), key))


def kept(answer: Answer) -> Answer:
    """What a repetition gets after a restart: all but a one-time code, for whoever reads the database would be believed
    to be somebody else.
    """
    reply = answer.reply
    return replace(answer, reply=replace(reply, lines=(SAID_ONCE,))) if reply and reply.key == CODE else answer


def forget(tx: StoreTx, key: str) -> None:
    """A refusal does not use up the key: the same person may try again with it."""
    tx.execute("DELETE FROM inbox WHERE key = ?", (key,))


def failed(tx: StoreTx, key: str) -> bool:
    """Count a try that failed for a reason of its own. True when that was the last, and the row is set aside."""
    tx.execute(_FAILED, (TRIES, key))
    return bool(tx.rows("SELECT 1 FROM inbox WHERE key = ? AND state = 'set_aside'", (key,)))


def waiting(tx: StoreTx, before: datetime) -> list[Arrival]:
    """Arrivals that were stored and not handled: after a crash, or after a handler failed."""
    return [arrival_from_json(orjson.loads(body)) for (body,) in tx.rows(_WAITING, (to_us(before),))]


def set_aside(tx: StoreTx, key: str) -> None:
    tx.execute("UPDATE inbox SET state = 'set_aside' WHERE key = ?", (key,))


def arrival_from_json(data: dict[str, Any]) -> Arrival:
    files = tuple(File(**each) for each in data["files"])
    return Arrival(**{**data, "at": datetime.fromisoformat(data["at"]), "files": files})


def answer_to_json(answer: Answer) -> dict[str, Any]:
    return {
        "status": answer.status, "error": answer.error,
        "reply": card_to_json(answer.reply) if answer.reply else None,
        "form": form_to_json(answer.form) if answer.form else None,
    }  # fmt: skip


def answer_from_json(data: dict[str, Any]) -> Answer:
    return Answer(
        data["status"], data["error"], card_from_json(data["reply"]) if data["reply"] else None,
        form_from_json(data["form"]) if data["form"] else None,
    )  # fmt: skip


def form_to_json(form: Form) -> dict[str, Any]:
    return {**asdict(form), "intro": [text_to_json(line) for line in form.intro]}


def form_from_json(data: dict[str, Any]) -> Form:
    fields = tuple(
        FormField(**{**f, "kind": Kind(f["kind"]), "choices": tuple(tuple(c) for c in f["choices"])})
        for f in data["fields"]
    )
    intro = tuple(text_from_json(line) for line in data["intro"])
    return Form(data["id"], data["title"], fields, data["submit"], intro)
