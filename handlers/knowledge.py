"""The knowledge base: articles of the configuration and those that were added in chat, found by what somebody asks."""

import hashlib
from collections.abc import Collection

from desk.articles import MOST, Article, asked, beginning, best
from desk.people import may
from desk.queries import BEGINNING, Term
from desk.refusal import DeskError, Why, not_found
from handlers import finding
from handlers.context import Context, Tx
from handlers.homes import Standing
from handlers.pictures import short

ASKED = "asked/"  # begins the name of a question that is no ticket yet


def answers(tx: Tx, ctx: Context, words: str, clients: Collection[str], most: int = MOST) -> list[Article]:
    """The best that are for all, or for these clients."""
    known = [article for article in ctx.config.desk.articles if article.client in {None, *clients}]
    added = [article for article in tx.articles_with(_terms(words)) if article.client in {None, *clients}]
    return best([*known, *added], words, most)


def _terms(words: str) -> list[Term]:
    """What an answer can be found by: the beginning of a word stands for all of its forms."""
    found = dict.fromkeys(beginning(word) for word in asked(words))
    return [Term(word, whole=len(word) < BEGINNING) for word in found]


def visible(tx: Tx, ctx: Context) -> list[Article]:
    """All that somebody may read: those of the configuration first, then the newest."""
    mine = {None, *finding.clients_of(ctx)}
    return [article for article in (*ctx.config.desk.articles, *tx.articles()) if article.client in mine]


def article(tx: Tx, ctx: Context, ref: str, field: str = "which") -> Article:
    """The one of this name or number that they may read. One of another client's is as absent as one that never was."""
    if ref.isdigit() and len(ref) <= 12:
        found = tx.article(int(ref))
        if found is None or found.retired_at or found.client not in {None, *finding.clients_of(ctx)}:
            raise not_found(int(ref))
        return found
    known = {each.ref: each for each in visible(tx, ctx) if each.number is None}
    if ref.lower() not in known:
        sentence = f"There is no article “{short(ref, 60)}” that you can see. `/kb` shows what you can."
        raise DeskError(sentence, field=field, why=Why.NOT_FOUND)
    return known[ref.lower()]


def may_keep(ctx: Context, client: str | None) -> bool:
    """Who writes or takes away an article works for whoever reads it: one for all is for staff of all clients."""
    return may(ctx.person, "ticket.work", client)


def question(ctx: Context, words: str) -> str:
    """A name for what this person asks at this moment, the same when it is asked again by the same arrival."""
    said = f"{ctx.person.id} {ctx.at.isoformat()} {words}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def source(ctx: Context, asked: str, stands: Standing) -> str:
    """What a ticket was opened from: a message, or what its requester asked in their own words first."""
    own = bool(asked) and not stands.source and stands.requester == ctx.person.id
    return f"{ASKED}{asked}" if own else stands.source
