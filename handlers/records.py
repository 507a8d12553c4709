"""The narrow view of the store that handlers decide with. The store implements what its consumer needs."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from desk.alerts import Alert, Watch
from desk.approvals import Approval
from desk.audit import Entry
from desk.cards import Post
from desk.duties import Duty
from desk.holds import Silence
from desk.intervals import Span
from desk.oncall import Override
from desk.pins import Quote
from desk.runs import Run, RunState
from desk.signals import Edge, Signal
from desk.sparklines import Look
from desk.swaps import Swap
from desk.tallies import Contribution, Sum
from desk.tickets import Attachment, State, Ticket
from desk.traces import Asked
from desk.uptime import Outage
from handlers.status_records import StatusRecords
from handlers.ticket_records import ArticleRecords, FindRecords, PromiseRecords, TicketRecords, TurnRecords


@dataclass(frozen=True, slots=True)
class Deadline:
    """A row of the alarm clock: `subject` is `ticket/17`, `kind` what is due, unique together."""

    subject: str
    kind: str
    due_at: datetime
    epoch: int
    client: str | None


@dataclass(frozen=True, slots=True)
class RunFact:
    """That something ran, or is about to, on a target that several clients share: neither which run nor whose it is."""

    state: RunState
    started_at: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a post at one place: `state` is that of the outbox, `reason` why it did not get there."""

    destination: str
    state: str
    delivered_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of ours: the key of its post, and that of the post in whose thread it stands."""

    key: str
    under: str | None


@dataclass(frozen=True, slots=True)
class AccountFact:
    """An account on a chat platform by which a person may act, and its name there."""

    platform: str
    name: str


class OnCallRecords(Protocol):
    """What people put over the schedules for a while, and the swaps that they ask each other for."""

    def override(self, number: int) -> Override | None:
        """Also one that was cancelled."""
        ...

    def overrides(self, schedule: str, since: datetime) -> list[Override]:
        """Those of a schedule that end after `since`, without those that were cancelled before they began."""
        ...

    def overrides_of(self, swap: int) -> list[Override]: ...
    def save_override(self, override: Override) -> None: ...
    def swap(self, number: int) -> Swap | None: ...
    def save_swap(self, swap: Swap) -> None: ...
    def duty(self, schedule: str) -> Duty | None:
        """The last that was noted."""
        ...

    def duties(self, schedule: str, start: datetime, end: datetime) -> list[Duty]:
        """What was noted in `[start, end)`, and the last before it, in order."""
        ...

    def note_duty(self, duty: Duty) -> None: ...


class AlertRecords(Protocol):
    """Alerts, and what is watched."""

    def alert(self, number: int) -> Alert | None: ...
    def alerts(
        self, *, open_only: bool = True, client: str | None = None, monitor: str | None = None,
        below: int | None = None, limit: int = 100,
    ) -> list[Alert]:  # fmt: skip
        """The newest first; `below` this number."""
    def alerts_at(self, place: str, limit: int) -> list[Alert]:
        """Those that are open and whose card stands at this place, the newest first."""
        ...

    def save_alert(self, alert: Alert) -> Alert: ...

    def watch(self, monitor: str) -> Watch: ...
    def watches(self) -> list[Watch]: ...
    def save_watch(self, watch: Watch) -> None: ...
    def looks(self, monitor: str, start: datetime, end: datetime) -> list[Look]: ...
    def open_alert(self, group: str) -> Alert | None:
        """The alert of the signals that share this (desk.grouping), while it has not ended."""
        ...


class SignalRecords(Protocol):
    """Signals, their edges, what hides them, and outages."""

    def signal(self, fingerprint: str) -> Signal | None: ...
    def save_signal(self, signal: Signal) -> None: ...
    def signals_of(self, alert: int, *, firing_only: bool = False, limit: int = 100) -> list[Signal]:
        """Those of an alert: what fires first, the worst of it first, then the oldest."""
        ...

    def held_signals(self, client: str | None = None, *, since: str = "", limit: int = 100) -> list[Signal]:
        """What fires and is hidden, by fingerprint, those after `since`."""
        ...

    def outage(self, signal: Signal) -> None: ...
    def edge(self, edge: Edge) -> None: ...
    def edges(self, *, fingerprint: str = "", alert: int | None = None, limit: int = 200) -> list[Edge]: ...
    def inhibits(self, signal: Signal, inhibition: str, equal: str) -> None: ...
    def inhibits_no_more(self, fingerprint: str) -> list[str]:
        """The inhibitions that it was a source of."""
        ...

    def inhibitor(self, client: str, inhibition: str, equal: str, besides: str) -> str | None:
        """The title of what hides others so, other than this fingerprint."""
        ...

    def begun_alerts(self, client: str, since: datetime) -> int: ...
    def firing_count(self, alert: int) -> int: ...
    def silence(self, number: int) -> Silence | None: ...
    def silences(self, now: datetime, clients: Sequence[str] = (), limit: int = 500) -> list[Silence]:
        """Those that have not ended, of these clients or of all."""
        ...

    def save_silence(self, silence: Silence) -> Silence: ...


class RunRecords(Protocol):
    """Runs, approvals, and the checks that verify a run."""

    def run(self, number: int) -> Run | None: ...
    def runs(
        self, *, runbook: str | None = None, target: str | None = None, since: datetime | None = None, limit: int = 100
    ) -> list[Run]: ...
    def last_runs_on(self, runbook: str, target: str, since: datetime) -> list[RunFact]:
        """Of every client: those that have not ended, and those asked for or started since then; the newest first."""
        ...

    def save_run(self, run: Run) -> Run: ...
    def approval(self, number: int) -> Approval | None: ...
    def save_approval(self, approval: Approval) -> Approval: ...
    def probe(self, run: int, monitor: str | None, not_before: datetime | None = None) -> None: ...
    def ask_look(self, asked: Asked) -> None: ...
    def drop_look(self, asked: Asked) -> None: ...


class SaidRecords(Protocol):
    """What others are to see, and the record of who did what."""

    def post(self, post: Post) -> None: ...
    def destinations(self, key: str) -> list[str]:
        """Where a post with this key stands."""
        ...

    def shown(self, place: str, message: str) -> Shown | None:
        """What this message at this place is of ours; None for anybody else's."""
        ...

    def deliveries(self, key: str) -> list[Delivery]:
        """What became of it at each place."""
        ...

    def audit(self, entry: Entry) -> None: ...


