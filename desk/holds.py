"""What hides the start of a signal: a silence, maintenance, a parent that is down, a worse signal, our own blindness.

It hides the start and never the end, and it is said what hid it.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desk.intervals import Span
from desk.matchers import Labels, Matcher, all_match


class HoldKind(StrEnum):
    BLIND = "blind"
    PARENT = "parent"
    INHIBITED = "inhibited"
    MAINTENANCE = "maintenance"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Hold:
    """`why` is said to people; `by` is what it is known by (a silence's number, a window's id, a parent's id).

    `until` is when it ends by itself, aware UTC; None where only something else can end it.
    """

    kind: HoldKind
    by: str
    why: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """Somebody wants to hear nothing of what matches, for a reason and until a time. `[starts_at, ends_at)`."""

    number: int
    client: str
    matchers: tuple[Matcher, ...]
    reason: str
    author: str
    starts_at: datetime
    ends_at: datetime
    ended_by: str = ""
    version: int = 0

    def hides(self, labels: Labels, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at and all_match(self.matchers, labels)


@dataclass(frozen=True, slots=True)
class Window:
    """Planned maintenance. `spans` are its dated times, in order and apart, `[start, end)`, aware UTC.

    `matchers` say what of the client's it is about; none: everything. `announce` is how many seconds before.
    """

    id: str
    title: str
    client: str
    matchers: tuple[Matcher, ...]
    spans: tuple[Span, ...]
    zone: str
    announce: int = 0

    def at(self, at: datetime) -> Span | None:
        """The span that holds this moment."""
        return next((span for span in self.spans if span[0] <= at < span[1]), None)

    def next(self, at: datetime) -> Span | None:
        """The first span that has not ended."""
        return next((span for span in self.spans if at < span[1]), None)

    def covers(self, client: str, labels: Labels) -> bool:
        return client == self.client and all_match(self.matchers, labels)


@dataclass(frozen=True, slots=True)
class Inhibition:
    """While something fires that `source` matches, what `target` matches is hidden, if both have the same `equal`.
    `id` is made of these (`rule_id`), so that what is stored by it belongs to no other rule when the files change.
    """

    id: str
    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...]

    def key(self, labels: Labels) -> str:
        """What two signals must share."""
        return "\x1f".join(labels.get(name, "") for name in sorted(self.equal))


def rule_id(source: Iterable[Matcher], target: Iterable[Matcher], equal: Iterable[str]) -> str:
    """The same for the same rule, in whatever order its parts are written."""
    said = "\n".join("\0".join(sorted(map(str, part))) for part in (source, target, equal))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def in_maintenance(windows: Iterable[Window], client: str, labels: Labels, at: datetime) -> Hold | None:
    """The window that ends last, of those that are open for it."""
    found = [(span, w) for w in windows if w.covers(client, labels) and (span := w.at(at))]
    if not found:
        return None
    span, window = max(found, key=lambda each: each[0][1])
    return Hold(HoldKind.MAINTENANCE, window.id, f"maintenance: {window.title}", span[1])


def silenced(silences: Sequence[Silence], labels: Labels, at: datetime) -> Hold | None:
    """The silence that ends last, of those that match."""
    found = [silence for silence in silences if silence.hides(labels, at)]
    if not found:
        return None
    last = max(found, key=lambda silence: (silence.ends_at, silence.number))
    return Hold(HoldKind.SILENCE, str(last.number), last.reason, last.ends_at)
