"""How Discord writes what it keeps: the JSON of its documentation."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.discord.standin.things import DM, GRANTED, HAS_THREAD, Attachment, Channel, Guild, Message, User, bits
from tests.discord.standin.uploads import named, resolved

if TYPE_CHECKING:
    from tests.discord.standin.state import Discord

Shape = dict[str, Any]


def stamp(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def user(who: User) -> Shape:
    return {
        "id": str(who.id), "username": who.name.lower(), "global_name": None if who.bot else who.name,
        "discriminator": "0", "avatar": None, "bot": who.bot, "system": False, "public_flags": 0,
    }  # fmt: skip


def member(discord: "Discord", guild: Guild, who: int) -> Shape:
    return {
        "user": user(discord.users[who]), "nick": guild.nicks[who], "roles": sorted(map(str, guild.roles.get(who, ()))),
        "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False, "mute": False, "flags": 0, "pending": False,
        "avatar": None, "premium_since": None, "communication_disabled_until": None,
    }  # fmt: skip


def role(number: int, name: str, permissions: int) -> Shape:
    return {
        "id": str(number), "name": name, "permissions": str(permissions), "position": 0, "color": 0, "hoist": False,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}, "managed": False,
        "mentionable": False, "flags": 0, "icon": None, "unicode_emoji": None,
    }  # fmt: skip


def roles(guild: Guild) -> list[Shape]:
    return [role(guild.id, "@everyone", bits(GRANTED) - bits(["manage_threads"]))] + [
        role(number, name, bits(["manage_threads"]) if name == "Bot" else 0)
        for number, name in guild.role_names.items()
    ]


def guild(it: Guild) -> Shape:
    return {
        "id": str(it.id), "name": it.name, "icon": None, "splash": None, "discovery_splash": None,
        "owner_id": str(it.owner),
        "afk_channel_id": None, "afk_timeout": 300, "verification_level": 0, "default_message_notifications": 0,
        "explicit_content_filter": 0, "roles": roles(it), "emojis": [], "features": [], "mfa_level": 0,
        "application_id": None, "system_channel_id": None, "system_channel_flags": 0, "rules_channel_id": None,
        "vanity_url_code": None, "description": None, "banner": None, "premium_tier": 0, "preferred_locale": "en-US",
        "public_updates_channel_id": None, "nsfw_level": 0, "premium_progress_bar_enabled": False, "stickers": [],
    }  # fmt: skip


def guild_create(discord: "Discord", it: Guild, *, everybody: bool) -> Shape:
    """`everybody`: only with the members' intent come more members than the bot itself."""
    seen = [each for each in discord.channels.values() if each.guild == it.id and discord.bot_sees(each)]
    members = it.nicks if everybody else [discord.bot.id]
    return {
        **guild(it), "joined_at": "2026-01-01T00:00:00+00:00", "large": False, "unavailable": False,
        "member_count": len(it.nicks), "voice_states": [], "presences": [], "stage_instances": [],
        "guild_scheduled_events": [], "soundboard_sounds": [],
        "members": [member(discord, it, each) for each in members],
        "channels": [channel(discord, each) for each in seen if not each.is_thread],
        "threads": [channel(discord, each) for each in seen if each.is_thread and not each.archived],
    }  # fmt: skip


def overwrites(discord: "Discord", it: Channel) -> list[Shape]:
    found = [{"id": str(discord.bot.id), "type": 1, "allow": "0", "deny": str(bits(it.denied))}] if it.denied else []
    if it.readers is not None:
        view = str(bits(["view_channel"]))
        found.append({"id": str(it.guild), "type": 0, "allow": "0", "deny": view})
        found += [{"id": str(each), "type": 1, "allow": view, "deny": "0"} for each in sorted(it.readers)]
        if not it.denied:
            found.append({"id": str(discord.bot.id), "type": 1, "allow": view, "deny": "0"})
    return found


def channel(discord: "Discord", it: Channel) -> Shape:
    last = None if it.last is None else str(it.last)
    if it.type == DM:
        recipients = [user(discord.users[it.person or 0])]
        return {"id": str(it.id), "type": DM, "flags": 0, "last_message_id": last, "recipients": recipients}
    common = {
        "id": str(it.id), "type": it.type, "name": it.name, "guild_id": str(it.guild), "parent_id": None, "flags": 0,
        "last_message_id": last, "rate_limit_per_user": 0,
    }  # fmt: skip
    if it.is_thread:
        return common | thread_parts(discord, it)
    return {**common, "position": 0, "topic": it.topic, "nsfw": False, "permission_overwrites": overwrites(discord, it)}


