"""A database is opened, migrated, or refused with a sentence and not touched.

Failure-table rows: migration killed half way, a newer database; corrupt page.
"""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.ports import RealClock, SeededIds
from bot.store.engines import writing
from bot.store.errors import StoreBusy, StoreDamaged, StoreRefused
from bot.store.migrate import HEAD, KNOWN, SCRIPTS, migrate, prepare
from bot.store.sqlite import SqliteFile
from bot.store.store import Store
from bot.store.tables import EPOCH, metadata
from desk.tickets import Priority, State, Ticket
from tests.store.killed import migrate_until_killed
from tests.store.values import ticket
from tests.store_fixture import HandClock


def everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def spoil_header(path: Path) -> None:
    path.write_bytes(b"Not SQLite at all" + path.read_bytes()[17:])


def spoil_pages(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for page in range(2, len(data) // 4096, 3):
        data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:6000])


def make_newer(path: Path) -> None:
    run(path, "UPDATE alembic_version SET version_num = '9999'")


def make_foreign(path: Path) -> None:
    path.unlink()
    run(path, "CREATE TABLE recipes (name TEXT)")


def run(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        pytest.param(spoil_header, "is not a database", id="no database at all"),
        pytest.param(spoil_pages, "is damaged", id="overwritten pages"),
        pytest.param(cut, "is damaged", id="the end is missing"),
        pytest.param(make_newer, "newer Deskbell", id="a revision this release does not know"),
        pytest.param(make_foreign, "none of Deskbell's", id="some other program's database"),
    ],
)
def test_a_corrupt_or_newer_database_is_refused_and_not_touched(
    database_file: Path, spoil: Callable[[Path], None], sentence: str
) -> None:
    """StoreRefused with a sentence; every file in the folder is as it was, and none came to it."""
    spoil(database_file)
    before = everything(database_file.parent)
    with pytest.raises(StoreRefused, match=sentence):
        Store.open(database_file, clock=RealClock(), ids=SeededIds(1))
    assert everything(database_file.parent) == before


def test_a_newer_database_that_crashed_is_refused_with_its_log_untouched(database_file: Path, tmp_path: Path) -> None:
    """The log that a crash left says that it is newer: it is read along, and lies there afterwards as before."""
    crashed = crash_copy(database_file, tmp_path / "crashed", "UPDATE alembic_version SET version_num = '9999'")
    before = everything(crashed.parent)
    assert before["deskbell.db-wal"], "the change is in the log alone"
    with pytest.raises(StoreRefused, match="newer Deskbell"):
        Store.open(crashed, clock=RealClock(), ids=SeededIds(1))
    assert everything(crashed.parent) == before


