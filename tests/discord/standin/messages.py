"""Messages: posting, editing, deleting, reading back, reacting; by the bot and by people alike."""

import re
from typing import TYPE_CHECKING, Any

from tests.discord.standin import shapes, threads, uploads
from tests.discord.standin.fitting import check_message
from tests.discord.standin.refusals import invalid, no
from tests.discord.standin.things import DM, EPHEMERAL, LOADING, Asked, Attachment, Channel, Message, everything

if TYPE_CHECKING:
    from tests.discord.standin.state import Discord

_PINGS = re.compile(r"<@!?(?P<user>\d+)>|<@&(?P<role>\d+)>|@(?P<all>everyone|here)")


def numbered(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Components with the ids that Discord gives to those that have none."""
    for n, each in enumerate(everything(components), 1):
        each["id"] = each.get("id") or n
    return components


def pings(body: dict[str, Any], texts: str, replied_to: int | None) -> frozenset[str]:
    """Whom a message would notify. Without `allowed_mentions` everything that looks like a mention does."""
    allowed = body.get("allowed_mentions")
    found: set[str] = set()
    listed: list[Any]
    for match in _PINGS.finditer(texts):
        if match["all"]:
            word, kind, listed = match["all"], "everyone", []
        elif match["user"]:
            word, kind, listed = f"user:{match['user']}", "users", (allowed or {}).get("users") or []
        else:
            word, kind, listed = f"role:{match['role']}", "roles", (allowed or {}).get("roles") or []
        number = word.partition(":")[2]
        if allowed is None or kind in (allowed.get("parse") or []) or number in {str(each) for each in listed}:
            found.add(word)
    if replied_to is not None and (allowed is None or allowed.get("replied_user")):
        found.add(f"user:{replied_to}")
    return frozenset(found)


def spoken(body: dict[str, Any]) -> str:
    """The texts in which a mention can ping: the content and text displays, never an embed."""
    shown = [each.get("content") or "" for each in everything(body.get("components") or []) if each.get("type") == 10]
    return "\n".join([body.get("content") or "", *shown])


def make(
    discord: "Discord", place: Channel, author: int, body: dict[str, Any], files: list[Attachment] | None = None,
    *, kind: int = 0, asked: Asked | None = None, only_for: int | None = None,
) -> Message:  # fmt: skip
    """Put a message that fits into a channel, without telling anybody yet."""
    reference = referred(discord, place, body.get("message_reference"))
    replied_to = None if reference is None else discord.messages[int(reference["message_id"])].author
    message = Message(
        discord.snowflake(), place.id, author, discord.now(), content=body.get("content") or "",
        embeds=body.get("embeds") or [], components=numbered(body.get("components") or []), attachments=files or [],
        flags=body.get("flags") or 0, type=kind or (19 if reference else 0), reference=reference,
        nonce=None if body.get("nonce") is None else str(body["nonce"]),
        pings=pings(body, spoken(body), replied_to), asked=None if asked is None else asked.id, only_for=only_for,
    )  # fmt: skip
    named(discord, message.attachments)
    discord.messages[message.id] = message
    if only_for is None:
        place.last = message.id
    return message


def named(discord: "Discord", attachments: list[Attachment]) -> None:
    """An upload gets its id where it comes to rest."""
    for each in attachments:
        each.id = each.id or discord.snowflake()


def referred(discord: "Discord", place: Channel, reference: dict[str, Any] | None) -> dict[str, Any] | None:
    if not reference:
        return None
    target = discord.messages.get(int(reference["message_id"]))
    if target is None or target.gone or target.channel != place.id:
        if reference.get("fail_if_not_exists", True):
            wrong = {"code": "REPLIES_UNKNOWN_MESSAGE", "message": "Unknown message"}
            raise invalid({"message_reference": {"_errors": [wrong]}})
        return None
    found = {"message_id": str(target.id), "channel_id": str(place.id), "type": 0}
    return found if place.guild is None else {**found, "guild_id": str(place.guild)}


def may_speak(discord: "Discord", place: Channel) -> None:
    """Raises for a place where the bot may not post, 50007 for somebody who takes no direct messages."""
    if place.type == DM:
        who = discord.users[place.person or 0]
        shared = any(who.id in guild.nicks for guild in discord.guilds.values())
        if not who.takes_dms or who.bot or not shared:
            raise no("closed")
        return
    discord.must(place, "send_messages_in_threads" if place.is_thread else "send_messages")
    threads.writable(discord, place)


def post(discord: "Discord", place: Channel, body: dict[str, Any], files: list[Attachment]) -> Message:
    """The bot posts. A nonce that it used a few minutes ago gives the first message back, wherever that is."""
    may_speak(discord, place)
    if body.get("embeds"):
        discord.must(place, "embed_links")
    if files:
        discord.must(place, "attach_files")
    if body.get("message_reference"):
        discord.must(place, "read_message_history")
    attachments = uploads.arranged(body, files)
    check_message({**body, "attachments": attachments})
    if body.get("enforce_nonce") and body.get("nonce") is not None:
        since = discord.now() - discord.nonces
        for each in discord.messages.values():
            if each.nonce == str(body["nonce"]) and each.author == discord.bot.id and each.at >= since:
                return each
    message = make(discord, place, discord.bot.id, body, attachments)
    threads.woken(discord, place, discord.bot.id)
    discord.tell_message("MESSAGE_CREATE", message, nonce=True)
    return message


def change(discord: "Discord", message: Message, body: dict[str, Any], files: list[Attachment]) -> Message:
    """Edit: what is not named stays. A loading answer becomes a message."""
    loading = message.flags & LOADING
    attachments = uploads.arranged(body, files, message.attachments)
    now = {
        key: body[key] if key in body else getattr(message, key) for key in ("content", "embeds", "components")
    }  # fmt: skip
    flags = (message.flags | (body.get("flags") or 0)) & ~LOADING
    check_message({**now, "flags": flags, "attachments": attachments})
    message.content, message.embeds = now["content"] or "", now["embeds"] or []
    message.components, message.attachments = numbered(now["components"] or []), attachments
    message.flags = flags
    named(discord, attachments)
    pinged = pings(body, spoken(now), None)
    message.pings = pinged if loading else message.pings  # an edit notifies nobody, but the first words of an answer do
    message.edited_at = None if loading else discord.now()
    discord.tell_message("MESSAGE_UPDATE", message)
    return message


def edit(discord: "Discord", place: Channel, number: int, body: dict[str, Any], files: list[Attachment]) -> Message:
    message = discord.said(place, number)
    if message.author != discord.bot.id:
        raise no("another's")
    if files:
        discord.must(place, "attach_files")
    threads.active(place)
    threads.writable(discord, place)
    return change(discord, message, body, files)


def delete(discord: "Discord", message: Message) -> None:
    message.gone = True
    place = discord.channels[message.channel]
    data = {"id": str(message.id), "channel_id": str(place.id)}
    if message.only_for is None:
        told = data if place.guild is None else {**data, "guild_id": str(place.guild)}
        discord.tell("MESSAGE_DELETE", told, place)


def history(discord: "Discord", place: Channel, query: dict[str, str]) -> list[dict[str, Any]]:
    """Newest first. Without the permission to read it a history is empty, as Discord has it."""
    if not discord.can(place, "read_message_history"):
        return []
    limit = int(query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise invalid({"limit": {"_errors": [{"code": "NUMBER_TYPE_MAX", "message": "int value should be 1 to 100."}]}})
    found = [each for each in discord.in_place(place) if each.only_for is None]
    if "before" in query:
        found = [each for each in found if each.id < int(query["before"])][-limit:]
    elif "after" in query:
        found = [each for each in found if each.id > int(query["after"])][:limit]
    elif "around" in query:
        middle = int(query["around"])
        found = [each for each in found if each.id < middle][-(limit // 2) :] + [
            each for each in found if each.id >= middle
        ][: limit // 2 + 1]
    else:
        found = found[-limit:]
    return [as_read(discord, each) for each in reversed(found)]


def as_read(discord: "Discord", message: Message) -> dict[str, Any]:
    """By REST: what the portal's switch hides in events is hidden here as well."""
    shape = shapes.message(discord, message)
    return shape if "message_content" in discord.privileged else discord.gateway.hide(shape)


def react(discord: "Discord", message: Message, who: int, emoji: str) -> None:
    people = message.reactions.setdefault(emoji, [])
    if who not in people:
        people.append(who)
        _tell_reaction(discord, "MESSAGE_REACTION_ADD", message, who, emoji)


def unreact(discord: "Discord", message: Message, who: int, emoji: str) -> None:
    people = message.reactions.get(emoji, [])
    if who in people:
        people.remove(who)
        if not people:
            del message.reactions[emoji]
        _tell_reaction(discord, "MESSAGE_REACTION_REMOVE", message, who, emoji)


def _tell_reaction(discord: "Discord", event: str, message: Message, who: int, emoji: str) -> None:
    place = discord.channels[message.channel]
    data = {
        "user_id": str(who), "channel_id": str(place.id), "message_id": str(message.id), "emoji": shapes.emoji(emoji),
        "message_author_id": str(message.author), "burst": False, "type": 0,
    }  # fmt: skip
    if place.guild is not None:
        data["guild_id"] = str(place.guild)
        if event.endswith("ADD"):
            data["member"] = shapes.member(discord, discord.guilds[place.guild], who)
    discord.tell(event, data, place)


def is_ephemeral(body: dict[str, Any]) -> bool:
    return bool((body.get("flags") or 0) & EPHEMERAL)
