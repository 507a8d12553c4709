"""What status pages show, made at most once in a while however many read it, by one read of the store."""

import asyncio
from collections.abc import Callable

from bot.acting import as_desk
from bot.ports import Clock
from bot.store.store import Store, StoreTx
from config.loaded import Config
from desk.status import Board, Page
from handlers import publishing

FRESH = 15.0  # seconds for which a board is shown again as it is


class Boards:
    """Whoever asks while one is being made waits for that one; another page's is made besides."""

    def __init__(self, store: Store, config: Callable[[], Config], clock: Clock) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._made: dict[str, tuple[float, Page, Board]] = {}
        self._making: dict[str, asyncio.Lock] = {}

    async def board(self, name: str) -> Board | None:
        """None where the configuration has no such page. A board is of the page as it is written now."""
        page = self._config().status.get(name)
        if page is None:
            return None
        async with self._making.setdefault(name, asyncio.Lock()):
            made = self._made.get(name)
            now = self._clock.monotonic()
            if made and made[1] == page and now - made[0] < FRESH:
                return made[2]
            board = await self._store.read(lambda tx: self._look(tx, page))
            self._made[name] = (now, page, board)
            return board

    def address(self, name: str) -> str:
        """Where the page is reached from outside; empty where the configuration does not say."""
        home = self._config().desk.public_url
        return f"{home}/status/{name}" if home else ""

    def _look(self, tx: StoreTx, page: Page) -> Board:
        return publishing.board(tx, as_desk(tx, self._config(), "status"), page)
