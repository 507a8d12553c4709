"""The audit chain detects every changed, removed or reordered entry.

Failure-table row: audit row edited, removed, reordered, tail cut.
"""

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports import SeededIds
from bot.store.databases import Database
from bot.store.engines import writing
from bot.store.errors import StoreRefused
from bot.store.migrate import prepare
from bot.store.sealer import BATCH, EVERY, Sealer, head, seal
from bot.store.sqlite import SqliteFile
from bot.store.store import Store, StoreTx
from bot.store.transaction import Link
from bot.store.verify import verify, verify_database
from desk.audit import GENESIS, Entry
from tests.store_fixture import MORNING

pytestmark = pytest.mark.timeout(900)  # `make deep` asks for ten thousand chains of each kind

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ENTRIES = st.lists(
    st.builds(
        Entry,
        at=st.just(MORNING),
        who=TEXT,
        via=st.sampled_from(["webchat", "clock"]),
        action=TEXT,
        subject=TEXT,
        client=st.none() | TEXT,
        detail=st.dictionaries(TEXT, TEXT, max_size=2),
    ),
    min_size=2,
    max_size=7,
)
COLUMNS = ["at", "who", "via", "action", "subject", "client_id", "detail", "previous", "hash"]


def entry(number: int) -> Entry:
    return Entry(MORNING, "ann", "webchat", "open", f"ticket/{number}", "acme", {"n": str(number)})


@pytest.fixture(scope="module")
def chain() -> Iterator[StoreTx]:
    """A transaction on a database in memory, emptied by each example for itself."""
    engine = writing(Path(":memory:"))
    with engine.connect() as connection, connection.begin():
        from bot.store.tables import audit

        audit.create(connection)
        cursor = connection.connection.cursor()
        yield StoreTx(Link(connection, cursor, "sqlite", SeededIds(1)), None, MORNING)
        cursor.close()
    engine.dispose()


def sealed(tx: StoreTx, entries: Sequence[Entry]) -> str:
    """A fresh chain of these entries; its head."""
    tx.execute("DELETE FROM audit")
    for one in entries:
        tx.audit(one)
    tx.flush()
    seal(tx)
    found = verify(tx.rows)
    assert (found.bad, found.count, found.unsealed) == (None, len(entries), 0)
    return found.head


def cells(tx: StoreTx, seq: int) -> dict[str, Any]:
    (row,) = tx.rows(f"SELECT {', '.join(COLUMNS)} FROM audit WHERE seq = ?", (seq,))  # noqa: S608 - the names above
    return dict(zip(COLUMNS, row, strict=True))


def put(tx: StoreTx, seq: int, changed: dict[str, Any]) -> None:
    places = ", ".join(f"{name} = ?" for name in changed)
    tx.execute(f"UPDATE audit SET {places} WHERE seq = ?", (*changed.values(), seq))  # noqa: S608 - the names above


@given(ENTRIES, st.data())
def test_a_changed_entry_is_named(chain: StoreTx, entries: list[Entry], data: st.DataObject) -> None:
    """Whatever was changed, to whatever else: the first bad entry is that one."""
    sealed(chain, entries)
    seq = data.draw(st.integers(1, len(entries)))
    column = data.draw(st.sampled_from(COLUMNS))
    before = cells(chain, seq)[column]
    values = TEXT | st.integers(-(2**63), 2**63 - 1) | st.binary(max_size=8)
    if column not in {"at", "who", "via", "action", "subject", "detail"}:
        values |= st.none()
    put(chain, seq, {column: data.draw(values)})
    after = cells(chain, seq)[column]
    found = verify(chain.rows).bad
    if type(after) is type(before) and after == before:
        assert found is None
    else:
        assert found is not None
        assert found.seq == seq


@given(ENTRIES, st.data())
def test_a_removed_entry_is_named_and_a_cut_tail_by_the_checkpoint(
    chain: StoreTx, entries: list[Entry], data: st.DataObject
) -> None:
    """Without a checkpoint a cut tail cannot be seen; with one it is."""
    checkpoint = sealed(chain, entries)
    first = data.draw(st.integers(1, len(entries)))
    last = data.draw(st.integers(first, len(entries)))
    chain.execute("DELETE FROM audit WHERE seq BETWEEN ? AND ?", (first, last))
    found, against = verify(chain.rows).bad, verify(chain.rows, checkpoint).bad
    assert against is not None
    assert against.seq == first
    assert (found is None) == (last == len(entries))


@given(ENTRIES, st.permutations(range(7)))
def test_reordered_entries_are_named(chain: StoreTx, entries: list[Entry], order: list[int]) -> None:
    """The facts of the entries change their places, with or without their hashes: the first one moved is named."""
    sealed(chain, entries)
    order = [place for place in order if place < len(entries)]
    before = [cells(chain, seq) for seq in range(1, len(entries) + 1)]
    facts = [{name: row[name] for name in COLUMNS[:7]} for row in before]
    moved = [place for place, origin in enumerate(order) if facts[origin] != facts[place]]
    for kept in (COLUMNS[:7], COLUMNS):
        for place, origin in enumerate(order):
            put(chain, place + 1, {name: before[origin][name] for name in kept})
        found = verify(chain.rows).bad
        if moved:
            assert found is not None
            assert found.seq <= moved[0] + 1


