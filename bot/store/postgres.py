"""A store in a database of PostgreSQL: several writers, each call a SERIALIZABLE transaction of its own."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, NullPool, QueuePool, create_engine, event
from sqlalchemy.exc import DBAPIError

from bot.ports import Clock, Ids
from bot.store.databases import Ask, Opened
from bot.store.engines import PATIENCE, READERS
from bot.store.errors import StoreBusy, StoreRefused, driver_error, sqlstate, told
from bot.store.lock import AlreadyRunning
from bot.store.racing import PostgresLink, Racer
from bot.store.statements import spelled
from bot.store.tx import StoreTx, asked

T = TypeVar("T")

WRITERS = 8  # transactions side by side
READ_TIME = 5.0  # seconds for one question of a reader
OLDEST = 14  # the oldest PostgreSQL that is supported
_THEIRS = "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'v')"
_REVISION = "SELECT version_num FROM alembic_version"


class Postgres:
    """`patience` is how long, in seconds, a lock or the server itself is waited for."""

    def __init__(self, url: URL, *, patience: float = PATIENCE, writers: int = WRITERS) -> None:
        self._url = url
        self._patience = patience
        self._writers = writers
        self._holder: _Holder | None = None

    @property
    def name(self) -> str:
        host = self._url.host or self._url.query.get("host") or "this machine"
        return f"the database {self._url.database} at {host}{f':{self._url.port}' if self._url.port else ''}"

    @contextmanager
    def held(self) -> Iterator[None]:
        holder = _Holder(self._engine(poolclass=NullPool), self.name)
        holder.take()
        self._holder = holder
        try:
            yield
        finally:
            self._holder = None
            holder.close()

    def revision(self) -> str | None:
        with self._looking() as connection:
            self._refuse_unfit(connection)
            try:
                with connection.begin_nested():
                    return str(connection.exec_driver_sql(_REVISION).scalar_one())
            except DBAPIError as error:
                if sqlstate(error) != "42P01":  # there is no such table
                    raise
            if connection.exec_driver_sql(_THEIRS).scalar_one():
                raise StoreRefused(f"There are tables in {self.name}, but none of Deskbell's. Choose an empty one.")
            return None

    def migrating(self) -> Engine:
        return self._engine(poolclass=NullPool)

    @contextmanager
    def asking(self) -> Iterator[Ask]:
        with self._looking() as connection:
            yield lambda sql, params: connection.exec_driver_sql(spelled(sql, "postgresql"), tuple(params)).all()

    def open(self, clock: Clock, ids: Ids, *, inline: bool) -> Opened:
        secret = ids.token()
        engine = self._engine(poolclass=NullPool)
        racers = [Racer(lambda: self._joined(engine), clock, ids, secret) for _ in range(1 if inline else self._writers)]
        return Opened(racers, PostgresReader(self._reading(), clock))

    def _joined(self, engine: Engine) -> Connection:
        """A writer's connection: with it, our place is taken as long as it lives."""
        if self._holder:
            self._holder.still()
        connection = engine.connect()
        connection.exec_driver_sql(f"SELECT pg_advisory_lock_shared({key('writers')})")
        connection.commit()
        return connection

    @contextmanager
    def _looking(self) -> Iterator[Connection]:
        engine = self._reading()
        try:
            with engine.connect() as connection, connection.begin():
                yield connection
        except DBAPIError as error:
            raise _refusal(self.name, error) from error
        finally:
            engine.dispose()

    def _refuse_unfit(self, connection: Connection) -> None:
        version, encoding = connection.exec_driver_sql(
            "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding')"
        ).one()
        if version < OLDEST:
            raise StoreRefused(f"{self.name} is of PostgreSQL {version}. Deskbell needs {OLDEST} or later.")
        if encoding != "UTF8":
            raise StoreRefused(f"{self.name} is encoded as {encoding}. Make one with ENCODING 'UTF8'.")

    def _engine(self, **pool: Any) -> Engine:
        settings = ["default_transaction_isolation = 'serializable'", f"lock_timeout = '{self._patience}s'"]
        return _engine(self._url, settings, self._patience, **pool)

    def _reading(self) -> Engine:
        settings = [
            "default_transaction_isolation = 'repeatable read'", "default_transaction_read_only = on",
            f"statement_timeout = '{READ_TIME}s'",
        ]  # fmt: skip
        return _engine(self._url, settings, self._patience, poolclass=QueuePool, pool_size=READERS, max_overflow=0)


class PostgresReader:
    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def read(self, fn: Callable[[StoreTx], T], clients: frozenset[str] | None) -> T:
        try:
            return self._read(fn, clients)
        except Exception as error:
            if sqlstate(error)[:2] not in {"08", "57"}:
                raise
            self._engine.dispose()  # the server was away: all connections of before are of no use
            return self._read(fn, clients)

    def _read(self, fn: Callable[[StoreTx], T], clients: frozenset[str] | None) -> T:
        with self._engine.connect() as connection:
            try:
                with connection.begin(), closing(connection.connection.cursor()) as cursor:
                    return asked(StoreTx(PostgresLink.reading(connection, cursor), clients, self._clock.now()), fn)
            except Exception as error:
                if sqlstate(error)[:2] == "08":
                    connection.invalidate()
                raise

    def close(self) -> None:
        self._engine.dispose()
