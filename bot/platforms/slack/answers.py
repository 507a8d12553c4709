"""What only the asker sees: a form that opens, else a private message by the nearest way that works."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.arrivals import Answer
from bot.door import Door
from bot.platforms import wire
from bot.platforms.slack import modal, refusals, render
from bot.platforms.slack.enclosures import Enclosing, Files, shown
from bot.platforms.slack.limits import VALUE
from bot.platforms.slack.payloads import Spot
from bot.platforms.slack.refusals import FilesRefused
from bot.platforms.slack.workspace import Workspace
from bot.ports import Clock
from desk.cards import Button, Card, Form, Kind

FRESH = 2.5  # seconds in which a trigger opens a form; Slack gives three
MANY = 25  # choices from which on they are looked for by typing
ASK = ("ask", "yes")  # on a line: show the form, do not run it yet

MORE = "This needs a few more words."

log = structlog.get_logger(__name__)


def back(spot: Spot) -> dict[str, str]:
    """How the asker is reached later; the same for the same event, however it came."""
    ways = {"user": spot.user, "channel": spot.channel, "thread": spot.thread, "url": spot.url}
    return {name: value for name, value in ways.items() if value}


def where(way: Mapping[str, str]) -> dict[str, str]:
    """What a form carries of the place where it was asked for, so that its answer finds the way back."""
    return {name: way[name] for name in ("channel", "thread") if name in way}


def searched(form: Form) -> frozenset[str]:
    """The fields whose choices are asked for while somebody types."""
    return frozenset(f.name for f in form.fields if f.kind is Kind.CHOICE and len(f.choices) > MANY)


def opener(form: Form) -> Button:
    """The button that opens a form as it is filled in now."""
    word = form.id.partition("~")[0]
    known = tuple((field.name, field.value) for field in form.fields if field.value)
    return Button(f"{form.submit}…", word, (*known, ASK))


class Answers:
    """An answer is not settled, and never the only place of a fact: one that cannot be given is logged."""

    def __init__(self, workspace: Workspace, door: Door, clock: Clock, command: str) -> None:
        self._workspace, self._door, self._clock, self._command = workspace, door, clock, command
        self._enclosing = Enclosing(workspace.uploads, door.enclosed, clock)

    async def give(
        self, way: Mapping[str, str], answer: Answer, *, trigger: str = "", since: float | None = None
    ) -> None:
        """`trigger` came at `since` of the monotonic clock."""
        form = answer.form
        asks = form is not None and answer.status < 400 and answer.reply is None
        fresh = bool(trigger) and since is not None and self._clock.monotonic() - since < FRESH
        if form is not None and asks and fresh and await self._opened(form, trigger, way):
            return
        if answer.error or answer.reply or form:
            await self._privately(way, answer)

    async def _opened(self, form: Form, trigger: str, way: Mapping[str, str]) -> bool:
        try:
            view = modal.view(form, metadata=where(way), external=searched(form))
            await self._workspace.web.views_open(trigger_id=trigger, view=view)
        except (SlackApiError, aiohttp.ClientError, TimeoutError, ValueError) as error:
            log.info("a form did not open", platform=self._workspace.name, error=_word(error))
            return False
        return True

    async def _privately(self, way: Mapping[str, str], answer: Answer) -> None:
        buttons = (opener(answer.form),) if answer.form else ()
        of_card = answer.reply.buttons if answer.reply else ()
        await self._door.keep_lines((*of_card, *buttons), VALUE)
        card = answer.reply
        if card is None and answer.form and not answer.error:
            card = Card(answer.form.id, answer.form.title, lines=(*answer.form.intro, (MORE,)))
        drawn = render.answer(
            answer.error, card, buttons, partial(wire.on_answer, limit=VALUE), now=self._clock.now(),
            command=self._command,
        )  # fmt: skip

        async def say(files: Files) -> None:
            whole = shown(drawn, files)
            body = {"text": whole.text, "blocks": whole.blocks}
            if not ("url" in way and await self._by_url(way, body, files)):
                await self._by_channel(way, body, files)

        try:
            await self._enclosing.said(await self._files(way, card), say)
        except (SlackApiError, FilesRefused, aiohttp.ClientError, TimeoutError) as error:
            log.warning("an answer could not be given", platform=self._workspace.name, error=_word(error))

    async def _files(self, way: Mapping[str, str], card: Card | None) -> Files:
        """An ephemeral message holds pictures and no papers: those go to the asker's direct channel."""
        files = await self._enclosing.of(card)
        if card is None or not files.papers or _is_direct(way):
            return files
        words = render.message(None, (card.title,), (), lambda _: "", now=self._clock.now())
        whole = shown(words, Files(papers=files.papers))
        try:
            await self._say_directly(way, {"text": whole.text, "blocks": whole.blocks}, files=True)
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            log.warning("a paper could not be given", platform=self._workspace.name, error=_word(error))
            return Files(files.pictures, said=Files(papers=files.papers, said=files.said).missing().said)
        return files.elsewhere()

    async def _by_url(self, way: Mapping[str, str], body: dict[str, Any], files: Files) -> bool:
        """Works where the bot is no member, five times in half an hour. Not by the SDK's own client, which repeats."""
        said: dict[str, Any] = {**body, "response_type": "ephemeral", "replace_original": False}
        if "thread" in way:
            said["thread_ts"] = way["thread"]
        why = await self._workspace.tell(way["url"], said)
        if why == "invalid_blocks" and files.pictures:
            raise FilesRefused
        return not why

    async def _by_channel(self, way: Mapping[str, str], body: dict[str, Any], files: Files) -> None:
        channel, thread = way.get("channel", ""), way.get("thread")
        if channel and not channel.startswith("D"):
            try:
                await self._workspace.web.chat_postEphemeral(
                    channel=channel, user=way["user"], thread_ts=thread, link_names=False, parse="none", **body
                )
            except SlackApiError as error:  # the bot or the person is not in the channel
                if refusals.of_files(error):
                    raise
                log.info("said in a direct message", platform=self._workspace.name, error=refusals.said(error))
                thread = None
            else:
                return
        await self._say_directly(way, body, thread, files=bool(files.papers))

    async def _say_directly(
        self, way: Mapping[str, str], body: dict[str, Any], thread: str | None = None, *, files: bool
    ) -> None:
        """`files`: its text has links of files, by which Slack shares them."""
        await self._workspace.web.chat_postMessage(
            channel=await self._workspace.direct(way["user"]), thread_ts=thread, unfurl_links=files,
            unfurl_media=files, link_names=False, parse="none", **body,
        )  # fmt: skip


def _is_direct(way: Mapping[str, str]) -> bool:
    """Whether the answer is a message in the direct channel, and no ephemeral one."""
    return "url" not in way and (not way.get("channel") or way["channel"].startswith("D"))


def _word(error: Exception) -> str:
    return refusals.said(error) if isinstance(error, SlackApiError) else type(error).__name__
