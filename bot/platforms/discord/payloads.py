"""From what Discord hands over to where, who and what it was, pure.

A place is a guild's channel (`discord/123`) or somebody's direct channel (`discord/@456`). The thread of a message has
the message's id; in a direct channel, where Discord has no threads, it is the replies to a message. `name` is what the
platform is called in the configuration.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import discord

from bot.arrivals import File
from bot.door import Account
from bot.platforms.discord.marks import unmarked
from bot.platforms.graphemes import cut
from desk.cards import Button
from desk.words import LIMIT, clean

SUBJECT = 200  # characters, as `/open` takes them
CHOICES = 25
HOME = "/home"
SPOKEN = {discord.MessageType.default, discord.MessageType.reply}  # the rest are Discord's own notices
_NUMBER = re.compile(r"#?\d{1,12}")
_TAGS = re.compile(r"<(@!?|@&|#|a?:\w+:)(\d+)>")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where it was: `channel` is Discord's id of the channel, thread or direct channel that the message stands in."""

    place: str
    channel: str
    thread: str | None = None

    @property
    def direct(self) -> bool:
        return is_direct(self.place)

    def under(self, root: str | None) -> "Spot":
        return replace(self, thread=root)


def is_direct(place: str) -> bool:
    return "/@" in place


def spot_of(name: str, channel: Any, guild: int | None, user: int, number: int | None) -> Spot | None:
    """None where only Discord knows whether it is a channel or a thread, and of which channel."""
    if guild is None:
        return Spot(f"{name}/@{user}", str(number))
    if isinstance(channel, discord.Thread):
        return Spot(f"{name}/{channel.parent_id}", str(channel.id), str(channel.id))
    if isinstance(channel, discord.abc.GuildChannel):
        return Spot(f"{name}/{channel.id}", str(channel.id))
    return None


def spot_in(name: str, channel: Mapping[str, Any]) -> Spot:
    """The same from Discord's JSON of a guild's channel."""
    number = str(channel["id"])
    if channel.get("type") in {10, 11, 12}:
        return Spot(f"{name}/{channel['parent_id']}", number, number)
    return Spot(f"{name}/{number}", number)


def private_threads(ours: discord.Permissions) -> bool:
    """Whether somebody's ticket can stand in a thread of its own: we may make it, and both sides may write there."""
    return ours.create_private_threads and ours.send_messages_in_threads


def account_of(name: str, user: discord.User | discord.Member, *, webhook: bool = False) -> Account:
    """Discord has no guests and no workspaces: what somebody may do here is decided by our own roles. Their name is the
    same on every server.
    """
    called = user.global_name or user.name
    return Account(name, "", str(user.id), called, refused="a bot" if user.bot or webhook else "")


def account_in(name: str, user: Mapping[str, Any]) -> Account:
    """The same from Discord's JSON of a user."""
    return Account(name, "", str(user["id"]), name_in(user), refused="a bot" if user.get("bot") else "")


def files_of(attachments: Iterable[discord.Attachment], link: str) -> tuple[File, ...]:
    """`link` is the message's: the address of the file itself is good for a day."""
    return tuple(File(a.filename, a.size, a.content_type or "", link, a.url) for a in attachments)


def words(content: str, names: Mapping[str, str]) -> str:
    """What a person saw. `names` maps ids of accounts, roles and channels to what they are called."""
    return _TAGS.sub(lambda found: _seen(found[1], found[2], names), content)


def _seen(kind: str, number: str, names: Mapping[str, str]) -> str:
    if kind.endswith(":"):
        return kind.removeprefix("a")
    return f"{'#' if kind == '#' else '@'}{names.get(number, number)}"


def names_in(message: discord.Message) -> dict[str, str]:
    people = {str(user.id): user.display_name for user in message.mentions}
    roles = {str(role.id): role.name for role in message.role_mentions}
    return people | roles | {str(channel.id): channel.name for channel in message.channel_mentions}


