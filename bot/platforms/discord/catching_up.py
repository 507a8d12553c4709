"""What was written in threads of ours while we could not hear: fetched, and handed in as if it had just arrived."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Protocol

import discord
import structlog

from bot.door import Door, OpenThread
from bot.platforms.discord.payloads import Spot, is_direct
from bot.platforms.discord.rest import FAILS, Rest
from bot.ports import Clock

UNNOTICED = timedelta(seconds=90)  # so long may a connection have been dead before anybody noticed
SETTLING = (5.0, 10.0, 20.0, 20.0)  # seconds between looks for threads whose first post is still unclear

log = structlog.get_logger(__name__)


class History(Protocol):
    def history(self, channel: str, since: datetime) -> AsyncIterator[discord.Message]: ...


class Takes(Protocol):
    async def message(self, message: discord.Message, spot: Spot | None = None) -> bool:
        """Whether it was for us and is new. One that had arrived before has the same key, and no second effect."""
        ...


async def catch_up(
    history: History, rest: Rest, door: Door, takes: Takes, since: datetime, clock: Clock, *, counted: datetime
) -> int:  # fmt: skip
    """How many messages written since `counted` were for us and new; those since `since` are fetched.

    A thread that cannot be read is passed over, and said in the log: the others are not to wait for it. While it is
    unclear whether a card of ours arrived, people may have written under it: its thread is fetched once it is known.
    """
    count, fetched = 0, set[str]()
    for wait in (*SETTLING, None):
        unsettled = wait is not None and await door.unsettled(rest.name)
        threads = _channels(await door.open_threads(rest.name))
        for channel, thread in threads.items():
            if channel not in fetched:
                count += await _fetch(history, rest, takes, since, counted, thread)
        fetched |= threads.keys()
        if wait is None or not unsettled:
            break
        await clock.sleep(wait)
    return count


async def _fetch(
    history: History, rest: Rest, takes: Takes, since: datetime, counted: datetime, thread: OpenThread
) -> int:  # fmt: skip
    count, direct = 0, thread.place.partition("/@")[2]
    try:
        channel = await rest.direct(direct) if direct else thread.thread
        spot = Spot(thread.place, channel, None if direct else channel)
        async for message in history.history(channel, since):
            count += await takes.message(message, spot) and message.created_at >= counted
    except FAILS as error:
        log.warning("what was missed could not be fetched", place=thread.place, error=str(error))
    return count


def _channels(threads: list[OpenThread]) -> dict[str, OpenThread]:
    """One for each channel of Discord's: all threads with one person are in one direct channel."""
    return {thread.place if is_direct(thread.place) else thread.thread: thread for thread in threads}
