"""From Slack's payloads to what happened, pure. What is of no concern to us is None.

Sources: https://docs.slack.dev/reference/events, https://docs.slack.dev/reference/interaction-payloads,
https://docs.slack.dev/interactivity/implementing-slash-commands
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.arrivals import File
from bot.platforms.slack import spoken

# Of the many kinds of message these are somebody's words; `thread_broadcast` is a reply shown in the channel too.
SPOKEN = {None, "file_share", "thread_broadcast", "me_message"}
OPEN, ABOUT = "deskbell_open", "deskbell_about"  # callback ids of the two shortcuts, as in the manifest
# What may befall a channel or our place in it; ids stay, so a new name is none of our business.
LOST = {"channel_archive", "channel_deleted", "channel_left", "group_archive", "group_deleted", "group_left"}
DEAF = {"tokens_revoked", "app_uninstalled"}


@dataclass(frozen=True, slots=True)
class Us:
    """Who we are in a workspace: the platform's name, the workspace, our user's and our bot's id; the settings."""

    name: str
    team: str
    user: str
    bot: str
    command: str
    reaction: str
    pin: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Who did it and where. `channel` is empty outside any (Home, a global shortcut). `trigger` opens one form within
    three seconds; `url` takes answers that only the asker sees. Both may be empty.
    """

    user: str
    channel: str = ""
    thread: str = ""
    trigger: str = ""
    url: str = ""

    @property
    def direct(self) -> bool:
        return self.channel.startswith("D") or not self.channel


@dataclass(frozen=True, slots=True)
class Said:
    """A message; `text` is as Slack writes it, without the mention of us. `edited` is when, empty if it was not."""

    key: str
    spot: Spot
    message: str
    text: str
    mention: bool = False
    files: tuple[File, ...] = ()
    edited: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """Somebody's message says something else now, or, `gone`, nothing any more."""

    key: str
    spot: Spot
    message: str
    text: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Commanded:
    key: str
    spot: Spot
    line: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button or an item of a menu: `value` is what `bot.platforms.wire` wrote, `message` the one that carries it."""

    key: str
    spot: Spot
    message: str
    value: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form was sent. `body` is the payload, for `modal`, which made the form."""

    key: str
    spot: Spot
    form: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody types into a select whose options we know: of `form`'s field."""

    spot: Spot
    form: str
    field: str
    typed: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class About:
    """Somebody wants a ticket from a message of a channel: by the shortcut, else by the reaction, which has no form."""

    key: str
    spot: Spot
    message: str
    shortcut: bool


@dataclass(frozen=True, slots=True)
class Pinned:
    """Somebody put the pin on a message of a channel."""

    key: str
    spot: Spot
    message: str


@dataclass(frozen=True, slots=True)
class HomeOpened:
    key: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class AccountChanged:
    user: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lost:
    """We lost a channel, or, with none, the workspace. `what` is the event's name."""

    what: str
    channel: str = ""


Happened = (
    Said | Changed | Commanded | Pressed | Submitted | Asked | About | Pinned | HomeOpened | AccountChanged | Lost
)  # fmt: skip


def happened(body: Mapping[str, Any], us: Us) -> Happened | None:
    """What a payload tells, whichever way it came. Raises KeyError for a shape that is not documented."""
    if "command" in body:
        return _command(body, us)
    kind = body.get("type")
    if kind == "event_callback":
        return _event(body["event"], f"{us.name}/event/{body['event_id']}", us)
    if kind == "block_actions":
        return _action(body, us)
    if kind == "view_submission":
        view = body["view"]
        key = f"{us.name}/view/{view['id']}/{view['hash']}"
        return Submitted(key, Spot(body["user"]["id"]), view["callback_id"], body)
    if kind == "block_suggestion":
        form = body.get("view", {}).get("callback_id", "")
        return Asked(Spot(body["user"]["id"]), form, body["action_id"], body.get("value", ""), body)
    if kind == "message_action" and body["callback_id"] == ABOUT:
        message = body["message"]
        spot = Spot(
            body["user"]["id"], body["channel"]["id"], message.get("thread_ts", ""), body["trigger_id"],
            body.get("response_url", ""),
        )  # fmt: skip
        return About(f"{us.name}/trigger/{body['trigger_id']}", spot, message["ts"], shortcut=True)
    if kind == "shortcut" and body["callback_id"] == OPEN:
        spot = Spot(body["user"]["id"], trigger=body["trigger_id"])
        return Commanded(f"{us.name}/trigger/{body['trigger_id']}", spot, "/open")
    return None


def _command(body: Mapping[str, Any], us: Us) -> Commanded:
    spot = Spot(body["user_id"], body["channel_id"], "", body["trigger_id"], body.get("response_url", ""))
    line = spoken.commanded(spoken.words(body.get("text", ""), {}), body["command"] != us.command)
    return Commanded(f"{us.name}/trigger/{body['trigger_id']}", spot, line)


def _action(body: Mapping[str, Any], us: Us) -> Pressed | None:
    action, container = body["actions"][0], body.get("container", {})
    value = action.get("value") or (action.get("selected_option") or {}).get("value")
    if action["type"] not in {"button", "overflow"} or not value:
        return None
    message = container.get("message_ts", "")
    thread = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts", "")
    spot = Spot(
        body["user"]["id"], container.get("channel_id") or (body.get("channel") or {}).get("id", ""),
        "" if thread == message else thread, body["trigger_id"], body.get("response_url", ""),
    )  # fmt: skip
    return Pressed(f"{us.name}/trigger/{body['trigger_id']}", spot, message, value)


