"""From a message to a timeline: the pin of somebody of the staff files it, as the form of `/pin` would be sent."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import discord

from bot.arrivals import Arrival
from bot.door import Account, Door
from bot.platforms.discord import payloads
from bot.platforms.discord.payloads import Spot
from bot.platforms.discord.places import Places
from bot.platforms.discord.rest import Rest, time_of
from bot.platforms.graphemes import cut
from bot.ports import Clock
from desk.pins import Quote
from desk.refusal import DeskError
from desk.words import LIMIT, clean

UNREADABLE = "I cannot read that message. Let me see its channel, then take the pin off and put it on again."
HIDDEN = "(Discord shows us no words of it)"


class Pins:
    def __init__(self, rest: Rest, door: Door, places: Places, clock: Clock, emoji: str) -> None:
        self._rest, self._door, self._places, self._clock = rest, door, places, clock
        self.emoji = emoji

    def key(self, account: Account, number: str, spot: Spot) -> str:
        """Each pin stands for itself: two people may mean two timelines."""
        return f"{self._rest.name}/pin/{spot.channel}/{number}/{account.user}"

    async def arrival(self, account: Account, number: str, spot: Spot, guild: int | None) -> Arrival | None:
        """None where it is nobody's of the staff. Raises DeskError where the message cannot be read."""
        person = await self._door.staff(account, spot.place)
        if person is None:
            return None
        try:
            message = await self._rest.message(spot.channel, number)
        except (discord.NotFound, discord.Forbidden) as error:
            raise DeskError(UNREADABLE) from error
        about = f"{spot.place}|{number}|{await self._author(message)}"
        await self._door.point(person, about, _quote(message, payloads.link(guild, spot.channel, number)))
        head = await self._places.head(spot, message)
        stamp = hashlib.sha256(f"{spot.place}|{number}".encode()).hexdigest()[:16]
        return Arrival(
            self.key(account, number, spot), "submit", self._rest.name, person,
            self._door.channel(spot.place, person), self._clock.now(), thread=head,
            thread_key=await self._door.thread(spot.place, head), form=f"pin~{stamp}", values={"about": about},
            place=spot.place, back={"user": account.user, "channel": spot.channel, "message": number}, again=True,
        )  # fmt: skip

    async def _author(self, message: Mapping[str, Any]) -> str:
        """The person who wrote it, who lets nobody in by that; nobody for a bot, or somebody never met."""
        if message["author"].get("bot") or message.get("webhook_id"):
            return ""
        return await self._door.named(self._rest.name, "", str(message["author"]["id"])) or ""


def _quote(message: Mapping[str, Any], link: str) -> Quote:
    words = clean("\n".join(part for part in _parts(message) if part), 50 * LIMIT)
    author = payloads.name_in(message["author"])
    return Quote(author, time_of(str(message["id"])), cut(words, LIMIT, "…")[0] or HIDDEN, link)


def _parts(message: Mapping[str, Any]) -> Iterator[str]:
    """Other apps say much in embeds, and some say all of it there."""
    yield payloads.said(message)
    for embed in message.get("embeds", ()):
        yield from (str(embed.get(name) or "") for name in ("title", "description"))
        yield from (f"{field.get('name', '')}: {field.get('value', '')}" for field in embed.get("fields") or ())
    files = ", ".join(str(each.get("filename", "")) for each in message.get("attachments", ()))
    yield f"[{files}]" if files else ""
