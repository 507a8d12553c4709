"""A real store on a file in tmp, quickly: a migrated template is made once and copied for each test."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.ports import SeededIds
from bot.store.migrate import prepare
from bot.store.sqlite import SqliteFile
from bot.store.store import Store

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
    """A migrated, empty database. Copy it; do not open it."""
    path = tmp_path_factory.mktemp("template") / "deskbell.db"
    prepare(SqliteFile(path))
    return path


@pytest.fixture
def database(template: Path, tmp_path: Path) -> Path:
    """A migrated, empty database of this test's own."""
    return Path(shutil.copyfile(template, tmp_path / "deskbell.db"))


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def store(database: Path, clock: HandClock) -> AsyncIterator[Store]:
    """The store inline: no threads, every call a group of its own."""
    async with Store.open(SqliteFile(database, "OFF"), clock=clock, ids=SeededIds(1), inline=True) as opened:
        yield opened


@pytest.fixture
async def threaded(database: Path, clock: HandClock) -> AsyncIterator[Store]:
    """The store as it runs in production, but that a commit does not wait for the disk."""
    async with Store.open(SqliteFile(database, "OFF", 0.3), clock=clock, ids=SeededIds(1)) as opened:
        yield opened
