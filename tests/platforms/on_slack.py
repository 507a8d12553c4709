"""Slack under the contract suite: the whole bot in the stand-in's workspace by Socket Mode. People act and read there.

What somebody is told is what they see: a modal, what it objects to, a message that only they can read. Of our own side
it is only asked which line a button on the wire stands for, and whether what was begun has ended.
"""

import asyncio
import copy
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.platforms import wire
from bot.platforms.contract import Pace
from bot.platforms.slack.render import COPY
from bot.store.accounts import Known, save
from bot.store.store import StoreTx
from config.secrets import Secrets
from desk.cards import parse_line
from tests.platforms.harness import HELP, NOWHERE, ON_ITS_WAY, TEAM, Harness, Running, Seen, Told, Wrap
from tests.slack.harness import NAME, config
from tests.slack.standin.blocks import elements
from tests.slack.standin.eyes import Button, Sight, words
from tests.slack.standin.server import Slack, slack
from tests.slack.standin.workspace import Workspace
from tests.slack.standin.world import Delivery, Json, View
from tests.standin.faults import Fault

REQUESTERS, STAFF = ("ann", "carl"), ("ben", "mia")


@dataclass
class OnSlack(Running):
    """`looked` is each message as somebody saw it, with its buttons by their lines; `events` what was delivered.

    `private` is the last message that a person alone could read. `lines` are what the buttons of messages stood for
    when they were first seen. `deaf`: nothing reaches the bot, however often Slack would say it.
    """

    there: Slack = field(kw_only=True)
    users: dict[str, str] = field(kw_only=True)
    rooms: dict[str, str] = field(kw_only=True)
    menu: frozenset[Fault] = frozenset(
        {Fault.REFUSE, Fault.RATE, Fault.LOSE_REPLY, Fault.ERROR_TAKEN, Fault.ERROR, Fault.RESET}
    )
    looked: dict[tuple[str, int], tuple[Sight, dict[str, Button]]] = field(default_factory=dict)
    events: dict[str, Delivery] = field(default_factory=dict)
    private: dict[str, Sight] = field(default_factory=dict)
    lines: dict[tuple[str, str], str] = field(default_factory=dict)
    deaf: bool = False

    async def link(self) -> None:
        team = self.there.ws.team
        known = [Known(NAME, team, user, name, None, name, "", outsider=False) for name, user in self.users.items()]

        def work(tx: StoreTx) -> None:
            for each in known:
                save(tx, each)

        await self.web.bot.store.write(work)

    # Eyes

    def place(self, channel: str) -> str:
        if channel.startswith("dm-"):
            return f"{NAME}/@{self.users[channel.removeprefix('dm-')]}"
        return f"{NAME}/{self.rooms[channel]}"

    def _room(self, channel: str) -> str:
        return self.there.ws.direct(self.users[channel[3:]]).id if channel.startswith("dm-") else self.rooms[channel]

    async def seen(self, person: str, channel: str, thread: str | None = None) -> list[Seen]:
        found = self.there.eyes.seen(self.users[person], self._room(channel), thread)
        return [await self._seen(sight, channel) for sight in found if not sight.ephemeral]

    async def _seen(self, sight: Sight, channel: str) -> Seen:
        """Each edit is a version: what is on the wire is the bot's own word for it."""
        lines = {await self._line(button, sight, channel): button for button in sight.buttons}
        edits = [c for c in self.there.ws.calls if c.method == "chat.update" and c.taken]
        version = 1 + sum(c.arguments["ts"] == sight.ts for c in edits)
        self.looked[sight.ts, version] = (sight, lines)
        text = "\n".join(_letters(list(sight.blocks))) or sight.text
        return Seen(
            sight.ts, version, channel, sight.thread_ts, text, tuple(lines), COPY in text, sight.active
        )  # fmt: skip

    async def _line(self, button: Button, sight: Sight, channel: str) -> str:
        """A button that outlived the card it was on stands for its label."""
        known = self.lines.get((sight.ts, button.value)) or await self._asked_for_line(button, sight, channel)
        if known:
            self.lines[sight.ts, button.value] = known
        return known or button.label

    async def _asked_for_line(self, button: Button, sight: Sight, channel: str) -> str:
        carried, door = wire.read(button.value), self.web.bot.door
        if isinstance(carried, wire.OnAnswer):
            return carried.line or await door.kept_line(carried.tag)
        return await door.line(self.place(channel), sight.ts, carried.key, carried.tag) if carried else ""

    # Hands

    async def say(
        self, person: str, channel: str, text: str, *, thread: str | None = None, event: str | None = None
    ) -> Told:
        """A command by its slash; in a thread, where Slack allows none, by `!`."""
        user, room = self.users[person], self._room(channel)
        if text.startswith("/") and thread is None:
            made = self.there.people.slash(user, room, "/desk", text.removeprefix("/"))
            return await self._do(person, [made], event)
        said = f"!{text.removeprefix('/')}" if text.startswith("/") else text
        return await self._do(person, self.there.people.say(user, room, said, thread)[1], event)

    async def press(
        self, person: str, message: Seen, line: str, *, version: int | None = None, event: str | None = None
    ) -> Told:
        sight, lines = self.looked[message.id, message.version if version is None else version]
        button = lines.get(line) or _forged(sight.buttons[0], line)
        return await self._do(person, [self.there.forms.press(self.users[person], sight, button)], event)

    async def press_answer(
        self, person: str, channel: str, told: Told, label: str, *, thread: str | None = None  # noqa: ARG002 - it is there
    ) -> Told:  # fmt: skip
        sight = self.private[person]
        made = self.there.forms.press(self.users[person], sight, sight.button(label))
        return await self._do(person, [made], None)

    async def question(self, person: str, message: Seen, line: str) -> str:  # noqa: ARG002 - all are asked the same
        return self.looked[message.id, message.version][1][line].asks

    async def submit(
        self, person: str, channel: str, form: str, values: dict[str, str], *, event: str | None = None
    ) -> Told:
        """By the modal that the command opens. An event's second time is what was sent then, with these values."""
        if event in self.events:
            sent = self.events[event]
            return await self._do(person, [replace(sent, payload=_filled(sent.payload, values))], None)
        told = await self.say(person, channel, f"/{form}")
        assert told.form is not None, told
        view = self.there.eyes.view(self.users[person])
        delivery, wrong = self.there.forms.submit(self.users[person], values)
        if delivery is None or view is None:  # Slack's own window objects
            return Told(422, None, _form(view, values, wrong), next(iter(wrong.values())))
        told = await self._do(person, [delivery], event)
        return replace(told, form=_form(view, values, told.form["errors"])) if told.form else told

    async def edit_said(self, person: str, channel: str, before: str, after: str, *, thread: str | None) -> None:
        user, room = self.users[person], self._room(channel)
        said = [m for m in self.there.ws.messages.values() if (m.user, m.channel, m.thread_ts) == (user, room, thread)]
        [message] = [m for m in said if m.text == before]
        await self._do(person, self.there.people.edit(user, message, after), None)

    async def home(self, person: str) -> str:
        await self.there.open_home(self.users[person])
        await self._ended()
        home = self.there.eyes.home(self.users[person])
        return words(home) if home else ""

    @asynccontextmanager
    async def cut(self) -> AsyncIterator[None]:
        sockets = self.there.sockets
        sockets.refusing = self.deaf = True
        sockets.cut()
        await self._sockets(0)
        yield
        sockets.refusing = self.deaf = False
        await self.there.until(sockets.ready)

    async def _sockets(self, count: int) -> None:
        """Until the bot knows of so many; it tells nobody when, so it is asked."""
        async with asyncio.timeout(20):
            while self._platform()._sockets.connected != count:
                await asyncio.sleep(0.005)

    async def fault(self, fault: Fault) -> None:
        self.there.ws.troubles.add(fault, channel=self.rooms[TEAM], retry_after=1)

    # What comes back

    async def _do(self, person: str, made: Sequence[Delivery], event: str | None) -> Told:
        [delivery] = made
        delivery = self.events.setdefault(event, delivery) if event else delivery
        if self.held is not None:
            self.held.append(partial(self._delivered, person, delivery))
            return ON_ITS_WAY
        return ON_ITS_WAY if self.deaf else await self._delivered(person, delivery)

    async def _delivered(self, person: str, delivery: Delivery) -> Told:
        user = self.users[person]
        read, modal = {s.ts for s in self._private(user)}, self.there.eyes.view(user)
        ack = await self.there.deliver(delivery)
        assert not ack.error, ack
        wrong = self.there.forms.acknowledged(delivery, ack.payload)
        await self._ended()
        view = self.there.eyes.view(user)
        if wrong:
            return Told(422, None, {"errors": wrong}, next(iter(wrong.values())))
        if view is not None and view is not modal:
            return Told(200, None, _form(view, {}, {}), "")
        told = [s for s in self._private(user) if s.ts not in read]
        return await self._told(person, told[-1]) if told else Told(200, None, None, "")

    def _private(self, user: str) -> list[Sight]:
        """What nobody else reads and is no post: a post carries our key."""
        direct = [s for s in self.there.eyes.direct(user) if s.user == self.there.ws.bot and s.metadata is None]
        return [*self.there.eyes.ephemerals(user), *(s for s in direct if not s.ephemeral)]

    async def _told(self, person: str, sight: Sight) -> Told:
        """A card begins with its title; what begins with a sentence is a refusal."""
        self.private[person] = sight
        first = sight.blocks[0]
        if first["type"] != "header":
            return Told(409, None, None, "\n".join(_letters([first])))
        buttons = [{"label": b.label, "command": await self._line(b, sight, TEAM)} for b in sight.buttons]
        title = first["text"]["text"]
        return Told(200, {"key": "", "title": title, "state": "", "text": sight.words, "buttons": buttons}, None, "")

    def _platform(self) -> Any:
        return self.web.bot.chat.platforms[NAME]

    async def _ended(self) -> None:
        """Until all that was begun after an acknowledgement has ended."""
        inbound = self._platform()._inbound
        while left := [*self.there._background, *inbound._begun]:
            await asyncio.wait(left)
            await asyncio.sleep(0)  # those that have ended leave the sets in the next turn of the loop


