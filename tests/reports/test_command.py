"""`deskbell report`: from the store to a file, or to words; a refusal is a sentence and leaves no file."""

from pathlib import Path

import pytest

from bot.databases import FILE
from bot.ports import RealClock, SeededIds
from bot.reports.command import report
from bot.store.lock import DataLock
from bot.store.sqlite import SqliteFile
from bot.store.store import Store
from tests.bustle import Bustle


@pytest.fixture
async def data(database_file: Path, demo_config, monkeypatch) -> Path:
    """A folder whose database has tickets of this month; somebody is running on it."""
    made = Bustle(demo_config, 5, pace=1)
    made.now = RealClock().now()
    async with Store.open(SqliteFile(database_file, "OFF"), clock=RealClock(), ids=SeededIds(1), inline=True) as store:
        await store.write(lambda tx: [made.step(tx) for _ in range(150)])
    assert database_file.name == FILE
    monkeypatch.setenv("DESKBELL_DATA", str(database_file.parent))
    return database_file.parent


def test_the_review_and_the_sheet_are_written_while_a_bot_runs(data, tmp_path, capsys):
    pdf, csv = tmp_path / "r.pdf", tmp_path / "r.csv"
    with DataLock(data):
        assert report("acme", "this month", None, pdf, csv, ["Hire somebody"]) == 0
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert csv.read_bytes().startswith(b"\xef\xbb\xbfclient,period,metric")
    assert str(pdf) in capsys.readouterr().out


@pytest.mark.usefixtures("data")
def test_without_a_file_it_says_the_numbers(capsys):
    assert report("globex", "this month", None, None, None, ()) == 0
    said = capsys.readouterr().out
    assert "Globex Logistics" in said
    assert "tickets opened" in said
    assert "Solved in time" in said


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    ("client", "period", "sentence"),
    [("nowhere", "2026-10", "There is no client"), ("acme", "soon", "is no month or quarter")],
)
def test_what_there_is_not_is_refused_and_nothing_is_written(tmp_path, capsys, client, period, sentence):
    assert report(client, period, None, tmp_path / "r.pdf", None, ()) == 2
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "r.pdf").exists()


@pytest.mark.usefixtures("data")
def test_a_file_that_cannot_be_written_is_a_sentence(tmp_path, capsys):
    assert report("acme", "this month", None, None, tmp_path / "no" / "r.csv", ()) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_where_there_is_no_database_none_is_made(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DESKBELL_DATA", str(tmp_path))
    assert report("acme", "this month", None, None, None, ()) == 2
    assert "deskbell.db is not there" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
