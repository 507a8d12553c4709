"""Signals: each is one thing that is wrong, known by its fingerprint. Alerts are made of them.

A monitor that is down is one, and so is what another system tells us of. However often it is told, it is one signal
from its start to its end, and every edge of it is kept.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from desk.alerts import Monitor, Severity
from desk.holds import Hold

RANK = {severity: place for place, severity in enumerate(Severity)}  # critical is 0


class SignalState(StrEnum):
    FIRING = "firing"
    HELD = "held"  # it fires, and something hides its start
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Signal:
    """`started_at` is when it went wrong, by whoever saw it; aware UTC. `source` is `monitor`, or the name of the hook
    by which we were told. `failures` is how many looks in a row failed before it counted. `alert` is the number of the
    alert that it is part of, None while nothing rang for it.
    """

    fingerprint: str
    client: str
    title: str
    severity: Severity
    started_at: datetime
    sentence: str
    about: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    source: str = "monitor"
    monitor: str = ""
    failures: int = 1
    state: SignalState = SignalState.FIRING
    hold: Hold | None = None
    alert: int | None = None
    flapping: bool = False
    link: str = ""  # where whoever told us shows more of it
    ended_at: datetime | None = None
    told_at: datetime | None = None  # when we were told of it last; None for what we saw ourselves
    began: datetime | None = None  # by the clock of whoever told us


class Turn(StrEnum):
    """What happened at an edge."""

    DOWN = "down"
    UP = "up"
    HELD = "held"
    RELEASED = "released"  # what hid it is over, and it fires still
    FLAPPING = "flapping"
    STEADY = "steady"


@dataclass(frozen=True, slots=True)
class Edge:
    """One edge of a signal, kept for good: `why` says what was seen or what hid it."""

    fingerprint: str
    client: str
    at: datetime
    turn: Turn
    alert: int | None
    why: str


def fingerprint_of(monitor: str) -> str:
    return f"monitor/{monitor}"


def fingerprint_told(client: str, source: str, labels: Mapping[str, str]) -> str:
    """Of what another system told us: the same labels are the same thing, in whatever order they come."""
    digest = hashlib.sha256("\0".join(f"{name}={labels[name]}" for name in sorted(labels)).encode()).hexdigest()
    return f"{source}/{client}/{digest[:32]}"


def labels_of(monitor: Monitor) -> dict[str, str]:
    """A monitor's own labels, and those that every monitor has, which are never another's."""
    own = {"client": monitor.client, "monitor": monitor.id, "kind": monitor.kind, "severity": str(monitor.severity)}
    return {**monitor.labels, **own}


def worst(severities: tuple[Severity, ...]) -> Severity:
    return min(severities, key=RANK.__getitem__)


def held(signal: Signal, hold: Hold) -> Signal:
    return replace(signal, state=SignalState.HELD, hold=hold)


def released(signal: Signal, alert: int) -> Signal:
    """It rings: as part of this alert, and nothing hides it."""
    return replace(signal, state=SignalState.FIRING, hold=None, alert=alert)


def over(signal: Signal, at: datetime) -> Signal:
    return replace(signal, state=SignalState.OVER, hold=None, flapping=False, ended_at=max(at, signal.started_at))
