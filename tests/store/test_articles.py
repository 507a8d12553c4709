"""Articles that were added in chat, found by words, and the questions they answered. The same on every database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.store.errors import ForeignClient
from bot.store.searching import ARTICLES
from bot.store.store import Store, StoreTx
from desk.articles import Article
from desk.queries import Term
from desk.tickets import State
from tests.store.values import ticket
from tests.store_fixture import MORNING, HandClock

ACME = frozenset({"acme"})
DAY = timedelta(days=1)


def added(tx: StoreTx, number: int, title: str, answer: str, words: str = "", client: str | None = "acme") -> Article:
    phrases = tuple(words.split(", ")) if words else ()
    return tx.save_article(Article("", title, answer, phrases, client, "ben", tx.now, 17), number)


@pytest.fixture
async def full(store: Store) -> Store:
    def work(tx: StoreTx) -> None:
        added(tx, 1, "The VPN drops", "Quit the program", "tunnel, remote access")
        added(tx, 2, "Der Drucker in Zürich", "Aus und an; the printer's tray is \"2\"", client=None)
        added(tx, 3, "Lorry tunnel", "Call the driver", client="globex")
        tx.retire_article(added(tx, 4, "The VPN of old", "Dial in"))

    await store.write(work)
    return store


async def found(store: Store, *terms: Term, clients: frozenset[str] | None = None) -> list[str]:
    rows = await store.read(lambda tx: tx.articles_with(terms), clients=clients)
    return [article.ref for article in rows]


def begun(word: str) -> Term:
    return Term(word, whole=False)


async def test_an_article_reads_as_it_was_kept(full: Store) -> None:
    kept = await full.read(lambda tx: tx.article(1))
    assert kept == Article(
        "1", "The VPN drops", "Quit the program", ("tunnel", "remote access"), "acme", "ben", MORNING, 17
    )  # fmt: skip
    assert (await full.read(lambda tx: tx.article(2))).words == ()
    assert await full.read(lambda tx: tx.article(9)) is None


@pytest.mark.parametrize(
    ("terms", "numbers", "why"),
    [
        ([begun("tunn")], ["3", "1"], "in a title and among the words, the newest first"),
        ([begun("tunn"), begun("quit")], ["1", "3"], "the one with more of the terms first"),
        ([begun("zurich")], ["2"], "without accents"),
        ([begun("ZÜRICH")], ["2"], "with them"),
        ([Term("quit", whole=True)], ["1"], "a whole word"),
        ([Term("qui", whole=True)], [], "no beginning of it"),
        ([begun("vpn")], ["1"], "without those that were retired"),
        ([begun("nothing")], [], "none"),
        ([], [], "no terms"),
        ([begun('"2" OR 1*')], [], "what is syntax elsewhere are words here"),
        ([begun("printer's")], ["2"], "a quote is none"),
    ],
)
async def test_articles_are_found_by_the_words_they_have(full: Store, terms, numbers, why) -> None:
    assert await found(full, *terms) == numbers, why


async def test_whoever_sees_one_client_finds_its_articles_and_those_for_all(full: Store) -> None:
    assert await found(full, begun("tunnel"), begun("printer"), clients=ACME) == ["2", "1"]
    assert await full.read(lambda tx: tx.article(3), clients=ACME) is None
    assert [a.ref for a in await full.read(lambda tx: tx.articles(), clients=ACME)] == ["2", "1"]
    assert [a.ref for a in await full.read(lambda tx: tx.articles(), clients=frozenset())] == ["2"]


async def test_nobody_writes_an_article_of_another_client(full: Store) -> None:
    lorry = await full.read(lambda tx: tx.article(3))
    with pytest.raises(ForeignClient):
        await full.write(lambda tx: added(tx, 5, "One", "Two", client="globex"), clients=ACME)
    with pytest.raises(ForeignClient):
        await full.write(lambda tx: tx.retire_article(lorry), clients=ACME)


async def test_a_retired_article_is_still_there_by_its_number(full: Store, clock: HandClock) -> None:
    assert (await full.read(lambda tx: tx.article(4))).retired_at == clock.now()


async def test_the_database_looks_into_its_index(full: Store) -> None:
    """The expression is spelled as the index has it: else PostgreSQL would read every article."""

    def plan(tx: StoreTx) -> str:
        dialect = tx._link.dialect
        if dialect == "postgresql":  # which reads a table of four rows faster than any index
            tx.execute("SET LOCAL enable_seqscan = off")
        query = ARTICLES[dialect](begun("vpn")).compile(tx._link.connection)
        params = tuple(query.params[name] for name in query.positiontup) if query.positional else query.params
        how = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}[dialect]
        return " ".join(str(row) for row in tx._link.connection.exec_driver_sql(f"{how} {query}", params).all())

    said = await full.write(plan)
    assert "ix_articles_words" in said or "VIRTUAL TABLE INDEX" in said


async def deflected(store: Store, client: str = "acme", start=MORNING, end=MORNING + DAY) -> int:
    return await store.read(lambda tx: tx.deflected(client, start, end))


async def test_a_question_counts_once_for_its_client_and_its_time(store: Store) -> None:
    def work(tx: StoreTx) -> list[bool]:
        said = [("a", "vpn", "acme"), ("a", "31", "acme"), ("b", "31", "acme"), ("c", "x", "globex")]
        return [tx.solved_by(f"asked/{question}", article, client, None) for question, article, client in said]

    assert await store.write(work) == [True, False, True, True]
    assert await deflected(store) == 2
    assert await deflected(store, "globex") == 1
    assert await deflected(store, start=MORNING - DAY, end=MORNING) == 0
    with pytest.raises(ForeignClient):
        await store.write(lambda tx: tx.solved_by("asked/d", "x", "globex", None), clients=ACME)


@pytest.mark.parametrize(
    ("changes", "counts", "why"),
    [
        ({"state": State.RESOLVED, "resolved_by": "ann"}, 1, "its requester ended it"),
        ({"state": State.CLOSED, "resolved_by": "ann"}, 1, "and it closed"),
        ({"state": State.RESOLVED, "resolved_by": "ben"}, 0, "staff had to solve it"),
        ({"state": State.OPEN}, 0, "it is open again"),
    ],
)
async def test_a_question_that_became_a_ticket_counts_by_how_that_ends(store: Store, changes, counts, why) -> None:
    def work(tx: StoreTx) -> None:
        tx.save_ticket(replace(ticket(7, "acme", requester="ann"), **changes))
        tx.solved_by("asked/a", "vpn", "acme", None)
        tx.opened_anyway("asked/a", "acme", 7)
        tx.opened_anyway("asked/a", "globex", 8)

    await store.write(work)
    assert await deflected(store) == counts, why
