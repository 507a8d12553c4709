"""A store moves from SQLite to PostgreSQL and is proven the same, or nothing of it is there."""

import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL

from bot.databases import FILE
from bot.moving import move_store
from bot.ports import SeededIds
from bot.serving import GOOD, REFUSED
from bot.store import moving
from bot.store.lock import DataLock
from bot.store.migrate import prepare
from bot.store.postgres import Postgres
from bot.store.results import append_results
from bot.store.schema import metadata
from bot.store.sealer import seal
from bot.store.sqlite import SqliteFile
from bot.store.store import Store, StoreTx
from bot.store.verify import verify_database
from desk.alerts import Reading, Status, Watch
from desk.audit import Entry
from desk.cards import Post
from desk.tickets import Item, TimelineEntry
from tests.postgres_server import Server, connected
from tests.store.values import alert, approval, run, ticket
from tests.store_fixture import MORNING, HandClock

WORDS = ["zürich", "Zebra", "äpfel", "apple", "Ångström", "🎫", "", "a b", "A-b", "'; DROP TABLE tickets; --", "\x01"]


def filled(tx: StoreTx) -> None:
    """Some of everything; names in an order that no two languages agree on."""
    chance = random.Random(5)  # noqa: S311 - the same each time
    for _ in range(60):
        number, word = tx.number(), chance.choice(WORDS)
        one = ticket(number, subject=word, details=word * 3, watchers=(word, "ann"), tags=(word,))
        tx.save_ticket(replace(one, assignee=chance.choice([None, "mia"])))
        tx.tell(TimelineEntry(number, "acme", tx.now, "ann", Item.REPLY, word, public=chance.random() < 0.5))
        tx.deadline(f"ticket/{number}", f"warn/{word}", chance.choice([None, MORNING]), "acme")
        tx.post(Post(f"ticket/{number}", f"team {word}", "acme", words=(word,), live=chance.random() < 0.5))
        tx.audit(Entry(tx.now, "ann", "webchat", "open", f"ticket/{number}", "acme", {"said": word}))
    tx.save_alert(alert(tx.number()))
    tx.save_run(run(tx.number()))
    tx.save_approval(approval(tx.number()))
    tx.save_watch(Watch("shop"))
    append_results(tx, [Reading("shop", Status.OK, MORNING + timedelta(seconds=n)) for n in range(50)])


