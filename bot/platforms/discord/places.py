"""Where a message stands: its place, the head of its thread, and the post at that head."""

import contextlib
from collections.abc import Mapping
from typing import Any

import discord

from bot.door import Door
from bot.platforms.discord import payloads
from bot.platforms.discord.marks import is_marked
from bot.platforms.discord.payloads import Spot
from bot.platforms.discord.rest import Rest
from bot.ports import Clock

DEEPEST = 8  # replies to replies that are followed to the card at their head
REMEMBERED = 5000  # channels and heads that were looked up
SETTLING = (1.0, 4.0, 10.0, 25.0)  # seconds between looks for a post that people see before we know that it arrived


class Places:
    def __init__(self, rest: Rest, door: Door, clock: Clock) -> None:
        self._rest, self._door, self._clock = rest, door, clock
        self._spots: dict[str, Spot] = {}
        self._foreign: set[tuple[str, str]] = set()

    async def spot(self, channel: Any, number: int | None, guild: int | None, user: int) -> Spot:
        """`channel` is the library's, where it has one."""
        known = channel is not None or guild is None
        spot = payloads.spot_of(self._rest.name, channel, guild, user, number) if known else None
        if spot is not None:
            return spot
        found = self._spots.get(str(number))
        if found is None:
            found = payloads.spot_in(self._rest.name, await self._rest.channel(str(number)))
            if len(self._spots) > REMEMBERED:
                self._spots.clear()
            self._spots[str(number)] = found
        return found

    async def stands(self, spot: Spot, message: discord.Message) -> tuple[Spot, str | None]:
        """The spot with its thread, and the key of the post at the thread's head; None outside threads of ours."""
        answers = str(message.reference.message_id) if message.reference and message.reference.message_id else None
        spot = spot.under(await self._root(spot, answers)) if spot.direct else spot
        if spot.thread is None:
            return spot, None
        key = await self._door.thread(spot.place, spot.thread)
        if key is None and await self._posted(spot):
            key = await self._settled(spot)
        return spot, key

    async def head(self, spot: Spot, message: Mapping[str, Any]) -> str:
        """The message at the head of the thread of this one, which is Discord's JSON; itself where it stands alone."""
        if not spot.direct:
            return spot.thread or str(message["id"])
        answers = (message.get("message_reference") or {}).get("message_id")
        return await self._root(spot, answers) or str(message["id"])

    async def _root(self, spot: Spot, answers: str | None) -> str | None:
        """In a direct channel: the message at the head of the replies that this one answers, where it is a post."""
        with contextlib.suppress(discord.NotFound):  # somebody deleted one on the way
            for _ in range(DEEPEST):
                if answers is None or await self._door.thread(spot.place, answers):
                    return answers
                before = await self._rest.message(spot.channel, answers)
                above = (before.get("message_reference") or {}).get("message_id")
                if above is None:
                    return answers if self._ours(before) else None
                answers = above
        return None

    async def _posted(self, spot: Spot) -> bool:
        """Whether a post of ours is at the head of a thread that the store does not know."""
        head = (spot.place, spot.thread or "")
        if head in self._foreign:
            return False
        channel = spot.channel if spot.direct else spot.place.partition("/")[2]
        with contextlib.suppress(discord.NotFound, discord.Forbidden):
            if self._ours(await self._rest.message(channel, head[1])):
                return True
        if len(self._foreign) > REMEMBERED:
            self._foreign.clear()
        self._foreign.add(head)
        return False

    async def _settled(self, spot: Spot) -> str | None:
        """The key once the outbox has learnt that the post arrived: until then people may see it before we do."""
        for wait in SETTLING:
            await self._clock.sleep(wait)
            key = await self._door.thread(spot.place, spot.thread or "")
            if key is not None:
                return key
        return None

    def _ours(self, message: Mapping[str, Any]) -> bool:
        return str(message["author"]["id"]) == str(self._rest.me) and is_marked(message)
