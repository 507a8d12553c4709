"""What a handler is given: who, where and when, and the narrow view of the store it decides with.

The protocols stand here because the handlers own them: the store implements what its consumer needs.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from pydantic import BaseModel

from config.loaded import Config
from desk.alerts import Alert, Watch
from desk.approvals import Approval
from desk.audit import Entry
from desk.cards import Card, Form, Post
from desk.people import Person
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


@dataclass(frozen=True, slots=True)
class Where:
    """Where somebody spoke: platform, channel, and the post under which the thread stands (`ticket/17`), if any.

    `place` says where exactly (`slack/C012`), empty in the web chat; `message` is the platform's id of what was said.
    `private`: a thread that they alone read can be made there.
    """

    platform: str
    channel: str
    thread_key: str | None = None
    thread: str | None = None
    place: str = ""
    message: str = ""
    private: bool = False

    @property
    def at(self) -> str:
        """The one place where the words can be read; the channel's own is the web chat's."""
        return self.place or self.channel

    @property
    def said(self) -> str:
        """The message by place and id; empty where it has none."""
        return f"{self.at}/{self.message}" if self.message else ""


@dataclass(frozen=True, slots=True)
class Context:
    """`now` is when the transaction runs, `at` when the thing happened; verdicts use `at`. Both aware UTC.

    `person` is who acts; the desk itself (clock, poller) acts as `desk.people.Person("deskbell", ...)`.
    """

    now: datetime
    at: datetime
    person: Person
    where: Where
    config: Config
    acting_as: bool = False
    commands: "Mapping[str, Command]" = field(default_factory=dict)  # what `help` lists


class Tx(Protocol):
    """One transaction, opened for the clients its person may see: rows of any other client are not there."""

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

    def alert(self, number: int) -> Alert | None: ...
    def alerts(
        self, *, open_only: bool = True, client: str | None = None, monitor: str | None = None, limit: int = 100
    ) -> list[Alert]: ...
    def save_alert(self, alert: Alert) -> Alert: ...

    def watch(self, monitor: str) -> Watch: ...
    def watches(self) -> list[Watch]: ...
    def save_watch(self, watch: Watch) -> None: ...
    def outage(self, alert: Alert) -> None: ...

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

    def post(self, post: Post) -> None: ...
    def destinations(self, key: str) -> list[str]:
        """Where a post with this key stands."""
        ...

    def deadline(self, subject: str, kind: str, due: datetime | None, client: str | None = None) -> None: ...
    def due(self, subject: str, prefix: str, now: datetime) -> list[Deadline]: ...
    def retire(self, serving: Iterable[str]) -> list[str]:
        """Take back every deadline of a client that is none of these; the clients that had any, by name."""
        ...

    def audit(self, entry: Entry) -> None: ...

    def keep_file(self, number: int, client: str, platform: str, file: Attachment) -> None:
        """Ask for a copy of the file's bytes in the data folder; the same source once."""
        ...

    def accounts(self, person: str) -> list[AccountFact]: ...
    def hand_out_code(self, person: str, lapses_at: datetime) -> str: ...
    def unlink(self, person: str, platform: str) -> list[AccountFact]: ...


Answer = Card | Form | None


@dataclass(frozen=True, slots=True)
class Command:
    """A command, declared once: parser, forms, help and documentation all come from this.

    `action` is the permission (desk.people.ACTIONS) that the router looks at; `shown_for` the one that `help` looks at,
    where that is narrower. `check` resolves names and numbers, read-only, and is run before a form closes and again
    before `run`. `group` and `example` are for `help`.
    """

    word: str
    summary: str
    group: str
    example: str
    action: str
    writes: bool
    args: type[BaseModel]
    run: Callable[[Tx, Context, Any], Answer]
    check: Callable[[Tx, Context, Any], None] | None = None
    title: str = ""  # of the form
    submit: str = "Send"
    shown_for: str = ""
    usual: Callable[[Tx, Context, Mapping[str, str]], Mapping[str, str]] | None = None  # what a form starts with
