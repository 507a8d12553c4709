"""conversations.*: histories with their cursors, and channels as the bot may see them."""

import base64
from collections.abc import Sequence
from typing import Any

from tests.slack.standin import numbers as n
from tests.slack.standin.chat import readable
from tests.slack.standin.refusal import SlackNo
from tests.slack.standin.showing import shown
from tests.slack.standin.workspace import Workspace
from tests.slack.standin.world import Channel, Json, Message


def history(ws: Workspace, arguments: Json) -> Json:
    """Newest first: what stands in the channel itself, and replies that were broadcast to it."""
    channel = _seen_from_inside(ws, arguments)
    top = [
        m for m in ws.messages.values()
        if m.channel == channel.id and not m.only and (not m.is_reply or m.broadcast) and _is_there(m)
    ]  # fmt: skip
    found = sorted(_between(ws, top, arguments), key=_when, reverse=True)
    return _page(ws, found, arguments) | {"pin_count": 0}


def replies(ws: Workspace, arguments: Json) -> Json:
    """Oldest first, the parent before its replies whatever was asked for. A reply's own `ts` gives that reply."""
    channel = _seen_from_inside(ws, arguments)
    parent = ws.messages.get((channel.id, str(arguments.get("ts", ""))))
    if parent is None or parent.only or not _is_there(parent):
        raise SlackNo("thread_not_found")
    under = sorted(_between(ws, ws.replies(channel.id, parent.ts), arguments), key=_when)
    return _page(ws, [parent, *under], arguments)


def _is_there(message: Message) -> bool:
    return not message.deleted or message.tombstone


def _seen_from_inside(ws: Workspace, arguments: Json) -> Channel:
    channel = readable(ws, str(arguments.get("channel", "")))
    if ws.bot not in channel.members:
        raise SlackNo("not_in_channel")
    return channel


def _when(message: Message) -> tuple[int, int]:
    return _of_ts(message.ts)


def _of_ts(value: Any) -> tuple[int, int]:
    """Seconds and millionths, without the rounding of a float."""
    seconds, _, rest = str(value).partition(".")
    if not (seconds.isdigit() and (rest or "0").isdigit()):
        raise SlackNo("invalid_ts_oldest")
    return int(seconds), int(rest.ljust(6, "0")[:6] or 0)


def _between(ws: Workspace, messages: list[Message], arguments: Json) -> list[Message]:
    oldest = _of_ts(arguments.get("oldest") or "0")
    latest = _of_ts(arguments["latest"]) if arguments.get("latest") else (2**40, 0)
    inside = said_yes(arguments.get("inclusive"))
    return [
        m for m in messages
        if ((oldest < _when(m) < latest) or (inside and _when(m) in {oldest, latest}))
        and m.made + ws.history_lag <= ws.now()
    ]  # fmt: skip


def said_yes(value: Any) -> bool:
    return value is True or str(value).lower() in {"1", "true"}


def _page(ws: Workspace, messages: list[Message], arguments: Json) -> Json:
    part, after = paged(messages, arguments, most=n.HISTORY_PAGE, usual=100)
    every = said_yes(arguments.get("include_all_metadata"))
    page: Json = {"messages": [shown(ws, m, metadata=every) for m in part], "has_more": bool(after)}
    return page | ({"response_metadata": {"next_cursor": after}} if after else {})


def paged(items: Sequence[Any], arguments: Json, *, most: int, usual: int) -> tuple[Sequence[Any], str]:
    """One page, and the cursor of the next, empty at the end."""
    limit = str(arguments.get("limit") or usual)
    if not limit.isdigit() or not 1 <= int(limit) <= most:
        raise SlackNo("invalid_limit")
    start = _read_cursor(str(arguments["cursor"])) if arguments.get("cursor") else 0
    end = start + int(limit)
    return items[start:end], base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""


def _read_cursor(cursor: str) -> int:
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
    except ValueError:
        word, number = "", ""
    if word != "next" or not number.isdigit():
        raise SlackNo("invalid_cursor")
    return int(number)


def open_(ws: Workspace, arguments: Json) -> Json:
    """The direct channel with one person."""
    users = [user for user in str(arguments.get("users", "")).split(",") if user]
    if len(users) != 1:
        raise SlackNo("users_list_not_supplied" if not users else "not_enough_users")
    user = ws.users.get(users[0])
    if user is None:
        raise SlackNo("user_not_found")
    if user.is_bot:
        raise SlackNo("cannot_dm_bot")
    if user.deleted:
        raise SlackNo("user_disabled")
    channel = ws.direct(user.id)
    return {"channel": channel.shown(ws.bot) if said_yes(arguments.get("return_im")) else {"id": channel.id}}


def info(ws: Workspace, arguments: Json) -> Json:
    return {"channel": readable(ws, str(arguments.get("channel", ""))).shown(ws.bot)}


def list_(ws: Workspace, arguments: Json) -> Json:
    kinds = {"public_channel": "public", "private_channel": "private", "im": "im"}
    wanted = {kinds.get(each.strip(), "") for each in str(arguments.get("types") or "public_channel").split(",")}
    found = [
        c for c in ws.channels.values()
        if c.kind in wanted and not c.deleted and (c.kind == "public" or ws.bot in c.members)
        and not (said_yes(arguments.get("exclude_archived")) and c.archived)
    ]  # fmt: skip
    part, after = paged(found, arguments, most=1000, usual=100)
    return {"channels": [c.shown(ws.bot) for c in part], "response_metadata": {"next_cursor": after}}


def mine(ws: Workspace, arguments: Json) -> Json:
    """Those that the bot is in; each kind needs its own scope. https://docs.slack.dev/reference/methods/users.conversations"""
    scopes = {"public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read"}
    for kind in str(arguments.get("types") or "public_channel").split(","):
        if scopes[kind] not in ws.scopes:
            raise SlackNo("missing_scope", needed=scopes[kind], provided=",".join(sorted(ws.scopes)))
    listed = list_(ws, arguments)
    there = [channel for channel in listed["channels"] if ws.bot in ws.channels[channel["id"]].members]
    return {**listed, "channels": there}


def members(ws: Workspace, arguments: Json) -> Json:
    channel = readable(ws, str(arguments.get("channel", "")))
    part, after = paged(sorted(channel.members), arguments, most=1000, usual=100)
    return {"members": part, "response_metadata": {"next_cursor": after}}
