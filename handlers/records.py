"""The narrow view of the store that handlers decide with. The store implements what its consumer needs."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from desk.approvals import Approval
from desk.articles import Article
from desk.audit import Entry
from desk.breaches import Breach
from desk.cards import Post, Text
from desk.intervals import Span
from desk.pins import Quote
from desk.queries import Query, Reach, Term
from desk.runs import Run, RunState
from desk.tallies import Contribution, Sum
from desk.tickets import Attachment, State, Ticket, TimelineEntry
from desk.traces import Asked
from desk.uptime import Outage
from handlers.alert_records import AlertRecords, OnCallRecords, SignalRecords


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


@dataclass(frozen=True, slots=True)
class Reminded:
    """What somebody is reminded of: `kind` is the deadline's (`sla/first_response/50`)."""

    subject: str
    kind: str
    client: str
    at: datetime
    words: Text


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

    def watched(self, person: str, limit: int = 200) -> list[Ticket]: ...
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


class FindRecords(Protocol):
    """Tickets by what somebody looks for."""

    def find(self, query: Query, reach: Reach, *, skip: int = 0, limit: int = 20) -> list[int]:
        """Their numbers, the best first. `is:overdue` finds what was late once; whether still, its clocks know."""
        ...


class ArticleRecords(Protocol):
    """Articles that were added in chat, and the questions that an article answered."""

    def article(self, number: int) -> Article | None:
        """Also one that was retired."""
        ...

    def articles(self, limit: int = 200) -> list[Article]: ...
    def articles_with(self, terms: Sequence[Term], limit: int = 20) -> list[Article]:
        """Those with the most of the terms."""
        ...

    def save_article(self, article: Article, number: int) -> Article: ...
    def retire_article(self, article: Article) -> None: ...
    def solved_by(self, question: str, article: str, client: str, number: int | None) -> bool:
        """Whoever asked says that this article answered it; `number` is the ticket that it became, if it did. Whether
        they say so for the first time.
        """
        ...

    def opened_anyway(self, question: str, client: str, number: int) -> None: ...
    def deflected(self, client: str, start: datetime, end: datetime) -> int:
        """How many questions of `[start, end)` an article answered: no ticket was opened, or its requester ended it."""
        ...


class TurnRecords(Protocol):
    """Whose turn it is to get a ticket."""

    def open_counts(self, people: Sequence[str]) -> Mapping[str, int]:
        """How many unsolved tickets each of these has, of every client: a number and no more is told of the others'."""
        ...

    def last_turn(self, team: str) -> str | None: ...
    def take_turn(self, team: str, person: str) -> None: ...


class PromiseRecords(Protocol):
    """Broken promises, and what people are reminded of."""

    def breaches(self, number: int) -> list[Breach]: ...
    def breaches_between(self, client: str, start: datetime, end: datetime) -> list[Breach]: ...
    def save_breach(self, breach: Breach) -> None: ...
    def remind(self, person: str, quarter: datetime, reminded: Reminded) -> None: ...
    def reminded(self, person: str, client: str, quarter: datetime) -> list[Reminded]: ...


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
    PeopleRecords, ReportRecords, PromiseRecords, FindRecords, ArticleRecords, OnCallRecords, Protocol
):
    """One transaction, opened for the clients its person may see: rows of any other client are not there."""
