"""What status pages show, made at most once in a while however many read it, by one read of the store."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from bot.acting import as_desk
from bot.ports import Clock
from bot.store.store import Store, StoreTx
from config.loaded import Config
from desk.intervals import Span, merge
from desk.status import Board, Page, midnights
from handlers import publishing
from handlers.context import Tx

FRESH = 15.0  # seconds for which a board is shown again as it is
DAY = timedelta(days=1)


class Known:
    """Of which time there is data about each monitor. What lies more than a day back does not change, and is read once
    a day: ninety days of looks are most of what a board costs.
    """

    def __init__(self) -> None:
        self._past: dict[str, tuple[tuple[datetime, datetime, float], list[Span]]] = {}

    def __call__(self, tx: Tx, monitor: str, first: datetime, now: datetime, reach: float) -> list[Span]:
        past = self.past(tx, monitor, first, now, reach)
        return merge([*past, *tx.looked(monitor, _edge(now), now, reach)])

    def past(self, tx: Tx, monitor: str, first: datetime, now: datetime, reach: float) -> list[Span]:
        of = (first, _edge(now), reach)
        kept = self._past.get(monitor)
        if kept is None or kept[0] != of:
            kept = self._past[monitor] = (of, tx.looked(monitor, first, _edge(now), reach))
        return kept[1]


def _edge(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - DAY


class Boards:
    """Whoever asks while one is being made waits for that one; another page's is made besides."""

    def __init__(self, store: Store, config: Callable[[], Config], clock: Clock) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._known = Known()
        self._made: dict[str, tuple[float, Page, Board]] = {}
        self._making: dict[str, asyncio.Lock] = {}

    async def board(self, name: str) -> Board | None:
        """None where the configuration has no such page. A board is of the page as it is written now."""
        page = self._config().status.get(name)
        if page is None:
            return None
        async with self._making.setdefault(name, asyncio.Lock()):
            made, now = self._made.get(name), self._clock.monotonic()
            if made and made[1] == page and now - made[0] < FRESH:
                return made[2]
            for monitor in dict.fromkeys(m for component in page.components for m in component.monitors):
                await self._store.read(partial(self._look_back, page, monitor))
            board = await self._store.read(lambda tx: self._look(tx, page))
            self._made[name] = (now, page, board)
            return board

    def address(self, name: str) -> str:
        """Where the page is reached from outside; empty where the configuration does not say."""
        home = self._config().desk.public_url
        return f"{home}/status/{name}" if home else ""

    def _look_back(self, page: Page, monitor: str, tx: StoreTx) -> None:
        """A read of its own for each monitor, because the first of a day takes a while."""
        reach = publishing.reach(self._config(), monitor)
        self._known.past(tx, monitor, midnights(page.zone, tx.now)[0], tx.now, reach)

    def _look(self, tx: StoreTx, page: Page) -> Board:
        return publishing.board(tx, as_desk(tx, self._config(), "status"), page, self._known)
