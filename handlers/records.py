"""The narrow view of the store that handlers decide with. The store implements what its consumer needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from desk.alerts import Alert, Watch
from desk.approvals import Approval
from desk.audit import Entry
from desk.cards import Post
from desk.runs import Run, RunState
from desk.tickets import Attachment, State, Ticket, TimelineEntry


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
class AccountFact:
    """An account on a chat platform by which a person may act, and its name there."""

    platform: str
    name: str


class TicketRecords(Protocol):
    """Tickets, their timeline, and the one sequence of numbers."""

    def number(self) -> int: ...

    def ticket(self, number: int) -> Ticket | None: ...
    def tickets(
        self,
        *,
        states: Sequence[State] = (),
        client: str | None = None,
        requester: str | None = None,
        assignee: str | None = None,
        since: datetime | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> list[Ticket]:
        """In the order of their numbers, those above `after`; `since` is about when they were opened."""
        ...

    def ticket_at(self, home: str, root: str) -> Ticket | None: ...
    def ticket_from(self, source: str, requester: str) -> Ticket | None:
        """The first that was opened from this message (place and id) for this person."""
        ...

    def save_ticket(self, ticket: Ticket) -> Ticket: ...

    def timeline(self, number: int, *, public_only: bool = False, limit: int = 50) -> list[TimelineEntry]: ...
    def said(self, number: int, message: str) -> list[TimelineEntry]:
        """What the timeline has of one message: its words, then each edit, oldest first."""
        ...

    def tell(self, entry: TimelineEntry) -> None: ...


class TurnRecords(Protocol):
    """Whose turn it is to get a ticket."""

    def open_counts(self, people: Sequence[str]) -> Mapping[str, int]:
        """How many unsolved tickets each of these has, of every client: a number and no more is told of the others'."""
        ...

    def last_turn(self, team: str) -> str | None: ...
    def take_turn(self, team: str, person: str) -> None: ...


class AlertRecords(Protocol):
    """Alerts, what is watched, and outages."""

    def alert(self, number: int) -> Alert | None: ...
    def alerts(
        self, *, open_only: bool = True, client: str | None = None, monitor: str | None = None, limit: int = 100
    ) -> list[Alert]: ...
    def save_alert(self, alert: Alert) -> Alert: ...

    def watch(self, monitor: str) -> Watch: ...
    def watches(self) -> list[Watch]: ...
    def save_watch(self, watch: Watch) -> None: ...
    def outage(self, alert: Alert) -> None: ...


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


class SaidRecords(Protocol):
    """What others are to see, and the record of who did what."""

    def post(self, post: Post) -> None: ...
    def destinations(self, key: str) -> list[str]:
        """Where a post with this key stands."""
        ...

    def audit(self, entry: Entry) -> None: ...


class ClockRecords(Protocol):
    """The rows of the alarm clock."""

    def deadline(self, subject: str, kind: str, due: datetime | None, client: str | None = None) -> None: ...
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
        """Whether a platform said that this person pointed at this message (`/open`'s `about`)."""
        ...

    def accounts(self, person: str) -> list[AccountFact]: ...
    def hand_out_code(self, person: str, lapses_at: datetime) -> str: ...
    def unlink(self, person: str, platform: str) -> list[AccountFact]: ...


class Tx(
    TicketRecords, TurnRecords, AlertRecords, RunRecords, SaidRecords, ClockRecords, PeopleRecords, Protocol
):
    """One transaction, opened for the clients its person may see: rows of any other client are not there."""
