"""Discord under the contract suite: the whole bot over real sockets in the stand-in's guild; people act and read there.

What somebody is told is read off what Discord shows them. Only which kind of refusal a sentence is, a number that
nobody sees, is noted at our side of the door.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.arrivals import Answer, Arrival
from bot.configuration import DEMO, load_folder
from bot.platforms import wire
from bot.platforms.discord import pressing
from bot.platforms.discord.marks import is_marked
from bot.platforms.discord.platform import DiscordPlatform
from bot.platforms.discord.render import COPY
from bot.platforms.discord.rest import aim
from bot.platforms.wire import OnAnswer, OnPost
from bot.store.accounts import Known, save
from config.secrets import Secrets
from desk.cards import parse_line
from tests.discord import eyes
from tests.discord.standin import interactions, shapes
from tests.discord.standin.forms import CannotError, controls, filled, found_command
from tests.discord.standin.people import People
from tests.discord.standin.server import Server
from tests.discord.standin.state import Discord
from tests.discord.standin.things import Asked, Channel, Message, User
from tests.platforms.harness import HELP, TEAM, Harness, Running, Seen, Told, Wrap
from tests.standin.faults import Fault
from tests.webapp import PATIENCE, web_bot

NAME, UNKNOWN = "discord", "987654321"
POST, EDIT = "POST /channels/{channel}/messages", "PATCH /channels/{channel}/messages/{message}"
STARTER = 21  # the first line of a thread, which Discord writes
Done = Asked | Message


@dataclass
class OnDiscord(Running):
    """`offered` are the names on the wire by the lines they stand for, of each version of a message as it was seen."""

    server: Server = field(kw_only=True)
    rooms: dict[str, Channel] = field(kw_only=True)
    users: dict[str, User] = field(kw_only=True)
    menu: frozenset[Fault] = frozenset({Fault.RATE, Fault.LOSE_REPLY, Fault.ERROR_TAKEN, Fault.ERROR, Fault.RESET})
    offered: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)
    events: dict[str, tuple[Any, Done]] = field(default_factory=dict)
    opened: dict[str, Asked] = field(default_factory=dict)  # the form of an event, for it may be sent again
    answers: dict[str, list[Answer]] = field(default_factory=dict)  # by the interaction's token or the message's id

    def __post_init__(self) -> None:
        self.discord = self.server.discord
        self.people = People(self.discord)

    # the bot

    async def start(self) -> None:
        guild = self.rooms[TEAM].guild
        given = {"token": self.discord.token, "guild_ids": str(guild), "api_url": self.server.rest}
        secrets = Secrets(DESKBELL_DISCORD={name: SecretStr(value) for name, value in given.items()})
        paces = {NAME: replace(DiscordPlatform.pace, post_interval=0.0, edits_per_minute=None)}
        bot = web_bot(self.data, self.config, secrets=secrets, paces=paces)
        self.web = await self.stack.enter_async_context(bot)
        doors = self.web.bot.outbox._platforms
        self.web.bot.outbox._platforms = {**doors, self.name: self.wrap(doors[self.name])}
        self._listen()

    async def link(self) -> None:
        bot = self.web.bot
        known = [Known(NAME, "", str(u.id), name, None, u.name, "", outsider=False) for name, u in self.users.items()]
        await bot.store.write(lambda tx: [save(tx, each) for each in known])
        await bot.identity.settle(bot._platforms)

    def _listen(self) -> None:
        door = self.web.bot.door
        take, check = door.take, door.check

        async def taken(arrival: Arrival) -> Answer:
            return self._note(arrival, await take(arrival))

        async def checked(arrival: Arrival) -> Answer | None:
            wrong = await check(arrival)
            return self._note(arrival, wrong) if wrong else None

        door.take, door.check = taken, checked

    def _note(self, arrival: Arrival, answer: Answer) -> Answer:
        self.answers.setdefault(arrival.back.get("token") or arrival.message or "", []).append(answer)
        self.discord.changed()
        return answer

    # eyes

    def place(self, channel: str) -> str:
        if channel.startswith("dm-"):
            return f"{NAME}/@{self.users[channel.removeprefix('dm-')].id}"
        return f"{NAME}/{self.rooms[channel].id if channel in self.rooms else UNKNOWN}"

    async def seen(self, person: str, channel: str, thread: str | None = None) -> list[Seen]:
        """In a guild a thread is a channel, with its head's id; in a direct channel it is the replies to a message."""
        who, room = self.users[person], self._room(channel)
        if thread is not None and not channel.startswith("dm-"):
            there = self.discord.channels.get(int(thread))
            found = [m for m in self.people.seen(who, there) if m.type != STARTER] if there else []
        else:
            found = [m for m in self.people.seen(who, room) if self._head(m) == thread]
        return [await self._seen(m, channel, thread) for m in found if m.only_for is None]

    async def _seen(self, message: Message, channel: str, thread: str | None) -> Seen:
        """The version is on the buttons; where there are none, each edit was one."""
        lines = {await self._line(name, channel, message): name for name in eyes.pressable(message)}
        lines.pop("", None)
        edits = [c for c in self.discord.log if c["route"] == EDIT and c["path"].endswith(f"/{message.id}")]
        reads = [press.what for press in map(pressing.read, lines.values()) if press]
        carried = [what.version for what in reads if isinstance(what, OnPost)]
        version = carried[0] if carried else 1 + sum(c["status"] == 200 for c in edits)
        self.offered[str(message.id), version] = lines
        text = eyes.text(message)
        return Seen(str(message.id), version, channel, thread, text, tuple(lines), COPY in text)

    async def _line(self, name: str, channel: str, message: Message) -> str:
        """The line that a button of a post or of a private answer stands for."""
        press = pressing.read(name)
        if press is None:
            return ""
        if isinstance(press.what, OnAnswer):
            return press.what.line or await self.web.bot.door.kept_line(press.what.tag)
        return await self.web.bot.door.line(self.place(channel), str(message.id), press.what.key, press.what.tag)

    def _room(self, channel: str) -> Channel:
        return self.discord.dm(self.users[channel[3:]]) if channel.startswith("dm-") else self.rooms[channel]

    def _head(self, message: Message) -> str | None:
        """The message at the head of the replies that this one continues."""
        above = (message.reference or {}).get("message_id")
        return None if above is None else self._head(self.discord.messages[int(above)]) or str(above)

    # hands

    async def say(
        self, person: str, channel: str, text: str, *, thread: str | None = None, event: str | None = None
    ) -> Told:
        who, room = self.users[person], self._room(channel)
        if thread is not None and not channel.startswith("dm-"):
            room = self._thread(who, int(thread))
        head = self.discord.messages[int(thread)] if thread and channel.startswith("dm-") else None

        def act() -> Done:
            options = self._options(room, text)
            if options is not None:
                return self.people.slash(who, room, text.split()[0][1:], **options)
            return self.people.say(who, room, self._typed(room, text), to=head)

        return await self._once(event, (person, channel, text, thread), channel, act)

    def _thread(self, who: User, head: int) -> Channel:
        """The thread of a message, begun by whoever wants to write there first."""
        there = self.discord.channels.get(head)
        return there or self.people.start_thread(who, self.discord.messages[head], "A thread")

    def _options(self, room: Channel, text: str) -> dict[str, Any] | None:
        """What is put into the options of the command; None for what has to be typed."""
        try:
            button = parse_line(text)
            command = found_command(self.discord, room, button.word, 1)
        except (ValueError, CannotError):
            return None
        numbers = {option["name"] for option in command["options"] if option["type"] == 4}
        return {name: int(value) if name in numbers else value for name, value in button.args}

    def _typed(self, room: Channel, text: str) -> str:
        """A slash is Discord's own: typed, a command begins otherwise. In a channel we hear what names us."""
        if room.guild is not None and not room.is_thread:
            return f"{self.discord.bot.mention} {text.removeprefix('/')}"
        return f"!{text[1:]}" if text.startswith("/") else text

    async def press(
        self, person: str, message: Seen, line: str, *, version: int | None = None, event: str | None = None
    ) -> Told:
        """As the message was when it was looked at: what it no longer carries is pressed on an old picture of it."""
        offered = self.offered.get((message.id, message.version), {})
        what = [press.what for press in map(pressing.read, offered.values()) if press]
        key = next((each.key for each in what if isinstance(each, OnPost)), "")
        name = offered.get(line) or wire.on_post(key, message.version, parse_line(line))
        if version is not None:
            name = name.replace(f"p|{message.version}|", f"p|{version}|", 1)
        there = self.discord.messages[int(message.id)]
        content = (person, message.id, name)
        told = await self._once(event, content, message.channel, lambda: self._pressed(person, there, name))
        return told

    def _pressed(self, person: str, message: Message, name: str) -> Asked:
        who, (custom_id, chosen) = self.users[person], eyes.pressable(message).get(name, ("", ""))
        if chosen:
            return self.people.select(who, message, custom_id, chosen)
        if custom_id:
            return self.people.press(who, message, custom_id)
        data, room = {"custom_id": name, "component_type": 2, "id": 1}, self.discord.channels[message.channel]
        return interactions.ask(self.discord, who.id, room, interactions.COMPONENT, data, name=name, source=message)

    async def submit(
        self, person: str, channel: str, form: str, values: dict[str, str], *, event: str | None = None
    ) -> Told:
        """The command opens its form. What a form does not ask for is given with the command, as one would type it."""
        who, room = self.users[person], self._room(channel)
        opened = self.opened.get(event or "") or await self._opened(who, room, form, values)
        if opened.modal is None:
            return await self._read(opened, channel)
        self.opened |= {event: opened} if event else {}
        return await self._once(event, (person, form, values), channel, lambda: self._sent(who, opened, values))

    async def _opened(self, who: User, room: Channel, form: str, values: dict[str, str]) -> Asked:
        given = {name: int(value) for name, value in values.items() if name == "number"}
        asked = await self.people.answered(self.people.slash(who, room, form, **given))
        fields = {each["custom_id"] for each in controls(asked.modal)} if asked.modal else set()
        more = {name: value for name, value in values.items() if value and name not in fields | set(given)}
        return await self.people.answered(self.people.slash(who, room, form, **given, **more)) if more else asked

    def _sent(self, who: User, opened: Asked, values: dict[str, str]) -> Asked:
        """A client that lets somebody send what is not filled in, since none is to be relied on."""
        assert opened.modal is not None
        lenient = deepcopy(opened.modal)
        for control in controls(lenient):
            control["required"] = False
        data = {"custom_id": lenient["custom_id"], "components": filled(lenient, values)}
        room = self.discord.channels[opened.channel]
        return interactions.ask(self.discord, who.id, room, interactions.SUBMIT, data, name=opened.name)

    async def fault(self, fault: Fault) -> None:
        self.discord.faults.add(POST, fault, channel=self.rooms[TEAM].id, retry_after=0.3)

    # what they are told

    async def _once(self, event: str | None, content: Any, channel: str, act: Callable[[], Done]) -> Told:
        """An event that was there before is told by the gateway once more, as it was."""
        before = self.events.get(event or "")
        if before is not None and before[0] == content:
            await self._again(before[1])
            return await self._read(before[1], channel)
        done = act()
        if event is not None:
            self.events[event] = (content, done)
        return await self._read(done, channel)

    async def _again(self, done: Done) -> None:
        [session] = [each for each in self.discord.gateway.sessions.values() if each.connection]
        kind = "INTERACTION_CREATE" if isinstance(done, Asked) else "MESSAGE_CREATE"
        data = next(f["d"] for f in session.sent if f["t"] == kind and f["d"]["id"] == str(done.id))
        times, answers = self._heard(done), self._shown(done)
        self.discord.gateway.dispatch(kind, data)
        await self.people.until(lambda: self._heard(done) > times, PATIENCE)
        await self._idle()
        assert self._shown(done) == answers, "it was answered twice"

    def _heard(self, done: Done) -> int:
        """How often the bot has answered an interaction, whether or not Discord took that, or handled a message."""
        if isinstance(done, Message):
            return len(self.answers.get(str(done.id), ()))
        return sum(call["path"].startswith(f"/interactions/{done.id}/") for call in self.discord.log)

    def _shown(self, done: Done) -> list[int]:
        return [each.id for each in self._answers(done)]

    async def _idle(self) -> None:
        """Until nothing of what was heard is still being handled."""
        client: Any = self.web.bot.chat.platforms[NAME]._connection._client
        while client._busy:
            await asyncio.wait(set(client._busy))

    async def _read(self, done: Done, channel: str) -> Told:
        """An interaction's answer, or what follows a message in its channel or in the direct one."""
        if isinstance(done, Asked):
            await self.people.answered(done, PATIENCE)
            if done.modal is not None:
                return Told(200, None, await self._form(done, ""), "")
            if done.answered_by == 6:
                return Told(200, None, None, "")
        else:
            await self.people.until(lambda: self._heard(done), PATIENCE)
            await self._idle()
        shown = self._answers(done)
        return await self._told(done, shown[0], channel) if shown else Told(200, None, None, "")

    def _answers(self, done: Done) -> list[Message]:
        if isinstance(done, Asked):
            return self.people.answers(done)
        here = [m for m in self.discord.in_place(self.discord.channels[done.channel]) if self._head(m) == str(done.id)]
        later = [m for m in self.discord.in_place(self.discord.dm(done.author)) if m.id > done.id]
        private = [m for m in later if not is_marked(shapes.message(self.discord, m))]
        return [m for m in here or private if m.author == self.discord.bot.id]

    async def _told(self, done: Done, shown: Message, channel: str) -> Told:
        """A form stands behind a button, with what is wrong with it before. Anything said before a card is a refusal."""
        error = eyes.said(shown)
        reading = {name: await self._line(name, channel, shown) for name in eyes.pressable(shown)}
        reply = eyes.card(shown, reading)
        label = next((label for label in shown.buttons() if label in eyes.FORM_BUTTONS), None)
        if label is None:
            return Told(self._status(done) if error else 200, reply, None, error)
        who = self.discord.users[done.user if isinstance(done, Asked) else done.author]
        again = await self.people.answered(self.people.press(who, shown, label))
        return Told(422 if error else 200, reply, await self._form(again, error), error)

    def _status(self, done: Done) -> int:
        """Refused before the door: they may not act there."""
        noted = self.answers.get(done.token if isinstance(done, Asked) else str(done.id))
        return noted[-1].status if noted else 403

    async def _form(self, asked: Asked, wrong: str) -> dict[str, Any]:
        assert asked.modal is not None
        press = pressing.read(asked.modal["custom_id"])
        assert press is not None
        assert isinstance(press.what, OnAnswer)
        number, _ = pressing.form_of(press.what.line or await self.web.bot.door.kept_line(press.what.tag))
        return eyes.form(asked.modal, number, wrong)


@asynccontextmanager
async def on_discord(data: Path, wrap: Wrap) -> AsyncIterator[Harness]:
    """A guild with the client's help channel, which everybody sees, and the team's, which the staff sees."""
    config, there = load_folder(DEMO), Discord(lambda: datetime.now(UTC), posts=None)
    guild = there.guild()
    users = {person.id: there.person(person.name, guild) for person in config.people.values()}
    staff = [users[person.id] for person in config.people.values() if person.is_staff("acme")]
    rooms = {HELP: there.text_channel(guild, HELP), TEAM: there.text_channel(guild, TEAM, readers=staff)}
    channels = {name: replace(config.channels[name], places={NAME: str(room.id)}) for name, room in rooms.items()}
    async with Server(there) as server:
        config = replace(config, channels={**config.channels, **channels})
        running = OnDiscord(data, config, NAME, wrap, server=server, rooms=rooms, users=users)
        await running.start()
        try:
            await running.link()
            yield running
        finally:
            await running.stack.aclose()
            aim(None)
