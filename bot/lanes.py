"""Which message goes next: one in flight in each thread or channel, lanes side by side, urgent first.

An edit never goes before an urgent post of its channel, nor does one under way hold it up.

What is remembered here (pace, pauses, what is in flight) is about this process and the platform's limits. Losing it in
a crash costs politeness, never a message.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from bot import settle
from bot.platforms.contract import Pace
from bot.store.outbox_rows import HEAD_START, Row

# What is due within this many seconds is due: a wake-up rounded to microseconds must not come before its time.
SOON = 0.001
FIRST_PROBE = 5.0
LAST_PROBE = 300.0


@dataclass(frozen=True, slots=True)
class Lane:
    platform: str
    destination: str
    under: str | None


@dataclass(frozen=True, slots=True)
class Paused:
    """A platform that refuses all we send. `probe_at` and `wait` are seconds of the monotonic clock."""

    reason: str
    since: datetime
    probe_at: float
    wait: float


class Do(Enum):
    SEND = "send"
    LOOK = "look"
    BURY = "bury"  # its sender died
    FAIL = "fail"  # it can go nowhere


@dataclass(frozen=True, slots=True)
class Step:
    do: Do
    row: Row
    lane: Lane
    reason: str = ""


@dataclass
class Account:
    """What one platform's account is doing right now."""

    pace: Pace
    paused: Paused | None = None
    probing: int | None = None  # the row that tries whether it works again
    resumed_at: datetime | None = None
    edits: deque[float] = field(default_factory=deque)  # when the last edits began
    edits_held_until: float = 0.0

    def edit_at(self, mono: float) -> float:
        """When the next edit may begin."""
        while self.edits and self.edits[0] <= mono - 60:
            self.edits.popleft()
        full = self.pace.edits_per_minute is not None and len(self.edits) >= self.pace.edits_per_minute
        return max(self.edits_held_until, self.edits[0] + 60 if full else 0.0)


class Lanes:
    def __init__(self, paces: Mapping[str, Pace], platform_of: Callable[[str], str]) -> None:
        self.accounts = {name: Account(pace) for name, pace in paces.items()}
        self._platform_of = platform_of
        self._flying: dict[int, set[Lane] | None] = {}  # what each occupies; a look occupies no lane
        self._posting: set[Lane] = set()
        self._editing: set[Lane] = set()
        self._next_post: dict[tuple[str, str], float] = defaultdict(float)
        self._held: dict[Lane, float] = {}

    def add(self, platform: str, pace: Pace) -> None:
        self.accounts.setdefault(platform, Account(pace))

    def begin(self, step: Step, mono: float) -> None:
        account = self.accounts.get(step.lane.platform)
        if account is None:
            return
        if account.paused is not None:
            account.probing = step.row.id
        busy = self._editing if settle.is_edit(step.row) else self._posting
        self._flying[step.row.id] = busy if step.do is Do.SEND else None
        if step.do is not Do.SEND:
            return
        busy.add(step.lane)
        if settle.is_edit(step.row):
            account.edits.append(mono)
        else:
            self._next_post[step.lane.platform, step.lane.destination] = mono + account.pace.post_interval

    def end(self, row_id: int, lane: Lane) -> None:
        """It is back, whatever came of it. Said before the outcome is stored, for that is what rings the next turn."""
        if (busy := self._flying.pop(row_id, None)) is not None:
            busy.discard(lane)
        account = self.accounts[lane.platform]
        if account.probing == row_id:
            account.probing = None

    def hold(self, lane: Lane, row: Row, until: float) -> None:
        """The platform asked for patience: for edits with the whole account, for posts in this lane."""
        if settle.is_edit(row):
            self.accounts[lane.platform].edits_held_until = until
        else:
            self._held[lane] = until

    def pause(self, platform: str, reason: str, now: datetime, mono: float) -> bool:
        """Stop sending to an account that refuses us. True when it was not paused already."""
        account, old = self.accounts[platform], self.accounts[platform].paused
        wait = FIRST_PROBE if old is None else min(old.wait * 2, LAST_PROBE)
        if old is not None and mono < old.probe_at:  # a sender that was under way when the first no came
            return False
        account.paused = Paused(reason, now if old is None else old.since, mono + wait, wait)
        return old is None

    def answered(self, platform: str, now: datetime) -> Paused | None:
        """The account took something or refused only this: it works. Returns the pause that this ends."""
        account, ended = self.accounts[platform], self.accounts[platform].paused
        if ended is not None:
            account.paused, account.resumed_at = None, now
        return ended

    def still_silent(self, platform: str, mono: float) -> None:
        """A probe with no clear answer: try again later."""
        account = self.accounts[platform]
        if account.paused is not None and mono >= account.paused.probe_at:
            account.paused = replace(account.paused, probe_at=mono + account.paused.wait)

    def is_late(self, row: Row, lane: Lane, now: datetime) -> bool:
        """Whether a first post must say that it was written a while ago."""
        account = self.accounts[lane.platform]
        waited_out = account.resumed_at is not None and row.created_at < account.resumed_at
        return account.paused is not None or waited_out or now - row.created_at > settle.LATE

    def lane_of(self, row: Row) -> Lane:
        return Lane(self._platform_of(row.destination), row.destination, row.under)

    def choose(self, rows: Iterable[Row], now: datetime, mono: float) -> tuple[list[Step], datetime | None]:
        """What to begin now, and when there is something more to begin if nothing happens till then."""
        turn = _Turn(self, now, mono)
        for row in sorted(rows, key=_pressing):
            turn.consider(row)
        return turn.steps, turn.wake

    def wait_for(self, step: Step, mono: float) -> float | None:
        """Seconds of the monotonic clock at which the lane is free: None if only the end of another call frees it."""
        account, lane = self.accounts[step.lane.platform], step.lane
        if step.do is Do.FAIL or step.do is Do.BURY:
            return mono
        if account.paused is not None and (account.probing is not None or account.paused.probe_at > mono):
            return None if account.probing is not None else account.paused.probe_at
        if step.do is Do.LOOK:
            return mono
        if lane in self._posting or (lane in self._editing and not _is_urgent_post(step.row)):
            return None
        if settle.is_edit(step.row):
            return account.edit_at(mono)
        return max(self._next_post[lane.platform, lane.destination], self._held.get(lane, 0.0))

    def is_flying(self, row: Row) -> bool:
        return row.id in self._flying