def _letters(value: Any) -> list[str]:
    """Every text letter by letter: in plain and in rich text Slack undoes no escapes."""
    if isinstance(value, list):
        return [text for each in value for text in _letters(each)]
    if not isinstance(value, dict):
        return []
    own = [value["text"]] if isinstance(value.get("text"), str) else []
    return own + [text for name, each in value.items() if name != "confirm" for text in _letters(each)]


def _forged(button: Button, line: str) -> Button:
    """A button like this one that stands for another line."""
    carried = wire.read(button.value)
    assert isinstance(carried, wire.OnPost)
    return replace(button, value=wire.on_post(carried.key, carried.version, parse_line(line)))


def _filled(payload: Json, values: dict[str, str]) -> Json:
    """A form that was sent, with other values in it."""
    other = copy.deepcopy(payload)
    for name, value in values.items():
        other["view"]["state"]["values"][name][name]["value"] = value
    return other


def _form(view: View | None, values: dict[str, str], wrong: dict[str, str]) -> dict[str, Any]:
    """The modal as a person has it before them, with what they typed and what stands below each field."""
    assert view is not None
    inputs = [(b, e) for b, e in elements(view.payload["blocks"]) if b["type"] == "input"]
    fields = [
        {
            "name": b["block_id"], "required": not b["optional"], "error": wrong.get(b["block_id"], ""),
            "value": values.get(b["block_id"], e.get("initial_value", "")),
        }
        for b, e in inputs
    ]  # fmt: skip
    return {"id": view.payload["callback_id"], "fields": fields}