@given(ENTRIES, st.data())
def test_a_chain_written_anew_is_found_by_a_checkpoint(
    chain: StoreTx, entries: list[Entry], data: st.DataObject
) -> None:
    """Who can write the file can hash it again; the head that was kept outside then does not fit."""
    sealed(chain, entries)
    seq = data.draw(st.integers(1, len(entries)))
    checkpoint = f"{seq}:{cells(chain, seq)['hash']}"
    assert verify(chain.rows, checkpoint).bad is None
    forged = [one if place + 1 != seq else entry(99) for place, one in enumerate(entries)]
    sealed(chain, forged)
    assert verify(chain.rows).bad is None
    found = verify(chain.rows, checkpoint).bad
    assert found is not None
    assert found.seq == seq


async def test_the_sealer_seals_what_was_written_and_then_waits(store: Store) -> None:
    """At the start it looks once; after that it works only when the audit table moved, at most a second later."""
    sealer = Sealer(store)
    assert await sealer.turn() == EVERY
    assert await store.read(head) == (0, GENESIS)
    await store.write(lambda tx: tx.audit(entry(1)))
    assert (await store.read(lambda tx: verify(tx.rows))).unsealed == 1
    assert await sealer.turn() == EVERY
    found = await store.read(lambda tx: verify(tx.rows))
    assert (found.count, found.unsealed, found.bad) == (1, 0, None)
    assert f"{(await store.read(head))[0]}:{(await store.read(head))[1]}" == found.head


async def test_two_sealers_at_once_make_one_chain(threaded: Store) -> None:
    """While others go on writing: each entry gets its place once, and the chain holds."""
    sealers = [Sealer(threaded) for _ in range(3)]
    for round_ in range(5):
        writing_on = [threaded.write(lambda tx, n=n: tx.audit(entry(n))) for n in range(round_ * 20, round_ * 20 + 20)]
        await asyncio.gather(*writing_on, *(sealer.turn() for sealer in sealers))
    await sealers[0].turn()
    found = await threaded.read(lambda tx: verify(tx.rows))
    assert (found.count, found.unsealed, found.bad) == (100, 0, None)


async def test_a_backlog_is_sealed_in_batches_in_the_order_of_its_commit(store: Store) -> None:
    """A second sealer, after a restart, goes on where the first one stopped."""
    await store.write(lambda tx: [tx.audit(entry(number)) for number in range(BATCH + 1)])
    assert await Sealer(store).turn() == 0.0
    assert await Sealer(store).turn() == EVERY
    rows = await store.read(lambda tx: tx.rows("SELECT seq, subject FROM audit ORDER BY seq"))
    assert rows == [(number + 1, f"ticket/{number}") for number in range(BATCH + 1)]
    assert (await store.read(lambda tx: verify(tx.rows))).count == BATCH + 1


async def test_a_database_is_verified_while_a_bot_runs_on_it_and_when_none_does(
    threaded: Store, database: Database, tmp_path: Path
) -> None:
    """It leaves nothing behind, and says what is not sealed yet."""
    await threaded.write(lambda tx: [tx.audit(entry(number)) for number in range(3)])
    await threaded.write(lambda tx: seal(tx, 2))
    running = verify_database(database)
    assert (running.count, running.unsealed, running.bad) == (2, 1, None)
    await threaded.close()
    assert verify_database(database, running.head) == running
    left = [str(path) for path in tmp_path.iterdir()]  # noqa: ASYNC240 - a test may wait for its folder
    assert left == ([database.name] if isinstance(database, SqliteFile) else [])


def test_what_is_no_database_or_no_checkpoint_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreRefused, match="no database"):
        verify_database(SqliteFile(tmp_path / "none.db"))
    assert list(tmp_path.iterdir()) == []
    path = tmp_path / "deskbell.db"
    prepare(SqliteFile(path))
    for wrong in ("17", "x:" + GENESIS, "17:abc"):
        with pytest.raises(ValueError, match=r"no checkpoint"):
            verify_database(SqliteFile(path), wrong)


@pytest.mark.parametrize(
    ("column", "rubbish"),
    [
        ("client_id", b"\x00"),  # bytes that compare equal to themselves and cannot be hashed as text
        ("detail", "[" * 100_000),  # deeper than a parser goes
        ("detail", '{"n":"1","n":"1"}'),  # reads the same to us, and not to everybody
        ("detail", "5"),
        ("at", 2**62),  # a year that no calendar has
    ],
)
def test_rubbish_in_a_sealed_entry_is_a_change_like_any_other(chain: StoreTx, column: str, rubbish: object) -> None:
    sealed(chain, [entry(1), entry(2)])
    put(chain, 1, {column: rubbish})
    found = verify(chain.rows).bad
    assert found is not None
    assert found.seq == 1


def test_rubbish_in_a_row_is_a_bad_entry_and_not_a_crash(tmp_path: Path) -> None:
    """Also a place that is no number, which a database of this kind lets in."""
    path = tmp_path / "deskbell.db"
    prepare(SqliteFile(path))
    connection = sqlite3.connect(path, isolation_level=None)
    rubbish = "INSERT INTO audit (at, who, via, action, subject, detail, seq, previous, hash)"
    connection.execute(rubbish + " VALUES ('noon', x'00', '', '', '', 'not json', 1.5, 7, NULL)")
    connection.close()
    found = verify_database(SqliteFile(path)).bad
    assert found is not None
    assert found.seq == 1
