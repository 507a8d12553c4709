"""What only the asker is told: in answer to an interaction, which Discord shows to nobody else, or to plain words."""

import asyncio
import contextlib
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import discord
import structlog

from bot.arrivals import Answer, Arrival
from bot.door import Door
from bot.platforms.discord import enclosures, limits, modal, pressing, render, words
from bot.platforms.discord.enclosures import Body, Files
from bot.platforms.discord.payloads import is_direct
from bot.platforms.discord.refusals import DIRECT_CLOSED
from bot.platforms.discord.rest import EPHEMERAL, FAILS, MESSAGE, MODAL, NOBODY, SILENT, THINKING, Rest
from bot.ports import Clock
from config.loaded import Config
from desk.cards import Button, Form

IN_TIME = 2.0  # seconds of the three that Discord waits; then it is told that an answer will come
MOST_PARTS = 4  # messages that the rest of one long answer may take
ONLY_HERE = "-# Only the people of this channel see this."
UNREADABLE = (
    "I could not read what you wrote here: Discord does not show it to me. Send it by this button, or mention me."
)

CLOSED = "My answer is for you alone, and you take no direct messages from me. Use the slash command here instead."

Part = tuple[Body, Files]  # a message of an answer, and what goes with it

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """An interaction that waits for its first response. `pressed`: a button or menu; `sent`: a modal, which Discord
    does not let us answer with another one. `began` is when it came, by the monotonic clock.
    """

    id: str
    token: str
    began: float
    pressed: bool = False
    sent: bool = False