class ClockRecords(Protocol):
    """The rows of the alarm clock."""

    def deadline(self, subject: str, kind: str, due: datetime | None, client: str | None = None) -> None: ...
    def take_back(self, subject: str, prefix: str, client: str) -> None:
        """All of the subject's deadlines of this family."""
        ...

    def due(self, subject: str, prefix: str, now: datetime) -> list[Deadline]: ...
    def retire(self, serving: Iterable[str]) -> list[str]:
        """Take back every deadline of a client that is none of these; the clients that had any, by name."""
        ...


class PeopleRecords(Protocol):
    """Accounts, and the files that people attach."""

    def keep_file(self, number: int, client: str, platform: str, file: Attachment) -> None:
        """Ask for a copy of the file's bytes in the data folder; the same source once."""
        ...

    def pointed(self, person: str, about: str) -> bool:
        """Whether a platform said that this person pointed at this message (`about` of `/open` and `/pin`)."""
        ...

    def quoted(self, person: str, about: str) -> Quote | None:
        """What it said then; None where nobody pointed at it, or too long ago."""
        ...

    def accounts(self, person: str) -> list[AccountFact]: ...
    def hand_out_code(self, person: str, lapses_at: datetime) -> str: ...
    def unlink(self, person: str, platform: str) -> list[AccountFact]: ...


class ReportRecords(Protocol):
    """The numbers of months (202610, in a row), and the rows that they are made of."""

    def count(self, was: Contribution | None, now: Contribution | None) -> None:
        """A ticket that counted as `was` counts as `now`; None counts nowhere."""
        ...

    def add_up(self, each: Contribution) -> None:
        """Add what many tickets contribute to the sums at once."""
        ...

    def forget_sums(self) -> None: ...
    def sums(self, months: Sequence[int], client: str | None = None) -> list[Sum]: ...
    def lengths(self, client: str, months: Sequence[int]) -> Mapping[str, Counter[int]]:
        """How many lengths of each code (desk.histograms), by the names of `desk.tallies.LENGTHS`."""
        ...

    def categories(self, client: str, months: Sequence[int]) -> Counter[str]: ...
    def opened_in(
        self,
        client: str,
        months: Sequence[int],
        *,
        states: Sequence[State] = (),
        priority: str = "",
        holding: str = "",
        after: int = 0,
        limit: int = 1000,
    ) -> list[Ticket]:
        """By number, those above `after`. `holding` is a word that stands in the text of their clocks."""
        ...

    def outages(self, client: str, start: datetime, end: datetime) -> list[Outage]: ...
    def looked(self, monitor: str, start: datetime, end: datetime, reach: float) -> list[Span]:
        """Of which time there is data about a monitor; a look vouches for `reach` seconds at most."""
        ...


class Tx(
    TicketRecords, TurnRecords, AlertRecords, SignalRecords, RunRecords, SaidRecords, ClockRecords,
    PeopleRecords, ReportRecords, PromiseRecords, FindRecords, ArticleRecords, OnCallRecords,
    StatusRecords, Protocol
):
    """One transaction, opened for the clients its person may see: rows of any other client are not there."""
