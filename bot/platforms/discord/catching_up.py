"""What was written while we could not hear: fetched, and handed in as if it had just arrived."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import discord
import structlog

from bot.door import Door, OpenThread
from bot.platforms.discord.payloads import Spot, is_direct, spot_in
from bot.platforms.discord.rest import FAILS, Rest, moment
from bot.ports import Clock

UNNOTICED = timedelta(seconds=90)  # so long may a connection have been dead before anybody noticed
SETTLING = (5.0, 10.0, 20.0, 20.0)  # seconds between looks for threads whose first post is still unclear
WRITTEN_IN = {0, 2, 5, 10, 11, 12, 13}  # the kinds of a guild's channels that have messages, as Discord numbers them
AT_ONCE, PAUSE = 20, 1.0  # direct channels that are opened at once, seconds before each further one

log = structlog.get_logger(__name__)


class History(Protocol):
    def history(self, channel: str, since: datetime) -> AsyncIterator[discord.Message]: ...


class Takes(Protocol):
    async def message(self, message: discord.Message, spot: Spot | None = None) -> bool:
        """Whether it was for us and is new. One that had arrived before has the same key, and no second effect."""
        ...

    async def reacted(self, message: discord.Message, spot: Spot) -> bool:
        """Whether it carries the emoji that opens a ticket, and that is new."""
        ...


@dataclass(frozen=True, slots=True)
class Gap:
    """What was written `since` is fetched, what was written since `counted` and is new is counted. `guilds`: of all
    where there are none.
    """

    since: datetime
    counted: datetime
    guilds: tuple[int, ...] = ()


async def catch_up(history: History, rest: Rest, door: Door, takes: Takes, gap: Gap, clock: Clock) -> int:
    """How many messages and reactions were for us and new.

    A thread that cannot be read is passed over, and said in the log: the others are not to wait for it. While it is
    unclear whether a card of ours arrived, people may have written under it: its thread is fetched once it is known.
    """
    count, fetched = 0, set[str]()
    elsewhere = [*await _in_guilds(rest, gap), *await _direct(rest, door, gap, clock)]
    for wait in (*SETTLING, None):
        unsettled = wait is not None and await door.unsettled(rest.name)
        spots = [*await _threads(rest, await door.open_threads(rest.name)), *elsewhere]
        for spot in spots:
            if spot.channel not in fetched:
                count += await _fetch(history, takes, gap, spot)
                fetched.add(spot.channel)
        if wait is None or not unsettled:
            break
        await clock.sleep(wait)
    return count


async def _fetch(history: History, takes: Takes, gap: Gap, spot: Spot) -> int:
    count = 0
    try:
        async for message in history.history(spot.channel, gap.since):
            new = await takes.message(message, spot)
            new = await takes.reacted(message, spot) or new
            count += new and message.created_at >= gap.counted
    except FAILS as error:
        log.warning("what was missed could not be fetched", place=spot.place, error=str(error))
    return count


async def _threads(rest: Rest, threads: Iterable[OpenThread]) -> list[Spot]:
    """One for each channel of Discord's: all threads with one person are in one direct channel."""
    found = []
    for place, thread in {(t.place, "" if is_direct(t.place) else t.thread) for t in threads}:
        try:
            channel = thread or await rest.direct(place.partition("/@")[2])
        except FAILS as error:
            log.warning("what was missed could not be fetched", place=place, error=str(error))
        else:
            found.append(Spot(place, channel, thread or None))
    return found


async def _in_guilds(rest: Rest, gap: Gap) -> list[Spot]:
    """The channels and threads of guilds where something was written since."""
    found = list[Mapping[str, Any]]()
    try:
        guilds = gap.guilds or [int(each["id"]) for each in await rest.guilds()]
        for guild in guilds:
            found += [*await rest.channels(str(guild)), *await rest.active_threads(str(guild))]
    except FAILS as error:
        log.warning("what was missed could not be fetched", place=rest.name, error=str(error))
    return [spot_in(rest.name, each) for each in found if each["type"] in WRITTEN_IN and _since(each, gap)]


async def _direct(rest: Rest, door: Door, gap: Gap, clock: Clock) -> list[Spot]:
    """The direct channels of people whom we know, as far as something was written there. Discord does not say which
    there are, and takes it ill when many are opened in a moment.
    """
    found = []
    for number, user in enumerate(await door.users(rest.name)):
        if number >= AT_ONCE:
            await clock.sleep(PAUSE)
        try:
            channel = await rest.opened(user)
        except FAILS as error:
            log.info("a direct channel could not be looked at", user=user, error=str(error))
        else:
            found += [Spot(f"{rest.name}/@{user}", str(channel["id"]))] if _since(channel, gap) else []
    return found


def _since(channel: Mapping[str, Any], gap: Gap) -> bool:
    return int(channel.get("last_message_id") or 0) >= int(moment(gap.since))