def without(content: str, me: int) -> tuple[str, bool]:
    """The content without our name, and whether it was there."""
    rest, times = re.subn(rf"\s*<@!?{me}>[:,]?", "", content)
    return rest.strip(), times > 0


def line(said: str, commands: Collection[str], *, mention: bool, direct: bool, ours: bool) -> str:
    """The line that a message means; empty for one that is not for us.

    `mention`: it named us, and `said` is the rest. `direct`: it stands in a direct channel. `ours`: it stands in the
    thread of a post of ours, where `!ack` is a command.
    """
    first, _, rest = said.partition(" ")
    if (ours or direct) and said.startswith("!") and first[1:].lower() in commands:
        return f"/{said[1:]}"
    if mention and not direct:
        known = first.lower() in commands
        return (f"/{said}" if known or not ours else said) if said else HOME
    if direct and not ours and first.lower() in commands and (not rest or _NUMBER.fullmatch(rest.strip())):
        return f"/{said}"
    return said if ours or direct else ""


def link(guild: int | None, channel: str, message: str) -> str:
    return f"https://discord.com/channels/{guild or '@me'}/{channel}/{message}"


def request(message: Mapping[str, Any], address: str, earlier: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The subject and details of a ticket about somebody's message; `earlier` is its thread so far."""
    words, author = said(message), name_in(message["author"])
    first = next((row.strip() for row in words.splitlines() if row.strip()), "")
    subject = first if len(first) > 2 else f"A message from {author}"
    before = [f"{name_in(each['author'])}: {said(each)}" for each in earlier if said(each)]
    told = [words, f"From {author}: {address}", *(["Before it:", *before] if before else [])]
    return {"subject": cut(subject, SUBJECT, "")[0], "details": cut("\n".join(told).strip(), LIMIT, "")[0]}


def name_in(user: Mapping[str, Any]) -> str:
    return str(user.get("global_name") or user.get("username") or user["id"])


def said(message: Mapping[str, Any]) -> str:
    """The words of a message as a person saw them."""
    names = {str(user["id"]): name_in(user) for user in message.get("mentions", ())}
    return clean(unmarked(words(str(message.get("content", "")), names)), 10 * LIMIT)


def asking(values: Mapping[str, str]) -> str:
    """The line that opens the form of `/open` with these values."""
    return Button("", "open", (*values.items(), ("ask", "yes"))).line()


def form_about(place: str, message: str) -> str:
    """The id of the one form by which a message becomes a ticket."""
    return f"open~{hashlib.sha256(f'{place}|{message}'.encode()).hexdigest()[:16]}"


def pressed(data: Mapping[str, Any]) -> str:
    """The name on the wire of what was pressed: a button, or an option of the menu behind the fifth."""
    chosen = data.get("values") or ()
    return str(chosen[0] if chosen else data.get("custom_id", ""))


def label_on(components: Iterable[Mapping[str, Any]], custom_id: str) -> str:
    """What stands on a button or an option, empty where there is no such thing."""
    for part in components:
        if custom_id in (part.get("custom_id"), part.get("value")) and part.get("label"):
            return str(part["label"])
        found = label_on((*part.get("components", ()), *part.get("options", ())), custom_id)
        if found:
            return found
    return ""


def typed(data: Mapping[str, Any]) -> tuple[str, str, str, bool]:
    """Of an autocomplete: the command's word, the field, what is typed so far, and whether it wants a number."""
    option: Mapping[str, Any] = next((o for o in data.get("options", ()) if o.get("focused")), {})
    number = option.get("type") == discord.AppCommandOptionType.integer.value
    return str(data.get("name", "")), str(option.get("name", "")), str(option.get("value", "")), number


def choices(rows: Iterable[tuple[str, str]], *, number: bool) -> list[dict[str, Any]]:
    """At most 25 of the rows of value and label, as Discord takes them."""
    fitting = [(value, label) for value, label in rows if (value.isdecimal() if number else 0 < len(value) <= 100)]
    return [
        {"name": cut(label or value, 100, "")[0], "value": int(value) if number else value}
        for value, label in fitting[:CHOICES]
    ]
