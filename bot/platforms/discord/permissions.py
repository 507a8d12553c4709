"""What we ask of Discord, and why: the permissions of the invitation and the intents of the connection."""

from urllib.parse import urlencode

import discord

# Each with the reason that an administrator reads before they click. Nothing here lets us manage anybody or anything.
PERMISSIONS = {
    "view_channel": "see the channels that the configuration names",
    "send_messages": "post cards",
    "embed_links": "cards are embeds; without it they are empty",
    "attach_files": "charts in cards, reviews and sheets below them; without it, the words alone",
    "create_public_threads": "a ticket's and an alert's thread, on its card",
    "create_private_threads": "a requester's ticket in a thread of its own; without it, in direct messages",
    "send_messages_in_threads": "write in those threads, and reopen an archived one",
    "read_message_history": "see after a failure whether a post arrived, and fetch what was written while we were away",
}
INTENTS = {
    "guilds": "know channels and threads",
    "guild_messages": "hear replies in the threads of cards, and mentions",
    "dm_messages": "hear direct messages",
    "guild_reactions": "open a ticket, or file a message into a timeline, from a reaction",
    "dm_reactions": "the same in a direct message",
    "message_content": "read replies in threads; Discord must be asked for it",
}


def permissions() -> discord.Permissions:
    return discord.Permissions(**dict.fromkeys(PERMISSIONS, True))


def intents(*, content: bool) -> discord.Intents:
    """`content`: whether what people write in guilds can be read when it does not name us."""
    return discord.Intents(**{name: content or name != "message_content" for name in INTENTS})


def invite_url(app_id: int) -> str:
    """The address at which an administrator of a guild lets us in."""
    asked = {"client_id": app_id, "permissions": permissions().value, "scope": "bot applications.commands"}
    return f"https://discord.com/oauth2/authorize?{urlencode(asked)}"
