"""Tickets by what somebody looks for: filters are columns, words are searched."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Select,
    UnaryExpression,
    and_,
    false,
    func,
    or_,
    select,
    union,
)
from sqlalchemy.sql.operators import custom_op

from bot.store.promise_tables import breaches
from bot.store.searching import ENGINES, Depth, Engine, fts5
from bot.store.statements import constant
from bot.store.tables import MICROSECOND, tickets, to_us, watchers
from bot.store.transaction import Transaction
from desk.queries import NOBODY, Query, Reach, Term
from desk.tickets import UNRESOLVED

_T = tickets.c
COMMON = 20_000  # messages that have a word: from there on it is common

Condition = ColumnElement[bool]


class FindRows(Transaction):
    def find(self, query: Query, reach: Reach, *, skip: int = 0, limit: int = 20) -> list[int]:
        """The numbers of the tickets that fit and are within reach: those with all the words in their subject first,
        the newest first among these and among the others.

        `is:overdue` finds what was late once and is not solved; whether it is late still, its clocks know.
        """
        self.flush()
        found: list[int] = []
        way = self._way(query)
        for depth in (Depth.SUBJECT, Depth.EVERY) if way.terms else (Depth.EVERY,):
            left = skip + limit - len(found)
            if left:
                fits = (way.number.not_in(found), *self._fits(query, reach, depth, way))
                numbers = select(_T.number).where(*fits).order_by(_T.number.desc()).limit(left)
                found += [int(number) for (number,) in self._select(numbers)]
        return found[skip:]

    def _way(self, query: Query) -> "_Way":
        """SQLite walks through what has the rarest of the words; through the tickets, where all of them are common.
        PostgreSQL knows better.
        """
        engine = ENGINES[self._link.dialect]
        if self._link.dialect != "sqlite":
            return _Way(engine, query.terms(), {column.name: column for column in _T})
        counts = {term: self._messages(term) for term in query.terms()}
        rare = min(counts.values(), default=COMMON) < COMMON
        open_ = {"number"} if rare else {"client_id", "requester", "assignee", "month"}
        open_ |= {"state"} if not rare and "client" in dict(query.names) else set()
        columns = {column.name: column if column.name in open_ else _walked(column) for column in _T}
        return _Way(engine, sorted(counts, key=counts.__getitem__), columns)

    def _messages(self, term: Term) -> int:
        """How many have it as a whole word, up to so many that it is common; words that stand together are rare."""
        if " " in term.words:
            return 0
        some = fts5(replace(term, whole=True), Depth.EVERY).limit(COMMON).subquery()
        return int(self._select(select(func.count()).select_from(some))[0][0])

    def _fits(self, query: Query, reach: Reach, depth: Depth, way: "_Way") -> Iterator[Condition]:
        public = depth if depth is Depth.SUBJECT else Depth.PUBLIC
        filters = list(self._filters(query, way))
        few = self._few(query, reach, filters)
        yield from way.hits(depth if reach.every_word else public, few)
        yield from filters
        if self.clients is not None:
            yield _among(self.clients)
        narrow = [_among(reach.public_words)] if reach.public_words else []
        narrow += [_T.number.in_(_own(reach.own))] if reach.own else []
        if not reach.every_word:
            yield or_(false(), *narrow)
        elif narrow:  # where only public words may be found, they alone are what is looked in
            yield or_(_among(reach.every_word), and_(or_(*narrow), *way.hits(public)))
        else:
            yield _among(reach.every_word)

    def _few(self, query: Query, reach: Reach, filters: list[Condition]) -> Select[int] | None:
        """Tickets that are few by their nature, among which alone a common word is then looked for."""
        if reach.own and not reach.every_word | reach.public_words:
            return select(_T.number).where(_T.number.in_(_own(reach.own)))
        names = dict(query.names)
        still_open = query.states() and query.states() <= UNRESOLVED
        if "requester" in names or "watcher" in names or ("client" in names and still_open):
            return select(_T.number).where(*filters)
        return None

    def _filters(self, query: Query, way: "_Way") -> Iterator[Condition]:
        columns = way.columns
        if query.states():
            yield columns["state"].in_(sorted(query.states()))
        if "unassigned" in query.status:
            yield columns["assignee"].is_(None)
        if "overdue" in query.status:
            yield _T.number.in_(select(breaches.c.number))
        if query.number is not None:
            yield _T.number == query.number
        if query.priority:
            yield columns["priority"] == query.priority.value
        if query.opened:
            yield columns["month"].between(*query.opened)
        if query.older is not None:
            yield columns["opened_at"] <= to_us(self.now) - query.older // MICROSECOND
        if query.newer is not None:
            yield columns["opened_at"] >= to_us(self.now) - query.newer // MICROSECOND
        yield from (_tagged(tag) for tag in query.tags)
        for name, said in query.names:
            if name == "watcher":
                yield _T.number.in_(_watched(said))
            else:
                column = columns["client_id" if name == "client" else name]
                yield column.is_(None) if said == NOBODY else column == said


@dataclass(frozen=True, slots=True)
class _Way:
    """How a question is asked of this database: which word comes first, and which columns an index may be used for."""

    engine: Engine
    terms: Sequence[Term]
    columns: Mapping[str, ColumnElement[Any]]

    @property
    def number(self) -> ColumnElement[Any]:
        return self.columns["number"]

    def hits(self, depth: Depth, among: Select[int] | None = None) -> list[Condition]:
        """That a ticket has each of the terms, in one of its messages or in several."""
        return [self.number.in_(self.engine(term, depth, among)) for term in self.terms]


def _walked(column: Column[Any]) -> ColumnElement[Any]:
    """The column, so that SQLite uses no index for it."""
    return UnaryExpression(column, operator=custom_op("+"))


def _among(clients: Iterable[str]) -> Condition:
    """Most people see most of the tickets: an index would cost the order, and help nobody."""
    return func.coalesce(_T.client_id, "").in_(sorted(clients))


def _tagged(tag: str) -> Condition:
    """By an index of those that have any tags."""
    some = select(_T.number).where(_T.tags != constant("[]"), _T.tags.contains(_item(tag), autoescape=True))
    return _T.number.in_(some)


def _own(person: str) -> CompoundSelect[int]:
    return union(select(_T.number).where(_T.requester == person), _watched(person))


def _watched(person: str) -> Select[int]:
    """A row of somebody who no longer follows may be left: the ticket itself says who does."""
    said = _T.watchers.contains(_item(person), autoescape=True)
    followed = select(watchers.c.number).where(watchers.c.person == person)
    return select(_T.number).where(_T.number.in_(followed), said)


def _item(value: str) -> str:
    """As it stands in a list of JSON."""
    return json.dumps(value)
