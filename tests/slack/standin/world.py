"""What a workspace is made of: people, channels, messages, views, and what is handed out to be used once."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class User:
    """A person or a bot. `team` differs from the workspace's for a member of another one (Slack Connect)."""

    id: str
    name: str
    team: str
    real_name: str = ""
    tz: str = "Europe/London"
    email: str = ""
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False

    def shown(self) -> Json:
        real = self.real_name or self.name.title()
        profile = {"display_name": self.name, "real_name": real, "email": self.email, "team": self.team}
        return {
            "id": self.id, "team_id": self.team, "name": self.name, "real_name": real, "deleted": self.deleted,
            "tz": self.tz, "tz_label": self.tz, "profile": profile, "is_bot": self.is_bot, "is_app_user": False,
            "is_admin": False, "is_owner": False, "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted, "is_stranger": self.is_stranger, "updated": 0,
        }  # fmt: skip


@dataclass
class Channel:
    """`kind` is `public`, `private` or `im`; the bot is in it if its user is one of the members."""

    id: str
    name: str
    kind: str = "public"
    members: set[str] = field(default_factory=set)
    archived: bool = False
    shared: bool = False
    deleted: bool = False

    @property
    def type(self) -> str:
        """Slack's `channel_type` in events, and the start of the name of a scope: `channel`, `group`, `im`."""
        return {"public": "channel", "private": "group", "im": "im"}[self.kind]

    def shown(self, bot: str) -> Json:
        """As conversations.info shows it to the bot."""
        if self.kind == "im":
            other = next((user for user in sorted(self.members) if user != bot), bot)
            return {"id": self.id, "is_im": True, "user": other, "is_archived": self.archived, "is_open": True}
        return {
            "id": self.id, "name": self.name, "name_normalized": self.name,
            "is_channel": self.kind == "public", "is_group": False, "is_im": False, "is_mpim": False,
            "is_private": self.kind == "private", "is_archived": self.archived, "is_member": bot in self.members,
            "is_ext_shared": self.shared, "is_shared": self.shared, "is_org_shared": False,
            "num_members": len(self.members),
        }  # fmt: skip


@dataclass
class Message:
    """One message. `only` is the one who sees an ephemeral; `made` is seconds since 1970, of when it was taken."""

    ts: str
    channel: str
    user: str
    text: str
    made: float
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    bot_id: str = ""
    only: str = ""
    edited: Json | None = None
    deleted: bool = False
    tombstone: bool = False
    broadcast: bool = False
    files: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass
class View:
    """A modal or a home that somebody has before them. `payload` is what the bot sent, ids filled in."""

    id: str
    user: str
    payload: Json
    hash: str
    root: str
    previous: str | None = None
    closed: bool = False

    def shown(self, team: str, app: str, bot: str) -> Json:
        blank = {"private_metadata": "", "callback_id": "", "external_id": "", "clear_on_close": False,
                 "notify_on_close": False, "close": None, "submit": None}  # fmt: skip
        return {
            **blank, **self.payload, "id": self.id, "team_id": team, "app_id": app, "app_installed_team_id": team,
            "bot_id": bot, "hash": self.hash, "root_view_id": self.root, "previous_view_id": self.previous,
            "state": {"values": {}},
        }  # fmt: skip


@dataclass
class Trigger:
    """What opens a view, once, within three seconds."""

    id: str
    user: str
    made: float
    used: bool = False


@dataclass
class ResponseUrl:
    """The way back to whoever used a command or a button. `original` is the message that the button stands on."""

    token: str
    user: str
    channel: str
    made: float
    original: Message | None = None
    thread_ts: str | None = None
    uses: int = 0


@dataclass
class Upload:
    """A file on its way. `ready` is when Slack has looked through it, in seconds since 1970."""

    file: str
    address: str
    name: str
    length: int
    alt: str
    used: bool = False
    data: bytes = b""
    ready: float = 0.0


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Web API, or of a response_url, as it was answered: the witness.

    `status` is HTTP's, 0 where nothing was answered; `taken` whether it had its effect; `arguments` are without the
    token. `result` is the body that the method made, also where it never reached the caller.
    """

    at: float
    method: str
    arguments: Json
    status: int
    taken: bool
    error: str
    result: Json


@dataclass(frozen=True, slots=True)
class Delivery:
    """What Slack sends to the app: `kind` is `events_api`, `interactive` or `slash_commands`.

    `key` is what is unique to it: an event's id, else the trigger's. `answers` says that the acknowledgement may carry
    a payload. `view` and `back` are what it is about, for the effect of the acknowledgement.
    """

    kind: str
    payload: Json
    key: str
    answers: bool = False
    view: View | None = None
    back: ResponseUrl | None = None
