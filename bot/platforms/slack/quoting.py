"""A message in a channel, made into what a ticket or a timeline takes: its words, its author, the thread so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.platforms.slack.accounts import Accounts
from bot.platforms.slack.workspace import Workspace
from desk.pins import Quote
from desk.words import LIMIT, clean

LONGEST_SUBJECT, LONGEST_DETAILS = 200, 4000  # characters, as `open` takes them
THREAD = 50  # messages of a thread that are looked at


@dataclass(frozen=True, slots=True)
class Quoted:
    """`author` is the id of the account that wrote the message, empty for a bot's."""

    subject: str
    details: str
    author: str


@dataclass(frozen=True, slots=True)
class Written:
    """One message. `author` is the id of the account that wrote it, empty for a bot's; `thread` is the message at the
    head of its thread, itself where it is in none.
    """

    author: str
    quote: Quote
    thread: str


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
        return Quoted(subject[:LONGEST_SUBJECT], _fitted(said, str(link["permalink"])), _account(own))

    async def written(self, channel: str, ts: str) -> Written:
        """The message alone. Raises SlackApiError where it cannot be read, KeyError where it is not there."""
        there = await self._thread(channel, ts)
        own = {m["ts"]: m for m in there if m.get("subtype") != "tombstone"}[ts]
        link = await self._workspace.web.chat_getPermalink(channel=channel, message_ts=ts)
        words = clean(await self._words(own), 10 * LIMIT)
        quote = Quote(await self._author(own), _moment(ts), _cut(words, LIMIT), str(link["permalink"]))
        return Written(_account(own), quote, own.get("thread_ts") or ts)

    async def _thread(self, channel: str, ts: str) -> list[dict[str, Any]]:
        page = await self._workspace.web.conversations_replies(channel=channel, ts=ts, limit=THREAD)
        return list(page["messages"])

    async def _said(self, message: dict[str, Any]) -> str:
        at = _moment(message["ts"])
        return f"{await self._author(message)}, {at:%d %b %H:%M} UTC: {await self._words(message)}"

    async def _words(self, message: dict[str, Any]) -> str:
        words = await self._accounts.words(_text(message))
        files = ", ".join(str(f.get("name") or f["id"]) for f in message.get("files") or ())
        return " ".join(part for part in (words, f"[{files}]" if files else "") if part)

    async def _author(self, message: dict[str, Any]) -> str:
        if message.get("bot_id") or "user" not in message:
            return str((message.get("bot_profile") or {}).get("name") or message.get("username") or "a bot")
        return await self._accounts.name(message["user"])


def _fitted(said: Sequence[str], link: str) -> str:
    """The link, and of the thread as much as fits, from its beginning."""
    return _cut("\n".join((link, "", *said)), LONGEST_DETAILS)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _account(message: Mapping[str, Any]) -> str:
    return "" if message.get("bot_id") else str(message.get("user", ""))


def _moment(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)


def _text(message: Mapping[str, Any]) -> str:
    """Other apps say much in what they attach, and some say all of it there: its parts, else what stands for them."""
    parts = [str(message.get("text") or "")]
    for each in message.get("attachments") or ():
        own = [str(each[name]) for name in ("pretext", "title", "text") if each.get(name)]
        own += [f"{field.get('title', '')}: {field.get('value', '')}" for field in each.get("fields") or ()]
        parts += own or [str(each.get("fallback") or "")]
    return "\n".join(part for part in parts if part)
