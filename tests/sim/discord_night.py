"""A night on Discord: the real door out and the real client, on the stand-in's mind, in virtual time."""

import asyncio
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

from bot.configuration import DEMO, load_folder
from bot.platforms.discord.marks import unmarked
from bot.platforms.discord.outbound import DiscordOutbound
from bot.platforms.discord.platform import DiscordPlatform
from bot.platforms.discord.render import COPY
from bot.platforms.discord.rest import Rest
from config.loaded import Config
from tests.discord.harness import Door
from tests.discord.standin import messages, threads
from tests.discord.standin.faults import Plan
from tests.discord.standin.state import Discord
from tests.discord.standin.things import Message
from tests.sim.discord_line import HISTORY, Line, Planner, client
from tests.sim.named import Named
from tests.sim.night import ARCHIVED, BOUNDED, FALLBACK, LIMIT, Night, Saying, script

POST, EDIT = "POST /channels/{channel}/messages", "PATCH /channels/{channel}/messages/{message}"
_PERMISSIONS = ("GET /channels/{channel}", "GET /guilds/{guild}/roles", "GET /guilds/{guild}/members/{user}")
_LOOKS = {HISTORY, *_PERMISSIONS}
# How long a nonce is: hardly longer than we rely on it, our limit for a call and the lateness of the bounded model.
REMEMBERED = timedelta(seconds=DiscordPlatform.pace.same_within + LIMIT + BOUNDED.late + 5)
_SAID = re.compile(r"\[(\S+) \d+\]")


@cache
def demo() -> Config:
    return load_folder(DEMO)


def discord_script(chance: random.Random) -> list[Saying]:
    """The common script, in which some replies change as well: their threads may be archived by then."""
    sayings = script(chance, 10)
    changing = {said.key for said in sayings if said.under and chance.random() < 0.5}
    first = [replace(said, live=said.live or said.key in changing) for said in sayings]
    later = [replace(said, at=said.at + chance.uniform(1, 90), n=2) for said in first if said.key in changing]
    return sorted([*first, *later], key=lambda said: said.at)


class DiscordNight(Night):
    """`log` is what Discord was asked, took and shows, in the words of the common verdict."""

    name = "discord"
    pace = DiscordPlatform.pace
    pauses = (0.0, 0.5, 5.0, 40.0, 170.0)  # seconds; after the last a nonce is forgotten

    def run(self) -> "DiscordNight":
        super().run()
        self.log += [*_calls(self._discord, self._names), *_removed(self._discord, self._names)]
        return self

    def _set_up(self) -> None:
        self._discord = Discord(self._clock.now, nonces=REMEMBERED)
        self._discord.faults = Planner(self._planned)
        guild = self._discord.guild()
        lina = self._discord.person("Lina", guild)
        channels = {name: self._discord.text_channel(guild, name).id for name in ("#desk", "#alerts", FALLBACK)}
        self._places = {name: f"discord/{number}" for name, number in {**channels, ARCHIVED: 1}.items()}
        self._places["@lina"] = f"discord/@{lina.id}"
        self._names = {**{number: name for name, number in channels.items()}, self._discord.dm(lina).id: "@lina"}
        self._line = Line(self._discord, self.step, timedelta(seconds=1))
        self._archiving = asyncio.create_task(self._archive_some())

    def _outbound(self) -> Named:
        rest = Rest(self.name)
        rest.adopt(client(self._line), self._discord.bot.id, {"id": self._discord.application})
        return Named(DiscordOutbound(rest, Door(), demo, self._clock), self._places)

    def _cards(self) -> list[str]:
        """But for those with a reply that lives: its thread goes with the card, and the new one has it anew."""
        living = {said.under for said in self.sayings if said.live}
        cards = [(_key(each.content), each) for each in self._discord.messages.values() if not each.gone]
        return [str(each.id) for key, each in cards if key.startswith("card/") and key not in living]

    def _remove(self, card: str) -> None:
        messages.delete(self._discord, self._discord.messages[int(card)])

    async def _archive_some(self) -> None:
        """Threads fall asleep: nobody spoke there, or somebody closed them."""
        for _ in range(6):
            await asyncio.sleep(self._chance.uniform(5, 25))
            found = [each for each in self._discord.channels.values() if each.is_thread]
            if found:
                threads.archive(self._discord, self._chance.choice(found))

    def _planned(self, route: str) -> tuple[Plan, int]:
        status = self._chance.choice((500, 502, 503))
        if route in _LOOKS:
            return self._plan("history", {}), status
        made = self._plan("edit" if route == EDIT else "post", {})
        return made, status


def _calls(discord: Discord, names: dict[int, str]) -> Iterator[dict[str, Any]]:
    """Each message made, and each edit of one. A post with a nonce that was known is neither."""
    made: dict[str, str] = {}  # the key it was posted with, by its id
    for call in discord.log:
        told = call["answer"]
        if call["status"] != 200 or call["route"] not in {POST, EDIT} or (call["route"] == POST and told["id"] in made):
            continue
        message = discord.messages[int(told["id"])]
        content = unmarked(told["content"])
        did = "post" if told["id"] not in made else "mark" if content == COPY else "edit"
        key = made.setdefault(told["id"], _key(content))
        yield _entry(discord, names, did, message, key, content)


def _removed(discord: Discord, names: dict[int, str]) -> Iterator[dict[str, Any]]:
    for message in discord.messages.values():
        if message.gone:
            yield _entry(discord, names, "remove", message, _key(message.content), message.content)


def _entry(
    discord: Discord, names: dict[int, str], did: str, message: Message, key: str, content: str
) -> dict[str, Any]:  # fmt: skip
    place = discord.channels[message.channel]
    channel, answers = names[discord.parent(place).id], (message.reference or {}).get("message_id")
    return {
        "did": did, "id": str(message.id), "key": f"told/{key}" if channel == FALLBACK else key, "channel": channel,
        "thread": str(place.id) if place.is_thread else answers, "text": content.replace("\\", ""),
    }  # fmt: skip


def _key(content: str) -> str:
    found = _SAID.search(content.replace("\\", ""))
    return found[1] if found else ""
