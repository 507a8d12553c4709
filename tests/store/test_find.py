"""Tickets found by words and filters. The same holds on every database."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store.databases import Database
from bot.store.postgres import Postgres
from bot.store.searching import Depth, fts5, tsvector
from bot.store.sqlite import SqliteFile
from bot.store.store import Store, StoreTx
from desk.breaches import Breach
from desk.queries import Query, Reach, Term, parse
from desk.tickets import Item, Priority, State, TimelineEntry
from tests.store.values import ticket
from tests.store_fixture import MORNING, HandClock

ACME, GLOBEX = frozenset({"acme"}), frozenset({"globex"})
STAFF = Reach(every_word=ACME | GLOBEX)
ANN = Reach(own="ann")


def opened(tx: StoreTx, number: int, words: str, client: str = "acme", **changes: object) -> None:
    subject, _, details = words.partition("\n")
    tx.save_ticket(ticket(number, client, subject=subject, details=details, **changes))
    said(tx, number, words, client, Item.OPENED)


def said(tx: StoreTx, number: int, words: str, client: str = "acme", item: Item = Item.REPLY) -> None:
    tx.tell(TimelineEntry(number, client, tx.now, "ann", item, words, public=item is not Item.NOTE))


async def found(store: Store, line: str, reach: Reach = STAFF, **how: int) -> list[int]:
    return await store.read(lambda tx: tx.find(parse(line), reach, **how))


@pytest.fixture
async def full(store: Store) -> Store:
    """Six tickets: in their subject, in what followed, in a note, of another client, of somebody else."""

    def work(tx: StoreTx) -> None:
        opened(tx, 1, "VPN drops every hour\nAt home, since Monday")
        opened(tx, 2, "Printer is on fire", requester="carl")
        opened(tx, 3, "No Wi-Fi in Zürich", state=State.CLOSED)
        opened(tx, 4, "Lorry is lost", "globex", requester="gina")
        opened(tx, 5, "Screen flickers", requester="carl", watchers=("ann",))
        opened(tx, 6, "Mail is slow", requester="carl")
        said(tx, 1, "Is the printer near the router?")
        said(tx, 6, "the printer server runs on the same machine", item=Item.NOTE)
        said(tx, 5, "the cable of the screen is broken")

    await store.write(work)
    return store


@pytest.mark.parametrize(
    ("line", "numbers", "why"),
    [
        ("printer", [2, 6, 1], "in the subject first, then the newest, wherever it was said"),
        ("vpn", [1], "whatever its case"),
        ("zurich", [3], "without its accents"),
        ("ZÜRICH", [3], "with them"),
        ("wi-fi", [3], "a word with a dash is two that stand together"),
        ("print", [2, 6, 1], "the beginning of a word"),
        ("pri", [], "too short to be a beginning"),
        ("rinter", [], "no beginning"),
        ("vpn router", [1], "each of them somewhere in it"),
        ("vpn lorry", [], "not all in one ticket"),
        ('"on fire"', [2], "words that stand together"),
        ('"fire on"', [], "in this order"),
        ('"screen flick"', [], "a phrase ends where its last word ends"),
        ("printer requester:carl", [2, 6], "words and a filter"),
        ("is:closed", [3], "a state"),
        ("is:open", [6, 5, 4, 2, 1], "all that are not solved"),
        ("is:closed is:open client:acme", [6, 5, 3, 2, 1], "any of the states, and the client"),
        ("watcher:ann", [5], "who follows it"),
        ("number:4", [4], "one number"),
        ("number:99", [], "a number that does not exist"),
    ],
)
async def test_words_and_filters_find_what_they_say(full: Store, line: str, numbers: list[int], why: str) -> None:
    assert await found(full, line) == numbers, why


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        ("tag:vpn", {"tags": ("vpn", "printer")}),
        ("priority:P1", {"priority": Priority.P1}),
        ("category:access", {"category": "access"}),
        ("code:workaround", {"code": "workaround"}),
        ("team:desk", {"team": "desk"}),
        ("assignee:ben", {"assignee": "ben"}),
        ("opened:2026-10", {"month": 202610}),
        ("opened:2026-Q4", {"month": 202610}),
        ("opened:2026", {"month": 202601}),
        ("older:3d", {"opened_at": MORNING - timedelta(days=3)}),
        ("is:pending", {"state": State.PENDING}),
        ("is:resolved", {"state": State.RESOLVED}),
        ("is:merged", {"state": State.MERGED}),
        ("is:new", {"state": State.NEW}),
    ],
)
async def test_each_filter_takes_the_one_ticket_that_it_means(store: Store, line: str, changes: dict) -> None:
    other = {"state": State.OPEN, "tags": ("vpn-2",), "assignee": "mia", "month": 202501}

    def work(tx: StoreTx) -> None:
        opened(tx, 1, "one", **{**other, **changes})
        opened(tx, 2, "other", **other)

    await store.write(work)
    assert await found(store, line) == [1]


async def test_what_nobody_has_and_what_was_late_are_found_while_they_are_open(store: Store) -> None:
    def work(tx: StoreTx) -> None:
        opened(tx, 1, "one", assignee="ben")
        opened(tx, 2, "two")
        opened(tx, 3, "three", state=State.CLOSED)
        for number in (1, 3):
            tx.save_breach(Breach(number, "acme", "resolution", MORNING))

    await store.write(work)
    assert await found(store, "is:unassigned") == [2]
    assert await found(store, "assignee:nobody") == [3, 2]
    assert await found(store, "is:overdue") == [1]
    assert await found(store, "is:overdue is:closed") == [3]


async def test_newer_and_older_divide_the_tickets_by_when_they_were_opened(store: Store, clock: HandClock) -> None:
    await store.write(lambda tx: opened(tx, 1, "one"))
    clock.step(7200)
    assert await found(store, "newer:2h") == await found(store, "older:2h") == [1]
    clock.step(1)
    assert await found(store, "newer:2h") == []


async def test_pages_follow_each_other_without_a_gap_and_without_a_repetition(store: Store) -> None:
    """Across the ranks, too: half of them have the word in their subject."""

    def work(tx: StoreTx) -> None:
        for number in range(1, 41):
            opened(tx, number, "printer" if number % 2 else "other\nprinter")

    await store.write(work)
    pages = [await found(store, "printer", skip=skip, limit=7) for skip in range(0, 42, 7)]
    assert [number for page in pages for number in page] == [*range(39, 0, -2), *range(40, 1, -2)]


@pytest.mark.parametrize(
    ("reach", "line", "numbers", "why"),
    [
        (ANN, "is:open", [5, 1], "what she asked for and what she watches"),
        (ANN, "screen", [5], "words of what she watches"),
        (ANN, "printer", [1], "not what a note says, nor another's ticket"),
        (Reach(own="carl"), "server", [], "a note in his own ticket"),
        (Reach(public_words=ACME), "printer", [2, 1], "all tickets of a client, without the notes"),
        (Reach(public_words=ACME, every_word=GLOBEX), "lorry", [4], "each client as far as it goes"),
        (Reach(public_words=ACME, every_word=GLOBEX), "server", [], "a note where the public words are all"),
        (Reach(every_word=ACME), "lorry", [], "another client"),
        (Reach(), "is:open", [], "nobody"),
    ],
)
async def test_nothing_is_found_by_what_one_cannot_see(full: Store, reach, line, numbers, why) -> None:
    assert await found(full, line, reach) == numbers, why


@pytest.mark.parametrize("line", ["printer", "print", '"the printer"', "is:open", "mail printer", "carl", "zzz"])
@pytest.mark.parametrize("reach", [Reach(own="carl"), Reach(public_words=ACME), Reach(own="ann", public_words=GLOBEX)])
async def test_notes_change_neither_what_a_requester_finds_nor_in_which_order(full: Store, reach, line) -> None:
    """However often a word is written among staff: the same numbers, the same order, the same pages."""
    before = await found(full, line, reach)

    def work(tx: StoreTx) -> None:
        for number in range(1, 7):
            for words in ("printer zzz", "carl says the printer is the mail", "mail"):
                said(tx, number, words, "globex" if number == 4 else "acme", Item.NOTE)

    await full.write(work)
    assert await found(full, line, reach) == before
    assert await found(full, line, reach, skip=1, limit=1) == before[1:2]


async def test_another_clients_tickets_are_not_found_by_whoever_reaches_for_them(full: Store) -> None:
    """The transaction itself is the wall, whatever the reach says."""
    lines = ["lorry", "is:open", "number:4", "requester:gina", "client:globex"]
    for line in lines:
        seen = await full.read(lambda tx, line=line: tx.find(parse(line), STAFF), clients=ACME)
        assert 4 not in seen, line


async def test_a_watcher_who_went_away_finds_it_no_more(full: Store) -> None:
    """The row that found it by person may be left; the ticket itself says who follows."""
    await full.write(lambda tx: tx.save_ticket(replace(tx.ticket(5), watchers=("anna",))))
    assert await found(full, "is:open", ANN) == [1]
    assert await found(full, "watcher:ann") == []


HOSTILE = [
    '"', '""', "'", "*", "vpn*", "vpn OR printer", "NOT vpn", "NEAR(vpn drops)", "subject:vpn", "-vpn", "^vpn", "vpn^2",
    "{subject} : vpn", "internal : server", "(vpn", "vpn)", "vpn AND", "a:*", "vpn:B", "vpn & !drops", "vpn <-> drops",
    "\\", "\\'", "'; DROP TABLE tickets; --", "%", "_", "?", "vpn ? ?", ":x", "%s", "{0}", "\x00", "vpn\x00drops",
    "\ud800", "🖨", "مرحبا", "प्रिंटर", "ｆｕｌｌ", "ﬁre", "a" * 400, "²", "ß", "İ", "x" * 3 + "́" * 20,
]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
async def test_what_somebody_types_is_never_syntax(full: Store, words: str) -> None:
    """Every such text is looked for as words, finds nothing that it does not say, and breaks nothing."""
    for query in (Query(words=(words,)), Query(phrases=(words,)), Query(tags=(words,))):
        seen = await full.read(lambda tx, query=query: tx.find(query, ANN))
        assert set(seen) <= {1}, (query, seen)
    assert await found(full, "is:open") == [6, 5, 4, 2, 1]


def test_the_two_engines_know_the_same_depths_and_say_what_is_looked_for_as_a_parameter() -> None:
    for engine in (fts5, tsvector):
        for depth in Depth:
            text = engine(Term("it's \"here\"", whole=False), depth).compile()
            assert "here" not in str(text)
            assert any("here" in str(value) for value in text.params.values())


async def test_the_index_can_be_made_anew_and_is_what_it_was(database: Database, full: Store) -> None:
    """SQLite's own check compares the index with the timeline; a rebuild changes no answer."""
    lines = ["printer", "zurich", "server", '"on fire"', "screen"]
    before = [await found(full, line) for line in lines]

    def rebuild(tx: StoreTx) -> None:
        if isinstance(database, Postgres):
            tx.execute("REINDEX INDEX ix_timeline_said_words")
            return
        tx.execute("INSERT INTO said_words (said_words, rank) VALUES ('integrity-check', 1)")
        tx.execute("INSERT INTO said_words (said_words) VALUES ('rebuild')")
        tx.execute("INSERT INTO said_words (said_words, rank) VALUES ('integrity-check', 1)")

    await full.write(rebuild)
    assert [await found(full, line) for line in lines] == before


