"""A ticket's own thread, which its requester alone is let into: made once, though Discord makes one whenever asked.

Discord takes no nonce for a thread. Its name begins with the ticket's number, by which it is found among our own of the
channel, those that are no older than the ticket.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import discord

from bot.door import Door, Requester
from bot.platforms.contract import DeliveryRefused
from bot.platforms.discord import refusals
from bot.platforms.discord.rest import PRIVATE_THREAD, Rest, time_of
from bot.platforms.graphemes import cut
from handlers.homes import PRIVATE

THREAD_NAME = 100  # characters
CLOCKS = timedelta(minutes=1)  # how far Discord's clock and ours may differ
NOBODY = "none of the requester's accounts can be let into a thread there"


def is_wanted(thread: str | None) -> bool:
    """Whether this stands for a thread that is still to be found or made."""
    return thread is not None and thread.startswith(PRIVATE)


def name(number: int, subject: str) -> str:
    return cut(f"{number} · {subject}", THREAD_NAME)[0]


class PrivateThreads:
    def __init__(self, rest: Rest, door: Door) -> None:
        self._rest, self._door = rest, door

    async def thread(self, place: str, root: str, subject: str) -> str:
        """The id of the thread, with its requester in it; the store knows it when this returns. Raises DeliveryRefused
        where nobody can be let in, and whatever the library raises.
        """
        channel, number = place.partition("/")[2], int(root.removeprefix(PRIVATE))
        whose = await self._door.requester(self._rest.name, number)
        if whose is None or not whose.accounts:
            raise DeliveryRefused(NOBODY, permanent=True)
        found = await self._found(channel, number, whose)
        found = found or await self._rest.start_private_thread(channel, name(number, subject))
        await self._let_in(found, whose)
        await self._door.rooted(place, root, found)
        return found

    async def _found(self, channel: str, number: int, whose: Requester) -> str | None:
        """Of the archived ones the newest do: the thread was made a moment ago, or somebody has just written in it."""
        guild = str((await self._rest.channel(channel))["guild_id"])
        threads = [*await self._rest.active_threads(guild), *await self._rest.archived_private_threads(channel)]
        mine = [
            str(each["id"])
            for each in threads
            if self._is_own(each, channel) and str(each["name"]).startswith(name(number, ""))
        ]
        return min((each for each in mine if time_of(each) >= whose.opened_at - CLOCKS), key=int, default=None)

    def _is_own(self, thread: Mapping[str, Any], channel: str) -> bool:
        asked = (thread.get("type"), str(thread.get("parent_id")), str(thread.get("owner_id")))
        return asked == (PRIVATE_THREAD, channel, str(self._rest.me))

    async def _let_in(self, thread: str, whose: Requester) -> None:
        """Whoever is no member of the server is passed over, if another account of theirs is."""
        refused = 0
        for account in whose.accounts:
            try:
                await self._add(thread, account)
            except discord.HTTPException as error:
                if error.code not in refusals.NOT_HERE:
                    raise
                refused += 1
        if refused == len(whose.accounts):
            raise DeliveryRefused(NOBODY, permanent=True)

    async def _add(self, thread: str, account: str) -> None:
        try:
            await self._rest.let_in(thread, account)
        except discord.HTTPException as error:
            if error.code != refusals.ARCHIVED:
                raise
            await self._rest.reopen_thread(thread)
            await self._rest.let_in(thread, account)
