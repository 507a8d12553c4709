"""`deskbell rebuild-summaries`: the sums are made anew from the tickets, and refused while a bot is running."""

import asyncio
from pathlib import Path

import pytest

from bot.ports import RealClock, SeededIds
from bot.recounting import rebuild
from bot.serving import GOOD, REFUSED
from bot.store.lock import DataLock
from bot.store.store import Store, StoreTx
from config.loaded import Config
from tests.bustle import Bustle

SUMS = (
    "SELECT client_id, month, priority, resolved, merged, met_resolution FROM summaries WHERE resolved > 0"
    " ORDER BY 1, 2, 3"
)


@pytest.fixture
def folder(database_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESKBELL_DATA", str(database_file.parent))
    return database_file.parent


def run(folder: Path, work):
    async def inside():
        async with Store.open(folder / "deskbell.db", clock=RealClock(), ids=SeededIds(1), inline=True) as store:
            return await store.write(work)

    return asyncio.run(inside())


def lose(tx: StoreTx) -> None:
    """As after a release that knew neither months nor lengths, and a hand that wrote nonsense into the sums."""
    tx.execute("UPDATE tickets SET month = 0, measured = '{}' WHERE number < 100")
    tx.execute("DELETE FROM summary_lengths")
    tx.execute("UPDATE summaries SET resolved = resolved + 7, met_resolution = 0")


def test_the_sums_come_back_from_the_tickets(folder: Path, demo_config: Config, capsys: pytest.CaptureFixture[str]):
    """Whatever had become of them; tickets from before there were months get theirs."""
    desk = Bustle(demo_config, 5, pace=3000)
    run(folder, lambda tx: [desk.step(tx) for _ in range(600)])
    run(folder, lambda tx: tx.fold_sums(1000))
    before = run(folder, lambda tx: tx.rows(SUMS))
    lengths = run(folder, lambda tx: tx.lengths("acme", (202611, 202612)))
    run(folder, lose)
    assert run(folder, lambda tx: tx.rows(SUMS)) != before
    assert rebuild(None) == GOOD
    assert f"{len(desk.known):,} tickets were counted" in capsys.readouterr().out
    assert run(folder, lambda tx: tx.rows(SUMS)) == before
    assert run(folder, lambda tx: tx.lengths("acme", (202611, 202612))) == lengths
    assert run(folder, lambda tx: tx.rows("SELECT COUNT(*) FROM tickets WHERE month = 0")) == [(0,)]


def test_it_is_refused_while_a_bot_runs_and_for_a_configuration_that_is_not_there(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with DataLock(folder):
        assert rebuild(None) == REFUSED
    assert rebuild(tmp_path / "nowhere") == REFUSED
    assert "there is no such folder" in capsys.readouterr().err
