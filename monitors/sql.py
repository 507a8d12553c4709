"""sql: a question to a database that changes nothing: PostgreSQL, or a file of SQLite."""

import datetime as dt
import decimal
from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, field_validator

from monitors.asking_sql import MOST, of_a_file, of_postgres
from monitors.offers import Offers, Type, Value
from monitors.probe import Kind, Probe, Seen

LONGEST = 10_000  # characters of a value


class Check(Kind):
    """Asks `query` in a transaction that cannot write, and looks at the rows that come of it."""

    remote: ClassVar[bool] = True
    needs: ClassVar[tuple[str, ...]] = ("psycopg", "psycopg.rows")
    offers: ClassVar[Offers] = {
        "value": Value(Type.ANY, "the first value of the first row"),
        "row": Value(Type.ANY, "the first row, its values by the names of the columns"),
        "rows": Value(Type.ANY, "all of them, a list"),
        "count": Value(Type.WHOLE, "how many there are; of more than 100 the first 101 are looked at"),
    }

    database: str = Field(description="postgresql://host/name, or sqlite:///path/of/the/file in watched_folders")
    query: str = Field(description="one statement that reads", min_length=1, max_length=4000)
    user: str | None = Field(None, description="who logs in to PostgreSQL, with the monitor's secret", min_length=1)
    tls: Literal["disable", "prefer", "require", "verify-full"] = Field(
        "prefer", description="PostgreSQL's sslmode: disable, prefer, require or verify-full"
    )
    statement_limit: float = Field(5, description="seconds after which the database gives up", gt=0, le=300)
    at_least: int = Field(0, description="fewer rows are a failure", ge=0, le=MOST)
    at_most: int | None = Field(None, description="more rows are a failure", ge=0, le=MOST)
    above: float | None = Field(None, description="a value that is not above this is a failure")
    below: float | None = Field(None, description="a value that is not below this is a failure")

    @field_validator("database")
    @classmethod
    def _is_one(cls, database: str) -> str:
        said = f'"{database}" is neither postgresql://host/name nor sqlite:///path/of/the/file'
        try:
            parts = urlsplit(database)
            port = parts.port
        except ValueError as error:
            raise ValueError(said) from error
        path = parts.path.strip("/")
        postgres = parts.scheme == "postgresql" and parts.hostname and path and "/" not in path
        file = parts.scheme == "sqlite" and not parts.netloc and path and ".." not in path.split("/")
        if not (postgres or file) or parts.query or parts.fragment or port == 0:
            raise ValueError(said)
        if parts.username or parts.password:
            raise ValueError("an address here must not carry a name or a password")
        return database

    @cached_property
    def address(self) -> SplitResult:
        return urlsplit(self.database)

    def short_for(self) -> Iterable[tuple[str, str]]:
        if self.at_least:
            yield f"count >= {self.at_least}", ""
        if self.at_most is not None:
            yield f"count <= {self.at_most}", ""
        if self.above is not None:
            yield f"value > {self.above!r}", ""
        if self.below is not None:
            yield f"value < {self.below!r}", ""

    async def check(self, probe: Probe) -> Seen:
        rows = await (of_a_file(probe, self) if self.address.scheme == "sqlite" else of_postgres(probe, self))
        plain = [{name: _plain(value) for name, value in row.items()} for row in rows]
        bulk: dict[str, Any] = {"rows": plain}
        if plain:
            bulk |= {"row": plain[0], "value": next(iter(plain[0].values()), None)}
        return Seen(values={"count": len(plain)}, bulk=bulk)


def _plain(value: Any) -> Any:
    """A database's value as conditions read it: instants as ISO 8601 text, decimals as numbers."""
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, bytes | memoryview):
        return bytes(value[:LONGEST]).decode(errors="replace")
    if isinstance(value, list):
        return [_plain(each) for each in value[:MOST]]
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in list(value.items())[:MOST]}
    return value if value is None or isinstance(value, bool | int | float) else str(value)[:LONGEST]
