"""The database is locked, full, damaged, newer, or taken: a sentence, and nothing acknowledged that is not stored.

Failure-table rows: database locked; disk full; corrupt page; a newer database.
"""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.databases import FILE
from config.loaded import Config
from tests.postgres_server import connected
from tests.webapp import ROOT, Web, web_bot

TICKETS = "SELECT COUNT(*) FROM tickets"
EVERYTHING = "SELECT (SELECT COUNT(*) FROM tickets) + (SELECT COUNT(*) FROM inbox) + (SELECT COUNT(*) FROM posts)"


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """As another program would lock it: a backup, or somebody's shell."""
    if address := os.environ.get("DESKBELL_DATABASE"):
        with connected(make_url(address)) as beside, beside.transaction():
            beside.execute("LOCK TABLE inbox, web_messages IN SHARE MODE")
            yield
        return
    other = sqlite3.connect(data / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


in_a_file = pytest.mark.parametrize("kind", ["sqlite"])


async def test_a_ticket_that_comes_while_another_process_holds_the_database(web: Web, data: Path) -> None:
    """Database locked: after a bounded wait 503 and a sentence, nothing stored; the same id works when it is free."""
    before = await web.count(EVERYTHING)
    with locked(data):
        both = await asyncio.gather(
            web.say("ann", "dm-ann", "/open the lift is stuck", id="e1"),
            web.say("ben", "noc", "anybody there?", id="e2"),
        )
        assert [answer.status_code for answer in both] == [503, 503]
        assert all("Try again" in answer.json()["error"] for answer in both)
        assert (await web.http.get("/healthz")).status_code == 200, "the loop never waits for the database"
        assert (await web.say("ann", "dm-ann", "/list")).status_code == 200, "what only reads goes on"
        assert await web.count(EVERYTHING) == before
    assert (await web.say("ann", "dm-ann", "/open the lift is stuck", id="e1")).status_code == 200
    assert await web.until(lambda: web.card("ben", "acme-team", "ticket/1")), "every loop has survived it"
    assert await web.count(TICKETS) == 1


@in_a_file
async def test_on_a_full_disk_what_was_answered_is_there_and_the_rest_was_refused(web: Web) -> None:
    """Disk full: 503 and a sentence for what does not fit; with room again it goes on without a restart."""
    pages = await web.bot.store.write(lambda tx: tx.rows("PRAGMA page_count")[0][0])
    await web.bot.store.write(lambda tx: tx.rows(f"PRAGMA max_page_count = {pages + 60}"))
    details, answers = "x" * 3900, []
    for n in range(40):
        values = {"subject": f"request number {n:02}", "details": details}
        answers.append(await web.submit("ann", "dm-ann", "open", values, id=f"e{n}"))
    assert {answer.status_code for answer in answers} == {200, 503}
    refused = [n for n, answer in enumerate(answers) if answer.status_code == 503]
    assert all("disk is full" in answers[n].json()["error"] for n in refused)
    assert await web.count(TICKETS) == len(answers) - len(refused)
    await web.bot.store.write(lambda tx: tx.rows("PRAGMA max_page_count = 1000000"))
    for n in refused:
        values = {"subject": f"request number {n:02}", "details": details}
        assert (await web.submit("ann", "dm-ann", "open", values, id=f"e{n}")).status_code == 200
    assert await web.count(TICKETS) == len(answers) == await web.count("SELECT COUNT(DISTINCT subject) FROM tickets")


def newer(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def overwritten(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for page in range(2, len(content) // 4096, 3):
        content[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(content)


def rubbish(path: Path) -> None:
    path.write_bytes(b"\x00\x01 not a database" * 400)


def deskbell(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DESKBELL_DATA": str(data), "DESKBELL_PORT": "0"}
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@in_a_file
@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        pytest.param(newer, "newer Deskbell", id="a newer database"),
        pytest.param(overwritten, "is damaged", id="corrupt page"),
        pytest.param(rubbish, "is not a database", id="no database at all"),
    ],
)
def test_a_damaged_or_newer_database_stops_the_start_and_is_left_as_it_was(
    data: Path, spoil: Callable[[Path], None], sentence: str
) -> None:
    """Corrupt page, a newer database: `deskbell run` ends with 2 and a sentence, and has touched nothing."""
    spoil(data / FILE)
    before = (data / FILE).read_bytes()
    ended = deskbell(data, "run")
    assert ended.returncode == 2, ended.stderr
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr
    assert (data / FILE).read_bytes() == before
    assert sorted(path.name for path in data.iterdir()) == ["deskbell.db", "deskbell.lock"]


async def test_a_second_bot_on_the_same_data_is_refused_and_the_first_one_goes_on(
    data: Path, demo_config: Config
) -> None:
    """Database locked by a living bot: the second process says so and ends with 2; also from another data folder, where
    both have one database.
    """
    async with web_bot(data, demo_config) as web:
        ended = await asyncio.to_thread(deskbell, data, "run")
        assert ended.returncode == 2
        assert f"process {os.getpid()}" in ended.stderr
        if "DESKBELL_DATABASE" in os.environ:
            elsewhere = await asyncio.to_thread(deskbell, data.with_name("elsewhere"), "run")
            assert elsewhere.returncode == 2
            assert "Another Deskbell is running on the database" in elsewhere.stderr
        assert (await web.say("ann", "dm-ann", "/open still here")).status_code == 200
