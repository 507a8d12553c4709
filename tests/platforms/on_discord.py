"""Discord under the contract suite: the whole bot over real sockets, and people in the stand-in's guild."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.configuration import DEMO, load_folder
from bot.platforms import wire
from bot.platforms.discord import pressing
from bot.platforms.discord.platform import DiscordPlatform
from bot.platforms.discord.render import COPY
from bot.platforms.discord.rest import aim
from bot.platforms.wire import OnPost
from bot.store.accounts import Known, save
from config.secrets import Secrets
from desk.cards import parse_line
from tests.discord import eyes, hands
from tests.discord.standin.people import People
from tests.discord.standin.server import Server
from tests.discord.standin.state import Discord
from tests.discord.standin.things import Asked, Channel, Message, User
from tests.discord.told import Done, Replies
from tests.platforms.harness import HELP, ON_ITS_WAY, TEAM, Harness, Running, Seen, Told, Wrap
from tests.standin.faults import Fault
from tests.webapp import PATIENCE

NAME, UNKNOWN = "discord", "987654321"
POST, EDIT = "POST /channels/{channel}/messages", "PATCH /channels/{channel}/messages/{message}"
STARTER = 21  # the first line of a thread, which Discord writes


@dataclass
class OnDiscord(Running):
    """`offered` are the names on the wire by the lines they stand for, of each version of a message as it was seen;
    `opened` is the form of an event, since it may be sent again; `last` what somebody was told last.
    """

    server: Server = field(kw_only=True)
    rooms: dict[str, Channel] = field(kw_only=True)
    users: dict[str, User] = field(kw_only=True)
    menu: frozenset[Fault] = frozenset(
        {Fault.REFUSE, Fault.RATE, Fault.LOSE_REPLY, Fault.ERROR_TAKEN, Fault.ERROR, Fault.RESET}
    )
    offered: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)
    events: dict[str, tuple[Any, Done]] = field(default_factory=dict)
    opened: dict[str, Asked] = field(default_factory=dict)
    last: dict[str, Done] = field(default_factory=dict)
    deaf: bool = False  # what people do is heard later, if at all

    def __post_init__(self) -> None:
        self.discord = self.server.discord
        self.people = People(self.discord)
        self.replies = Replies(self.people)

    async def start(self) -> None:
        await super().start()
        self.replies.listen(self.web.bot)

    async def link(self) -> None:
        bot = self.web.bot
        known = [Known(NAME, "", str(u.id), name, None, u.name, "", outsider=False) for name, u in self.users.items()]
        await bot.store.write(lambda tx: [save(tx, each) for each in known])
        await bot.identity.settle(bot._platforms)

    # eyes

    def place(self, channel: str) -> str:
        if channel.startswith("dm-"):
            return f"{NAME}/@{self.users[channel.removeprefix('dm-')].id}"
        return f"{NAME}/{self.rooms[channel].id if channel in self.rooms else UNKNOWN}"

    async def seen(self, person: str, channel: str, thread: str | None = None) -> list[Seen]:
        found = self._looked_at(self.users[person], channel, thread)
        return [await self._seen(m, channel, thread) for m in found if m.only_for is None]

    def _looked_at(self, who: User, channel: str, thread: str | None) -> list[Message]:
        """In a guild a thread is a channel, with its head's id; in a direct channel it is the replies to a message."""
        if thread is not None and not channel.startswith("dm-"):
            there = self.discord.channels.get(int(thread))
            return [m for m in self.people.seen(who, there) if m.type != STARTER] if there else []
        return [m for m in self.people.seen(who, self._room(channel)) if self._head(m) == thread]

    async def _seen(self, message: Message, channel: str, thread: str | None) -> Seen:
        """The version is on the buttons; where there are none, each edit was one."""
        lines, versions = {}, []
        for name in eyes.pressable(message):
            press = pressing.read(name)
            if press is not None and isinstance(press.what, OnPost):
                versions.append(press.what.version)
                where = (self.place(channel), str(message.id), press.what.key, press.what.tag)
                lines[await self.web.bot.door.line(*where)] = name
        lines.pop("", None)
        edits = [c for c in self.discord.log if c["route"] == EDIT and c["path"].endswith(f"/{message.id}")]
        version = versions[0] if versions else 1 + sum(c["status"] == 200 for c in edits)
        self.offered[str(message.id), version] = lines
        text, active = eyes.text(message), eyes.active(message)
        return Seen(str(message.id), version, channel, thread, text, tuple(lines), COPY in text, active)

    def _room(self, channel: str) -> Channel:
        return self.discord.dm(self.users[channel[3:]]) if channel.startswith("dm-") else self.rooms[channel]

    def _head(self, message: Message) -> str | None:
        """The message at the head of the replies that this one continues."""
        above = (message.reference or {}).get("message_id")
        return None if above is None else self._head(self.discord.messages[int(above)]) or str(above)

    async def home(self, person: str) -> str:
        told = await self.say(person, f"dm-{person}", "/home")
        return told.reply["text"] if told.reply else told.error

    # hands

    async def say(
        self, person: str, channel: str, text: str, *, thread: str | None = None, event: str | None = None
    ) -> Told:
        who, room, head = self.users[person], self._room(channel), None
        if thread is not None and room.guild is None:
            head = self.discord.messages[int(thread)]
        elif thread is not None:
            room = hands.thread(self.people, who, int(thread))

        what = (person, channel, text, thread)
        return await self._once(event, what, person, lambda: hands.say(self.people, who, room, text, head))

    async def edit_said(self, person: str, channel: str, before: str, after: str, *, thread: str | None) -> None:
        who = self.users[person]
        mine = [m for m in self._looked_at(who, channel, thread) if m.author == who.id]
        message = next(m for m in reversed(mine) if m.content == before)

        def act() -> Message:
            self.people.edit(who, message, after)
            return message

        await self._once(None, None, person, act)

    async def press(
        self, person: str, message: Seen, line: str, *, version: int | None = None, event: str | None = None
    ) -> Told:
        """As the message was when it was looked at: what it no longer carries is pressed on an old picture of it."""
        name, there = self._name(message, line, version), self.discord.messages[int(message.id)]
        if name.startswith("?"):
            there = await self._asked_about(person, there, name)
            [name] = eyes.pressable(there)
        return await self._once(event, (person, message.id, name), person, lambda: self._pressed(person, there, name))

    async def question(self, person: str, message: Seen, line: str) -> str:
        name = self._name(message, line, None)
        there = self.discord.messages[int(message.id)]
        return eyes.text(await self._asked_about(person, there, name)) if name.startswith("?") else ""

    async def press_answer(
        self,
        person: str,
        channel: str,  # noqa: ARG002 - an answer is where it was given
        told: Told,
        label: str,
        *,
        thread: str | None = None,  # noqa: ARG002 - as above
    ) -> Told:
        there = next(m for m in self.replies.shown(self.last[person]) if label in m.buttons())
        assert told.reply is None or told.reply["text"] == eyes.text(there), "it was told something since then"
        name = there.buttons()[label]
        if name.startswith("?"):
            there = await self._asked_about(person, there, name)
            [name] = eyes.pressable(there)
        return await self._once(None, None, person, lambda: self._pressed(person, there, name))

    async def _asked_about(self, person: str, message: Message, name: str) -> Message:
        """The question before a danger: it has one button."""
        asked = await self.people.answered(self._pressed(person, message, name), PATIENCE)
        [question] = self.people.answers(asked)
        return question

    def _name(self, message: Seen, line: str, version: int | None) -> str:
        """The button's on the wire."""
        offered = self.offered.get((message.id, message.version), {})
        what = [press.what for press in map(pressing.read, offered.values()) if press]
        key = next((each.key for each in what if isinstance(each, OnPost)), "")
        name = offered.get(line) or wire.on_post(key, message.version, parse_line(line))
        return name if version is None else name.replace(f"p|{message.version}|", f"p|{version}|", 1)

    def _pressed(self, person: str, message: Message, name: str) -> Asked:
        return hands.press(self.people, self.users[person], message, name)

    async def submit(
        self, person: str, channel: str, form: str, values: dict[str, str], *, event: str | None = None
    ) -> Told:
        who, room = self.users[person], self._room(channel)
        opened = self.opened.get(event or "") or await hands.opened(self.people, who, room, form, values)
        if opened.modal is None:
            return await self.replies.read(opened)
        self.opened |= {event: opened} if event else {}
        what = (person, form, values)
        return await self._once(event, what, person, lambda: hands.send(self.people, who, opened, values))

    # what arrives, and when

    async def _once(self, event: str | None, content: Any, person: str, act: Callable[[], Done]) -> Told:
        """An event that was there before is told by the gateway once more, as it was."""
        before = self.events.get(event or "")
        if before is not None and before[0] == content:
            return await self._again(before[1])
        gateway, times = self.discord.gateway, self.replies.heard.copy()
        gateway._held = [] if self.held is not None else None
        try:
            done = act()
        finally:
            events, gateway._held = gateway._held, None
        self.last[person] = done
        if event is not None:
            self.events[event] = (content, done)
        if self.held is not None:
            self.held.append(partial(self._arrive, done, events))
        if self.held is not None or self.deaf:
            return ON_ITS_WAY
        if isinstance(done, Message):
            await self.replies.handled(done, times[str(done.id)] + 1)
        return await self.replies.read(done)

    async def _again(self, done: Done) -> Told:
        [session] = [each for each in self.discord.gateway.sessions.values() if each.connection]
        kind = "INTERACTION_CREATE" if isinstance(done, Asked) else "MESSAGE_CREATE"
        data = next(f["d"] for f in session.sent if f["t"] == kind and f["d"]["id"] == str(done.id))
        answers = [each.id for each in self.replies.shown(done)]
        await self._arrive(done, [(kind, data)])
        assert [each.id for each in self.replies.shown(done)] == answers, "it was answered twice"
        return await self.replies.read(done)

    async def _arrive(self, done: Done, events: list[tuple[str, dict[str, Any]]]) -> None:
        times = self.replies.times(done)
        for event, data in events:
            self.discord.gateway.dispatch(event, data)
        await self.replies.handled(done, times + 1)

    @asynccontextmanager
    async def cut(self) -> AsyncIterator[None]:
        """Whoever connects hears nothing before the end, and then that the session is over: nothing is played back."""
        gateway, waiting = self.discord.gateway, list[Callable[[], None]]()
        client: Any = self.web.bot.chat.platforms[NAME]._connection._client
        client.before_identify_hook = _at_once
        opens, gaps = gateway.open, self.replies.gaps

        def held(send: Callable[[Any], None]) -> Any:
            return opens(lambda frame: waiting.append(lambda: send(frame)))

        self.deaf, gateway.open = True, held  # type: ignore[method-assign]
        gateway.forget()
        gateway.close(None)
        try:
            yield
        finally:
            self.deaf, gateway.open = False, opens  # type: ignore[method-assign]
            for release in waiting:
                release()
        await self.people.until(lambda: self.replies.gaps > gaps, PATIENCE)
        await self.replies.idle()

    async def fault(self, fault: Fault) -> None:
        self.discord.faults.add(POST, fault, channel=self.rooms[TEAM].id, retry_after=0.3)


