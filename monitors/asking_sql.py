"""How a database is asked so that nothing can be changed by it."""

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from desk.alerts import Status
from monitors.apart import apart
from monitors.folders import inside
from monitors.probe import Probe
from monitors.reach import ReachError

if TYPE_CHECKING:
    from psycopg import AsyncConnection

    from monitors.sql import Check

Rows = Sequence[Mapping[str, Any]]

MOST = 100  # rows
PORT = 5432
STEPS = 10_000  # of SQLite's machine between two looks at the clock
_ATTACH, _DETACH = 24, 25  # sqlite3.h: another file is another place


async def of_postgres(probe: Probe, check: "Check") -> Rows:
    """Through a cursor, which takes one statement that reads and no other, in a transaction that cannot write."""
    import psycopg

    host, port = check.address.hostname or "", check.address.port or PORT
    trouble: psycopg.Error | None = None
    for address in await probe.targets.addresses(host, port):
        try:
            connection = await _connected(probe, check, address)
        except psycopg.OperationalError as error:
            trouble = error
            continue
        try:
            async with connection.cursor("look") as cursor:
                await cursor.execute(check.query.encode())
                return await cursor.fetchmany(MOST + 1)
        except psycopg.errors.QueryCanceled as error:
            raise _too_long(check) from error
        except psycopg.Error as error:
            raise ReachError(Status.FAILED, f"the query was refused: {_first_line(error)}") from error
        finally:
            connection.pgconn.finish()  # nothing is owed to the other side
    raise _unreached(trouble) from trouble


async def _connected(probe: Probe, check: "Check", address: str) -> "AsyncConnection[dict[str, Any]]":
    from psycopg import AsyncConnection
    from psycopg.rows import dict_row

    connection = await AsyncConnection.connect(
        host=check.address.hostname, hostaddr=address, port=check.address.port or PORT,
        dbname=unquote(check.address.path.strip("/")), user=check.user or "postgres",
        password=probe.secret(probe.monitor), passfile="", sslmode=check.tls, application_name="deskbell",
        sslrootcert="system" if check.tls == "verify-full" else None,
        options=f"-c statement_timeout={int(check.statement_limit * 1000)} -c default_transaction_read_only=on",
        row_factory=dict_row,
    )  # fmt: skip
    await connection.set_read_only(True)
    return connection


def _unreached(error: Exception | None) -> ReachError:
    said = _first_line(error)
    if "etwork is unreachable" in said:
        return ReachError(Status.UNKNOWN, "this machine has no route to it")
    return ReachError(Status.FAILED, f"{said}, expected a database")


def _first_line(error: Exception | None) -> str:
    """What the server said, without libpq's account of how it got there."""
    said = str(error or "no address").splitlines()[0]
    for mark in ("FATAL:  ", "failed: "):
        said = said.rpartition(mark)[2]
    return said.strip()[:200]


def _too_long(check: "Check") -> ReachError:
    return ReachError(Status.FAILED, f"no rows within {check.statement_limit:g} s")


async def of_a_file(probe: Probe, check: "Check") -> Rows:
    path = inside(Path(unquote(check.address.path)), probe.here.folders)
    return await apart(probe, lambda: _asked(path, check))


def _asked(path: Path, check: "Check") -> Rows:
    """Here and now, in a thread; by a connection that can neither write nor open another file."""
    until = time.monotonic() + check.statement_limit
    try:
        with _opened(path, check.statement_limit) as connection:
            connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)
            cursor = connection.execute(check.query)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchmany(MOST + 1)]
    except sqlite3.Error as error:
        if "interrupted" in str(error):
            raise _too_long(check) from error
        raise ReachError(Status.FAILED, f"the query was refused: {error}"[:200]) from error


@contextmanager
def _opened(path: Path, patience: float) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=patience, isolation_level=None)
    with closing(connection):
        connection.execute("PRAGMA query_only = 1")
        connection.set_authorizer(_stays_here)
        yield connection


def _stays_here(action: int, *_about: object) -> int:
    return sqlite3.SQLITE_DENY if action in (_ATTACH, _DETACH) else sqlite3.SQLITE_OK
