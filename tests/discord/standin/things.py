"""What Discord keeps: people, guilds, channels and threads, messages, and what people asked the application."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
EPHEMERAL, LOADING, HAS_THREAD = 1 << 6, 1 << 7, 1 << 5
TEXT, DM, PUBLIC, PRIVATE = 0, 1, 11, 12

# https://discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags
BITS = {
    "add_reactions": 1 << 6, "view_channel": 1 << 10, "send_messages": 1 << 11, "manage_messages": 1 << 13,
    "embed_links": 1 << 14, "attach_files": 1 << 15, "read_message_history": 1 << 16, "mention_everyone": 1 << 17,
    "use_application_commands": 1 << 31, "manage_threads": 1 << 34, "create_public_threads": 1 << 35,
    "create_private_threads": 1 << 36, "send_messages_in_threads": 1 << 38,
}  # fmt: skip

GRANTED = frozenset(BITS) - {"manage_messages", "mention_everyone"}  # what the bot is given: no Administrator


def bits(names: Iterable[str]) -> int:
    return sum(BITS[name] for name in set(names))


@dataclass
class User:
    """Somebody. `takes_dms` False: direct messages to them are refused."""

    id: int
    name: str
    bot: bool = False
    takes_dms: bool = True

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass
class Guild:
    """`nicks` are its members: id and nickname (None: the account's own name); `roles` their roles by id."""

    id: int
    name: str
    owner: int
    nicks: dict[int, str | None] = field(default_factory=dict)
    role_names: dict[int, str] = field(default_factory=dict)
    roles: dict[int, set[int]] = field(default_factory=dict)


@dataclass
class Channel:
    """A text channel, a direct one, or a thread.

    `denied` are the permissions the bot lacks here; `readers` who may see it (None: every member). A direct channel has
    its `person`. A thread has a parent, an owner and members; a public one bears the id of the message it is under.
    """

    id: int
    type: int
    name: str
    guild: int | None = None
    parent: int | None = None
    person: int | None = None
    owner: int = 0
    denied: set[str] = field(default_factory=set)
    readers: set[int] | None = None
    members: dict[int, datetime] = field(default_factory=dict)
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    archive_after: int = 1440
    touched: datetime = EPOCH
    last: int | None = None
    topic: str | None = None

    @property
    def is_thread(self) -> bool:
        return self.type in {PUBLIC, PRIVATE}


@dataclass
class Attachment:
    id: int
    name: str
    type: str
    content: bytes
    description: str | None = None


@dataclass
class Message:
    """`pings` is whom it would notify: `everyone`, `here`, `user:ID`, `role:ID`. `only_for`: ephemeral, seen by one."""

    id: int
    channel: int
    author: int
    at: datetime
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    type: int = 0
    edited_at: datetime | None = None
    nonce: str | None = None
    reference: dict[str, Any] | None = None
    pings: frozenset[str] = frozenset()
    reactions: dict[str, list[int]] = field(default_factory=dict)
    asked: int | None = None
    only_for: int | None = None
    gone: bool = False

    @property
    def loading(self) -> bool:
        """It says "is thinking…" until it is edited."""
        return bool(self.flags & LOADING)

    def text(self) -> str:
        """Every word of it in the order in which it is read, a line each."""
        lines: list[str | None] = [self.content]
        for embed in self.embeds:
            lines += [(embed.get("author") or {}).get("name"), embed.get("title"), embed.get("description")]
            lines += [f"{each['name']}: {each['value']}" for each in embed.get("fields") or []]
            lines.append((embed.get("footer") or {}).get("text"))
        lines += [each["content"] for each in everything(self.components) if each["type"] == 10]
        return "\n".join(line for line in lines if line)

    def buttons(self) -> dict[str, str]:
        """custom_id by label (a link's is its address)."""
        found = (each for each in everything(self.components) if each["type"] == 2)
        return {each.get("label") or "": each.get("custom_id") or each.get("url", "") for each in found}

    def selects(self) -> dict[str, list[str]]:
        """The values offered, by custom_id."""
        found = (each for each in everything(self.components) if each["type"] == 3)
        return {each["custom_id"]: [option["value"] for option in each["options"]] for each in found}


def everything(components: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Every component, whatever it stands in."""
    for each in components:
        yield each
        inside = [each[key] for key in ("accessory", "component") if each.get(key)]
        yield from everything([*(each.get("components") or []), *inside])


@dataclass
class Asked:
    """An interaction: what somebody asked the application, and what it answered.

    `kind` is 2 command, 3 component, 4 autocomplete, 5 modal. `answered_by` is the type of the first response (None:
    none yet); `modal` and `choices` what it opened or offered; `original` and `followups` ids of messages.
    """

    id: int
    token: str
    kind: int
    user: int
    channel: int
    at: datetime
    data: dict[str, Any]
    name: str = ""
    source: int | None = None
    answered_by: int | None = None
    answered_at: datetime | None = None
    modal: dict[str, Any] | None = None
    choices: list[dict[str, Any]] | None = None
    original: int | None = None
    followups: list[int] = field(default_factory=list)
    submitted: bool = False

    FIRST_RESPONSE = timedelta(seconds=3)
    TOKEN = timedelta(minutes=15)

    def offered(self) -> list[tuple[str, Any]]:
        """Name and value of each suggestion."""
        return [(each["name"], each["value"]) for each in self.choices or []]

    def fields(self) -> dict[str, str]:
        """custom_id of each of the open modal's fields, by its label."""
        found: dict[str, str] = {}
        for each in (self.modal or {}).get("components", []):
            control = each.get("component") or (each.get("components") or [{}])[0]
            if control.get("custom_id"):
                found[each.get("label") or control.get("label") or ""] = control["custom_id"]
        return found

    def heading(self) -> str:
        return str((self.modal or {}).get("title", ""))
