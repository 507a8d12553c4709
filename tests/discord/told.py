"""What somebody is told, read off what Discord shows them, and when there is nothing more to come."""

import asyncio
from collections import Counter
from datetime import datetime
from typing import Any

from bot.app import Bot
from bot.arrivals import Answer, Arrival
from bot.platforms.discord import pressing
from bot.platforms.discord.marks import is_marked
from bot.platforms.wire import OnAnswer
from tests.discord import eyes
from tests.discord.standin import shapes
from tests.discord.standin.people import People
from tests.discord.standin.things import Asked, Message
from tests.platforms.harness import Told
from tests.webapp import PATIENCE

NOTHING = Told(200, None, None, "")
SILENT = 6  # the kind of an answer that shows nothing
Done = Asked | Message


class Replies:
    """`heard` counts how often each message was handled, edits included; `gaps` what was told of a lost connection."""

    def __init__(self, people: People) -> None:
        self._people, self._discord = people, people.discord
        self.heard: Counter[str] = Counter()
        self.gaps = 0

    def listen(self, bot: Bot) -> None:
        """Words may get no answer: that they were handled is heard at our side of the door."""
        self._bot = bot
        door: Any = bot.door
        take, gap = door.take, door.gap

        async def taken(arrival: Arrival) -> Answer:
            answer: Answer = await take(arrival)
            self.heard[arrival.message or ""] += 1
            self._discord.changed()
            return answer

        async def told(platform: str, since: datetime, until: datetime, fetched: int) -> None:
            await gap(platform, since, until, fetched)
            self.gaps += 1
            self._discord.changed()

        door.take, door.gap = taken, told

    def times(self, done: Done) -> int:
        """How often it was handled. An interaction is each time answered, whether or not Discord takes that."""
        if isinstance(done, Message):
            return self.heard[str(done.id)]
        return sum(call["path"].startswith(f"/interactions/{done.id}/") for call in self._discord.log)

    async def handled(self, done: Done, times: int = 1) -> None:
        await self._people.until(lambda: self.times(done) >= times, PATIENCE)
        await self.idle()

    async def idle(self) -> None:
        """Until nothing of what was heard is still being handled."""
        platform: Any = self._bot.chat.platforms["discord"]
        while busy := set(platform._connection._client._busy):
            await asyncio.wait(busy)

    def shown(self, done: Done) -> list[Message]:
        """An interaction's answers; to a message the replies, or what follows it in the asker's direct channel."""
        if isinstance(done, Asked):
            return self._people.answers(done)
        bot, here = self._discord.bot.id, self._discord.channels[done.channel]
        ours = [m for m in self._discord.in_place(here) if m.author == bot]
        replies = [m for m in ours if (m.reference or {}).get("message_id") == str(done.id)]
        later = [m for m in self._discord.in_place(self._discord.dm(done.author)) if m.author == bot and m.id > done.id]
        return replies or [m for m in later if not is_marked(shapes.message(self._discord, m))]

    async def read(self, done: Done) -> Told:
        if isinstance(done, Asked):
            await self._people.answered(done, PATIENCE)
            if done.modal is not None:
                return Told(200, None, await self._form(done, ""), "")
        else:
            await self.handled(done)
        shown = self.shown(done)
        if not shown or (isinstance(done, Asked) and done.answered_by == SILENT):
            return NOTHING
        return await self._told(done, shown[0])

    async def _told(self, done: Done, shown: Message) -> Told:
        """A form stands behind a button, with what is wrong with it before. Words before a card are a refusal."""
        error, reply = eyes.said(shown), eyes.card(shown, await self.lines(shown))
        label = next((label for label in shown.buttons() if label in eyes.FORM_BUTTONS), None)
        if label is None:
            return Told(409 if error else 200, reply, None, error)
        who = self._discord.users[done.user if isinstance(done, Asked) else done.author]
        again = await self._people.answered(self._people.press(who, shown, label), PATIENCE)
        return Told(422 if error else 200, reply, await self._form(again, error), error)

    async def _form(self, asked: Asked, wrong: str) -> dict[str, Any]:
        assert asked.modal is not None, "the button opens no form"
        number, _ = pressing.form_of(await self._line(asked.modal["custom_id"]))
        return eyes.form(asked.modal, number, wrong)

    async def lines(self, shown: Message) -> dict[str, str]:
        """What the buttons of a private answer stand for, by their names on the wire."""
        return {name: await self._line(name) for name in eyes.pressable(shown)}

    async def _line(self, name: str) -> str:
        press = pressing.read(name)
        if press is None or not isinstance(press.what, OnAnswer):
            return ""
        return press.what.line or await self._bot.door.kept_line(press.what.tag)