def thread_parts(discord: "Discord", it: Channel) -> Shape:
    count = sum(1 for each in discord.messages.values() if each.channel == it.id and not each.gone)
    parts: Shape = {
        "parent_id": str(it.parent), "owner_id": str(it.owner), "message_count": count, "total_message_sent": count,
        "member_count": len(it.members), "applied_tags": [],
        "thread_metadata": {
            "archived": it.archived, "locked": it.locked, "auto_archive_duration": it.archive_after,
            "archive_timestamp": stamp(it.touched), "create_timestamp": stamp(it.touched), "invitable": it.invitable,
        },
    }  # fmt: skip
    if discord.bot.id in it.members:
        parts["member"] = thread_member(it, discord.bot.id)
    return parts


def thread_member(it: Channel, who: int) -> Shape:
    return {"id": str(it.id), "user_id": str(who), "join_timestamp": stamp(it.members[who]), "flags": 0}


def attachment(discord: "Discord", it: Attachment, place: int) -> Shape:
    url = f"{discord.files_at}/attachments/{place}/{it.id}/{it.name}"
    return {
        "id": str(it.id), "filename": it.name, "size": len(it.content), "url": url, "proxy_url": url,
        "content_type": it.type, **({"description": it.description} if it.description else {}),
    }  # fmt: skip


def emoji(it: str) -> Shape:
    name, _, number = it.partition(":")
    return {"id": number or None, "name": name}


def message(discord: "Discord", it: Message, *, nonce: bool = False, within: bool = False) -> Shape:
    """`nonce` is told only when the message is made. `within`: what it refers to is left out."""
    place = discord.channels[it.channel]
    files, in_embeds = [attachment(discord, each, it.channel) for each in it.attachments], set(named(it.embeds))
    shape: Shape = {
        "id": str(it.id), "channel_id": str(it.channel), "author": user(discord.users[it.author]),
        "content": it.content,
        "timestamp": stamp(it.at), "edited_timestamp": stamp(it.edited_at), "tts": False, "pinned": False,
        "mention_everyone": bool(it.pings & {"everyone", "here"}), "mention_roles": [], "type": it.type,
        "flags": it.flags, "mentions": [user(discord.users[each]) for each in discord.mentioned(it)],
        "embeds": resolved(it.embeds, {each["filename"]: each["url"] for each in files}), "components": it.components,
        "attachments": [each for each in files if each["filename"] not in in_embeds],
        "reactions": [
            {"emoji": emoji(name), "count": len(who), "count_details": {"normal": len(who), "burst": 0},
             "burst_colors": [], "me": discord.bot.id in who, "me_burst": False}
            for name, who in it.reactions.items()
        ],
    }  # fmt: skip
    if nonce and it.nonce is not None:
        shape["nonce"] = it.nonce
    if it.reference is not None:
        shape["message_reference"] = it.reference
        there = discord.messages.get(int(it.reference["message_id"]))
        shape["referenced_message"] = (
            None if within or there is None or there.gone else message(discord, there, within=True)
        )
    if it.asked is not None:
        asked = discord.asked[it.asked]
        shape["webhook_id"] = shape["application_id"] = str(discord.application)
        shape["interaction_metadata"] = {
            "id": str(asked.id), "type": asked.kind, "user": user(discord.users[asked.user]),
            "authorizing_integration_owners": {},
        }  # fmt: skip
    if it.flags & HAS_THREAD and place.guild is not None and it.id in discord.channels:
        shape["thread"] = channel(discord, discord.channels[it.id])
    return shape


def in_event(discord: "Discord", it: Message, *, nonce: bool = False) -> Shape:
    """As the gateway tells it: with the guild and the author's membership."""
    place, shape = discord.channels[it.channel], message(discord, it, nonce=nonce)
    if place.guild is None:
        return {**shape, "channel_type": DM}
    there = discord.guilds[place.guild]
    parts = {key: value for key, value in member(discord, there, it.author).items() if key != "user"}
    return {**shape, "guild_id": str(place.guild), "member": parts, "channel_type": place.type}