def crash_copy(database_file: Path, folder: Path, statement: str) -> Path:
    """The files as a killed process would have left them."""
    connection = sqlite3.connect(database_file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(statement)
    folder.mkdir()
    for name in ("deskbell.db", "deskbell.db-wal"):
        shutil.copyfile(database_file.parent / name, folder / name)
    connection.close()
    return folder / "deskbell.db"


async def test_what_a_crash_left_in_the_log_is_there_again(database_file: Path, tmp_path: Path) -> None:
    crashed = crash_copy(database_file, tmp_path / "crashed", "UPDATE numbers SET last = 41")
    async with Store.open(crashed, clock=RealClock(), ids=SeededIds(1), inline=True) as store:
        assert await store.write(lambda tx: tx.number()) == 42


def test_a_new_file_is_made_and_an_empty_one_is_as_good_as_none(tmp_path: Path) -> None:
    """A full disk may leave a file without a byte: it holds nothing that could be lost."""
    empty = tmp_path / "empty.db"
    empty.touch()
    for path in (tmp_path / "new.db", empty):
        assert asyncio.run(numbered(path)) == 1
        assert SqliteFile(path).revision() == HEAD


async def numbered(path: Path) -> int:
    async with Store.open(path, clock=RealClock(), ids=SeededIds(1), inline=True) as store:
        return await store.write(lambda tx: tx.number())


def test_opening_again_finds_what_was_stored(database_file: Path) -> None:
    assert [asyncio.run(numbered(database_file)) for _ in range(3)] == [1, 2, 3]
    assert [path.name for path in database_file.parent.iterdir()] == [database_file.name]


async def test_damage_that_comes_later_is_said_when_it_is_read(database_file: Path) -> None:
    """Corrupt page: a sentence for whoever asked, and no answer made of rubbish."""
    async with Store.open(database_file, clock=RealClock(), ids=SeededIds(1), inline=True) as store:
        await store.write(lambda tx: [tx.save_ticket(ticket(number)) for number in range(1, 200)])
    async with Store.open(database_file, clock=RealClock(), ids=SeededIds(1), inline=True) as store:
        spoil_pages(database_file)
        with pytest.raises(StoreDamaged, match="restore a backup"):
            await store.read(lambda tx: tx.tickets(limit=1000))
        with pytest.raises(StoreDamaged, match="restore a backup"):
            await store.write(lambda tx: tx.rows("SELECT * FROM tickets WHERE details != ?", ("",)))


def test_a_database_of_the_first_release_keeps_its_tickets(tmp_path: Path) -> None:
    """What later releases know of a ticket is empty for one that is older, and the ticket reads as it was."""
    path = tmp_path / "deskbell.db"
    migrate(SqliteFile(path), to=KNOWN[0])
    old_ticket = (
        "INSERT INTO tickets (number, client_id, requester, subject, details, priority, state, opened_at, opened_by,"
        " level, pending, resolution, last_message, clocks, warned, version)"
        " VALUES (17, 'acme', 'ann', 'VPN', '', 'P3', 'new', 0, 'ann', 0, '[]', '', '', '[]', '[]', 1)"
    )
    with closing(sqlite3.connect(path)) as old, old:
        old.execute(old_ticket)
    prepare(SqliteFile(path))
    assert SqliteFile(path).revision() == HEAD
    store = Store.open(path, clock=HandClock(), ids=SeededIds(1), inline=True)
    kept = asyncio.run(store.read(lambda tx: tx.ticket(17)))
    asyncio.run(store.close())
    assert kept == Ticket(17, "acme", "ann", "VPN", Priority.P3, State.NEW, EPOCH, "ann", version=1)


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """But for the indexes of words, which are tables of SQLite's own making (tests/store/test_find.py)."""
    return kind != "table" or not (name or "").startswith(("said_words", "article_words"))


def test_the_migrations_make_exactly_the_tables(database_file: Path) -> None:
    """Alembic sees no difference between a migrated database and `tables.py`, and both have the same indexes."""
    engine = writing(database_file)
    with engine.connect() as connection, connection.begin():
        assert compare_metadata(MigrationContext.configure(connection, opts={"include_name": ours}), metadata) == []
        said = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
        migrated = connection.exec_driver_sql(said).all()
    engine.dispose()
    fresh = writing(database_file.with_name("fresh.db"))
    with fresh.connect() as connection, connection.begin():
        metadata.create_all(connection)
        assert connection.exec_driver_sql(said).all() == migrated
    fresh.dispose()


def test_the_known_revisions_are_those_in_the_folder() -> None:
    """`HEAD` and `KNOWN` are written down so that opening need not import alembic."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HEAD]
    assert [one.revision for one in scripts.walk_revisions()][::-1] == list(KNOWN)


@pytest.mark.parametrize("after", [3, 12, 30])
def test_a_migration_killed_half_way_is_taken_up_again(tmp_path: Path, after: int) -> None:
    """It is one transaction: killed at any statement, it was never begun, and the next start makes it whole."""
    path = tmp_path / "deskbell.db"
    migrate_until_killed("", tmp_path, after)
    prepare(SqliteFile(path))
    assert SqliteFile(path).revision() == HEAD


HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def holding(database_file: Path) -> Iterator[Callable[[], object]]:
    """Another process has the database for itself until what this gives is called."""
    command = [sys.executable, "-c", HOLDER, str(database_file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdin
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"

        def let_go() -> None:
            holder.stdin.close()  # type: ignore[union-attr]
            holder.wait()

        yield let_go


async def test_a_database_locked_by_another_process_is_waited_for_and_then_said(database_file: Path) -> None:
    """Database locked: a bounded wait, then StoreBusy; nothing is stored, and it goes on when the lock is gone."""
    async with Store.open(SqliteFile(database_file, patience=0.2), clock=RealClock(), ids=SeededIds(1)) as store:
        with holding(database_file) as let_go:
            with pytest.raises(StoreBusy):
                await store.write(lambda tx: tx.save_ticket(ticket(1)))
            assert await store.read(lambda tx: tx.tickets()) == []
            let_go()
        assert (await store.write(lambda tx: tx.save_ticket(ticket(1)))).version == 1