@asynccontextmanager
async def on_slack(data: Path, wrap: Wrap) -> AsyncIterator[Harness]:
    """A workspace where the client's help channel is everybody's and the team's is the staff's."""
    ws = Workspace(now=time.time)
    ws.rates.on = False  # what they make us wait for is tested elsewhere, in virtual time
    users = {name: ws.add_user(name).id for name in (*REQUESTERS, *STAFF)}
    rooms = {HELP: ws.add_channel(HELP, users.values()).id, TEAM: ws.add_channel(TEAM, [users[n] for n in STAFF]).id}
    there = config(rooms.items())
    rooms[NOWHERE] = ws.add_channel(NOWHERE, users.values(), archived=True).id
    async with slack(ws, pauses=()) as server:  # what was lost is not said again a minute later
        tokens = {"bot_token": ws.bot_token, "app_token": ws.app_token, "api_url": server.api_url}
        secrets = Secrets(DESKBELL_SLACK={name: SecretStr(value) for name, value in tokens.items()})
        settings = {"secrets": secrets, "paces": {NAME: Pace()}}
        running = OnSlack(data, there, NAME, wrap, settings=settings, there=server, users=users, rooms=rooms)
        await running.start()
        try:
            await running.link()
            yield running
        finally:
            await running.stack.aclose()
