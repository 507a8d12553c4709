"""For the doctor: does Discord take the token, does it show us what is written, can we work in every channel."""

from collections.abc import Iterable, Mapping

import discord
from rapidfuzz import process

from bot.platforms.contract import Finding
from bot.platforms.discord import access
from bot.platforms.discord.connection import REFUSED
from bot.platforms.discord.permissions import PERMISSIONS, invite_url
from bot.platforms.discord.refusals import SENTENCES, UNKNOWN_CHANNEL
from bot.platforms.discord.rest import FAILS, Rest
from config.loaded import Channel

TEXT = {0, 5}  # the kinds of a guild's channels in which cards can stand: text, announcement
CLIENTS = {"help", "other"}  # the kinds of channels in which a client's own people ask
MOST_GUILDS = 20  # whose channels are looked through for a name that is near

# What is off where a permission is missing.
OFF = {
    "view_channel": "everything in this channel",
    "send_messages": "every card in this channel",
    "embed_links": "cards: they would be empty",
    "attach_files": "pictures and files: cards say that theirs are on the desk's own page",
    "create_public_threads": "threads: what belongs under a card cannot be posted",
    "create_private_threads": "private threads: tickets from this channel are answered by direct message",
    "send_messages_in_threads": "replies in threads",
    "read_message_history": "finding a post after a failure (it may appear twice) and missed replies after a gap",
}


async def token(rest: Rest, secret: str) -> Finding:
    try:
        await rest.login(secret)
    except discord.LoginFailure:
        return Finding(f"{rest.name}: token", False, REFUSED)
    except FAILS as error:
        return Finding(f"{rest.name}: token", False, f"Discord cannot be reached: {type(error).__name__}.")
    return Finding(f"{rest.name}: token", True, f"Discord takes the token of application {rest.application}.")


def content(rest: Rest) -> Finding:
    """Whether the privileged intent is switched on, as Discord's flags of the application say."""
    on = rest.flags.gateway_message_content or rest.flags.gateway_message_content_limited
    switched = "Replies in threads can be read." if on else (
        "Message Content Intent is off (developer portal, Bot): replies in threads cannot be read, and are answered "
        "with a button. Direct messages and mentions work."
    )  # fmt: skip
    return Finding(f"{rest.name}: message content", bool(on), switched)


async def guilds(rest: Rest, wanted: Iterable[int]) -> list[Finding]:
    """The guilds we are in; one that is named in the environment and is not among them is a fault."""
    there = {str(guild["id"]): str(guild["name"]) for guild in await rest.guilds()}
    lost = [number for number in map(str, wanted) if number not in there]
    found = [
        Finding(f"{rest.name}: server {number}", False, f"The bot is not on this server. Let it in: {_invite(rest)}")
        for number in lost
    ]
    if not there:
        return [*found, Finding(f"{rest.name}: servers", False, f"The bot is on no server. Let it in: {_invite(rest)}")]
    return [*found, Finding(f"{rest.name}: servers", True, f"The bot is on {', '.join(sorted(there.values()))}.")]


async def channel(rest: Rest, configured: Channel) -> Finding:
    number, what = configured.places[rest.name], f"{rest.name}: channel {configured.id}"
    try:
        found = await rest.channel(number)
        if found.get("type") not in TEXT:
            return Finding(what, False, f"{number} is no text channel, and threads need one.")
        lacking = _lacking(await access.allowed(rest, found), configured.kind)
    except discord.HTTPException as error:
        if error.code == UNKNOWN_CHANNEL:
            return Finding(what, False, await _nearest(rest, configured))
        said = SENTENCES.get(error.code, error.text)
        return Finding(what, False, f"{number} cannot be used: {said}. {OFF['view_channel'].capitalize()} is off.")
    if lacking:
        off = "; ".join(f"{_spoken(name)} is missing, so this is off: {OFF[name]}" for name in lacking)
        return Finding(what, False, f"#{found.get('name')}: {off}.")
    return Finding(what, True, f"#{found.get('name')} can be used.")


async def unknown(rest: Rest, channels: Mapping[str, Channel]) -> list[str]:
    """A sentence for each configured channel that Discord does not have: a mistake of the configuration."""
    found = []
    for each in configured(rest.name, channels):
        try:
            await rest.channel(each.places[rest.name])
        except discord.HTTPException as error:
            if error.code == UNKNOWN_CHANNEL:
                found.append(f"`{each.id}`: {await _nearest(rest, each)}")
    return found


async def _nearest(rest: Rest, configured: Channel) -> str:
    """An unknown id, with the channel whose name is most like the one in the configuration."""
    named: dict[str, str] = {}
    for guild in (await rest.guilds())[:MOST_GUILDS]:
        for each in await rest.channels(str(guild["id"])):
            if each.get("type") in TEXT:
                named[str(each["id"])] = str(each["name"])
    sentence = f"There is no channel {configured.places[rest.name]} on any server of the bot."
    best = process.extractOne(configured.name.lower(), named)
    return f"{sentence} Nearest: #{best[0]}, which is {best[2]}." if best else sentence


def _lacking(held: discord.Permissions, kind: str) -> list[str]:
    """The missing permissions that this kind of channel needs; without the sight of it the others do not matter."""
    unneeded = set() if kind in CLIENTS else {"create_private_threads"}
    missing = [name for name in PERMISSIONS if name not in unneeded and not getattr(held, name)]
    return ["view_channel"] if "view_channel" in missing else missing


def _spoken(name: str) -> str:
    return name.replace("_", " ").title().replace(" In ", " in ")


def _invite(rest: Rest) -> str:
    return invite_url(rest.application)


def configured(name: str, channels: Mapping[str, Channel]) -> list[Channel]:
    """The channels that have a place on the platform of this name."""
    return [channel for channel in channels.values() if name in channel.places]


