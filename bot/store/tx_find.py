"""Tickets by what somebody looks for: filters are columns, words are searched."""

import json
from collections.abc import Iterator

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    false,
    not_,
    or_,
    select,
    union,
)

from bot.store.promise_tables import breaches
from bot.store.searching import ENGINES, Depth
from bot.store.statements import constant
from bot.store.tables import MICROSECOND, tickets, to_us, watchers
from bot.store.transaction import Transaction
from desk.queries import NOBODY, Query, Reach

_T = tickets.c
_COLUMNS = {
    "client": _T.client_id, "team": _T.team, "category": _T.category, "code": _T.code, "assignee": _T.assignee,
    "requester": _T.requester,
}  # fmt: skip

Condition = ColumnElement[bool]


class FindRows(Transaction):
    def find(self, query: Query, reach: Reach, *, skip: int = 0, limit: int = 20) -> list[int]:
        """The numbers of the tickets that fit and are within reach: those with all the words in their subject first,
        the newest first among these and among the others.

        `is:overdue` finds what was late once and is not solved; whether it is late still, its clocks know.
        """
        self.flush()
        found: list[int] = []
        for conditions in self._ranks(query, reach):
            numbers = self._mine(select(_T.number), tickets).where(*conditions).order_by(_T.number.desc())
            left = skip + limit - len(found)
            found += [int(number) for (number,) in self._select(numbers.limit(left))] if left else []
        return found[skip:]

    def _ranks(self, query: Query, reach: Reach) -> Iterator[list[Condition]]:
        fits = [*self._filters(query), self._within(query, reach)]
        in_subject = self._hits(query, Depth.SUBJECT)
        if not in_subject:
            yield fits
            return
        yield [*fits, *in_subject]
        deepest = Depth.EVERY if reach.every_word else Depth.PUBLIC
        yield [*fits, *self._hits(query, deepest), not_(and_(*in_subject))]

    def _hits(self, query: Query, depth: Depth) -> list[Condition]:
        """That a ticket has each of the terms, in one of its messages or in several."""
        engine = ENGINES[self._link.dialect]
        return [_T.number.in_(engine(term, depth)) for term in query.terms()]

    def _within(self, query: Query, reach: Reach) -> Condition:
        """Where only public words may be found, they alone are what the words are looked for in."""
        public = [_T.client_id.in_(sorted(reach.public_words))] if reach.public_words else []
        public += [_T.number.in_(_own(reach.own))] if reach.own else []
        narrow = or_(false(), *public)
        if not reach.every_word:
            return narrow
        every = _T.client_id.in_(sorted(reach.every_word))
        return or_(every, and_(narrow, *self._hits(query, Depth.PUBLIC))) if public else every

    def _filters(self, query: Query) -> Iterator[Condition]:
        if query.states():
            yield _T.state.in_(sorted(query.states()))
        if "unassigned" in query.status:
            yield _T.assignee.is_(None)
        if "overdue" in query.status:
            yield _T.number.in_(select(breaches.c.number))
        if query.number is not None:
            yield _T.number == query.number
        if query.priority:
            yield _T.priority == query.priority.value
        if query.opened:
            yield _T.month.between(*query.opened)
        if query.older is not None:
            yield _T.opened_at <= to_us(self.now) - query.older // MICROSECOND
        if query.newer is not None:
            yield _T.opened_at >= to_us(self.now) - query.newer // MICROSECOND
        yield from (_tagged(tag) for tag in query.tags)
        yield from (_named(name, said) for name, said in query.names)


def _named(name: str, said: str) -> Condition:
    if name == "watcher":
        return _T.number.in_(_watched(said))
    return _COLUMNS[name].is_(None) if said == NOBODY else _COLUMNS[name] == said


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