async def test_words_that_were_taken_back_are_not_found(full: Store) -> None:
    """A call that failed leaves nothing in the index either."""

    def work(tx: StoreTx) -> None:
        opened(tx, 7, "Unicorn in the lift")
        tx.flush()
        raise LookupError

    with pytest.raises(LookupError):
        await full.write(work)
    assert await found(full, "unicorn") == []
    await full.write(lambda tx: opened(tx, 7, "Elephant in the lift"))
    assert await found(full, "lift") == [7]


async def test_what_is_said_of_an_alert_or_a_run_is_no_ticket(database: Database, full: Store) -> None:
    await full.write(lambda tx: said(tx, 40, "status 500 on the printer page"))
    assert await found(full, "printer") == [2, 6, 1]
    if isinstance(database, SqliteFile):  # the other index is of the timeline itself
        assert await full.read(lambda tx: tx.rows("SELECT COUNT(*) FROM said WHERE id >> 31 = 40")) == [(0,)]


WORDS = st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta"]), min_size=1, max_size=5)
NUMBERS = count(1)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tickets=st.lists(st.lists(WORDS, min_size=1, max_size=3), max_size=8),
    wanted=st.lists(st.sampled_from(["alpha", "beta", "gamma"]), min_size=1, max_size=2, unique=True),
)
async def test_every_ticket_is_found_by_exactly_its_words(store: Store, tickets, wanted) -> None:
    """Whatever messages they are spread over; held against a search that reads all of them."""
    client = f"client-{next(NUMBERS)}"
    expected: list[list[int]] = [[], []]

    def work(tx: StoreTx) -> None:
        for messages in tickets:
            number = next(NUMBERS)
            opened(tx, number, " ".join(messages[0]), client)
            for words in messages[1:]:
                said(tx, number, " ".join(words), client)
            if set(wanted) <= {word for words in messages for word in words}:
                expected[not set(wanted) <= set(messages[0])].insert(0, number)

    await store.write(work)
    assert await found(store, " ".join(wanted), Reach(every_word=frozenset({client}))) == [*expected[0], *expected[1]]
