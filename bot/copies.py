"""The watch for late second copies: for ten minutes after a doubtful post they are marked and counted."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from bot import settle
from bot.lanes import Lane, Lanes
from bot.platforms.contract import Found, Outbound
from bot.store import outbox_rows
from bot.store.outbox_rows import Row
from bot.store.store import Lane as StoreLane
from bot.store.store import Store, StoreTx
from bot.telling import outgoing

_log = structlog.get_logger()


class CopyWatch:
    """When to look is remembered here only; after a restart it looks at once. `copies` counts since the start."""

    def __init__(
        self,
        store: Store,
        lanes: Lanes,
        platforms: Mapping[str, Outbound],
        find: Callable[[Lane, Row], Awaitable[list[Found] | None]],
    ) -> None:
        self._store, self._lanes, self._platforms, self._find = store, lanes, platforms, find
        self._next: dict[int, datetime] = {}
        self.copies = 0

    def choose(self, rows: list[Row], now: datetime) -> tuple[list[Coroutine[Any, Any, None]], datetime | None]:
        """The looks to begin now, and when the next one is due."""
        looks = []
        for row in rows:
            lane = self._lanes.lane_of(row)
            account = self._lanes.accounts.get(lane.platform)
            busy = account is None or account.paused is not None or self._lanes.is_flying(row)
            if self._next.get(row.id, now) <= now and not busy:
                self._next[row.id] = settle.next_watch(row, now) or now + settle.HORIZON
                looks.append(self._look(lane, row, now))
        self._next = {row.id: self._next[row.id] for row in rows if row.id in self._next}
        return looks, min((at for at in self._next.values() if at > now), default=None)

    async def _look(self, lane: Lane, row: Row, started: datetime) -> None:
        last = settle.next_watch(row, started) is None
        try:
            copies = settle.second_copies(row, await self._find(lane, row) or [])
            if len(copies) > row.copies:
                await self._mark(lane, row, copies)
        except Exception as error:  # noqa: BLE001 - whatever fails, the next look tries again
            _log.warning("could not look for copies", message=row.key, error=repr(error))
            copies = []
        if len(copies) > row.copies or last:
            await self._store.write(lambda tx: _count(tx, row, len(copies), last=last), lane=StoreLane.EVENT)
            self.copies += max(len(copies) - row.copies, 0)

    async def _mark(self, lane: Lane, row: Row, copies: list[Found]) -> None:
        message = outgoing(row, await self._store.read(lambda tx: outbox_rows.body(tx, row.id)))
        async with asyncio.timeout(settle.LIMIT.total_seconds()):
            for each in copies:
                await self._platforms[lane.platform].mark_copy(each.message_id, message)


def _count(tx: StoreTx, seen: Row, copies: int, *, last: bool) -> None:
    row = outbox_rows.load(tx, seen.id)
    if row is not None and row.watch_until == seen.watch_until:
        until = None if last else row.watch_until
        outbox_rows.save(tx, replace(row, copies=max(row.copies, copies), watch_until=until))