def _event(event: Mapping[str, Any], key: str, us: Us) -> Happened | None:
    kind = event["type"]
    if kind in {"message", "app_mention"}:
        return _message(event, key, us)
    if kind == "reaction_added":
        return _reaction(event, us)
    if kind == "app_home_opened":
        return HomeOpened(key, Spot(event["user"])) if event.get("tab") == "home" else None
    if kind == "user_change":
        return AccountChanged(event["user"])
    if kind in LOST | DEAF:
        channel = event.get("channel", "")
        return Lost(kind, channel if isinstance(channel, str) else channel.get("id", ""))
    return None


def _message(event: Mapping[str, Any], key: str, us: Us) -> Said | Changed | None:
    subtype = event.get("subtype")
    if subtype == "message_changed":
        return _changed(event, key, us)
    if subtype == "message_deleted":
        before = event.get("previous_message") or {}
        return None if _not_a_person(before, us) else Changed(key, _spot(event, before), before["ts"], "", gone=True)
    said = message(event, event["channel"], us)
    if said and event["type"] == "message" and said.mention and not said.spot.direct:
        return None  # a mention in a channel is told by an event of its own
    return said


def _changed(event: Mapping[str, Any], key: str, us: Us) -> Changed | None:
    """Links that Slack unfolds and replies that it counts are changes too, but nobody's."""
    after, before = event["message"], event.get("previous_message") or {}
    if after.get("subtype") == "tombstone":  # deleted, and kept as the head of its thread
        gone = not _not_a_person(before, us)
        return Changed(key, _spot(event, before), before["ts"], "", gone=True) if gone else None
    if _not_a_person(after, us) or after.get("text") == before.get("text"):
        return None
    return changed(after, _spot(event, after), us)


def changed(after: Mapping[str, Any], spot: Spot, us: Us) -> Changed:
    """An edit is known by when it was made, whether its event or the history tells of it."""
    when = (after.get("edited") or {}).get("ts", "")
    key = f"{us.name}/edit/{spot.channel}/{after['ts']}/{when}"
    return Changed(key, spot, after["ts"], spoken.without(after.get("text", ""), us.user))


def message(event: Mapping[str, Any], channel: str, us: Us) -> Said | None:
    """A message, from its event or from the history, which leaves the channel out."""
    if event.get("subtype") not in SPOKEN or _not_a_person(event, us):
        return None
    text, spot = event.get("text") or "", _spot({"channel": channel}, event)
    return Said(
        f"{us.name}/message/{channel}/{event['ts']}", spot, event["ts"], spoken.without(text, us.user),
        us.user in spoken.mentioned(text), tuple(_file(f) for f in event.get("files") or ()),
        (event.get("edited") or {}).get("ts", ""),
    )  # fmt: skip


def _spot(event: Mapping[str, Any], said: Mapping[str, Any]) -> Spot:
    thread = said.get("thread_ts", "")
    return Spot(said["user"], event["channel"], "" if thread == said.get("ts") else thread)


def _not_a_person(said: Mapping[str, Any], us: Us) -> bool:
    user = said.get("user")
    return not user or user in {us.user, "USLACKBOT"} or bool(said.get("bot_id")) or bool(said.get("bot_profile"))


def _reaction(event: Mapping[str, Any], us: Us) -> About | Pinned | None:
    """However many people put it there, and however often, a message has one ticket by reaction. The pin of each stands
    for itself: they may mean different timelines.
    """
    item = event["item"]
    if item.get("type") != "message" or event["user"] == us.user:
        return None
    if event["reaction"] == us.pin:
        return _pinned(event["user"], item["channel"], item["ts"], us)
    return _asked_for(event["user"], item["channel"], item["ts"], us) if event["reaction"] == us.reaction else None


def reacted(message: Mapping[str, Any], channel: str, us: Us) -> list[About]:
    """The same from the history, which says who reacted and not when; the first stands first."""
    return [_asked_for(user, channel, message["ts"], us) for user in _who(message, us.reaction, us)]


def pinned(message: Mapping[str, Any], channel: str, us: Us) -> list[Pinned]:
    return [_pinned(user, channel, message["ts"], us) for user in _who(message, us.pin, us)]


def _who(message: Mapping[str, Any], emoji: str, us: Us) -> list[str]:
    ours = [each for each in message.get("reactions") or () if each["name"] == emoji]
    return [user for each in ours for user in each.get("users") or () if user != us.user]


def _pinned(user: str, channel: str, message: str, us: Us) -> Pinned:
    return Pinned(f"{us.name}/pin/{channel}/{message}/{user}", Spot(user, channel), message)


def _asked_for(user: str, channel: str, message: str, us: Us) -> About:
    return About(f"{us.name}/reaction/{channel}/{message}", Spot(user, channel), message, shortcut=False)


def _file(data: Mapping[str, Any]) -> File:
    """One from another workspace comes without its particulars."""
    name = data.get("name") or data.get("title") or data["id"]
    size = data.get("size")
    return File(
        str(name), size if isinstance(size, int) else 0, data.get("mimetype") or data.get("filetype") or "",
        data.get("permalink") or data.get("url_private") or "", data.get("url_private") or "",
    )  # fmt: skip
