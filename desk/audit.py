"""Who did what, chained so that a changed, removed or reordered entry shows."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact. It is written without a place in the chain; the sealer gives it `seq`, `previous` and `hash`.

    `via` is the door it came through (`webchat`, `clock`, `poller`); the detail `acting_as` says that somebody acted
    as the person named.
    """

    at: datetime
    who: str
    via: str
    action: str
    subject: str
    client: str | None = None
    detail: Mapping[str, str] = field(default_factory=dict)
    id: int | None = None
    seq: int | None = None
    previous: str | None = None
    hash: str | None = None


def link(entry: Entry, seq: int, previous: str) -> str:
    """The hash of an entry at its place: SHA-256 over the previous hash and every field, in a fixed form."""
    fields = [
        seq, previous, entry.at.isoformat(), entry.who, entry.via, entry.action, entry.subject, entry.client,
        sorted(entry.detail.items()),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(fields, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Bad:
    seq: int
    why: str


def first_bad(entries: Iterable[Entry], *, seq: int = 0, previous: str = GENESIS) -> Bad | None:
    """Walk sealed entries in order of `seq`; the first one that does not follow from the one before, or None."""
    for entry in entries:
        seq += 1
        if entry.seq != seq:
            return Bad(seq, f"entry {seq} is missing; the next one there is {entry.seq}")
        if entry.previous != previous:
            return Bad(seq, f"entry {seq} does not follow from entry {seq - 1}")
        if entry.hash != link(entry, seq, previous):
            return Bad(seq, f"entry {seq} was changed after it was sealed")
        previous = entry.hash
    return None
