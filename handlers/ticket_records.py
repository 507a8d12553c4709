"""What handlers need of tickets: their rows, their promises, whose turn it is, and what is found among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from desk.articles import Article
from desk.breaches import Breach
from desk.cards import Text
from desk.queries import Query, Reach, Term
from desk.tickets import State, Ticket, TimelineEntry


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
