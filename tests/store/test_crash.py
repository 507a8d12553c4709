"""What was acknowledged is stored, whatever happens to the process or to the disk.

Failure-table rows: kill -9 between any two steps; disk full.
"""

import asyncio
import json
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import URL

from bot.databases import database_at
from bot.ports import RealClock, SeededIds
from bot.store.databases import Database
from bot.store.sqlite import SqliteFile
from bot.store.store import Store

WRITER = """
import asyncio, sys
from pathlib import Path
import structlog
from bot.databases import database_at
from bot.ports import RealClock, RealIds
from bot.store.store import Store
from tests.store.values import ticket

def take(tx):
    number = tx.number()
    tx.deadline(f"ticket/{number}", "warn", tx.now, "acme")
    return tx.save_ticket(ticket(number)).number

async def client(store):
    while True:
        print(await store.write(take), flush=True)

async def main():
    database = database_at(sys.argv[1] or None, Path(sys.argv[2]))
    store = Store.open(database, clock=RealClock(), ids=RealIds())
    await asyncio.gather(*(client(store) for _ in range(8)))

structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # a warning is no answer
asyncio.run(main())
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, database_file: Path) -> tuple[str, Path]:
    """As another process is told where the database is: its address, empty for the file in this folder."""
    if request.param == "sqlite":
        return "", database_file.parent
    url: URL = request.getfixturevalue("database_url")
    return url.render_as_string(hide_password=False), database_file.parent


@pytest.mark.parametrize("seed", range(3))
def test_what_was_answered_before_a_kill_is_there_after_it(address: tuple[str, Path], seed: int) -> None:
    """Kill -9 at a seeded moment under eight callers: each answered number is stored once, and whole; on SQLite without
    a gap.
    """
    url, folder = address
    answered_at_least = random.Random(seed).randint(20, 400)  # noqa: S311 - a moment, not a secret
    command = [sys.executable, "-c", WRITER, url, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        answered = [int(writer.stdout.readline()) for _ in range(answered_at_least)]
        writer.send_signal(signal.SIGKILL)
        answered += [int(line) for line in writer.stdout if line.endswith("\n")]
    stored, deadlines, last = asyncio.run(left_in(database_at(url or None, folder)))
    assert set(answered) <= set(stored)
    assert stored == deadlines, "a call is stored whole or not at all"
    assert (stored[-1] <= last) if url else (stored == list(range(1, last + 1)))


async def left_in(database: Database) -> tuple[list[int], list[int], int]:
    async with Store.open(database, clock=RealClock(), ids=SeededIds(1), inline=True) as store:
        stored = await store.read(lambda tx: [row[0] for row in tx.rows("SELECT number FROM tickets ORDER BY number")])
        subjects = await store.read(lambda tx: tx.rows("SELECT subject FROM deadlines"))
        (last,) = (await store.read(lambda tx: tx.rows("SELECT last FROM numbers")))[0]
        return stored, sorted(int(subject.removeprefix("ticket/")) for (subject,) in subjects), last


FILLER = """
import asyncio, json, resource, sys
from pathlib import Path
import structlog
from bot.ports import RealClock, RealIds
from bot.store.errors import StoreError
from bot.store.store import Store
from tests.store.values import ticket

def take(tx):
    number = tx.number()
    tx.deadline(f"ticket/{number}", "warn", tx.now, "acme")
    return tx.save_ticket(ticket(number, details="x" * 20_000)).number

async def main():
    store = Store.open(Path(sys.argv[1]), clock=RealClock(), ids=RealIds())
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, resource.RLIM_INFINITY))
    told = []
    for _ in range(8):
        told += await asyncio.gather(*(store.write(take) for _ in range(16)), return_exceptions=True)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    told.append(await store.write(take))
    print(json.dumps([type(one).__name__ if isinstance(one, StoreError) else one for one in told]))
    await store.close()

structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # a warning is no answer
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
def test_on_a_full_disk_every_call_is_told_and_none_is_stored_that_was_refused(database_file: Path) -> None:
    """Disk full: here no file may grow any more. With room again the same process goes on without a restart."""
    ended = subprocess.run(
        [sys.executable, "-c", FILLER, str(database_file)], stdout=subprocess.PIPE, text=True, check=True, timeout=60
    )
    told = json.loads(ended.stdout)
    answered = [one for one in told if isinstance(one, int)]
    assert {one for one in told if not isinstance(one, int)} == {"StoreFull"}
    assert isinstance(told[-1], int)
    stored, deadlines, _ = asyncio.run(left_in(SqliteFile(database_file)))
    assert stored == deadlines == sorted(answered)
