"""What we ask of a workspace: each scope with its reason, what is off without it, and the events it lets us hear."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """`events` are those that Slack sends only with this scope."""

    name: str
    reason: str
    off: str
    events: tuple[str, ...] = ()


SCOPES = (
    Scope("app_mentions:read", "hears `@Deskbell ack`", "mentions", ("app_mention",)),
    Scope(
        "channels:history",
        "hears replies in threads of public channels, quotes a message in a ticket, finds a post whose reply was lost",
        "replies in threads of public channels; after a lost reply a post may be there twice",
        ("message.channels",),
    ),
    Scope(
        "channels:read",
        "looks whether the channels in `deskbell.yaml` are there, and after a gap in which ones it is",
        "`deskbell doctor` on public channels; mentions and reactions of a time when the desk could not hear",
        ("channel_archive", "channel_deleted", "channel_left"),
    ),
    Scope("chat:write", "posts and edits cards, and answers", "everything: the desk cannot speak"),
    Scope("commands", "the slash command and the shortcuts", "slash commands and shortcuts"),
    Scope("files:read", "records the name, size and type of what is attached", "attachments are not recorded"),
    Scope(
        "files:write",
        "attaches charts, reviews and sheets",
        "charts, reviews and sheets: the words go out and name the file that is missing",
    ),
    Scope(
        "groups:history",
        "the same as `channels:history` in private channels",
        "replies in threads of private channels; after a lost reply a post may be there twice",
        ("message.groups",),
    ),
    Scope(
        "groups:read",
        "the same as `channels:read` for private channels",
        "`deskbell doctor` on private channels; mentions and reactions there of a time when the desk could not hear",
        ("group_archive", "group_deleted", "group_left"),
    ),
    Scope("im:history", "hears what people write to the desk directly", "direct messages to the desk", ("message.im",)),
    Scope(
        "im:read",
        "knows after a gap in which direct channels somebody may have written",
        "direct messages of a time when the desk could not hear are not fetched",
    ),
    Scope("im:write", "opens the direct channel with somebody", "direct messages from the desk, such as a requester's"),
    Scope(
        "reactions:read", "opens a ticket, or files a message into a timeline, by a reaction", "tickets and pins by"
        " reaction", ("reaction_added",),
    ),
    Scope(
        "users:read",
        "knows names, guests, bots and who has left",
        "everything for people the desk has not met: it cannot know who they are",
        ("user_change",),
    ),
)
# These need no scope.
EVENTS = ("app_home_opened", "app_uninstalled", "tokens_revoked")


def missing(granted: Collection[str]) -> tuple[Scope, ...]:
    return tuple(scope for scope in SCOPES if scope.name not in granted)


def lacking(scope: Scope) -> str:
    """What a missing scope means, and what to do about it."""
    return f"the scope `{scope.name}` is missing; off without it: {scope.off}. Add it and install the app again."
