"""The web chat under the contract suite, over its fixed HTTP API."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from bot.configuration import DEMO, load_folder
from tests.platforms.harness import ON_ITS_WAY, Harness, Running, Seen, Told, Wrap, line_of
from tests.standin.faults import Fault


class WebChat(Running):
    """The web chat, over its fixed HTTP API. Nothing of ours can go wrong between it and the bot."""

    menu: frozenset[Fault] = frozenset()

    def place(self, channel: str) -> str:
        return channel

    async def seen(self, person: str, channel: str, thread: str | None = None) -> list[Seen]:
        return [
            Seen(
                m["id"], m["version"], m["channel"], m["thread"], m["text"],
                tuple(b["command"] for b in m["buttons"]), m["copy_of_another"],
            )
            for m in await self.web.messages(person, channel, thread)
        ]  # fmt: skip

    async def say(
        self, person: str, channel: str, text: str, *, thread: str | None = None, event: str | None = None
    ) -> Told:
        return await self._ask("say", person, channel, event, text=text, thread=thread)

    async def press(
        self, person: str, message: Seen, line: str, *, version: int | None = None, event: str | None = None
    ) -> Told:
        version = message.version if version is None else version
        return await self._ask(
            "press", person, message.channel, event, message=message.id, version=version, command=line
        )

    async def submit(
        self, person: str, channel: str, form: str, values: dict[str, str], *, event: str | None = None
    ) -> Told:
        return await self._ask("submit", person, channel, event, form=form, values=values)

    async def press_answer(
        self, person: str, channel: str, told: Told, label: str, *, thread: str | None = None
    ) -> Told:
        return await self.say(person, channel, line_of(told, label), thread=thread)

    async def question(self, person: str, message: Seen, line: str) -> str:
        shown = await self.web.messages(person, message.channel, message.thread)
        buttons = next(m["buttons"] for m in shown if m["id"] == message.id)
        return str(next(b["confirm"] for b in buttons if b["command"] == line))

    async def home(self, person: str) -> str:
        told = await self.say(person, f"dm-{person}", "/home")
        return told.reply["text"] if told.reply else told.error

    async def fault(self, fault: Fault) -> None:
        raise NotImplementedError(fault)

    async def _ask(self, what: str, person: str, channel: str, event: str | None, **more: Any) -> Told:
        if self.held is not None:
            self.held.append(partial(self._sent, what, person, channel, event, **more))
            return ON_ITS_WAY
        return await self._sent(what, person, channel, event, **more)

    async def _sent(self, what: str, person: str, channel: str, event: str | None, **more: Any) -> Told:
        body = {"as": person, "channel": channel, "id": event, **more}
        answer = await self.web.http.post(f"/api/{what}", json={k: v for k, v in body.items() if v is not None})
        data = answer.json()
        return Told(answer.status_code, data.get("reply"), data.get("form"), data.get("error", ""))


@asynccontextmanager
async def on_the_webchat(data: Path, wrap: Wrap) -> AsyncIterator[Harness]:
    running = WebChat(data, load_folder(DEMO), "webchat", wrap)
    await running.start()
    async with running.stack:
        yield running
    await running.stack.aclose()
