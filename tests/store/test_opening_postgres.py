"""A database of PostgreSQL is opened, migrated, or refused with a sentence; the password is in none.

Failure-table rows: migration killed half way, a newer database.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, Connection, make_url

from bot.databases import database_at
from bot.doctor import doctor
from bot.ports import SeededIds
from bot.recording import verify
from bot.recounting import rebuild
from bot.serving import GOOD, REFUSED, migrate
from bot.store import migrate as migrating
from bot.store.migrate import HEAD, KNOWN, prepare
from bot.store.postgres import Postgres
from bot.store.schema import metadata
from bot.store.store import Store
from bot.store.tables import EPOCH
from desk.tickets import Priority, State, Ticket
from tests.postgres_server import GUARDED, PASSWORD, Server, connected
from tests.store.killed import migrate_until_killed
from tests.store_fixture import HandClock


@pytest.fixture
def empty(postgres: Server) -> Iterator[URL]:
    with postgres.fresh() as url:
        yield url


@pytest.fixture
def said(
    tmp_path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], tuple[int, str]]:
    """How `deskbell migrate` ends on the database at an address, and what it says."""
    for name in [name for name in os.environ if name.startswith(("DESKBELL_", "PG"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DESKBELL_DATA", str(tmp_path))

    def run(address: str) -> tuple[int, str]:
        monkeypatch.setenv("DESKBELL_DATABASE", address)
        ended = migrate(None)
        told = capsys.readouterr()
        return ended, told.out + told.err

    return run


def at(url: URL, **changes: object) -> str:
    return url.set(**changes).render_as_string(hide_password=False)  # type: ignore[arg-type]


def test_an_empty_database_is_made_ready_and_opening_it_again_changes_nothing(
    empty: URL, said: Callable[[str], tuple[int, str]]
) -> None:
    assert Postgres(empty).revision() is None
    for _ in range(2):
        assert said(at(empty)) == (GOOD, f"{Postgres(empty).name} is ready for this release.\n")
    assert Postgres(empty).revision() == HEAD


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"database": "nowhere"}, 'database "nowhere" does not exist. Look at its user, password and name'),
        ({"username": "nobody"}, 'role "nobody" does not exist. Look at its user, password and name'),
        ({"username": GUARDED}, "no password supplied"),
        ({"username": GUARDED, "password": "wrong@horse/7731"}, "password authentication failed"),
        ({"query": {"host": "/nowhere/at/all"}}, "No such file or directory. See that the server runs"),
        ({"query": {}, "host": "127.0.0.1", "port": 1}, "Connection refused. See that the server runs"),
        ({"query": {}, "host": "db.invalid"}, "failed to resolve host 'db.invalid'"),
        ({"username": GUARDED, "password": PASSWORD}, "Make it the database's owner"),
    ],
)
def test_what_keeps_us_from_a_database_is_a_sentence_with_its_remedy(
    empty: URL, said: Callable[[str], tuple[int, str]], changes: dict[str, object], sentence: str
) -> None:
    """Not reachable, not there, not ours: exit 2, and nothing of a password."""
    ended, told = said(at(empty, **changes))
    assert ended == REFUSED
    assert sentence in told
    assert "horse" not in told
    assert "Traceback" not in told
    assert len(told.splitlines()) == 1


def test_an_option_that_the_client_does_not_know_is_named(
    empty: URL, said: Callable[[str], tuple[int, str]]
) -> None:
    ended, told = said(f"{at(empty)}&sllmode=require")
    assert (ended, "sllmode" in told, len(told.splitlines())) == (REFUSED, True, 1)


def test_a_newer_or_foreign_database_is_refused_and_not_touched(
    empty: URL, postgres: Server, said: Callable[[str], tuple[int, str]]
) -> None:
    with connected(empty) as beside:
        beside.execute("CREATE TABLE recipes (name TEXT)")
        assert "none of Deskbell's" in said(at(empty))[1]
        beside.execute("DROP TABLE recipes")
        prepare(Postgres(empty))
        beside.execute("UPDATE alembic_version SET version_num = '9999'")
        assert "newer Deskbell" in said(at(empty))[1]
        assert Postgres(empty).revision() == "9999"
    with postgres.fresh("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0") as latin:
        assert "encoded as LATIN1" in said(at(latin))[1]


def test_a_database_of_the_first_release_keeps_its_tickets_and_goes_on_with_its_numbers(empty: URL) -> None:
    migrating.migrate(Postgres(empty), to=KNOWN[0])
    with connected(empty) as beside:
        beside.execute(
            "INSERT INTO tickets (number, client_id, requester, subject, details, priority, state, opened_at,"
            " opened_by, level, pending, resolution, last_message, clocks, warned, version)"
            " VALUES (17, 'acme', 'ann', 'VPN', '', 'P3', 'new', 0, 'ann', 0, '[]', '', '', '[]', '[]', 1)"
        )
        beside.execute("UPDATE numbers SET last = 17")
    kept, following = asyncio.run(first_ticket(empty))
    assert kept == Ticket(17, "acme", "ann", "VPN", Priority.P3, State.NEW, EPOCH, "ann", version=1)
    assert following == 18


async def first_ticket(url: URL) -> tuple[Ticket | None, int]:
    async with Store.open(Postgres(url), clock=HandClock(), ids=SeededIds(1), inline=True) as store:
        return await store.read(lambda tx: tx.ticket(17)), await store.write(lambda tx: tx.number())


def test_the_migrations_make_exactly_the_tables(empty: URL, postgres: Server) -> None:
    """Alembic sees no difference between a migrated database and `tables.py`, and both have the same indexes, but for
    those of words, which no table declares. `numbers` is a view there.
    """
    prepare(Postgres(empty))
    options = {"include_object": lambda _, name, *__: name not in {"numbers", *WORDS}}
    with transaction(empty) as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
        migrated = indexes(connection)
    with postgres.fresh() as other, transaction(other) as connection:
        metadata.create_all(connection)
        assert indexes(connection) == migrated


@contextmanager
def transaction(url: URL) -> Iterator[Connection]:
    engine = Postgres(url).migrating()
    with engine.connect() as connection, connection.begin():
        yield connection
    engine.dispose()


WORDS = ("ix_timeline_said_words", "ix_articles_words")


def indexes(connection: Connection) -> list[str]:
    said = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname COLLATE \"C\""
    ours = [(name, how) for name, how in connection.exec_driver_sql(said) if name not in WORDS]
    return [how for name, how in ours if not name.startswith(("alembic_version", "numbers"))]


@pytest.mark.parametrize("after", [8, 30, 90])
def test_a_migration_killed_half_way_is_taken_up_again(empty: URL, tmp_path: Path, after: int) -> None:
    """It is one transaction: killed at any statement, it was never begun, and the next start makes it whole."""
    migrate_until_killed(at(empty), tmp_path, after)
    database = Postgres(make_url(at(empty)))
    assert database.revision() is None
    prepare(database)
    assert database.revision() == HEAD


def test_the_verbs_that_look_at_a_database_look_there(
    empty: URL, said: Callable[[str], tuple[int, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Also beside a running desk, which `doctor` sees; what changes the database is refused then."""
    said(at(empty))
    assert (verify(None, None), rebuild(None), doctor(None)) == (GOOD, GOOD, GOOD)
    told = capsys.readouterr().out
    assert "0 entries sealed" in told
    assert f"✓ database: {Postgres(empty).name} is of this release ({HEAD})" in told
    with Postgres(empty).held():
        assert (verify(None, None), rebuild(None), migrate(None), doctor(None)) == (GOOD, REFUSED, REFUSED, GOOD)
    told = capsys.readouterr()
    assert told.err.count("Another Deskbell is running on the database") == 2
    assert "A Deskbell is running on it." in told.out


def test_the_doctor_says_what_is_wrong_with_a_database(
    empty: URL, said: Callable[[str], tuple[int, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    said(at(empty, database="nowhere", username=GUARDED, password=PASSWORD))
    assert doctor(None) == 1
    told = capsys.readouterr().out
    assert "▲ database: Cannot open the database nowhere" in told
    assert "horse" not in told


def test_the_address_and_no_address(tmp_path) -> None:
    """Without one it is SQLite's file in the data folder; the name that people see has no password."""
    assert database_at(None, tmp_path).name == str(tmp_path / "deskbell.db")
    address = f"postgresql+psycopg://ann:{quote(PASSWORD, safe='')}@db.example:6432/desk"
    assert database_at(address, tmp_path).name == "the database desk at db.example:6432"
