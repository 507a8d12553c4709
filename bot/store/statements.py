"""Statements built once with SQLAlchemy and run as text on the driver's cursor: the hot paths' half of the store.

What differs between databases (placeholders, `IS DISTINCT FROM`, how an upsert is spelled) differs here and nowhere
else.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Integer, Select, Table, bindparam, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.sql.expression import ColumnElement, Executable

Insert = Callable[[Table], Any]  # the two dialects' insert constructs, which share their methods and no base class
Build = Callable[[Insert], Executable]

_INSERTS: dict[str, Insert] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_DIALECTS: dict[str, Dialect] = {
    "sqlite": sqlite.dialect(paramstyle="qmark"),
    "postgresql": psycopg.dialect(paramstyle="format"),  # type: ignore[no-untyped-call]
}
_MOVED = re.compile(r"\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+(\w+)", re.IGNORECASE)


class Statement:
    """One statement. `order` names its parameters in the order in which a row for it is given."""

    def __init__(self, build: Build, order: Sequence[str]) -> None:
        self._build = build
        self._order = list(order)
        self._texts: dict[str, str] = {}
        self._moves = ""

    def text(self, dialect: str) -> str:
        if dialect not in self._texts:
            compiled = self._build(_INSERTS[dialect]).compile(dialect=_DIALECTS[dialect])  # type: ignore[attr-defined]
            if list(compiled.positiontup or ()) != self._order:
                raise AssertionError(f"{compiled} takes {compiled.positiontup}, not {self._order}")
            self._texts[dialect] = str(compiled)
            self._moves = moved_by(self._texts[dialect]) or ""
        return self._texts[dialect]

    @property
    def moves(self) -> str:
        """The table it writes to; empty for one that only reads, or was not run yet."""
        return self._moves


class Spelled(Statement):
    """A statement that each database has its own words for; it takes no parameters."""

    def __init__(self, *, sqlite: str, postgresql: str) -> None:
        self._texts = {"sqlite": sqlite, "postgresql": postgresql}
        self._moves = moved_by(sqlite) or ""


def constant(value: int | str) -> ColumnElement[Any]:
    """A constant of our own inside a statement, which needs no parameter."""
    return literal_column(str(value) if isinstance(value, int) else f"'{value}'")


def names(table: Table, *, without: Sequence[str] = ()) -> list[str]:
    return [column.name for column in table.columns if column.name not in without]


def inserting(table: Table, *, without: Sequence[str] = ()) -> Statement:
    """Insert a row of all columns, in the table's order, but for those the database fills in."""
    order = names(table, without=without)
    return Statement(lambda insert: insert(table).values({name: bindparam(name) for name in order}), order)


def adding(table: Table, *key: str) -> Statement:
    """Insert a row unless there is one with its key: the row count tells."""
    order = names(table)
    return Statement(
        lambda insert: insert(table)
        .values({name: bindparam(name) for name in order})
        .on_conflict_do_nothing(index_elements=list(key)),
        order,
    )


def putting(table: Table, key: Sequence[str]) -> Statement:
    """Insert a row, or overwrite the one with its key."""
    order = names(table)

    def build(insert: Insert) -> Executable:
        fresh = insert(table).values({name: bindparam(name) for name in order})
        changed = {name: fresh.excluded[name] for name in order if name not in key}
        statement: Executable = fresh.on_conflict_do_update(index_elements=list(key), set_=changed)
        return statement

    return Statement(build, order)


def replacing(table: Table) -> Statement:
    """Overwrite a client's row if its version is still the one that was loaded.

    A row of all columns, then the number, the client and the version that it must have.
    """
    order = names(table)
    values: dict[str, Any] = {name: bindparam(name) for name in order}
    found = (
        (table.c.number == bindparam("for_number"))
        & (table.c.client_id == bindparam("for_client"))
        & (table.c.version == bindparam("for_version"))
    )
    return Statement(
        lambda _: update(table).where(found).values(values), [*order, "for_number", "for_client", "for_version"]
    )


def finding(table: Table, key: str) -> Statement:
    """The row with this key: all columns in the table's order."""
    return Statement(lambda _: select(table).where(table.c[key] == bindparam(key)), [key])


def asking(query: Select[Any], *order: str, at_most: bool = False) -> Statement:
    """A query whose `bindparam`s are given in this order; `at_most`: after them, how many rows are wanted."""
    if not at_most:
        return Statement(lambda _: query, order)
    limited = query.limit(bindparam("at_most", type_=Integer)).offset(constant(0))
    return Statement(lambda _: limited, [*order, "at_most"])


@lru_cache(maxsize=1024)
def moved_by(sql: str) -> str | None:
    """The table that a statement writes to, None for one that only reads."""
    found = _MOVED.match(sql)
    return found[1].lower() if found else None


@lru_cache(maxsize=1024)
def spelled(sql: str, dialect: str) -> str:
    """Our `?` as the driver wants it. A literal `?` or `%` in such a text belongs in a parameter."""
    return sql if dialect == "sqlite" else sql.replace("%", "%%").replace("?", "%s")
