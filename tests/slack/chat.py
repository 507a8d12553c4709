"""Slack under the contract suite: the whole bot in the stand-in's workspace, people's hands and eyes there."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.arrivals import Answer, Arrival
from bot.door import Account
from bot.platforms import wire
from bot.platforms.webchat.render import answer_json
from config.secrets import Secrets
from tests.platforms.harness import HELP, NOWHERE, TEAM, Harness, Running, Seen, Told, Wrap
from tests.slack.harness import NAME, config
from tests.slack.standin import payloads
from tests.slack.standin.eyes import Sight
from tests.slack.standin.server import Slack, slack
from tests.slack.standin.workspace import Workspace
from tests.slack.standin.world import Delivery
from tests.standin.faults import Fault
from tests.webapp import web_bot

PEOPLE = ("ann", "ben", "carl", "mia")


@dataclass
class SlackChat(Running):
    """What people do goes over a socket to the bot; what they are told is read as the door gave it, and was shown."""

    there: Slack = field(kw_only=True)
    users: dict[str, str] = field(kw_only=True)
    rooms: dict[str, str] = field(kw_only=True)
    menu: frozenset[Fault] = frozenset({Fault.RATE, Fault.LOSE_REPLY, Fault.ERROR_TAKEN, Fault.ERROR, Fault.RESET})
    sent: dict[str, Delivery] = field(default_factory=dict)
    told: dict[str, list[Answer]] = field(default_factory=dict)

    async def start(self) -> None:
        ws = self.there.ws
        tokens = {"bot_token": ws.bot_token, "app_token": ws.app_token, "api_url": self.there.api_url}
        secrets = Secrets(DESKBELL_SLACK={name: SecretStr(value) for name, value in tokens.items()})
        self.web = await self.stack.enter_async_context(web_bot(self.data, self.config, secrets=secrets))
        doors = self.web.bot.outbox._platforms
        self.web.bot.outbox._platforms = {**doors, self.name: self.wrap(doors[self.name])}
        self._listen()
        for person, user in self.users.items():
            code = await self.web.bot.identity.code_for(person)
            await self.web.bot.identity.link(Account(NAME, ws.team, user, person), f"/link {code}")

    def _listen(self) -> None:
        """The answers at our side of the door, by the arrival's key: Slack shows no status."""
        door = self.web.bot.chat.platforms[NAME]._door
        take, check = door.take, door.check

        async def taken(arrival: Arrival) -> Answer:
            answer: Answer = await take(arrival)
            self.told.setdefault(arrival.key, []).append(answer)
            return answer

        async def checked(arrival: Arrival) -> Answer | None:
            answer: Answer | None = await check(arrival)
            if answer is not None:
                self.told.setdefault(arrival.key, []).append(answer)
            return answer

        door.take, door.check = taken, checked

    def place(self, channel: str) -> str:
        if channel.startswith("dm-"):
            return f"{NAME}/@{self.users[channel.removeprefix('dm-')]}"
        return f"{NAME}/{self.rooms.get(channel, channel)}"

    async def seen(self, person: str, channel: str, thread: str | None = None) -> list[Seen]:
        user = self.users[person]
        room = self.there.ws.direct(user).id if channel == f"dm-{person}" else self.rooms.get(channel, channel)
        found = [s for s in self.there.eyes.seen(user, room, thread) if not s.ephemeral]
        return [await self._seen(sight, channel) for sight in found]

    async def _seen(self, sight: Sight, channel: str) -> Seen:
        """The version is on the buttons; where there are none, each edit was one."""
        door = self.web.bot.chat.platforms[NAME]._door
        carried = [b for b in (wire.read(button.value) for button in sight.buttons) if isinstance(b, wire.OnPost)]
        lines = [await door.line(self.place(channel), sight.ts, b.key, b.tag) for b in carried]
        updates = [c for c in self.there.ws.calls if c.method == "chat.update" and c.taken]
        edits = [c for c in updates if c.arguments["ts"] == sight.ts]
        version = carried[0].version if carried else 1 + len(edits)
        return Seen(
            sight.ts, version, channel, sight.thread_ts, "\n".join(_strings(list(sight.blocks))),
            tuple(line for line in lines if line),
            "second copy" in sight.words,
        )  # fmt: skip

    async def say(
        self, person: str, channel: str, text: str, *, thread: str | None = None, event: str | None = None
    ) -> Told:
        assert thread is None, "Slack takes no command in a thread"
        made = self.there.people.slash(self.users[person], self.rooms[channel], "/desk", text.removeprefix("/"))
        return await self._ask(event, made, f"{NAME}/trigger/{made.key}")

    async def press(
        self, person: str, message: Seen, line: str, *, version: int | None = None, event: str | None = None
    ) -> Told:
        kept = self.there.ws.messages[self.rooms[message.channel], message.id]
        key = next((s.key for s in await self._posts(message)), "")
        tag = hashlib.sha256(line.encode()).hexdigest()[:8]
        value = f"p|{message.version if version is None else version}|{tag}|{key}"
        action = {"type": "button", "action_id": "press-0", "block_id": "b", "value": value}
        made = self.there.forms.act(self.users[person], _sight(kept), action)
        return await self._ask(event, made, f"{NAME}/trigger/{made.key}")

    async def _posts(self, message: Seen) -> list[wire.OnPost]:
        sights = self.there.eyes.seen(self.users["ben"], self.rooms[message.channel])
        values = [b.value for s in sights if s.ts == message.id for b in s.buttons]
        return [b for b in map(wire.read, values) if isinstance(b, wire.OnPost)]

    async def submit(
        self, person: str, channel: str, form: str, values: dict[str, str], *, event: str | None = None
    ) -> Told:
        """Without the modal that Slack would have shown: the same payload, with the view's id as the event."""
        made = payloads.interaction(self.there.ws, "view_submission", self.users[person])
        view_id = f"V{event or made.key}"
        state = {name: {name: {"type": "plain_text_input", "value": value}} for name, value in values.items()}
        inputs = [{"type": "input", "block_id": name} for name in values]
        made.payload["view"] = {
            "id": view_id, "hash": "1", "callback_id": form, "type": "modal", "state": {"values": state},
            "blocks": inputs, "private_metadata": f'{{"metadata": {{"channel": "{self.rooms[channel]}"}}}}',
        }  # fmt: skip
        return await self._ask(None, made, f"{NAME}/view/{view_id}/1")

    async def fault(self, fault: Fault) -> None:
        self.there.ws.troubles.add(fault, channel=self.rooms[TEAM], retry_after=1)

    async def _ask(self, event: str | None, made: Delivery, key: str) -> Told:
        if event is not None:
            made = self.sent.setdefault(event, made)
        before = len(self.told.get(key, ()))
        ack = await self.there.deliver(made)
        assert not ack.error, ack.error
        async with asyncio.timeout(20):
            while len(self.told.get(key, ())) == before:
                await asyncio.sleep(0.005)
        answer = self.told[key][-1]
        data: dict[str, Any] = answer_json(answer, "UTC", self.web.bot._settings.clock.now())
        return Told(answer.status, data.get("reply"), data.get("form"), answer.error)


def _strings(value: Any) -> list[str]:
    """Every text, letter by letter: in plain and in rich text Slack undoes no escapes."""
    if isinstance(value, list):
        return [text for each in value for text in _strings(each)]
    if not isinstance(value, dict):
        return []
    own = [value["text"]] if isinstance(value.get("text"), str) else []
    return own + [text for name, each in value.items() if name != "confirm" for text in _strings(each)]


def _sight(message: Any) -> Sight:
    return Sight(message.ts, message.channel, message.user, None, "", "", (), (), (), None, False, False, ())


@asynccontextmanager
async def on_slack(data: Path, wrap: Wrap) -> AsyncIterator[Harness]:
    """Joins the contract suite: `PLATFORMS["slack"] = on_slack`."""
    ws = Workspace(now=time.time)
    users = {name: ws.add_user(name).id for name in PEOPLE}
    rooms = {name: ws.add_channel(name, users.values()).id for name in (HELP, TEAM)}
    ws.add_channel(NOWHERE, users.values(), archived=True)
    async with slack(ws, echo=True) as there:
        running = SlackChat(data, config(rooms.items()), NAME, wrap, there=there, users=users, rooms=rooms)
        await running.start()
        try:
            yield running
        finally:
            await running.stack.aclose()
