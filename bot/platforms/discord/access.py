"""What we may do in a channel, from Discord's JSON of its guild.

Source: https://docs.discord.com/developers/topics/permissions#permission-overwrites
"""

from collections.abc import Iterable, Mapping
from typing import Any

import discord

from bot.platforms.discord.rest import Rest

DM = 1


async def allowed(rest: Rest, channel: Mapping[str, Any]) -> discord.Permissions:
    """Ours in a guild's channel; a thread has its parent's."""
    if channel.get("type") in {10, 11, 12}:
        channel = await rest.channel(str(channel["parent_id"]))
    guild = str(channel["guild_id"])
    mine = {guild, *(await rest.member(guild))["roles"]}
    return combined(guild, rest.me, mine, await rest.roles(guild), channel.get("permission_overwrites", ()))


async def may_read(rest: Rest, channel: str) -> bool:
    """Whether the history shows what is there. Without the permission Discord shows an empty one and no error."""
    found = await rest.channel(channel)
    return found.get("type") == DM or (await allowed(rest, found)).read_message_history


def combined(
    guild: str, me: int, mine: set[str], roles: Iterable[Mapping[str, Any]], overwrites: Iterable[Mapping[str, Any]]
) -> discord.Permissions:
    """`mine` are the ids of our roles; everybody has the one whose id is the guild's."""
    held = 0
    for role in roles:
        held |= int(role["permissions"]) if str(role["id"]) in mine else 0
    if discord.Permissions(held).administrator:
        return discord.Permissions.all()
    changes = {str(each["id"]): (int(each["allow"]), int(each["deny"])) for each in overwrites}
    everybody = [changes.get(guild, (0, 0))]
    by_role = [change for id_, change in changes.items() if id_ in mine - {guild}]
    for group in (everybody, by_role, [changes.get(str(me), (0, 0))]):
        for _, deny in group:
            held &= ~deny
        for allow, _ in group:
            held |= allow
    return discord.Permissions(held)
