"""The door out: what the outbox posts becomes a message of Discord's, in a channel, a thread or a direct channel.

A post that is said again within a few minutes is one message, by Discord's nonce. Discord does not give the nonce back
later, so every message carries a mark as well, by which it is found in the history.
"""

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import partial
from typing import Any

import discord

from bot.door import Door
from bot.platforms.contract import DeliveryRefused, Found, HistoryUnreadable, MessageGone, Outgoing
from bot.platforms.discord import access, enclosures, pressing, private, refusals, render
from bot.platforms.discord.answering import body_of, nonce
from bot.platforms.discord.enclosures import Body, Files
from bot.platforms.discord.marks import carries, marked, unmarked
from bot.platforms.discord.payloads import is_direct
from bot.platforms.discord.private import THREAD_NAME, PrivateThreads
from bot.platforms.discord.rest import FAILS, PAGE, Rest, moment, time_of
from bot.platforms.graphemes import cut
from bot.ports import Clock
from config.loaded import Config
from desk.cards import Text

TALKED_ABOUT = {"ticket", "alert"}  # whose cards are the heads of threads from the start
MOST_PAGES = 10  # of a history, a hundred messages each


class DiscordOutbound:
    def __init__(self, rest: Rest, door: Door, config: Callable[[], Config], clock: Clock) -> None:
        self.name = rest.name
        self._rest, self._door, self._config, self._clock = rest, door, config, clock
        self._private = PrivateThreads(rest, door)

    async def post(self, outgoing: Outgoing) -> str:
        try:
            return await self._post(outgoing)
        except DeliveryRefused as error:
            if error.permanent and outgoing.thread is not None and not is_direct(outgoing.destination):
                await self._door.homeless(outgoing.destination, outgoing.key)
            raise

    async def _post(self, outgoing: Outgoing) -> str:
        body = {**self._body(outgoing), "nonce": nonce(outgoing.send_key), "enforce_nonce": True}
        parent = outgoing.thread
        async with _definite():
            channel = await self._channel(outgoing.destination)
            if parent is not None and private.is_wanted(parent):
                subject = outgoing.card.title if outgoing.card else ""
                parent = await self._private.thread(outgoing.destination, parent, subject)
            if parent is None or is_direct(outgoing.destination):
                put = partial(self._rest.send, channel)
                body |= {"message_reference": {"message_id": parent}} if parent else {}
            else:
                put = partial(self._in_thread, channel, parent)
            sent = await enclosures.attached(put, body, await enclosures.made(self._door, outgoing.card))
            if parent is None:
                await self._open_for_replies(channel, str(sent["id"]), outgoing)
        return str(sent["id"])

    async def edit(self, message_id: str, outgoing: Outgoing) -> None:
        async with _definite():
            channel = await self._stands_in(outgoing.destination, outgoing.thread)
            try:
                files = await enclosures.made(self._door, outgoing.card)
                await enclosures.attached(partial(self._edit, channel, message_id), self._body(outgoing), files)
            except discord.HTTPException as error:
                thread_gone = channel == outgoing.thread and error.code == refusals.UNKNOWN_CHANNEL
                if error.code == refusals.UNKNOWN_MESSAGE or thread_gone:
                    raise MessageGone(message_id) from error
                raise

    async def find(self, destination: str, thread: str | None, send_key: str, since: datetime) -> list[Found]:
        found: list[Found] = []
        if private.is_wanted(thread):
            return found  # before anything is posted in it, the store knows the thread itself
        try:
            async with _definite():
                channel = await self._stands_in(destination, thread)
                async for message in self._history(channel, since):
                    mine = message["author"]["id"] == str(self._rest.me)
                    if mine and carries(message, send_key) and _stands_under(message, destination, thread):
                        found.append(Found(str(message["id"]), time_of(message["id"])))
        except DeliveryRefused as error:
            if error.account or not error.permanent:
                raise
            if thread is not None and f"{refusals.UNKNOWN_CHANNEL})" in error.reason:
                return []  # no thread, so nothing in it
            raise HistoryUnreadable(error.reason) from error
        return found

    async def mark_copy(self, message_id: str, outgoing: Outgoing) -> None:
        channel = await self._stands_in(outgoing.destination, outgoing.thread)
        async with _definite():
            await self._edit(channel, message_id, self._body(outgoing, copy=True), ())

    def rest(self, outgoing: Outgoing) -> Text:
        return self._drawn(outgoing).rest

    def _drawn(self, outgoing: Outgoing, *, copy: bool = False) -> render.Message:
        person = self._config().people.get(outgoing.author or "")
        name = (person.name if person else outgoing.author) or ""

        def wire(button: Any) -> str:
            return pressing.on_post(outgoing.key, outgoing.version, button)

        card, buttons = (None, ()) if copy else (outgoing.card, outgoing.buttons)
        return render.message(
            card, outgoing.words, buttons, wire, now=self._clock.now(), author_name=name, copy=copy
        )  # fmt: skip

    def _body(self, outgoing: Outgoing, *, copy: bool = False) -> dict[str, Any]:
        return marked(body_of(self._drawn(outgoing, copy=copy)), outgoing.send_key)

    async def _channel(self, destination: str) -> str:
        """Discord's id of a place's channel."""
        platform, _, number = destination.partition("/")
        user = number.startswith("@")
        if platform != self.name or not (number.removeprefix("@").isascii() and number.removeprefix("@").isdigit()):
            raise DeliveryRefused(f"there is no channel {destination}", permanent=True)
        return await self._rest.direct(number[1:]) if user else number

    async def _stands_in(self, destination: str, thread: str | None) -> str:
        """The channel that holds the message: in a guild a thread is one, with the id of the message at its head."""
        channel = await self._channel(destination)
        return channel if thread is None or is_direct(destination) else thread

    async def _open_for_replies(self, channel: str, message: str, outgoing: Outgoing) -> None:
        """A ticket's or an alert's thread is there with its card, for whoever wants to write. The first reply of ours
        makes it as well, so that it may fail.
        """
        kind, _, number = outgoing.key.partition("/")
        if kind in TALKED_ABOUT and number.isdecimal() and not is_direct(outgoing.destination):
            with contextlib.suppress(*FAILS):
                await self._rest.start_thread(channel, message, thread_name(self._body(outgoing)))

    async def _in_thread(self, channel: str, parent: str, body: Body, files: Files) -> dict[str, Any]:
        """Into the thread of a message, which is made where there is none; words wake one that is archived."""
        try:
            return await self._rest.send(parent, body, files)
        except discord.HTTPException as error:
            if error.code == refusals.ARCHIVED:
                await self._rest.reopen_thread(parent)
            elif error.code == refusals.UNKNOWN_CHANNEL:
                await self._make_thread(channel, parent)
            else:
                raise
        return await self._rest.send(parent, body, files)

    async def _make_thread(self, channel: str, parent: str) -> None:
        head = await self._rest.message(channel, parent)
        try:
            await self._rest.start_thread(channel, parent, thread_name(head))
        except discord.HTTPException as error:
            if error.code != refusals.THREAD_IS_THERE:
                raise

    async def _edit(self, channel: str, message_id: str, body: Body, files: Files) -> None:
        try:
            await self._rest.edit(channel, message_id, body, files)
        except discord.HTTPException as error:
            if error.code != refusals.ARCHIVED:
                raise
            await self._rest.reopen_thread(channel)
            await self._rest.edit(channel, message_id, body, files)

    async def _history(self, channel: str, since: datetime) -> AsyncIterator[dict[str, Any]]:
        if not await access.may_read(self._rest, channel):  # Discord would show an empty one
            raise HistoryUnreadable("the bot may not read the channel's history")
        last = moment(since)
        for _ in range(MOST_PAGES):
            page = await self._rest.after(channel, last)
            for message in page:
                yield message
            if len(page) < PAGE:
                return
            last = str(page[-1]["id"])
        raise HistoryUnreadable(f"more than {MOST_PAGES * PAGE} messages since then")


@contextlib.asynccontextmanager
async def _definite() -> AsyncIterator[None]:
    """What Discord definitely refused is a refusal; anything else stays as it is, unclear."""
    try:
        yield
    except (discord.RateLimited, discord.HTTPException) as error:
        refused = refusals.refusal(error)
        if refused is None:
            raise
        raise refused from error
    except discord.ClientException as error:
        raise DeliveryRefused("not connected to Discord yet", permanent=False) from error


def _stands_under(message: dict[str, Any], destination: str, thread: str | None) -> bool:
    """In a direct channel the replies to a message are its thread; elsewhere the history is the thread's own."""
    answers = (message.get("message_reference") or {}).get("message_id")
    return not is_direct(destination) or answers == thread


def thread_name(head: dict[str, Any]) -> str:
    """What a thread is called: by the card at its head, in at most a hundred characters."""
    titles = [embed.get("title", "") for embed in head.get("embeds", ())]
    first = next((line for line in (*titles, *head.get("content", "").splitlines()) if line.strip()), "Thread")
    shown = unmarked(first).replace("\\", "").strip()
    return cut(shown, THREAD_NAME)[0] or "Thread"
