"""chat.*: posting, editing, deleting, and what only one person sees. https://docs.slack.dev/reference/methods"""

import copy
import json
from typing import Any

from tests.slack.standin import numbers as n
from tests.slack.standin.blocks import check_message_blocks
from tests.slack.standin.refusal import SlackNo
from tests.slack.standin.showing import shown
from tests.slack.standin.uploads import by_ids, check_pictures, shared
from tests.slack.standin.workspace import Workspace
from tests.slack.standin.world import Channel, Json, Message


def writable(ws: Workspace, arguments: Json) -> Channel:
    """The channel to post to. A person's id stands for the direct channel with them."""
    asked = str(arguments.get("channel", ""))
    if asked in ws.users and asked != ws.bot:
        if ws.users[asked].deleted:
            raise SlackNo("user_disabled")
        return ws.direct(asked)
    channel = readable(ws, asked)
    if channel.archived:
        raise SlackNo("is_archived")
    if ws.bot not in channel.members and "chat:write.public" not in ws.scopes:
        raise SlackNo("not_in_channel")
    return channel


def readable(ws: Workspace, channel_id: str) -> Channel:
    """What the bot may know of: a private channel that it is not in does not exist for it."""
    channel = ws.channels.get(channel_id)
    if channel is None or channel.deleted or (channel.kind != "public" and ws.bot not in channel.members):
        raise SlackNo("channel_not_found")
    return channel


def content(ws: Workspace, arguments: Json, *, most: int = n.MESSAGE_TEXT) -> Json:
    """The text, blocks and attachments as they are kept, checked; ids that were left out are made up."""
    text, blocks = arguments.get("text") or "", arguments.get("blocks") or []
    attachments = arguments.get("attachments") or []
    if not isinstance(text, str) or _lone_surrogate(arguments):
        raise SlackNo("invalid_arguments")
    if not (text or blocks or attachments):
        raise SlackNo("no_text")
    if len(text) > most:
        raise SlackNo("msg_too_long")
    if not isinstance(attachments, list) or not all(isinstance(each, dict) for each in attachments):
        raise SlackNo("invalid_attachments")
    if len(attachments) > n.ATTACHMENTS:
        raise SlackNo("too_many_attachments")
    check_message_blocks(blocks)
    check_pictures(ws, blocks)
    for each in attachments:
        check_message_blocks(each.get("blocks", []), "/attachments/blocks")
    return {"text": text, "blocks": with_ids(ws, blocks), "attachments": copy.deepcopy(attachments)}


def with_ids(ws: Workspace, blocks: list[Json]) -> list[Json]:
    """A copy in which every block and everything that can be used has an id."""
    kept = copy.deepcopy(blocks)
    for block in kept:
        block.setdefault("block_id", ws.next_id("b"))
        for element in [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]:
            if element and block["type"] in {"section", "actions", "input"} and element["type"] != "image":
                element.setdefault("action_id", ws.next_id("a"))
    return kept


def post_message(ws: Workspace, arguments: Json) -> Json:
    channel = writable(ws, arguments)
    kept = content(ws, arguments)
    metadata = checked_metadata(arguments.get("metadata"))
    thread = _thread(ws, channel, arguments)
    message = Message(
        ws.next_ts(), channel.id, ws.bot, made=ws.now(), metadata=metadata, thread_ts=thread, bot_id=ws.bot_id,
        broadcast=bool(arguments.get("reply_broadcast")), files=shared(ws, arguments), **kept,
    )  # fmt: skip
    ws.messages[channel.id, message.ts] = message
    return {"channel": channel.id, "ts": message.ts, "message": shown(ws, message)}


def _thread(ws: Workspace, channel: Channel, arguments: Json) -> str | None:
    """A thread hangs under a message that stands in this channel itself, never under a reply."""
    thread = arguments.get("thread_ts")
    if not thread:
        return None
    parent = ws.messages.get((channel.id, str(thread)))
    if parent is None or parent.only or (parent.deleted and not parent.tombstone):
        raise SlackNo("thread_not_found")
    if parent.is_reply:
        raise SlackNo("cannot_reply_to_message")
    return parent.ts


def update(ws: Workspace, arguments: Json) -> Json:
    channel = readable(ws, str(arguments.get("channel", "")))
    message = ws.message(channel.id, str(arguments.get("ts", "")))
    if message is None or message.only:
        raise SlackNo("message_not_found")
    if message.bot_id != ws.bot_id:
        raise SlackNo("cant_update_message")
    if channel.archived:
        raise SlackNo("is_inactive")
    kept = content(ws, arguments, most=n.UPDATE_TEXT)
    message.text, message.blocks, message.attachments = kept["text"], kept["blocks"], kept["attachments"]
    if "file_ids" in arguments:
        message.files = by_ids(ws, arguments["file_ids"])
    if "metadata" in arguments:
        message.metadata = checked_metadata(arguments["metadata"])
    message.edited = {"user": ws.bot, "ts": f"{ws.now():.6f}"}
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown(ws, message)}


def delete(ws: Workspace, arguments: Json) -> Json:
    channel = readable(ws, str(arguments.get("channel", "")))
    message = ws.message(channel.id, str(arguments.get("ts", "")))
    if message is None or message.only:
        raise SlackNo("message_not_found")
    if message.bot_id != ws.bot_id:
        raise SlackNo("cant_delete_message")
    message.deleted = True
    message.tombstone = bool(ws.replies(channel.id, message.ts))
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(ws: Workspace, arguments: Json) -> Json:
    """Needs the bot and the person in the channel. It is in no history."""
    channel = readable(ws, str(arguments.get("channel", "")))
    if channel.archived:
        raise SlackNo("is_archived")
    if ws.bot not in channel.members:
        raise SlackNo("not_in_channel")
    if arguments.get("user") not in channel.members:
        raise SlackNo("user_not_in_channel")
    kept = content(ws, arguments)
    message = show_only(ws, channel.id, str(arguments["user"]), kept, _thread(ws, channel, arguments))
    return {"message_ts": message.ts}


def show_only(ws: Workspace, channel: str, user: str, kept: Json, thread: str | None = None) -> Message:
    message = Message(
        ws.next_ts(), channel, ws.bot, made=ws.now(), thread_ts=thread, bot_id=ws.bot_id, only=user, **kept
    )
    ws.messages[channel, message.ts] = message
    return message


def permalink(ws: Workspace, arguments: Json) -> Json:
    channel = readable(ws, str(arguments.get("channel", "")))
    message = ws.message(channel.id, str(arguments.get("message_ts", "")))
    if message is None or message.only:
        raise SlackNo("message_not_found")
    link = f"https://{ws.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def checked_metadata(metadata: Any) -> Json | None:
    """https://docs.slack.dev/messaging/message-metadata: a payload of plain values, or of objects and lists of them."""
    if not metadata:
        return None
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise SlackNo("invalid_metadata_format")
    payload = metadata["event_payload"]
    if not (isinstance(metadata["event_type"], str) and metadata["event_type"] and isinstance(payload, dict)):
        raise SlackNo("invalid_metadata_format")
    if not all(_metadata_value(value) for value in payload.values()):
        raise SlackNo("invalid_metadata_schema")
    if len(json.dumps(metadata, ensure_ascii=False).encode()) > n.METADATA_BYTES:
        raise SlackNo("metadata_too_large")
    return copy.deepcopy(metadata)


def _metadata_value(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(each, str | int | float | bool | dict) for each in value)
    if isinstance(value, dict):
        return all(isinstance(each, str | int | float | bool) for each in value.values())
    return isinstance(value, str | int | float | bool)


def _lone_surrogate(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False
