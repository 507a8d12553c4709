"""Readings, what is being watched, and the one function that decides when it rings: `judge`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from desk.holds import Hold
from desk.paths import Step

# A change is from a good look to a bad one or back. Of the last so many looks this share must be changes for it to
# flap, and no more than that for it to be steady again.
FLAP_LOOKS, FLAPS_FROM, STEADY_FROM = 20, 0.3, 0.15


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
    effect this look verifies: only a look that was started on the run's request, and so after its end, carries it. `of`
    is what was looked at; the monitor of this name may be another by the time when the reading is judged.
    """

    monitor: str
    status: Status
    started_at: datetime
    sentence: str = ""
    latency: float | None = None
    values: Mapping[str, float | str] = field(default_factory=dict)
    for_run: int | None = None
    of: "Monitor | None" = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Monitor:
    """What is watched: everything that is the same for every kind; `settings` is the kind's own frozen model.

    `interval` and `time_limit` are seconds. `failures` in a row raise an alert, `successes` in a row clear it;
    `retry_interval` is how soon it is looked at again while that is undecided, None: at its next turn. `upside_down`:
    what is up is wrong. `runbook` is the id of the runbook offered on the alert's card, `target` what it runs on;
    `owner` the id of a team or person, or empty. `conditions` must hold for a look to be good, besides those that the
    kind's settings are short for; they are parsed.
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
    conditions: tuple[Any, ...] = ()
    reference: bool = False  # by it we know whether our own network is up


def is_same_check(one: Monitor, other: Monitor) -> bool:
    """Whether both look at the same thing in the same way, whatever else is said of them."""
    return _what(one) == _what(other)


def _what(monitor: Monitor) -> tuple[Any, ...]:
    return monitor.kind, monitor.settings, monitor.conditions, monitor.upside_down


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

    `failing_since` is when the first failure of the present streak began; `since` when the phase began. `changes` are
    the times of the newest changes between good and bad looks, by which it is told whether it flaps.
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
    held: bool = False  # it is down, and something hides it
    not_ok_since: datetime | None = None  # since when no look at it was good
    changes: tuple[datetime, ...] = ()
    flapping: bool = False


class Move(StrEnum):
    NOTHING = "nothing"
    RAISE = "raise"
    HOLD = "hold"  # it would ring, and something hides the start: the reason is said
    FLAP = "flap"  # it went up and down so often that its end is not believed until it is steady
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Judgement:
    watch: Watch
    move: Move
    hold: Hold | None = None


def judge(watch: Watch, reading: Reading, monitor: Monitor, *, hold: Hold | None = None) -> Judgement:
    """Decide what one reading changes. `hold` is what hides the start of an alert; it never hides its end.

    What is held is down, and is judged with each further look that fails, until nothing holds it. An unknown reading
    changes no counter: not being able to look is evidence of nothing.
    """
    not_ok_since = None if reading.status is Status.OK else watch.not_ok_since or reading.started_at
    seen = replace(
        watch, seen=reading.status, seen_at=reading.started_at, sentence=reading.sentence, not_ok_since=not_ok_since
    )  # fmt: skip
    if reading.status is Status.UNKNOWN:
        return Judgement(seen, Move.NOTHING)
    seen = _flapping(seen, watch, reading, monitor)
    if reading.status is Status.OK:
        judged = _succeeded(seen, reading, monitor)
    else:
        judged = _failed(seen, reading, monitor, hold)
    starts = judged.watch.flapping and not watch.flapping and judged.watch.phase is Phase.DOWN
    return replace(judged, move=Move.FLAP) if starts and judged.move is Move.NOTHING else judged


def _flapping(seen: Watch, before: Watch, reading: Reading, monitor: Monitor) -> Watch:
    """The changes within the last looks, and whether that is too many of them."""
    first = reading.started_at - timedelta(seconds=FLAP_LOOKS * monitor.interval)
    good = before.failures == 0 if before.phase is Phase.UP else before.successes > 0
    known = before.since is not None or before.failures > 0
    changed = (reading.started_at,) if known and good is not (reading.status is Status.OK) else ()
    changes = (*(at for at in before.changes if first < at <= reading.started_at), *changed)[-FLAP_LOOKS:]
    share = len(changes) / FLAP_LOOKS
    return replace(seen, changes=changes, flapping=share > STEADY_FROM if before.flapping else share >= FLAPS_FROM)


def _succeeded(watch: Watch, reading: Reading, monitor: Monitor) -> Judgement:
    if watch.phase is Phase.UP:
        up = replace(watch, failures=0, failing_since=None, since=watch.since or reading.started_at)
        return Judgement(up, Move.NOTHING)
    watch = replace(watch, successes=watch.successes + 1)
    if watch.successes < monitor.successes or watch.flapping:
        return Judgement(watch, Move.NOTHING)
    up = Watch(
        watch.monitor, since=reading.started_at, seen=watch.seen, seen_at=watch.seen_at, changes=watch.changes
    )  # fmt: skip
    return Judgement(up, Move.CLEAR)


def _failed(watch: Watch, reading: Reading, monitor: Monitor, hold: Hold | None) -> Judgement:
    failures = watch.failures + 1
    failing = replace(watch, failures=failures, successes=0, failing_since=watch.failing_since or reading.started_at)
    if (watch.phase is Phase.DOWN and not watch.held) or failures < monitor.failures:
        return Judgement(failing, Move.NOTHING)
    down = replace(failing, phase=Phase.DOWN, since=failing.failing_since, held=hold is not None)
    return Judgement(down, Move.HOLD, hold) if hold else Judgement(down, Move.RAISE)


def undecided(watch: Watch, monitor: Monitor) -> bool:
    """Whether a look or two more will raise or clear an alert, so that it pays to look again sooner."""
    if watch.phase is Phase.DOWN:
        return watch.successes > 0
    return 0 < watch.failures < monitor.failures


def is_plain(watch: Watch, reading: Reading) -> bool:
    """A reading that changes nothing anybody must be told: it may go to the store with a thousand others.

    It is not judged, so what was seen last must be an OK already; else it would be remembered as not seen for good.
    """
    quiet = watch.phase is Phase.UP and watch.failures == 0 and watch.since is not None and not watch.changes
    return quiet and watch.seen is Status.OK and reading.status is Status.OK and reading.for_run is None


class AlertState(StrEnum):
    FIRING = "firing"
    ACKNOWLEDGED = "acknowledged"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Page:
    """One person called, by the escalation path or by a colleague; by which of their ways they have been told.

    `by` is the id of the colleague who called them, with these `words`; both are empty where the path did.
    """

    person: str
    at: datetime
    step: int
    ways: tuple[str, ...] = ("chat",)
    by: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """One episode of something being down, from its first failed reading to its end: of one signal, or of several that
    were grouped.

    What its route and its path said when it was raised is frozen here: `channels` besides the team's, `steps`, how
    often they are gone through (`times`, each `again` seconds after the one before). `step` counts the steps that were
    taken since `called_at`. Not `announced_at` yet: it waits for what belongs to it. `firing` of `total` signals still
    do. `hold` is what keeps it from calling anybody. All times are aware UTC.
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
    steps: tuple[Step, ...] = ()
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
    group: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)  # what its signals have in common
    route: str = ""
    channels: tuple[str, ...] = ()
    firing: int = 1
    total: int = 1
    announced_at: datetime | None = None
    called_at: datetime | None = None
    times: int = 1
    again: float = 0
    group_interval: float = 300
    repeat_interval: float = 0
    hold: Hold | None = None
    flapping: bool = False
    lapses_at: datetime | None = None
    snoozed_until: datetime | None = None
    told: int = 1  # of how many signals its thread knows
    redraw_at: datetime | None = None  # when its card will show what came meanwhile
    link: str = ""  # where whoever told us of its first signal shows more of it

    @property
    def is_open(self) -> bool:
        return self.state is not AlertState.CLEARED

    @property
    def calls(self) -> bool:
        """Whether anybody is called for it."""
        return self.state is AlertState.FIRING and self.hold is None and self.snoozed_until is None


