"""A real store on each kind of database, quickly: a migrated one is made once, and copied or emptied for each test."""

import itertools
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
def databases(request: pytest.FixtureRequest, template: Path, tmp_path: Path) -> Iterator[Databases]:
    """Makes migrated, empty databases of one kind; `patience` is how long a lock is waited for."""
    with ExitStack() as made:
        counted = itertools.count()

        def sqlite(patience: float = PATIENCE) -> Database:
            path = shutil.copyfile(template, tmp_path / f"desk-{next(counted)}.db")
            return SqliteFile(Path(path), "OFF", patience)

        def postgresql(patience: float = PATIENCE) -> Database:
            server: Server = request.getfixturevalue("postgres")
            return Postgres(made.enter_context(server.migrated()), patience=patience)

        yield sqlite if request.param == "sqlite" else postgresql


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
