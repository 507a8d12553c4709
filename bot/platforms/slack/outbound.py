"""The door out: posts, edits, and looking for what may have been posted."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.door import Enclosed
from bot.platforms import wire
from bot.platforms.contract import DeliveryRefused, Found, HistoryUnreadable, MessageGone, Outgoing
from bot.platforms.slack import refusals
from bot.platforms.slack.enclosures import Enclosing, Files, shown
from bot.platforms.slack.render import Message, message
from bot.platforms.slack.workspace import Workspace
from bot.ports import Clock
from config.loaded import Config
from desk.cards import Card, Text

EVENT = "deskbell_post"  # the type of our metadata, whose one value is the random key
PAGE = 200
# What Slack would make of a text by itself: it is all spelled out already.
AS_WRITTEN: dict[str, Any] = {"link_names": False, "parse": "none"}


class SlackOutbound:
    """A message's id is its `ts`; a destination is a place (`slack/C012`, `slack/@U012`)."""

    def __init__(
        self, workspace: Workspace, config: Callable[[], Config], clock: Clock,
        enclosed: Callable[[Card | None], Awaitable[tuple[Enclosed, ...]]],
    ) -> None:  # fmt: skip
        self.name = workspace.name
        self._enclosing = Enclosing(workspace.uploads, enclosed, clock)
        self._workspace, self._config, self._clock = workspace, config, clock

    async def post(self, outgoing: Outgoing) -> str:
        drawn = self._drawn(outgoing)
        channel = await self._channel(outgoing.destination)

        async def say(files: Files) -> str:
            whole = shown(drawn, files)
            unfurl = bool(files.papers)  # or Slack shares no file by its link, the only one that a text of ours holds
            posted = await self._workspace.web.chat_postMessage(
                channel=channel, text=whole.text, blocks=whole.blocks, thread_ts=outgoing.thread, unfurl_links=unfurl,
                unfurl_media=unfurl, metadata=_metadata(outgoing), **AS_WRITTEN,
            )  # fmt: skip
            return str(posted["ts"])

        files = await self._enclosing.of(outgoing.card)
        try:
            return await self._enclosing.said(files, say)
        except SlackApiError as error:
            raise refusals.refused(error) or error from error

    async def edit(self, message_id: str, outgoing: Outgoing) -> None:
        files = await self._enclosing.of(outgoing.card)
        await self._update(message_id, outgoing, self._drawn(outgoing), files)

    async def mark_copy(self, message_id: str, outgoing: Outgoing) -> None:
        await self._update(message_id, outgoing, self._drawn(outgoing, copy=True), Files())

    async def _update(self, message_id: str, outgoing: Outgoing, drawn: Message, files: Files) -> None:
        channel = await self._channel(outgoing.destination)

        async def say(files: Files) -> None:
            whole = shown(drawn, files)
            await self._workspace.web.chat_update(
                channel=channel, ts=message_id, text=whole.text, blocks=whole.blocks, metadata=_metadata(outgoing),
                file_ids=[kept.id for kept in files.papers] or None, **AS_WRITTEN,
            )  # fmt: skip

        try:
            await self._enclosing.said(files, say)
        except SlackApiError as error:
            if refusals.said(error) in refusals.GONE:
                raise MessageGone(message_id) from error
            raise refusals.refused(error) or error from error

    async def find(self, destination: str, thread: str | None, send_key: str, since: datetime) -> list[Found]:
        try:
            channel = await self._workspace.channel(destination)
            if channel is None:
                raise HistoryUnreadable(f"{destination} is no place of {self.name}")
            ours = [m async for m in self._history(channel, thread, since) if _key_of(m) == send_key]
        except SlackApiError as error:
            if thread and refusals.said(error) == "thread_not_found":
                return []
            raise refusals.unseen(error) from error
        found = [Found(m["ts"], _moment(m["ts"])) for m in ours if m["ts"] != thread]
        return sorted((f for f in found if f.at >= since), key=lambda f: f.at)

    async def _history(self, channel: str, thread: str | None, since: datetime) -> AsyncIterator[dict[str, Any]]:
        web, cursor = self._workspace.web, ""
        window: dict[str, Any] = {"oldest": f"{since.timestamp():.6f}", "inclusive": True, "limit": PAGE}
        while True:
            asked = {**window, "channel": channel, "include_all_metadata": True, "cursor": cursor or None}
            looking = web.conversations_replies(ts=thread, **asked) if thread else web.conversations_history(**asked)
            page = await looking
            for found in page["messages"]:
                yield found
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return

    def rest(self, outgoing: Outgoing) -> Text:
        return self._drawn(outgoing).rest

    def _drawn(self, outgoing: Outgoing, *, copy: bool = False) -> Message:
        author = self._config().people.get(outgoing.author or "")
        return message(
            outgoing.card, outgoing.words, () if copy else outgoing.buttons,
            partial(wire.on_post, outgoing.key, outgoing.version), now=self._clock.now(),
            author_name=author.name if author else "", copy=copy,
        )  # fmt: skip

    async def _channel(self, destination: str) -> str:
        try:
            channel = await self._workspace.channel(destination)
        except SlackApiError as error:
            raise refusals.refused(error) or error from error
        if channel is None:
            raise DeliveryRefused(f"{destination} is no place of {self.name}", permanent=True)
        return channel


def _metadata(outgoing: Outgoing) -> dict[str, Any]:
    """Anyone in the workspace can read it, so it says nothing."""
    return {"event_type": EVENT, "event_payload": {"key": outgoing.send_key}}


def _key_of(found: dict[str, Any]) -> str | None:
    metadata = found.get("metadata") or {}
    ours = metadata.get("event_type") == EVENT
    return str((metadata.get("event_payload") or {}).get("key")) if ours else None


def _moment(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)
