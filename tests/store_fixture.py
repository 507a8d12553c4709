"""A real store on each kind of database, quickly: a migrated one is made once, and copied or emptied for each test."""

import itertools
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL

from bot.ports import SeededIds
from bot.store.databases import Database
from bot.store.engines import PATIENCE
from bot.store.migrate import prepare
from bot.store.postgres import Postgres
from bot.store.sqlite import SqliteFile
from bot.store.store import Store
from tests.postgres_server import Server, serving

Databases = Callable[..., Database]
Fresh = Callable[[], Database]
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
MORNING = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # a Monday


@dataclass
class HandClock:
    """Time stands still until a test moves it."""

    at: datetime = MORNING
    seconds: float = field(default=0.0)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    def step(self, seconds: float) -> datetime:
        self.at += timedelta(seconds=seconds)
        self.seconds += seconds
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.step(seconds)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty file of SQLite. Copy it; do not open it."""
    path = tmp_path_factory.mktemp("template") / "deskbell.db"
    prepare(SqliteFile(path))
    return path


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Server]:
    """A real PostgreSQL, shared by all workers of this run."""
    own = tmp_path_factory.getbasetemp()
    with serving(own if worker_id == "master" else own.parent, worker_id) as server:
        yield server


@pytest.fixture
def database_file(template: Path, tmp_path: Path) -> Path:
    """A migrated, empty file of SQLite, of this test's own."""
    return Path(shutil.copyfile(template, tmp_path / "deskbell.db"))


@pytest.fixture
def database_url(postgres: Server) -> Iterator[URL]:
    """A migrated, empty database of PostgreSQL, of this test's own."""
    with postgres.migrated() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Of database. What a test is marked with says where its time on PostgreSQL is spent."""
    if request.param == "postgresql" and request.node.get_closest_marker("postgresql_in_deep") and not DEEP:
        pytest.skip("runs on SQLite here, and on PostgreSQL with `make deep`")
    return str(request.param)


@pytest.fixture
def databases(kind: str, request: pytest.FixtureRequest, template: Path, tmp_path: Path) -> Iterator[Databases]:
    """Makes migrated, empty databases of one kind; `patience` is how long a lock is waited for."""
    if kind == "sqlite":
        names = (tmp_path / f"desk-{number}.db" for number in itertools.count())
        yield lambda patience=PATIENCE: SqliteFile(Path(shutil.copyfile(template, next(names))), "OFF", patience)
        return
    server: Server = request.getfixturevalue("postgres")
    with ExitStack() as made:
        yield lambda patience=PATIENCE: Postgres(made.enter_context(server.migrated()), patience=patience)


@pytest.fixture
def fresh(kind: str, request: pytest.FixtureRequest, template: Path, tmp_path: Path) -> Iterator[Fresh]:
    """An empty database each time it is called; the one before is then no longer there."""
    if kind == "sqlite":
        yield fresh_files(template, tmp_path)
        return
    server: Server = request.getfixturevalue("postgres")
    with server.migrated() as url:

        def emptied() -> Database:
            server.empty(url)
            return Postgres(url)

        yield emptied


def fresh_files(template: Path, folder: Path) -> Fresh:
    names = (f"fresh-{number}.db" for number in itertools.count())

    def copied() -> Database:
        for former in folder.glob("fresh-*"):
            former.unlink()
        return SqliteFile(Path(shutil.copyfile(template, folder / next(names))), "OFF")

    return copied


@pytest.fixture
def database(databases: Databases) -> Database:
    """A migrated, empty database of this test's own."""
    return databases(0.3)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def store(database: Database, clock: HandClock) -> AsyncIterator[Store]:
    """The store inline: no threads, every call a group of its own."""
    async with Store.open(database, clock=clock, ids=SeededIds(1), inline=True) as opened:
        yield opened


@pytest.fixture
async def threaded(database: Database, clock: HandClock) -> AsyncIterator[Store]:
    """The store as it runs in production, but that a commit does not wait for the disk."""
    async with Store.open(database, clock=clock, ids=SeededIds(1)) as opened:
        yield opened
