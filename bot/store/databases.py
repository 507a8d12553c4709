"""Where a store can lie: what SQLite and PostgreSQL each are for it, behind one small interface."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy import Engine

from bot.ports import Clock, Ids
from bot.store.rows import Row
from bot.store.tx import StoreTx
from bot.store.writer import Call

T = TypeVar("T")
Ask = Callable[[str, Sequence[Any]], Sequence[Row]]  # runs a query of our own text, as `tx.rows` does


class Committer(Protocol):
    """Makes calls durable, on one connection and for one thread at a time."""

    def commit(self, first: Call, take: Callable[[], Call | None]) -> list[Call]:
        """Run the call, and as many of those that `take` gives as it likes. Returns them with what came of each; none
        has a result that is not durable.
        """
        ...

    def close(self) -> None: ...


class Reader(Protocol):
    """Asks one state of the database, for several threads at once. Nothing can be written, and five seconds are all."""

    def read(self, fn: Callable[[StoreTx], T], clients: frozenset[str] | None) -> T: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A thread for each committer; `READERS` for the reader."""

    committers: Sequence[Committer]
    reader: Reader


class Database(Protocol):
    @property
    def name(self) -> str:
        """For people; it holds no password."""
        ...

    def held(self) -> AbstractContextManager[None]:
        """No other process runs on it meanwhile. Raises AlreadyRunning, StoreRefused."""
        ...

    def revision(self) -> str | None:
        """The revision of its tables, None where there are none yet. Reads only. Raises StoreRefused, StoreBusy."""
        ...

    def migrating(self) -> Engine:
        """For the migrations; whoever asks disposes of it."""
        ...

    def asking(self) -> AbstractContextManager[Ask]:
        """To look at it from beside the store; a bot may be running on it."""
        ...

    def open(self, clock: Clock, ids: Ids, *, inline: bool) -> Opened:
        """Connect; of an inline store the one committer is used by the caller's own thread."""
        ...
