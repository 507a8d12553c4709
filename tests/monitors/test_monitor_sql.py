"""sql: rows of a real PostgreSQL and of a file of SQLite; and that nothing can be changed by asking."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from pydantic import ValidationError

from desk.alerts import Status
from monitors.probe import Here
from monitors.sql import Check
from monitors.targets import Targets
from tests.postgres_server import GUARDED, PASSWORD, Server, connected

TABLE = "CREATE TABLE jobs (id integer PRIMARY KEY, state text, cost numeric(8, 2), due date)"
ROWS = "INSERT INTO jobs VALUES (1, 'done', 1.50, '2026-03-01'), (2, 'failed', 20.25, '2026-03-02')"


async def _through(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


@contextlib.asynccontextmanager
async def by_tcp(postgres: Server) -> AsyncIterator[str]:
    """A database with two jobs, reached by TCP (the tests' server listens on a socket of its folder)."""
    with postgres.fresh() as url:
        with connected(url) as connection:
            connection.execute(f"{TABLE}; {ROWS}")
            connection.execute(f"GRANT ALL ON jobs TO {GUARDED}; GRANT ALL ON SCHEMA public TO {GUARDED}")
        socket = f"{url.query['host']}/.s.PGSQL.{url.port or 5432}"
        flows: set[asyncio.Task[None]] = set()

        async def talk(reader, writer):
            inner_reader, inner_writer = await asyncio.open_unix_connection(socket)
            for one in (_through(reader, inner_writer), _through(inner_reader, writer)):
                flows.add(asyncio.ensure_future(one))

        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        yield f"postgresql://127.0.0.1:{server.sockets[0].getsockname()[1]}/{url.database}"
        server.close()
        await server.wait_closed()
        await asyncio.gather(*flows)


@pytest.fixture
def file_at(tmp_path):
    path = tmp_path / "jobs.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"{TABLE}; {ROWS};")
    return f"sqlite://{path}"


@pytest.fixture(params=["postgresql", "sqlite"])
async def there(request, probe, tmp_path):
    """Each kind of database in turn: its address, who logs in, and a probe that may reach it."""
    here = replace(probe, here=Here(folders=(str(tmp_path),)), secret=lambda _monitor: PASSWORD)
    if request.param == "sqlite":
        yield request.getfixturevalue("file_at"), {}, here
        return
    async with by_tcp(request.getfixturevalue("postgres")) as address:
        yield address, {"user": GUARDED}, here


@pytest.mark.parametrize(
    ("query", "settings", "conditions", "sentence"),
    [
        ("SELECT 1", {}, (), ""),
        ("SELECT count(*) FROM jobs WHERE state = 'failed'", {"below": 1}, (), "value 1, expected < 1.0"),
        ("SELECT max(cost) FROM jobs", {"above": 20}, ("value < 20.5",), ""),  # a decimal is a number
        ("SELECT * FROM jobs ORDER BY id", {"at_least": 2}, ('row.state == "done"', 'row.due == "2026-03-01"'), ""),
        ("SELECT * FROM jobs ORDER BY id", {}, ('rows.all(r, r.state == "done")',), "rows (2 items), expected all("),
        ("SELECT id FROM jobs WHERE state = 'failed'", {"at_most": 0}, (), "count 1, expected <= 0"),
        ("SELECT id FROM jobs WHERE state = 'lost'", {"at_least": 1}, (), "count 0, expected >= 1"),
        ("SELECT id FROM jobs WHERE state = 'lost'", {"below": 1}, (), "value is missing, expected < 1.0"),
        ("SELECT NULL", {}, ("value == null",), ""),
        ("SELECT state FROM nowhere", {}, (), "the query was refused: "),
        ("SELEKT 1", {}, (), "the query was refused: "),
    ],
)
async def test_rows_are_judged_by_what_was_expected(*, looked, there, query, settings, conditions, sentence):
    database, login, probe = there
    seen = await looked(Check(database=database, query=query, **login, **settings), *conditions, through=probe)
    assert seen.sentence.startswith(sentence)
    assert seen.status is (Status.FAILED if sentence else Status.OK), seen.sentence


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM jobs",
        "SELECT 1; DELETE FROM jobs",  # a second statement
        "DELETE FROM jobs; COMMIT",  # that would make it stay
        "DELETE FROM jobs RETURNING id",
        "WITH gone AS (DELETE FROM jobs RETURNING id) SELECT * FROM gone",
        "COMMIT",
        "SET TRANSACTION READ WRITE",
        "ATTACH '/etc/passwd' AS other",
        "PRAGMA query_only = 0",
        "CREATE TABLE more (id integer)",
        "SELECT 1) ; DELETE FROM jobs; --",
    ],
)
async def test_nothing_is_changed_by_asking(*, looked, there, query):
    """Whoever may write a query may still not write to the database."""
    database, login, probe = there
    await looked(Check(database=database, query=query, **login), through=probe)
    seen = await looked(Check(database=database, query="SELECT * FROM jobs", **login), "count == 2", through=probe)
    assert seen.sentence == ""


