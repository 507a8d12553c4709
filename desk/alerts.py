"""Readings, what is being watched, and the one function that decides when it rings: `judge`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    OK = "ok"
    FAILED = "failed"
    UNKNOWN = "unknown"  # "I cannot look": no permission, no network of our own. Never the same as down.


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at a monitor saw.

    `started_at` is aware UTC; `latency` is in seconds, None where nothing was measured; `sentence` explains a failure
    with the value seen and the value expected, and is empty for a plain OK. `for_run` is the number of the run whose
    effect this look verifies: only a look that was started on the run's request, and so after its end, carries it.
    """

    monitor: str
    status: Status
    started_at: datetime
    sentence: str = ""
    latency: float | None = None
    values: Mapping[str, float | str] = field(default_factory=dict)
    for_run: int | None = None


@dataclass(frozen=True, slots=True)
class Monitor:
    """What is watched: everything that is the same for every kind; `settings` is the kind's own frozen model.

    `interval` and `time_limit` are seconds. `failures` in a row raise an alert, `successes` in a row clear it;
    `retry_interval` is how soon it is looked at again while that is undecided, None: at its next turn. `upside_down`:
    what is up is wrong. `runbook` is the id of the runbook offered on the alert's card, `target` what it runs on;
    `owner` the id of a team or person, or empty.
    """

    id: str
    name: str
    client: str
    kind: str
    settings: Any
    interval: float = 60.0
    time_limit: float = 10.0
    failures: int = 3
    successes: int = 2
    severity: Severity = Severity.HIGH
    parent: str | None = None
    runbook: str | None = None
    target: str | None = None
    about: str = ""  # what the card says the thing is: "shop.acme.example"
    retry_interval: float | None = None
    upside_down: bool = False
    owner: str = ""
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)


def is_same_check(one: Monitor, other: Monitor) -> bool:
    """Whether both look at the same thing in the same way, whatever else is said of them."""
    return (one.kind, one.settings, one.upside_down) == (other.kind, other.settings, other.upside_down)


def turned(reading: Reading) -> Reading:
    """What is said of a monitor that is upside down: failed is ok and ok is failed. Not being able to look stays so."""
    if reading.status is Status.UNKNOWN:
        return reading
    if reading.status is Status.OK:
        return replace(reading, status=Status.FAILED, sentence="it is up, expected it to be down (upside down)")
    return replace(reading, status=Status.OK, sentence=f"down as expected (upside down): {reading.sentence}")


class Phase(StrEnum):
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Watch:
    """What is known of one monitor: `phase` is what we tell people, the counters what we are waiting for.

    `failing_since` is when the first failure of the present streak began; `since` when the phase began.
    """

    monitor: str
    phase: Phase = Phase.UP
    failures: int = 0
    successes: int = 0
    since: datetime | None = None
    failing_since: datetime | None = None
    seen: Status | None = None
    seen_at: datetime | None = None
    sentence: str = ""
    alert: int | None = None


class Move(StrEnum):
    NOTHING = "nothing"
    RAISE = "raise"
    HOLD = "hold"  # it would ring, and something hides the start: the reason is said
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Judgement:
    watch: Watch
    move: Move
    reason: str = ""


def judge(watch: Watch, reading: Reading, monitor: Monitor, *, hidden_by: str = "") -> Judgement:
    """Decide what one reading changes. `hidden_by` names what suppresses the start of an alert (a parent that is down).

    Suppression hides the start of an alert and never its end. An unknown reading changes no counter: not being able
    to look is evidence of nothing.
    """
    seen = replace(watch, seen=reading.status, seen_at=reading.started_at, sentence=reading.sentence)
    if reading.status is Status.UNKNOWN:
        return Judgement(seen, Move.NOTHING)
    if reading.status is Status.OK:
        return _succeeded(seen, reading, monitor)
    return _failed(seen, reading, monitor, hidden_by)


def _succeeded(watch: Watch, reading: Reading, monitor: Monitor) -> Judgement:
    if watch.phase is Phase.UP:
        up = replace(watch, failures=0, failing_since=None, since=watch.since or reading.started_at)
        return Judgement(up, Move.NOTHING)
    successes = watch.successes + 1
    if successes < monitor.successes:
        return Judgement(replace(watch, successes=successes), Move.NOTHING)
    up = Watch(watch.monitor, since=reading.started_at, seen=watch.seen, seen_at=watch.seen_at)
    return Judgement(up, Move.CLEAR)


def _failed(watch: Watch, reading: Reading, monitor: Monitor, hidden_by: str) -> Judgement:
    failures = watch.failures + 1
    failing = replace(watch, failures=failures, successes=0, failing_since=watch.failing_since or reading.started_at)
    if watch.phase is Phase.DOWN or failures < monitor.failures:
        return Judgement(failing, Move.NOTHING)
    if hidden_by:
        return Judgement(failing, Move.HOLD, hidden_by)
    return Judgement(replace(failing, phase=Phase.DOWN, since=failing.failing_since), Move.RAISE)


def undecided(watch: Watch, monitor: Monitor) -> bool:
    """Whether a look or two more will raise or clear an alert, so that it pays to look again sooner."""
    if watch.phase is Phase.DOWN:
        return watch.successes > 0
    return 0 < watch.failures < monitor.failures


def is_plain(watch: Watch, reading: Reading) -> bool:
    """A reading that changes nothing anybody must be told: it may go to the store with a thousand others.

    It is not judged, so what was seen last must be an OK already; else it would be remembered as not seen for good.
    """
    quiet = watch.phase is Phase.UP and watch.failures == 0 and watch.since is not None
    return quiet and watch.seen is Status.OK and reading.status is Status.OK and reading.for_run is None


class AlertState(StrEnum):
    FIRING = "firing"
    ACKNOWLEDGED = "acknowledged"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Page:
    """One person told by the escalation path."""

    person: str
    at: datetime
    step: int


@dataclass(frozen=True, slots=True)
class Alert:
    """One episode of something being down, from its first failed reading to its end.

    `steps` is the escalation path as it stood when the alert was raised: seconds to wait and whom to tell.
    """

    number: int
    client: str
    monitor: str
    title: str
    about: str
    severity: Severity
    state: AlertState
    started_at: datetime
    raised_at: datetime
    sentence: str
    failures: int
    steps: tuple[tuple[int, str], ...] = ()
    step: int = 0
    pages: tuple[Page, ...] = ()
    acked_by: str | None = None
    acked_at: datetime | None = None
    cleared_at: datetime | None = None
    ticket: int | None = None
    run: int | None = None
    auto_ran: bool = False
    fixed_by: str = ""
    version: int = 0


def acknowledge(alert: Alert, person: str, now: datetime) -> Alert:
    """Somebody has it. A second acknowledgement of the same person changes nothing."""
    if alert.state is AlertState.ACKNOWLEDGED and alert.acked_by == person:
        return alert
    return replace(alert, state=AlertState.ACKNOWLEDGED, acked_by=person, acked_at=now)


def clear(alert: Alert, now: datetime, fixed_by: str = "") -> Alert:
    return replace(alert, state=AlertState.CLEARED, cleared_at=now, fixed_by=fixed_by)
