"""What was said while we could not hear: read from threads, direct channels, and the channels that we are in."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from datetime import datetime
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.platforms.slack import payloads, refusals
from bot.platforms.slack.inbound import Inbound
from bot.platforms.slack.payloads import Us
from bot.platforms.slack.workspace import Workspace
from bot.ports import Clock

KINDS = ("im", "public_channel", "private_channel")
PAGE = 200
TRIES = 5
# Slack lets a workspace's histories be read some fifty times a minute, and the door out looks for its posts there too.
AT_ONCE, PAUSE = 20, 2.0  # histories that are read at once, seconds before each further one

log = structlog.get_logger(__name__)


class Missed:
    """Each method raises SlackApiError for what may be read later, and hands in all that was not known."""

    def __init__(self, us: Us, workspace: Workspace, inbound: Inbound, clock: Clock) -> None:
        self._us, self._workspace, self._inbound, self._clock = us, workspace, inbound, clock
        self._read = 0  # histories

    async def conversations(self) -> list[str]:
        """The ids of the direct channels and of the channels that we are in, but for those whose scope we lack."""
        self._read, found = 0, list[str]()
        for kind in KINDS:
            try:
                pages = self._pages(self._workspace.web.users_conversations, types=kind, exclude_archived=True)
                found += [channel["id"] async for page in pages for channel in page["channels"]]
            except SlackApiError as error:
                if refusals.said(error) not in refusals.OF_SCOPE:
                    raise
                log.warning("what was missed there is not fetched", platform=self._us.name, kind=kind)
        return found

    async def thread(self, channel: str, ts: str, since: datetime) -> int:
        """How many of its replies and the reactions to them were new."""
        asked = {"channel": channel, "ts": ts, "oldest": _ts(since)}
        pages = self._pages(self._workspace.web.conversations_replies, **asked)
        said = [message async for page in pages for message in page["messages"] if message["ts"] != ts]
        return sum([await self._handed_in(message, channel) for message in said])

    async def conversation(self, channel: str, since: datetime, apart_from: Collection[str]) -> int:
        """The same of all that was said there, oldest first, with the threads that began then; but for those threads
        that are read by themselves.
        """
        self._read += 1
        if self._read > AT_ONCE:
            await self._clock.sleep(PAUSE)
        pages = self._pages(self._workspace.web.conversations_history, channel=channel, oldest=_ts(since))
        found, count = [message async for page in pages for message in page["messages"]], 0
        for message in reversed(found):
            count += await self._handed_in(message, channel)
            if message.get("reply_count") and message["ts"] not in apart_from:
                count += await self.thread(channel, message["ts"], since)
        return count

    async def _handed_in(self, message: Mapping[str, Any], channel: str) -> int:
        said = payloads.message(message, channel, self._us)
        count = int(said is not None and await self._inbound.late(said))
        for pin in payloads.pinned(message, channel, self._us):
            count += await self._inbound.late(pin)
        for reaction in payloads.reacted(message, channel, self._us):
            if await self._inbound.late(reaction):
                return count + 1  # a message has one ticket by reaction
        return count

    async def _pages(self, method: Callable[..., Awaitable[Any]], **asked: Any) -> AsyncIterator[Any]:
        cursor: str | None = None
        while cursor != "":
            page = await self._page(method, **asked, limit=PAGE, cursor=cursor)
            yield page
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""

    async def _page(self, method: Callable[..., Awaitable[Any]], **asked: Any) -> Any:
        """Waits as long as Slack says between too many questions."""
        for _ in range(TRIES):
            try:
                return await method(**asked)
            except SlackApiError as error:
                refusal = refusals.refused(error)
                if refusal is None or refusal.permanent or refusal.account:
                    raise
                await self._clock.sleep(refusal.retry_after or 1.0)
        return await method(**asked)


def _ts(at: datetime) -> str:
    return f"{at.timestamp():.6f}"