@pytest.fixture
async def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SqliteFile:
    """A data folder with a desk's store; part of its record is sealed."""
    for name in [name for name in os.environ if name.startswith("DESKBELL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DESKBELL_DATA", str(tmp_path))
    file = SqliteFile(tmp_path / FILE, "OFF")
    async with Store.open(file, clock=HandClock(), ids=SeededIds(1), inline=True) as store:
        await store.write(filled)
        await store.write(lambda tx: seal(tx, 40))
    return file


@pytest.fixture
def target(postgres: Server, monkeypatch: pytest.MonkeyPatch, source: SqliteFile) -> Iterator[URL]:  # noqa: ARG001 - which sets up the environment first
    """An empty database, and the environment says that it is ours."""
    with postgres.fresh() as url:
        monkeypatch.setenv("DESKBELL_DATABASE", url.render_as_string(hide_password=False))
        yield url


def rows_at(url: URL) -> int:
    """How many there are in all tables."""
    with connected(url) as connection:
        tables = [str(name) for (name,) in connection.execute("SELECT tablename FROM pg_tables"
                                                              " WHERE schemaname = 'public'")]  # fmt: skip
        counts = [connection.execute(f"SELECT count(*) FROM {name}").fetchone() for name in tables]  # noqa: S608 - its own names
        return sum(int(str(count[0])) for count in counts if count) - ("alembic_version" in tables)


async def test_everything_moves_and_is_the_same(
    source: SqliteFile, target: URL, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each table's rows are counted and told with a digest; the file is as it was; the desk goes on there."""
    before, head = source.path.read_bytes(), verify_database(source).head
    assert move_store(None, None) == GOOD
    said = capsys.readouterr().out
    assert "tickets: 60 rows, sha256 " in said
    assert f"40 entries sealed, 20 not sealed yet, head {head}" in said
    assert source.path.read_bytes() == before
    database = Postgres(target)
    assert verify_database(database, head).bad is None
    async with Store.open(source, clock=HandClock(), ids=SeededIds(1), inline=True) as ours:
        here = await ours.read(lambda tx: (tx.tickets(limit=100), tx.timeline(3), tx.alerts(), tx.watches()))
    async with Store.open(database, clock=HandClock(), ids=SeededIds(1), inline=True) as theirs:
        assert await theirs.read(lambda tx: (tx.tickets(limit=100), tx.timeline(3), tx.alerts(), tx.watches())) == here
        assert await theirs.write(lambda tx: tx.number()) == 64
        later = TimelineEntry(3, "acme", MORNING, "ann", Item.REPLY, "later", public=True)
        await theirs.write(lambda tx: tx.tell(later))
        assert [entry.words for entry in await theirs.read(lambda tx: tx.timeline(3))][-1] == "later"
        await theirs.write(lambda tx: tx.audit(Entry(tx.now, "ann", "webchat", "open", "ticket/1")))
        await theirs.write(seal)
    assert verify_database(database, head).count == 61


async def test_no_table_is_left_out(target: URL) -> None:
    """What the migrations make there is what is moved, and the view of the numbers."""
    assert move_store(None, None) == GOOD
    with connected(target) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert {str(name) for (name,) in found} == {table.name for table in moving.TABLES} | {"alembic_version"}
    assert {table.name for table in moving.TABLES} | {"numbers"} == set(metadata.tables)


async def test_a_target_that_has_rows_is_refused(target: URL, capsys: pytest.CaptureFixture[str]) -> None:
    """Also one that this very command has filled before."""
    assert move_store(None, None) == GOOD
    there = rows_at(target)
    assert move_store(None, None) == REFUSED
    assert "is not empty: its table" in capsys.readouterr().err
    assert rows_at(target) == there


async def test_what_is_not_the_same_there_is_not_kept(target: URL, capsys: pytest.CaptureFixture[str]) -> None:
    """One letter of one row is another: nothing is there, and the sentence names the table."""
    prepare(Postgres(target))
    with connected(target) as connection:
        connection.execute(CHANGING)
    assert move_store(None, None) == REFUSED
    assert "timeline is not the same there, 60 of 60 rows" in capsys.readouterr().err
    assert rows_at(target) == 0


CHANGING = """
CREATE FUNCTION changing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id = 17 THEN NEW.words := NEW.words || '.'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER changing BEFORE INSERT ON timeline FOR EACH ROW EXECUTE FUNCTION changing()
"""
SEALED = "UPDATE audit SET who = 'eve' WHERE seq = 7"
OLDER = "UPDATE alembic_version SET version_num = '0001'"
NUL = "UPDATE tickets SET details = 'a' || char(0) WHERE number = 7"
A_WORD = "UPDATE tickets SET level = 'high' WHERE number = 7"


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        pytest.param(NUL, "the character NUL", id="NUL"),
        pytest.param(SEALED, "the record is not whole: entry 7", id="a changed record"),
        pytest.param(A_WORD, "invalid input syntax", id="a word for a number"),
        pytest.param(OLDER, "no database of this release", id="an older release"),
    ],
)
async def test_a_file_that_cannot_be_moved_is_refused_with_a_sentence(
    source: SqliteFile, target: URL, spoil: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(source.path)) as ours, ours:
        ours.execute(spoil)
    assert move_store(None, None) == REFUSED
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said
    assert rows_at(target) == 0


async def test_without_a_target_or_a_file_or_beside_a_running_bot_nothing_moves(
    source: SqliteFile, target: URL, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert move_store(None, source.path.with_name("none.db")) == REFUSED
    with DataLock(source.path.parent):
        assert move_store(None, None) == REFUSED
    with Postgres(target).held():
        assert move_store(None, None) == REFUSED
    monkeypatch.delenv("DESKBELL_DATABASE")
    assert move_store(None, None) == REFUSED
    said = capsys.readouterr().err
    assert ["no file" in said, said.count("Another Deskbell"), "Say where to" in said] == [True, 2, True]
    assert rows_at(target) == 0