def acknowledge(alert: Alert, person: str, now: datetime, lapses_at: datetime | None = None) -> Alert:
    """Somebody has it, until `lapses_at` without a sign of them. A second acknowledgement of the same person is a sign
    of them and changes nothing else.
    """
    if alert.state is AlertState.ACKNOWLEDGED and alert.acked_by == person:
        return replace(alert, lapses_at=lapses_at)
    return replace(
        alert, state=AlertState.ACKNOWLEDGED, acked_by=person, acked_at=now, lapses_at=lapses_at, snoozed_until=None
    )  # fmt: skip


def let_go(alert: Alert, now: datetime) -> Alert:
    """Nobody has it any more: its path is gone through from its first step, beginning now."""
    return replace(
        alert, state=AlertState.FIRING, acked_by=None, acked_at=None, lapses_at=None, snoozed_until=None, step=0,
        called_at=now,
    )  # fmt: skip


def snooze(alert: Alert, until: datetime) -> Alert:
    return replace(alert, snoozed_until=until, lapses_at=None)


def clear(alert: Alert, now: datetime, fixed_by: str = "") -> Alert:
    return replace(
        alert, state=AlertState.CLEARED, cleared_at=max(now, alert.started_at), fixed_by=fixed_by, hold=None,
        flapping=False, lapses_at=None, snoozed_until=None, firing=0,
    )  # fmt: skip
