"""A store in a database of PostgreSQL: several writers, each call a SERIALIZABLE transaction of its own."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TypeVar

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError, ProgrammingError

from bot.ports import Clock, Ids
from bot.store.databases import Ask, Opened
from bot.store.engines import PATIENCE
from bot.store.errors import StoreRefused, is_gone
from bot.store.postgres_engines import READ_TIME, Holder, reading, writing
from bot.store.racing import PostgresLink, Racer, Track
from bot.store.statements import spelled
from bot.store.tx import StoreTx, asked

T = TypeVar("T")

WRITERS = 4  # transactions side by side: more of them only lose to each other more often
OLDEST = 14  # the oldest PostgreSQL that is supported
_FIT = "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding')"
_KNOWN = "SELECT to_regclass('alembic_version') IS NOT NULL"
_TABLES = "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = current_schema()"
_REVISION = "SELECT version_num FROM alembic_version"


class Postgres:
    """`patience` is how long, in seconds, a lock or the server itself is waited for; `limit` how long a question may
    take.
    """

    def __init__(
        self, url: URL, *, patience: float = PATIENCE, limit: float = READ_TIME, writers: int = WRITERS
    ) -> None:
        self._url, self._patience, self._limit, self._writers = url, patience, limit, writers
        self._holder: Holder | None = None

    @property
    def name(self) -> str:
        host = self._url.host or self._url.query.get("host") or "this machine"
        return f"the database {self._url.database} at {host}{f':{self._url.port}' if self._url.port else ''}"

    @contextmanager
    def held(self) -> Iterator[None]:
        engine = writing(self._url, self._patience)
        self._holder = Holder(engine, self.name)
        try:
            with self._or_refused():
                self._holder.take()
            yield
        finally:
            self._holder.close()
            self._holder = None
            engine.dispose()

    def revision(self) -> str | None:
        with self._looking() as connection:
            version, encoding = connection.exec_driver_sql(_FIT).one()
            if version < OLDEST:
                raise StoreRefused(f"{self.name} is of PostgreSQL {version}. Deskbell needs {OLDEST} or later.")
            if encoding != "UTF8":
                raise StoreRefused(f"{self.name} is encoded as {encoding}. Make one with ENCODING 'UTF8'.")
            if connection.exec_driver_sql(_KNOWN).scalar_one():
                return connection.exec_driver_sql(_REVISION).scalar()
            if connection.exec_driver_sql(_TABLES).scalar_one():
                raise StoreRefused(f"There are tables in {self.name}, but none of Deskbell's. Choose an empty one.")
            return None

    def migrating(self) -> Engine:
        return writing(self._url, self._patience)

    @contextmanager
    def asking(self) -> Iterator[Ask]:
        with self._looking() as connection:
            yield lambda sql, params: connection.exec_driver_sql(spelled(sql, "postgresql"), tuple(params)).all()

    def open(self, clock: Clock, ids: Ids, *, inline: bool) -> Opened:
        engine, secret = writing(self._url, self._patience), ids.token()

        def connect() -> Connection:
            connection = engine.connect()
            if self._holder:
                self._holder.join(connection)
            return connection

        track = Track()
        racers = [Racer(connect, track, clock, ids, secret) for _ in range(1 if inline else self._writers)]
        return Opened(racers, PostgresReader(reading(self._url, self._patience, self._limit), clock))

    @contextmanager
    def _looking(self) -> Iterator[Connection]:
        engine = reading(self._url, self._patience)
        try:
            with self._or_refused(), engine.connect() as connection, connection.begin():
                yield connection
        finally:
            engine.dispose()

    @contextmanager
    def _or_refused(self) -> Iterator[None]:
        """What keeps us from connecting, as a sentence. The client's words hold no password."""
        try:
            yield
        except DBAPIError as error:
            if not is_gone(error) and not isinstance(error, ProgrammingError):
                raise
            said = str(error.orig).rpartition("failed: ")[2].splitlines()[0]
            why = said.removeprefix("FATAL:").strip()
            remedy = "See that the server runs and can be reached"
            if why != said or not is_gone(error):
                remedy = "Look at its user, password and name"
            raise StoreRefused(f"Cannot open {self.name}: {why}. {remedy}, or set DESKBELL_DATABASE.") from error


class PostgresReader:
    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def read(self, fn: Callable[[StoreTx], T], clients: frozenset[str] | None) -> T:
        try:
            return self._read(fn, clients)
        except Exception as error:
            if not is_gone(error):
                raise
            self._engine.dispose()  # the server was away: no connection of before is of any use
            return self._read(fn, clients)

    def _read(self, fn: Callable[[StoreTx], T], clients: frozenset[str] | None) -> T:
        with self._engine.connect() as connection:
            try:
                with connection.begin(), closing(connection.connection.cursor()) as cursor:
                    return asked(StoreTx(PostgresLink.reading(connection, cursor), clients, self._clock.now()), fn)
            except Exception as error:
                if is_gone(error):
                    connection.invalidate()
                raise

    def close(self) -> None:
        self._engine.dispose()
