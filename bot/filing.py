"""Copies of attached files: fetched from their platform, kept in the data folder under the hash of their bytes."""

import asyncio
import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import structlog

from bot.acting import as_desk
from bot.platforms.contract import NotKept, Platform
from bot.store.store import Lane, Store, StoreTx
from bot.store.tables import from_us, to_us
from config.loaded import Config
from handlers.events import filed

LARGEST = 25_000_000  # bytes of a file
LIMIT = 60.0  # seconds for one
TRIES = 3
WAIT = timedelta(seconds=30)
_WANTED = (
    "SELECT id, source, platform, number, name, tries FROM kept_files"
    " WHERE state = 'wanted' AND not_before <= ? ORDER BY id LIMIT 5"
)
_NEXT = "SELECT MIN(not_before) FROM kept_files WHERE state = 'wanted'"
_AGAIN = "UPDATE kept_files SET tries = tries + 1, not_before = ? WHERE id = ?"
_END = "UPDATE kept_files SET state = ?, tries = tries + 1, sha256 = ? WHERE id = ? AND state = 'wanted'"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    id: int
    source: str
    platform: str
    number: int
    name: str
    tries: int


class Filing:
    """`turn` fetches what is wanted, one after the other: it is nobody's hurry, and must take no memory."""

    def __init__(
        self, store: Store, platforms: Mapping[str, Platform], folder: Path, config: Callable[[], Config]
    ) -> None:
        self._store, self._platforms, self._config = store, platforms, config
        self._folder = folder / "files"

    async def turn(self, now: datetime) -> datetime | None:
        rows = await self._store.read(lambda tx: tx.rows(_WANTED, (to_us(now),)))
        for row in rows:
            await self._keep(Wanted(*row), now)
        left = (await self._store.read(lambda tx: tx.rows(_NEXT)))[0][0]
        return None if left is None else from_us(left)

    async def _keep(self, wanted: Wanted, now: datetime) -> None:
        try:
            name = await self._fetched(wanted)
        except NotKept as error:
            await self._end(wanted, "", str(error))
        except Exception as error:  # noqa: BLE001 - whatever it was, it is tried again and then said
            log.warning("a file was not fetched", number=wanted.number, error=type(error).__name__)
            if wanted.tries + 1 >= TRIES:
                await self._end(wanted, "", f"its platform did not give it ({type(error).__name__}).")
            else:
                at = to_us(now + WAIT * (wanted.tries + 1))
                await self._store.write(lambda tx: tx.execute(_AGAIN, (at, wanted.id)), lane=Lane.BULK)
        else:
            await self._end(wanted, name, "")

    async def _fetched(self, wanted: Wanted) -> str:
        platform = self._platforms.get(wanted.platform)
        if platform is None:
            raise NotKept(f"{wanted.platform} is not set up any more.")
        async with asyncio.timeout(LIMIT):
            data = await platform.fetch(wanted.source, LARGEST)
        return await asyncio.to_thread(self._write, data)

    def _write(self, data: bytes) -> str:
        """Complete or not there: a name is the hash of what is under it. Nothing of the sender's is in the path."""
        name = hashlib.sha256(data).hexdigest()
        self._folder.mkdir(mode=0o700, exist_ok=True)
        half = self._folder / f".{name}"
        with os.fdopen(os.open(half, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half.replace(self._folder / name)
        return name

    async def _end(self, wanted: Wanted, name: str, why: str) -> None:
        work = partial(self._ended, wanted=wanted, name=name, why=why)
        await self._store.write(work, lane=Lane.EVENT)

    def _ended(self, tx: StoreTx, *, wanted: Wanted, name: str, why: str) -> None:
        if tx.execute(_END, ("kept" if name else "failed", name or None, wanted.id)) == 1:
            ctx = as_desk(tx, self._config(), "filing")
            filed.run(tx, ctx, filed.Filed(wanted.number, wanted.name, name, why))
