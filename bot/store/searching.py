"""Words in the timelines of tickets, found by what each database has for it: SQLite's FTS5, PostgreSQL's text search.

Both have one index, made by a migration and kept up by the database itself. What somebody looks for reaches it as a
parameter that holds quoted words and nothing else: it is never syntax. Nothing is ranked by how often a word
occurs anywhere, for that would tell of words that one cannot see.
"""

import re
from collections.abc import Callable
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, column, func, select, table

from bot.store.tables import timeline
from desk.queries import Term
from desk.snippets import folded


class Depth(StrEnum):
    """How far down is looked: what a ticket was opened with in one line, what its requester reads, every word."""

    SUBJECT = "subject"
    PUBLIC = "public"
    EVERY = "every"


Numbers = Select[int]
Engine = Callable[[Term, Depth, Numbers | None], Numbers]

_FTS = table("said_words", column("rowid"), column("said_words"))
_COLUMNS = {Depth.SUBJECT: "subject", Depth.PUBLIC: "subject public", Depth.EVERY: "subject public internal"}
_WEIGHTS = {Depth.SUBJECT: "A", Depth.PUBLIC: "AB", Depth.EVERY: "ABD"}
# What would end a quoted string, and what no database takes.
_UNSAYABLE = re.compile('["\x00-\x1f\ud800-\udfff]')
_BETWEEN = re.compile("[\x00-/:-@\\[-`{-\xbf\ud800-\udfff]+")  # words, as the index of PostgreSQL parts them


def fts5(term: Term, depth: Depth, among: Numbers | None = None) -> Numbers:
    """The numbers of the tickets that have the term, some of them twice; `among` these alone."""
    said = _UNSAYABLE.sub(" ", term.words)
    wanted = f"{{{_COLUMNS[depth]}}} : \"{said}\"{'' if term.whole else ' *'}"
    number: ColumnElement[int] = _FTS.c.rowid.op(">>")(31)
    found = select(number).where(_FTS.c.said_words.op("MATCH")(wanted))
    return found if among is None else found.where(number.in_(among))


def tsvector(term: Term, depth: Depth, among: Numbers | None = None) -> Numbers:
    """As `fts5`, on PostgreSQL."""
    words = [f"'{word}':{_WEIGHTS[depth]}" for word in _BETWEEN.split(folded(term.words)) if word]
    wanted = " <-> ".join(words) + ("*" if words and not term.whole else "")
    said = func.said_words(timeline.c.item, timeline.c.public, timeline.c.words)
    found = select(timeline.c.number).where(said.op("@@")(func.to_tsquery("simple", wanted)))
    return found if among is None else found.where(timeline.c.number.in_(among))


ENGINES: dict[str, Engine] = {"sqlite": fts5, "postgresql": tsvector}
