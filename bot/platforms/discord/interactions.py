"""Commands, buttons, menus, forms and suggestions of Discord's: each is stored, answered in time, and done once."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import discord

from bot.arrivals import Answer, Arrival
from bot.door import Door
from bot.platforms.discord import modal, options, payloads, pressing
from bot.platforms.discord.answering import Answers, Call
from bot.platforms.discord.linking import linked
from bot.platforms.discord.payloads import Spot
from bot.platforms.discord.rest import CHOICES, FAILS, Rest
from bot.platforms.wire import OnAnswer, OnPost
from bot.ports import Clock
from desk.refusal import DeskError, Why
from desk.words import LIMIT, clean

SUGGEST_WITHIN = LOOK_WITHIN = 1.0  # seconds
EARLIER = 10  # messages of a thread that a ticket about one of them quotes
LONGEST_LINE = 5 * LIMIT  # a line of ours may hold several fields
TOO_OLD = "This button belongs to an answer that is no longer kept. Ask again, and use the new one."


@dataclass(frozen=True, slots=True)
class Meant:
    """What somebody did, before it is known who they are to us."""

    kind: Literal["say", "press", "submit"]
    text: str = ""
    message: str | None = None
    version: int = 0
    post: str = ""
    form: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


class Interactions:
    """`readable`: whether Discord shows us what is written in guilds."""

    def __init__(
        self, rest: Rest, door: Door, answers: Answers, clock: Clock, *, readable: Callable[[], bool]
    ) -> None:
        self._rest, self._door, self._answers, self._clock = rest, door, answers, clock
        self._readable = readable

    async def heard(self, event: discord.Interaction, spot: Spot) -> None:
        call = _call(event, self._clock.monotonic())
        if event.type is discord.InteractionType.autocomplete:
            await self._suggest(event, call, spot)
            return
        try:
            press = _press(event)
            if press and press.asks:
                await self._ask(event, call, spot, press.what)
                return
            meant = await self._meant(event, spot, press)
            link = await linked(self._door, payloads.account_of(self._rest.name, event.user), meant.text)
            if link:
                await self._answers.first(call, None, link)
                return
            arrival = await self._arrival(event, spot, meant)
        except DeskError as error:
            await self._answers.first(call, None, Answer(403, error.sentence))
            return
        wrong = await self._door.check(arrival) if arrival.kind == "submit" else None
        if wrong:
            await self._answers.first(call, arrival, wrong)
            return
        await self._door.keep(arrival)
        await self._answers.race(call, arrival, self._door.take(arrival))

    async def _ask(self, event: discord.Interaction, call: Call, spot: Spot, what: OnPost | OnAnswer) -> None:
        message = event.message
        question = ""
        if message and isinstance(what, OnPost):
            question = await self._door.question(spot.place, str(message.id), what.key, what.tag)
        rows = [part.to_dict() for part in message.components] if message else []
        named = payloads.pressed(event.data or {})
        label = payloads.label_on([dict(row) for row in rows], named) or "It"
        await self._answers.ask(call, label, pressing.confirming(named, str(message.id) if message else ""), question)

    async def _meant(self, event: discord.Interaction, spot: Spot, press: pressing.Press | None) -> Meant:
        data: Mapping[str, Any] = event.data or {}
        if event.type is discord.InteractionType.modal_submit:
            return await self._sent(data)
        if event.type is discord.InteractionType.component:
            return await self._pressed(event, spot, press)
        if data.get("type") == discord.AppCommandType.message.value:
            return Meant("say", await self._about(event, data, spot))
        return Meant("say", options.line(str(data["name"]), data))

    async def _sent(self, data: Mapping[str, Any]) -> Meant:
        press = pressing.read(str(data.get("custom_id", "")))
        try:
            form, carried = pressing.form_of(await self._line_of(press.what if press else None))
        except ValueError:
            raise DeskError(TOO_OLD, why=Why.NOT_FOUND) from None
        filled = {name: clean(value, LONGEST_LINE) for name, value in modal.values(data).items()}
        return Meant("submit", form=form, values={**carried, **filled})

    async def _pressed(self, event: discord.Interaction, spot: Spot, press: pressing.Press | None) -> Meant:
        what = press.what if press else None
        if press is None or not isinstance(what, OnPost):
            return Meant("say", await self._line_of(what))
        message = press.message or (str(event.message.id) if event.message else "")
        line = await self._door.line(spot.place, message, what.key, what.tag)
        return Meant("press", line, message, what.version, what.key)

    async def _line_of(self, what: OnPost | OnAnswer | None) -> str:
        line = ""
        if isinstance(what, OnAnswer):
            line = what.line or await self._door.kept_line(what.tag)
        if not line:
            raise DeskError(TOO_OLD, why=Why.NOT_FOUND)
        return line

    async def _about(self, event: discord.Interaction, data: Mapping[str, Any], spot: Spot) -> str:
        """From a message's context menu: the line that opens the form with what the message says."""
        target = str(data["target_id"])
        message = data["resolved"]["messages"][target]
        values = await self.about(message, spot, event.guild_id)
        person = await self._door.person(payloads.account_of(self._rest.name, event.user), spot.place)
        await self._door.point(person, values["about"])
        return payloads.asking(values)

    async def about(self, message: Mapping[str, Any], spot: Spot, guild: int | None) -> dict[str, str]:
        """The values of a ticket about somebody's message, with its link, its author and its thread so far."""
        number, earlier = str(message["id"]), []
        if spot.thread is not None and not spot.direct:
            with contextlib.suppress(*FAILS):  # then without it
                async with asyncio.timeout(LOOK_WITHIN):
                    earlier = await self._rest.before(spot.channel, number, EARLIER)
        values = payloads.request(message, payloads.link(guild, spot.channel, number), earlier)
        head = spot.thread if spot.thread and not spot.direct else number  # a message in a thread begins none
        return {**values, "about": f"{spot.place}|{head}|{await self._author(message, spot)}"}

    async def _author(self, message: Mapping[str, Any], spot: Spot) -> str:
        """The person who wrote it; nobody for a bot, or whoever may not ask here."""
        author = message["author"]
        if author.get("bot") or message.get("webhook_id"):
            return ""
        account = payloads.account_in(self._rest.name, author)
        with contextlib.suppress(DeskError):
            return await self._door.person(account, spot.place)
        return ""

    async def _arrival(self, event: discord.Interaction, spot: Spot, meant: Meant) -> Arrival:
        person = await self._door.person(payloads.account_of(self._rest.name, event.user), spot.place)
        once = meant.kind == "submit" and "~" in meant.form
        return Arrival(
            key=f"{self._rest.name}/{f'form/{event.user.id}/{meant.form}' if once else f'interaction/{event.id}'}",
            kind=meant.kind, platform=self._rest.name, person=person, channel=self._door.channel(spot.place, person),
            at=event.created_at, text=clean(meant.text, LONGEST_LINE), thread=spot.thread,
            thread_key=await self._door.thread(spot.place, spot.thread) if spot.thread else None,
            message=meant.message, version=meant.version, form=meant.form, values=dict(meant.values),
            place=spot.place, post=meant.post, again=once,
            back={"user": str(event.user.id), "token": event.token, "channel": spot.channel},
            private=event.guild_id is not None and self._readable() and payloads.private_threads(event.app_permissions),
        )  # fmt: skip

    async def _suggest(self, event: discord.Interaction, call: Call, spot: Spot) -> None:
        """Choices for what is being typed; none where they take too long, since the next letter asks again."""
        word, name, typed, number = payloads.typed(event.data or {})
        rows: list[tuple[str, str]] = []
        with contextlib.suppress(DeskError, TimeoutError):
            async with asyncio.timeout(SUGGEST_WITHIN):
                person = await self._door.person(payloads.account_of(self._rest.name, event.user), spot.place)
                channel = self._door.channel(spot.place, person)
                rows = await self._door.choices(person, channel, word, name, typed, self._rest.name)
        with contextlib.suppress(*FAILS):
            body = {"choices": payloads.choices(rows, number=number)}
            await self._rest.respond(call.id, call.token, CHOICES, body)


def _call(event: discord.Interaction, began: float) -> Call:
    kinds = discord.InteractionType
    return Call(
        str(event.id), event.token, began, event.type is kinds.component, event.type is kinds.modal_submit
    )  # fmt: skip


def _press(event: discord.Interaction) -> pressing.Press | None:
    if event.type is not discord.InteractionType.component:
        return None
    return pressing.read(payloads.pressed(event.data or {}))
