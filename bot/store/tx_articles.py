"""Articles that were added in chat, and the questions that an article answered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select, union_all, update

from bot.store.article_tables import article_hits, articles
from bot.store.rows import Row, at, us
from bot.store.searching import ARTICLES
from bot.store.statements import Statement, adding, inserting
from bot.store.tables import tickets, to_us
from bot.store.transaction import Transaction
from desk.articles import Article
from desk.queries import Term
from desk.tickets import State

_A, _H, _T = articles.c, article_hits.c, tickets.c
_ADD = inserting(articles)
_HIT = adding(article_hits, "question")
_RETIRE = Statement(
    lambda _: update(articles).where(_A.number == bindparam("for_number")).values(retired_at=bindparam("retired_at")),
    ["retired_at", "for_number"],
)
_OPENED = Statement(
    lambda _: update(article_hits)
    .where(_H.question == bindparam("asked"), _H.client_id == bindparam("client"))
    .values(number=bindparam("number")),
    ["number", "asked", "client"],
)


class ArticleRows(Transaction):
    def article(self, number: int) -> Article | None:
        """Also one that was retired."""
        found = self._select(self._within(select(articles).where(_A.number == number)))
        return _article(found[0]) if found else None

    def articles(self, limit: int = 200) -> list[Article]:
        """The newest, without those that were retired."""
        return self._articles(select(articles).order_by(_A.number.desc()).limit(limit))

    def articles_with(self, terms: Sequence[Term], limit: int = 20) -> list[Article]:
        """Those with the most of the terms, the newest first among equals; none, where no term is asked for."""
        if not terms:
            return []
        engine = ARTICLES[self._link.dialect]
        hits = union_all(*(select(engine(term).subquery()) for term in terms)).subquery()
        number = next(iter(hits.columns))
        counted = select(number.label("number"), func.count().label("terms")).group_by(number).subquery()
        query = select(articles).join(counted, counted.c.number == _A.number)
        return self._articles(query.order_by(counted.c.terms.desc(), _A.number.desc()).limit(limit))

    def save_article(self, article: Article, number: int) -> Article:
        """A new one: an article never changes its words."""
        self._allow(article.client)
        words = "\n".join(article.words)
        self._run(_ADD, (
            number, article.client, article.title, words, article.answer, article.ticket, article.by, us(article.at),
            us(article.retired_at),
        ))  # fmt: skip
        return replace(article, ref=str(number))

    def retire_article(self, article: Article) -> None:
        """It is shown no more; what it answered stays counted."""
        self._allow(article.client)
        self._run(_RETIRE, (to_us(self.now), article.number))

    def solved_by(self, question: str, article: str, client: str, number: int | None) -> bool:
        """Whoever asked says that this article answered it; whether it was the first time that they say so."""
        self._allow(client)
        return bool(self._run(_HIT, (question, article, client, to_us(self.now), number)).rowcount)

    def opened_anyway(self, question: str, client: str, number: int) -> None:
        """The question became a ticket: how that ends decides whether an article answered it."""
        self._allow(client)
        self._run(_OPENED, (number, question, client))

    def deflected(self, client: str, start: datetime, end: datetime) -> int:
        """How many questions of `[start, end)` an article answered: no ticket was opened, or its requester ended it."""
        ended = select(_T.number).where(
            _T.client_id == client, _T.resolved_by == _T.requester,
            _T.state.in_([State.RESOLVED.value, State.CLOSED.value]),
        )  # fmt: skip
        query = self._mine(select(func.count()).select_from(article_hits), article_hits)
        query = query.where(_H.client_id == client, _H.at >= to_us(start), _H.at < to_us(end))
        return int(self._select(query.where(or_(_H.number.is_(None), _H.number.in_(ended))))[0][0])

    def _articles(self, query: Select[Any]) -> list[Article]:
        return [_article(row) for row in self._select(self._within(query.where(_A.retired_at.is_(None))))]

    def _within(self, query: Select[Any]) -> Select[Any]:
        """What is for all, and what is a client's for whom this transaction was opened."""
        if self.clients is None:
            return query
        return query.where(or_(_A.client_id.is_(None), _A.client_id.in_(sorted(self.clients))))


def _article(row: Row) -> Article:
    return Article(
        str(row[0]), row[2], row[4], tuple(row[3].split("\n")) if row[3] else (), row[1], row[6], at(row[7]), row[5],
        at(row[8]),
    )  # fmt: skip
