"""Tickets by what somebody looks for: filters are columns, words are searched."""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
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

_T = tickets.c
_COLUMNS = {"client": "client_id"}  # where a filter is called otherwise

COUNTED = 20_000  # messages that have a word, up to which the rarer of two is told

Condition = ColumnElement[bool]


class FindRows(Transaction):
    def find(self, query: Query, reach: Reach, *, skip: int = 0, limit: int = 20) -> list[int]:
        """The numbers of the tickets that fit and are within reach: those with all the words in their subject first,
        the newest first among these and among the others.

        `is:overdue` finds what was late once and is not solved; whether it is late still, its clocks know.
        """
        self.flush()
        found: list[int] = []
        for depth in (Depth.SUBJECT, Depth.EVERY) if query.terms() else (Depth.EVERY,):
            left = skip + limit - len(found)
            if left:
                fits = (_T.number.not_in(found), *self._fits(query, reach, depth))
                numbers = select(_T.number).where(*fits).order_by(_T.number.desc()).limit(left)
                found += [int(number) for (number,) in self._select(numbers)]
        return found[skip:]

    def _fits(self, query: Query, reach: Reach, depth: Depth) -> Iterator[Condition]:
        """The words come first: what has them is walked through from the newest on."""
        terms = self._rarest_first(query.terms())
        hits = partial(_hits, ENGINES[self._link.dialect], terms)
        public = depth if depth is Depth.SUBJECT else Depth.PUBLIC
        yield from hits(depth if reach.every_word else public)
        yield from self._filters(query)
        if self.clients is not None:
            yield self._among(self.clients)
        narrow = [self._among(reach.public_words)] if reach.public_words else []
        narrow += [_T.number.in_(_own(reach.own))] if reach.own else []
        if not reach.every_word:
            yield or_(false(), *narrow)
        elif narrow:  # where only public words may be found, they alone are what is looked in
            yield or_(self._among(reach.every_word), and_(or_(*narrow), *hits(public)))
        else:
            yield self._among(reach.every_word)

    def _rarest_first(self, terms: Sequence[Term]) -> Sequence[Term]:
        """SQLite walks through what has the first of them; PostgreSQL knows better where to begin."""
        if self._link.dialect != "sqlite" or len(terms) < 2:
            return terms
        some = {term: fts5(term, Depth.EVERY).limit(COUNTED).subquery() for term in terms}
        counts = {term: self._select(select(func.count()).select_from(of))[0][0] for term, of in some.items()}
        return sorted(terms, key=counts.__getitem__)

    def _among(self, clients: Iterable[str]) -> Condition:
        """Most people see most of the tickets: no index helps, and using one would cost the order."""
        return self._walked(_T.client_id).in_(sorted(clients))

    def _walked(self, column: Column[Any]) -> ColumnElement[Any]:
        """The column, for SQLite out of reach of an index."""
        return column if self._link.dialect != "sqlite" else UnaryExpression(column, operator=custom_op("+"))

    def _filters(self, query: Query) -> Iterator[Condition]:
        """With words, an index of anything else is no help: it would be looked into once for each hit."""
        columns = {each.name: self._walked(each) if query.terms() else each for each in _T}
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
            column = columns[_COLUMNS.get(name, name)] if name != "watcher" else None
            if column is None:
                yield _T.number.in_(_watched(said))
            else:
                yield column.is_(None) if said == NOBODY else column == said


def _hits(engine: Engine, terms: Sequence[Term], depth: Depth) -> list[Condition]:
    """That a ticket has each of the terms, in one of its messages or in several."""
    return [_T.number.in_(engine(term, depth)) for term in terms]


def _tagged(tag: str) -> Condition:
    """By an index of those that have any tags."""
    some = select(_T.number).where(_T.tags != constant("[]"), _T.tags.contains(_item(tag), autoescape=True))
    return _T.number.in_(some)


def _own(person: str) -> CompoundSelect[tuple[int]]:
    return union(select(_T.number).where(_T.requester == person), _watched(person))


def _watched(person: str) -> Select[tuple[int]]:
    """A row of somebody who no longer follows may be left: the ticket itself says who does."""
    said = _T.watchers.contains(_item(person), autoescape=True)
    followed = select(watchers.c.number).where(watchers.c.person == person)
    return select(_T.number).where(_T.number.in_(followed), said)


def _item(value: str) -> str:
    """As it stands in a list of JSON."""
    return json.dumps(value)
