"""A message in a channel, made into what the form for a ticket asks: its words, its author, the thread so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.platforms.slack.accounts import Accounts
from bot.platforms.slack.workspace import Workspace

LONGEST_SUBJECT, LONGEST_DETAILS = 200, 4000  # characters, as `open` takes them
THREAD = 50  # messages of a thread that are looked at


@dataclass(frozen=True, slots=True)
class Quoted:
    """`author` is the id of the account that wrote the message, empty for a bot's."""

    subject: str
    details: str
    author: str


class Quoting:
    def __init__(self, workspace: Workspace, accounts: Accounts) -> None:
        self._workspace, self._accounts = workspace, accounts

    async def quote(self, channel: str, ts: str, root: str = "") -> Quoted:
        """Raises SlackApiError where the message cannot be read. `root` is the thread's first message, if known."""
        thread = await self._thread(channel, root or ts)
        own = next((m for m in thread if m["ts"] == ts), thread[0])
        if not root and own.get("thread_ts", ts) != ts:
            thread = await self._thread(channel, own["thread_ts"])
        link = await self._workspace.web.chat_getPermalink(channel=channel, message_ts=ts)
        said = [await self._said(m) for m in thread]
        first = " ".join((await self._accounts.words(own.get("text") or "")).split("\n")[0].split())
        subject = first if len(first) >= 3 else f"A message from {await self._author(own)}"
        author = "" if own.get("bot_id") else own.get("user", "")
        return Quoted(subject[:LONGEST_SUBJECT], _fitted(said, str(link["permalink"])), author)

    async def _thread(self, channel: str, ts: str) -> list[dict[str, Any]]:
        page = await self._workspace.web.conversations_replies(channel=channel, ts=ts, limit=THREAD)
        return list(page["messages"])

    async def _said(self, message: dict[str, Any]) -> str:
        at = datetime.fromtimestamp(float(message["ts"]), UTC)
        words = await self._accounts.words(message.get("text") or "")
        files = ", ".join(str(f.get("name") or f["id"]) for f in message.get("files") or ())
        what = " ".join(part for part in (words, f"[{files}]" if files else "") if part)
        return f"{await self._author(message)}, {at:%d %b %H:%M} UTC: {what}"

    async def _author(self, message: dict[str, Any]) -> str:
        if message.get("bot_id") or "user" not in message:
            return str((message.get("bot_profile") or {}).get("name") or message.get("username") or "a bot")
        return await self._accounts.name(message["user"])


def _fitted(said: Sequence[str], link: str) -> str:
    """The link, and of the thread as much as fits, from its beginning."""
    text = "\n".join((link, "", *said))
    return text if len(text) <= LONGEST_DETAILS else f"{text[: LONGEST_DETAILS - 1]}…"