class _Turn:
    """One pass over the waiting rows, the most pressing first."""

    def __init__(self, lanes: Lanes, now: datetime, mono: float) -> None:
        self._lanes, self._now, self._mono = lanes, now, mono
        self._urgent_waits: set[tuple[str, str]] = set()  # the channels in which one does
        self.steps: list[Step] = []
        self.wake: datetime | None = None

    def consider(self, row: Row) -> None:
        lane = self._lanes.lane_of(row)
        if lane.platform not in self._lanes.accounts:
            self.steps.append(Step(Do.FAIL, row, lane, f"{row.destination} is on no platform that is set up."))
            return
        due = settle.due(row)
        if self._now < due <= self._now + settle.HORIZON:
            self._wake_at(due)
        elif not self._lanes.is_flying(row):
            self._begin(row, lane)

    def _begin(self, row: Row, lane: Lane) -> None:
        same_within = self._lanes.accounts[lane.platform].pace.same_within
        step = _what(row, lane, is_same=settle.sent_within(row, self._now, same_within))
        if step is None:
            return
        at = self._lanes.wait_for(step, self._mono)
        channel = (lane.platform, lane.destination)
        gives_way = step.do is Do.SEND and settle.is_edit(row) and channel in self._urgent_waits
        if at is not None and at <= self._mono + SOON and not gives_way:
            self._lanes.begin(step, self._mono)
            self.steps.append(step)
            return
        if _is_urgent_post(row):
            self._urgent_waits.add(channel)
        if at is not None and at > self._mono + SOON:
            self._wake_at(self._now + timedelta(seconds=at - self._mono))

    def _wake_at(self, at: datetime) -> None:
        self.wake = at if self.wake is None else min(self.wake, at)


def _is_urgent_post(row: Row) -> bool:
    return row.urgent and not settle.is_edit(row)


def _pressing(row: Row) -> tuple[bool, float, int]:
    """The first is the most pressing: posts before edits, urgent posts before others, and of edits the one of the card
    that has stood longest, so that none starves. `bot.store.outbox_rows.waiting` gives the first of each channel so.
    """
    if not settle.is_edit(row):
        return False, 0 if row.urgent else 1, row.id
    shown = (row.delivered_at or row.created_at) - (HEAD_START if row.urgent else timedelta(0))
    return True, shown.timestamp(), row.id


def _what(row: Row, lane: Lane, *, is_same: bool) -> Step | None:
    """What a due row asks for: None while it waits for its parent. `is_same`: sent again it is the same message."""
    if row.state == "claimed":
        return Step(Do.BURY, row, lane)
    if row.state == "unclear" and not is_same:
        return Step(Do.LOOK, row, lane)
    if reason := settle.orphan(row):
        return Step(Do.FAIL, row, lane, reason)
    if settle.lacks_parent(row):
        return None
    return Step(Do.SEND, row, lane)
