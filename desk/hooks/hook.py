"""A hook: by what others tell us, for whom, and how their words are read. What it decides no message can change."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from desk.alerts import Severity
from desk.hooks.episodes import is_newer
from desk.hooks.mapping import Map
from desk.hooks.told import Told
from desk.matchers import LONGEST, MOST, NAME
from desk.signals import Signal, fingerprint_told
from desk.words import clean

TITLE, SENTENCE, LINK = 200, 500, 1000  # characters
ANCIENT = timedelta(days=366)  # what began before this is not believed
IDENTITY = "signal_id"  # the label that tells one thing from all others
OWN = ("client", "hook", "kind", "severity", IDENTITY)  # labels that every signal of a hook has
# The words of the vendors, and of many who write rules for them.
SEVERITIES: Mapping[str, Severity] = {
    **dict.fromkeys(("critical", "page", "disaster", "emergency", "fatal", "5", "p1"), Severity.CRITICAL),
    **dict.fromkeys(("high", "error", "major", "alert", "4", "p2"), Severity.HIGH),
    **dict.fromkeys(("normal", "warning", "warn", "average", "medium", "minor", "3", "2", "p3"), Severity.NORMAL),
    **dict.fromkeys(("low", "info", "information", "informational", "notice", "none", "not classified", "debug", "1",
                     "0", "p4"), Severity.LOW),
}  # fmt: skip
_NAME = re.compile(NAME)
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]")
_LINK = re.compile(r"https?://[!-~]+")


@dataclass(frozen=True, slots=True)
class Hook:
    """`client` is whose signals they are; where `client_label` is set, that label's value says whose by `clients`, and
    `client` is meant where there is none; also for a value that is none of them, which is then said. `severity` is
    meant where theirs is none of `severities`, nor of the usual words. `lapses_after` seconds without a word a signal
    ends. `mapping` is a generic hook's own.
    """

    id: str
    kind: str
    client: str
    severity: Severity = Severity.HIGH
    severities: Mapping[str, Severity] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    client_label: str = ""
    clients: Mapping[str, str] = field(default_factory=dict)
    lapses_after: float | None = None
    mapping: Map | None = None

    def severity_of(self, word: str) -> Severity:
        said = word.strip().casefold()
        return self.severities.get(said) or SEVERITIES.get(said) or self.severity


def tidy(words: str, limit: int) -> str:
    """Fit to keep and to show, in one line."""
    return " ".join(clean(words[: 4 * limit], 16 * limit).split())[:limit].rstrip()


def signal_of(told: Told, hook: Hook, at: datetime) -> Signal:
    """What was told by `at`, as this hook reads it: bounded, and with what the configuration decides on top."""
    labels = {**_labels(told.labels), **hook.labels}
    client, unsure = _client(hook, {**told.labels, **hook.labels})
    severity = hook.severity_of(told.severity)
    title = tidy(told.title, TITLE) or hook.id
    seen = tidy(told.sentence, SENTENCE - len(unsure)) or title
    start = began(told.started_at, at)
    fingerprint = fingerprint_told(client, hook.id, told.identity)
    own = {
        "client": client, "hook": hook.id, "kind": hook.kind, "severity": str(severity),
        IDENTITY: hashlib.sha256(fingerprint.encode()).hexdigest()[:12],
    }  # fmt: skip
    return Signal(
        fingerprint, client, title, severity, start or at, f"{seen}{unsure}",
        tidy(told.about, TITLE), {**labels, **own}, source=hook.id, failures=0, link=_link(told.link), told_at=at,
        began=start,
    )  # fmt: skip


def began(said: datetime | None, at: datetime) -> datetime | None:
    """A time of theirs as we believe it: not in the future, and none at all where it is ancient."""
    return None if said is None or said < at - ANCIENT else min(said, at)


def _client(hook: Hook, labels: Mapping[str, str]) -> tuple[str, str]:
    """Whose it is, and what to say where that was not known."""
    if not hook.client_label:
        return hook.client, ""
    value = tidy(labels.get(hook.client_label, ""), LONGEST)
    if not value or value in hook.clients:
        return hook.clients.get(value, hook.client), ""
    return hook.client, f" (its {hook.client_label} is “{value[:60]}”, which is no client that {hook.id} knows)"


def _labels(told: Mapping[str, str]) -> dict[str, str]:
    """So many, with names that a matcher can have; none of those that the configuration decides."""
    found: dict[str, str] = {}
    for written, value in told.items():
        name = _NOT_IN_NAMES.sub("_", written[:63])
        said = tidy(value, LONGEST)
        if _NAME.fullmatch(name) and name not in OWN and said and len(found) < MOST:
            found.setdefault(name, said)
    return found


def _link(written: str) -> str:
    return written if len(written) <= LINK and _LINK.fullmatch(written) else ""


def again(signal: Signal, before: Signal) -> Signal:
    """What fires is told again: what is known of it stays, what is said of it is new."""
    newer = is_newer(signal.began, before)
    return replace(
        signal, started_at=signal.started_at if newer else before.started_at, state=before.state, hold=before.hold,
        began=signal.began if newer else before.began, alert=before.alert, flapping=before.flapping,
    )  # fmt: skip