async def _at_once(*_: object, **__: object) -> None:
    """The library waits five seconds before it begins a new session, for Discord's sake."""


@asynccontextmanager
async def on_discord(data: Path, wrap: Wrap) -> AsyncIterator[Harness]:
    """A guild with the client's help channel, which everybody sees, and the team's, which the staff sees."""
    config, there = load_folder(DEMO), Discord(lambda: datetime.now(UTC), posts=None)
    guild = there.guild()
    users = {person.id: there.person(person.name, guild) for person in config.people.values()}
    staff = [users[person.id] for person in config.people.values() if person.is_staff("acme")]
    ask = there.text_channel(guild, HELP, denied=["create_private_threads"])  # what is asked is answered in a DM
    rooms = {HELP: ask, TEAM: there.text_channel(guild, TEAM, readers=staff)}
    channels = {name: replace(config.channels[name], places={NAME: str(room.id)}) for name, room in rooms.items()}
    config = replace(config, channels={**config.channels, **channels})
    async with Server(there) as server:
        given = {"token": there.token, "guild_ids": str(guild.id), "api_url": server.rest}
        secrets = Secrets(DESKBELL_DISCORD={name: SecretStr(value) for name, value in given.items()})
        paces = {NAME: replace(DiscordPlatform.pace, post_interval=0.0, edits_per_minute=None)}
        settings = {"secrets": secrets, "paces": paces}
        running = OnDiscord(data, config, NAME, wrap, settings=settings, server=server, rooms=rooms, users=users)
        await running.start()
        try:
            await running.link()
            yield running
        finally:
            await running.stack.aclose()
            aim(None)