class Answers:
    def __init__(self, rest: Rest, door: Door, config: Callable[[], Config], clock: Clock) -> None:
        self._rest, self._door, self._config, self._clock = rest, door, config, clock

    async def race(self, call: Call, arrival: Arrival, taking: Awaitable[Answer]) -> None:
        """The answer as the first response where it is ready in time with its files, else when it is."""
        task = asyncio.ensure_future(taking)
        ready = asyncio.ensure_future(self._ready(task))
        try:
            left = IN_TIME - (self._clock.monotonic() - call.began)
            await asyncio.wait({ready}, timeout=max(0.0, left))
            if ready.done():
                await self.first(call, arrival, *ready.result())
                return
            with contextlib.suppress(*FAILS):  # then the answer goes another way
                await self._rest.respond(call.id, call.token, THINKING, {"flags": EPHEMERAL})
            await self._finish(call, arrival, *await ready)
        finally:
            ready.cancel()
            task.cancel()

    async def _ready(self, taking: Awaitable[Answer]) -> tuple[Answer, Files]:
        answer = await taking
        return answer, await enclosures.made(self._door, answer.reply)

    async def first(self, call: Call, arrival: Arrival | None, answer: Answer, files: Files = ()) -> None:
        """The first response: a modal for a form alone, nothing to see for a press that needs no words, else words."""
        form = answer.form
        try:
            if form and not (call.sent or answer.error or answer.reply):
                await self._rest.respond(call.id, call.token, MODAL, await self._modal(form))
            elif call.pressed and _silent(answer):
                await self._rest.respond(call.id, call.token, SILENT)
            else:
                (body, _), *more = await self._parts(answer, files)
                respond = partial(self._rest.respond, call.id, call.token, MESSAGE)
                await enclosures.attached(respond, {**body, "flags": EPHEMERAL}, files)
                await self._more(call.token, more)
        except FAILS as error:
            if arrival:
                await self._by_hand(arrival, answer, files, error)

    async def ask(self, call: Call, label: str, custom_id: str, question: str) -> None:
        """The question before a danger, with the button that answers it. Nothing is stored, so nothing is done."""
        words_, name = words.inert(words.label(label, limits.LABEL)), words.label(label.removesuffix("…"), limits.LABEL)
        drawn = render.Message(
            words.inert(question) or f"**{words_}** asks before it is done. Press again to do it.",
            buttons=(render.Pressable(name, custom_id, confirm="asked"),),
        )
        with contextlib.suppress(*FAILS):  # the person presses again
            await self._rest.respond(call.id, call.token, MESSAGE, {**body_of(drawn), "flags": EPHEMERAL})

    async def plainly(self, arrival: Arrival, answer: Answer) -> None:
        """In answer to plain words, or late: by the asker's direct channel, for others read a channel who may not.
        The offer to send a note alone stands in the team's thread, where the note is read too.
        """
        if _silent(answer) or not arrival.back:
            return
        files, back = await enclosures.made(self._door, answer.reply), arrival.back
        parts = await self._parts(answer, files)
        if is_direct(arrival.place):
            await self._send(await self._rest.direct(back["user"]), arrival, parts)
        elif self.in_team(arrival.channel) and _is_note(answer):
            await self._send(back["channel"], arrival, [(_noted(parts[0][0]), files), *parts[1:]])
        else:
            await self._to(arrival, parts)

    def in_team(self, channel: str) -> bool:
        """Whether this channel of the configuration is a team's."""
        found = self._config().channels.get(channel)
        return found is not None and found.kind == "team"

    async def again(self, arrival: Arrival, answer: Answer) -> None:
        """An answer for which nobody waits any more, by the interaction where it still takes one."""
        token = arrival.back.get("token")
        if token is None or _silent(answer):
            await self.plainly(arrival, answer)
            return
        files = await enclosures.made(self._door, answer.reply)
        try:
            await self._more(token, await self._parts(answer, files))
        except FAILS as error:
            await self._by_hand(arrival, answer, files, error)

    async def unreadable(self, arrival: Arrival, button: Button) -> None:
        """Words that we cannot see are not lost: the form takes them."""
        await self._door.keep_lines((button,), pressing.LINE)
        drawn = render.answer(UNREADABLE, None, (button,), pressing.on_answer, now=self._clock.now())
        await self._send(arrival.back["channel"], arrival, [(body_of(drawn), ())])

    async def _finish(self, call: Call, arrival: Arrival, answer: Answer, files: Files) -> None:
        """After the first response said that it would take a moment. A form waits behind a button by now."""
        try:
            (body, _), *more = await self._parts(answer, files)
            await enclosures.attached(partial(self._rest.finish, call.token), body, files)
            await self._more(call.token, more)
        except FAILS as error:
            await self._by_hand(arrival, answer, files, error)

    async def _by_hand(self, arrival: Arrival, answer: Answer, files: Files, error: Exception) -> None:
        """The interaction takes no answer: it came too late, or was answered already."""
        if isinstance(error, discord.HTTPException) and error.code == 40060:
            return
        log.warning("an interaction takes no answer", arrival=arrival.key, error=str(error))
        if not _silent(answer):
            await self._to(arrival, await self._parts(answer, files))

    async def _to(self, arrival: Arrival, parts: list[Part]) -> None:
        """To the asker's direct channel; who takes no direct messages is told so where they wrote, and no more."""
        try:
            await self._send(await self._rest.direct(arrival.back["user"]), arrival, parts)
        except discord.HTTPException as error:
            written = arrival.back.get("channel")
            if error.code not in DIRECT_CLOSED or written is None:
                raise
            await self._send(written, arrival, [({"content": CLOSED, "allowed_mentions": NOBODY}, ())])

    async def _send(self, channel: str, arrival: Arrival, parts: list[Part]) -> None:
        message = arrival.back.get("message") if channel == arrival.back.get("channel") else None
        answers = {"message_reference": {"message_id": message, "fail_if_not_exists": False}} if message else {}
        for number, (body, files) in enumerate(parts):
            once = {"nonce": nonce(f"{arrival.key}/{number}"), "enforce_nonce": True}
            await enclosures.attached(partial(self._rest.send, channel), {**body, **answers, **once}, files)

    async def _more(self, token: str, parts: list[Part]) -> None:
        for body, files in parts:
            await enclosures.attached(partial(self._rest.follow, token), body, files)

    async def _modal(self, form: Form) -> dict[str, Any]:
        """The modal, which carries the form's id and what it does not ask for."""
        button = pressing.form_button(form.id, modal.carried(form))
        await self._door.keep_lines((button,), pressing.LINE)
        return dict(modal.modal(form, custom_id=pressing.on_answer(button), now=self._clock.now()).to_dict())

    async def _parts(self, answer: Answer, files: Files) -> list[Part]:
        """The answer as messages, its files with the first. A form stands behind a button, what is wrong with its
        fields before it.
        """
        form, now = answer.form, self._clock.now()
        error = (modal.errors(form) if form else "") or answer.error
        buttons = (_reopening(form, wrong=bool(error)),) if form else ()
        shown = (*(answer.reply.buttons if answer.reply else ()), *buttons)
        await self._door.keep_lines(shown, pressing.LINE)
        said = error or ("This needs a few more words." if form and not answer.reply else "")
        drawn = render.answer(said, answer.reply, buttons, pressing.on_answer, now=now)
        parts, rest = list[Part]([(body_of(drawn), files)]), drawn.rest
        while rest and len(parts) <= MOST_PARTS:
            content, rest = words.fit(rest, limits.CONTENT, now)
            parts.append(({"content": content or words.BLANK}, ()))
        return parts


def _reopening(form: Form, *, wrong: bool) -> Button:
    """The button that opens this form again with what is known filled in."""
    known = tuple((field.name, field.value) for field in form.fields if field.value)
    word = form.id.partition("~")[0]
    return Button("Change it…" if wrong else "Open the form…", word, (*known, ("ask", "yes")), primary=True)


def _silent(answer: Answer) -> bool:
    return answer.status < 400 and not (answer.error or answer.reply or answer.form)


def _is_note(answer: Answer) -> bool:
    return answer.reply is not None and answer.reply.key.startswith("note/") and not answer.error


def _noted(body: dict[str, Any]) -> dict[str, Any]:
    content = f"{body.get('content', '')}\n{ONLY_HERE}".strip()
    return {**body, "content": content} if len(content) <= limits.CONTENT else body


def body_of(drawn: render.Message) -> dict[str, Any]:
    """A drawn message as Discord's JSON. Without buttons, an edit takes away those that were there."""
    return {
        "content": drawn.content, "embeds": [embed.to_dict() for embed in drawn.embeds],
        "components": drawn.view().to_components(),
    }  # fmt: skip


def nonce(key: str) -> str:
    """The same for each attempt at one message; Discord takes 25 characters."""
    return hashlib.sha256(key.encode()).hexdigest()[:25]


