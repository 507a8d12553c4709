"""People's hands over the wire: each does it in the workspace, sends it to the app, and waits for what comes back."""

import asyncio
from collections.abc import Sequence
from typing import Any

from tests.slack.standin.carrying import Ack, Told
from tests.slack.standin.eyes import Button, Eyes, Sight, buttons
from tests.slack.standin.forms import Forms
from tests.slack.standin.people import People
from tests.slack.standin.refusal import SlackNo
from tests.slack.standin.world import Delivery, Json, Message, View


class Hands:
    """`copies` sends the same thing so many times at once, as Slack may. What is not there cannot be used: `Cannot`."""

    people: People
    forms: Forms
    eyes: Eyes

    async def deliver(self, delivery: Delivery) -> Ack:
        """Once, and again as Slack would: also for a test that wants things in another order."""
        raise NotImplementedError

    async def say(
        self, user: str, channel: str, text: str, thread_ts: str | None = None, *,
        files: tuple[Json, ...] = (), wire: bool = False, copies: int = 1,
    ) -> Message:  # fmt: skip
        """The message, once the app has acknowledged what it was told of it."""
        message, deliveries = self.people.say(user, channel, text, thread_ts, files=files, wire=wire)
        await self._all(deliveries, copies)
        return message

    async def edit(self, user: str, message: Message, text: str, *, copies: int = 1) -> list[Ack]:
        return await self._all(self.people.edit(user, message, text), copies)

    async def delete(self, user: str, message: Message, *, copies: int = 1) -> list[Ack]:
        return await self._all(self.people.delete(user, message), copies)

    async def react(
        self, user: str, message: Message | Sight, name: str, *, off: bool = False, copies: int = 1
    ) -> list[Ack]:
        return await self._all(self.people.react(user, message, name, off=off), copies)

    async def open_home(self, user: str, *, copies: int = 1) -> list[Ack]:
        return await self._all(self.people.open_home(user), copies)

    async def slash(self, user: str, channel: str, command: str, text: str = "", *, copies: int = 1) -> Told:
        return await self._ask(self.people.slash(user, channel, command, text), copies)

    async def press(
        self, user: str, where: Sight | View, button: Button | str, *, copies: int = 1
    ) -> Told:  # fmt: skip
        """`button` is one of the sight's, or its label. An option of an overflow menu is pressed the same way."""
        return await self._ask(self.forms.press(user, where, self._button(where, button)), copies)

    async def shortcut(self, user: str, callback_id: str, *, copies: int = 1) -> Told:
        return await self._ask(self.people.shortcut(user, callback_id), copies)

    async def message_shortcut(
        self, user: str, message: Message | Sight, callback_id: str, *, copies: int = 1
    ) -> Told:
        return await self._ask(self.people.message_shortcut(user, message, callback_id), copies)

    async def submit(self, user: str, values: dict[str, Any], *, copies: int = 1) -> Told:
        """The modal before this person. `fields` of the answer is what it objects to; then it stays open."""
        delivery, errors = self.forms.submit(user, values)
        if delivery is None:
            return Told(fields=errors, sent=False)
        return await self._ask(delivery, copies)

    async def close(self, user: str) -> Told:
        delivery = self.forms.close(user)
        return Told(sent=False) if delivery is None else await self._ask(delivery, 1)

    async def options(self, user: str, where: View | Sight, action_id: str, typed: str) -> list[tuple[str, str]]:
        """Value and label of what a menu offers for what is typed; nothing below its `min_query_length`."""
        delivery = self.forms.options(user, where, action_id, typed)
        return [] if delivery is None else self.forms.choices((await self.deliver(delivery)).payload)

    @staticmethod
    def _button(where: Sight | View, button: Button | str) -> Button:
        if isinstance(button, Button):
            return button
        offered = where.buttons if isinstance(where, Sight) else buttons(where.payload["blocks"])
        return next(one for one in offered if one.label == button)

    async def _all(self, deliveries: Sequence[Delivery], copies: int) -> list[Ack]:
        return await asyncio.gather(*(self.deliver(one) for one in deliveries for _ in range(copies)))

    async def _ask(self, delivery: Delivery, copies: int) -> Told:
        """The first good acknowledgement is the one that has an effect."""
        acks = await self._all([delivery], copies)
        good = next((ack for ack in acks if not ack.error), None)
        if good is None:
            return Told(error=acks[0].error, acks=tuple(acks))
        try:
            fields = self.forms.acknowledged(delivery, good.payload)
        except SlackNo as no:
            return Told(good.payload, no.error, acks=tuple(acks))
        return Told(good.payload, fields=fields, acks=tuple(acks))
