"""A store moves from SQLite's file into an empty database of PostgreSQL, and is proven equal before it is kept.

All is one transaction of the target: what is not proven was never there. The source is read and nothing more.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Boolean, Column, Table
from sqlalchemy.exc import DBAPIError

from bot.store.databases import Database
from bot.store.errors import StoreRefused, driver_error
from bot.store.migrate import HEAD, prepare
from bot.store.rows import Row
from bot.store.schema import metadata
from bot.store.sqlite import SqliteFile
from bot.store.statements import spelled
from bot.store.tables import numbers
from bot.store.verify import Verdict, verify

AT_ONCE = 1000  # rows between two words about how far it is
TABLES = tuple(table for table in metadata.sorted_tables if table is not numbers)

Told = Callable[[str, int], None]  # the table, and how many more of its rows were copied


@dataclass(frozen=True, slots=True)
class Moved:
    """One table, the same in both: its rows and their SHA-256 in the order of its key."""

    table: str
    rows: int
    digest: str


def counted(source: SqliteFile) -> int:
    """How many rows there are to move. Raises StoreRefused where they are not of this release."""
    if source.revision() != HEAD:
        raise StoreRefused(f"There is no database of this release at {source.name}. `deskbell migrate` makes it one.")
    with source.asking() as ask:
        return sum(int(ask(f"SELECT COUNT(*) FROM {table.name}", ())[0][0]) for table in TABLES)  # noqa: S608 - our own names


def move(source: SqliteFile, target: Database, told: Told) -> tuple[list[Moved], Verdict]:
    """What was moved, and what the record is there. Raises StoreRefused; then the target is as empty as before."""
    prepare(target)
    engine = target.migrating()
    try:
        with source.looking() as ours, engine.connect() as connection, connection.begin():
            driver: Any = connection.connection.driver_connection
            ours.execute("BEGIN")
            _refuse_unless_empty(driver, target.name)
            moved = [_copied(ours, driver, table, told) for table in TABLES]
            _number(ours, driver)
            for one, table in zip(moved, TABLES, strict=True):
                _prove(driver, table, one)
            return moved, _verified(driver)
    except (DBAPIError, psycopg.Error) as error:
        why = str(driver_error(error)).splitlines()[0]
        raise StoreRefused(f"Nothing was moved: {why}.") from error
    finally:
        engine.dispose()


def _refuse_unless_empty(driver: Any, name: str) -> None:
    for table in TABLES:
        if driver.execute(f"SELECT 1 FROM {table.name} LIMIT 1").fetchone():  # noqa: S608 - our own names
            raise StoreRefused(f"{name} is not empty: its table {table.name} has rows. Choose an empty one.")


def _copied(ours: sqlite3.Connection, driver: Any, table: Table, told: Told) -> Moved:
    digest, count = hashlib.sha256(), 0
    with closing(ours.cursor()) as cursor, driver.cursor() as theirs:
        found = cursor.execute(_in_order(table, collated=""))
        with theirs.copy(f"COPY {table.name} ({_columns(table)}) FROM STDIN") as copy:
            for row in _plain(table, found):
                _refuse_nul(table, row)
                copy.write_row(row)
                digest.update(_line(row))
                count += 1
                if count % AT_ONCE == 0:
                    told(table.name, AT_ONCE)
    told(table.name, count % AT_ONCE)
    return Moved(table.name, count, digest.hexdigest())


def _number(ours: sqlite3.Connection, driver: Any) -> None:
    """Whatever is given out next goes on from what was given out last."""
    (last,) = ours.execute("SELECT last FROM numbers").fetchone()
    driver.execute("SELECT setval('number_seq', %s)", (last,))
    for table in TABLES:
        for (column,) in _counted_by_the_database(driver, table):
            newest = f"(SELECT MAX({column}) FROM {table.name})"  # noqa: S608 - our own names
            driver.execute(f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column}'), {newest})")


def _counted_by_the_database(driver: Any, table: Table) -> Iterable[tuple[str]]:
    found: Iterable[tuple[str]] = driver.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s"
        " AND pg_get_serial_sequence(table_name, column_name) IS NOT NULL",
        (table.name,),
    ).fetchall()
    return found


def _prove(driver: Any, table: Table, moved: Moved) -> None:
    """Read all of it again, from there."""
    digest, count = hashlib.sha256(), 0
    with driver.cursor(name="proof") as cursor:
        cursor.itersize = AT_ONCE
        for row in cursor.execute(_in_order(table, collated=' COLLATE "C"')):
            digest.update(_line(row))
            count += 1
    if (count, digest.hexdigest()) != (moved.rows, moved.digest):
        raise StoreRefused(f"Nothing was moved: {table.name} is not the same there, {count} of {moved.rows} rows.")


def _verified(driver: Any) -> Verdict:
    found = verify(lambda sql, params: driver.execute(spelled(sql, "postgresql"), tuple(params)).fetchall())
    if found.bad:
        raise StoreRefused(f"Nothing was moved, for the record is not whole: {found.bad.why}.")
    return found


def _columns(table: Table) -> str:
    return ", ".join(column.name for column in table.columns)


def _in_order(table: Table, *, collated: str) -> str:
    """By the key. Words are ordered by their bytes, as SQLite does it, whatever the target's language is."""
    keys = (f"{key.name}{collated if _is_text(key) else ''}" for key in table.primary_key)
    return f"SELECT {_columns(table)} FROM {table.name} ORDER BY {', '.join(keys)}"  # noqa: S608 - our own names


def _is_text(column: Column[Any]) -> bool:
    return column.type.python_type is str


def _plain(table: Table, found: Iterable[Row]) -> Iterator[Row]:
    """SQLite keeps yes and no as numbers."""
    yes_or_no = [place for place, column in enumerate(table.columns) if isinstance(column.type, Boolean)]
    for row in found:
        values = list(row)
        for place in yes_or_no:
            values[place] = None if values[place] is None else bool(values[place])
        yield tuple(values)


def _refuse_nul(table: Table, row: Row) -> None:
    for column, value in zip(table.columns, row, strict=True):
        if isinstance(value, str) and "\0" in value:
            remedy = f"UPDATE {table.name} SET {column.name} = replace({column.name}, char(0), '')"  # noqa: S608 - to be read
            raise StoreRefused(f"Nothing was moved: PostgreSQL cannot store the character NUL. Take it out: {remedy}")


def _line(row: Row) -> bytes:
    return f"{tuple(row)!r}\n".encode("utf-8", "surrogatepass")
