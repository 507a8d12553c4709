"""Words in the timelines of tickets and in articles, found by what each database has for it: SQLite's FTS5,
PostgreSQL's text search.

Both have one index of either, made by a migration and kept up by the database itself. What somebody looks for reaches
it as a parameter that holds quoted words and nothing else: it is never syntax. Nothing is ranked by how often a word
occurs anywhere, for that would tell of words that one cannot see.
"""

import re
from collections.abc import Callable
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, column, func, literal_column, select, table

from bot.store.article_tables import articles
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
_ARTICLES = table("article_words", column("rowid"), column("article_words"))
# As its index has it, to the letter: else PostgreSQL does not see that this is the same.
_ARTICLE_WORDS: ColumnElement[str] = literal_column("said_words('', true, title || ' ' || words || ' ' || answer)")
_COLUMNS = {Depth.SUBJECT: "subject", Depth.PUBLIC: "subject public", Depth.EVERY: "subject public internal"}
_WEIGHTS = {Depth.SUBJECT: "A", Depth.PUBLIC: "AB", Depth.EVERY: "ABD"}
# What would end a quoted string, and what no database takes.
_UNSAYABLE = re.compile('["\x00-\x1f\ud800-\udfff]')
_BETWEEN = re.compile("[\x00-/:-@\\[-`{-\xbf\ud800-\udfff]+")  # words, as the index of PostgreSQL parts them


def fts5(term: Term, depth: Depth, among: Numbers | None = None) -> Numbers:
    """The numbers of the tickets that have the term, some of them twice; `among` these alone."""
    number: ColumnElement[int] = _FTS.c.rowid.op(">>")(31)
    found = select(number).where(_FTS.c.said_words.op("MATCH")(f"{{{_COLUMNS[depth]}}} : {_quoted(term)}"))
    return found if among is None else found.where(number.in_(among))


def tsvector(term: Term, depth: Depth, among: Numbers | None = None) -> Numbers:
    """As `fts5`, on PostgreSQL."""
    said = func.said_words(timeline.c.item, timeline.c.public, timeline.c.words)
    found = select(timeline.c.number).where(said.op("@@")(_tsquery(term, _WEIGHTS[depth])))
    return found if among is None else found.where(timeline.c.number.in_(among))


def articles_by_fts5(term: Term) -> Numbers:
    """The numbers of the articles that have the term anywhere."""
    return select(_ARTICLES.c.rowid).where(_ARTICLES.c.article_words.op("MATCH")(_quoted(term)))


def articles_by_tsvector(term: Term) -> Numbers:
    """As `articles_by_fts5`, on PostgreSQL."""
    return select(articles.c.number).where(_ARTICLE_WORDS.op("@@")(_tsquery(term, "AB")))


def _quoted(term: Term) -> str:
    said = _UNSAYABLE.sub(" ", term.words)
    return f"\"{said}\"{'' if term.whole else ' *'}"


def _tsquery(term: Term, weights: str) -> ColumnElement[str]:
    words = [f"'{word}':{weights}" for word in _BETWEEN.split(folded(term.words)) if word]
    wanted = " <-> ".join(words) + ("*" if words and not term.whole else "")
    return func.to_tsquery("simple", wanted)


ENGINES: dict[str, Engine] = {"sqlite": fts5, "postgresql": tsvector}
ARTICLES: dict[str, Callable[[Term], Numbers]] = {"sqlite": articles_by_fts5, "postgresql": articles_by_tsvector}