async def test_a_query_that_takes_too_long_is_ended_by_the_database(looked, there):
    """Hanging it would hold a place and a connection; the sentence says how long it had."""
    database, login, probe = there
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    seen = await looked(Check(database=database, query=endless, statement_limit=0.1, **login), through=probe)
    assert (seen.status, seen.sentence) == (Status.FAILED, "no rows within 0.1 s")


async def test_of_many_rows_only_the_first_are_fetched(looked, there):
    database, login, probe = there
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i FROM n"
    assert (await looked(Check(database=database, query=many, **login), "count == 101", through=probe)).sentence == ""


async def test_a_login_that_is_refused_says_so_without_the_password(looked, probe, postgres):
    wrong = replace(probe, secret=lambda _monitor: "geheim-123")
    async with by_tcp(postgres) as address:
        seen = await looked(Check(database=address, query="SELECT 1", user=GUARDED), through=wrong)
    expected = 'password authentication failed for user "guarded", expected a database'
    assert (seen.status, seen.sentence) == (Status.FAILED, expected)


async def test_a_database_that_is_not_there_is_down(looked, probe, servers, tmp_path):
    async def talk(_reader, writer):
        writer.write(b"no database\n")

    port = await servers.talk(talk)
    seen = await looked(Check(database=f"postgresql://127.0.0.1:{port}/jobs", query="SELECT 1"))
    assert (seen.status, seen.sentence[-21:]) == (Status.FAILED, ", expected a database")
    here = replace(probe, here=Here(folders=(str(tmp_path),)))
    seen = await looked(Check(database=f"sqlite://{tmp_path}/gone.db", query="SELECT 1"), through=here)
    assert (seen.status, seen.sentence) == (Status.FAILED, "the query was refused: unable to open database file")


@pytest.mark.parametrize("sort", ["postgresql", "sqlite"])
async def test_what_is_not_listed_is_not_asked(*, looked, probe, servers, file_at, sort):
    async def talk(reader, _writer):
        await reader.read()

    port = await servers.talk(talk)
    database = file_at if sort == "sqlite" else f"postgresql://127.0.0.1:{port}/jobs"
    seen = await looked(Check(database=database, query="SELECT 1"), through=replace(probe, targets=Targets()))
    assert (seen.status, servers.connections[port]) == (Status.UNKNOWN, 0)
    assert ("watched_folders" if sort == "sqlite" else "internal_targets") in seen.sentence


@pytest.mark.parametrize(
    "database",
    [
        "mysql://db.example/jobs", "postgresql://db.example", "postgresql:///jobs", "postgresql://db.example/a/b",
        "postgresql://db.example/jobs?options=-c", "sqlite://jobs.db", "sqlite:///var/../etc/jobs.db",
        "postgresql://db.example:x/jobs",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(database):
    with pytest.raises(ValidationError, match="is neither postgresql://host/name nor"):
        Check(database=database, query="SELECT 1")
