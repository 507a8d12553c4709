"""What a person sees: the words of a message as they read, what can be pressed, and what in it is active."""

import re
from dataclasses import dataclass
from typing import Any

from tests.slack.standin.blocks import elements
from tests.slack.standin.workspace import Workspace
from tests.slack.standin.world import Json, Message, View

ACTIVE = re.compile(r"<([@!#][^>]*|(?:https?|mailto|tel):[^>]*)>")
DATE = re.compile(r"<!date\^[^>|]*\|([^>]*)>")


@dataclass(frozen=True, slots=True)
class Button:
    """A button or an option of an overflow menu. `asks` is the question of its confirmation, empty if there is none."""

    label: str
    value: str
    action_id: str
    block_id: str
    kind: str
    asks: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    """A message at the moment when it was looked at. `text` is the notification's, `words` all that is to be read.

    `files` are the names of those that come with it, `pictures` the ids of those that it shows.
    `active` are the mentions, links and broadcasts in it (`@U001`, `!channel`, `https://…|label`), dates left out.
    """

    ts: str
    channel: str
    user: str
    thread_ts: str | None
    text: str
    words: str
    buttons: tuple[Button, ...]
    active: tuple[str, ...]
    blocks: tuple[Json, ...]
    metadata: Json | None
    ephemeral: bool
    edited: bool
    reactions: tuple[str, ...]
    files: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()

    def button(self, label: str) -> Button:
        return next(button for button in self.buttons if button.label == label)


@dataclass
class Eyes:
    ws: Workspace

    def seen(self, user: str, channel: str, thread: str | None = None) -> list[Sight]:
        """What this person sees in the channel, or in the thread below its parent, oldest first; theirs alone too."""
        if user not in self.ws.channels[channel].members:
            return []
        return [
            sight(message) for message in self._visible(user)
            if message.channel == channel and (message.thread_ts if message.is_reply else None) == thread
        ]  # fmt: skip

    def ephemerals(self, user: str, channel: str | None = None) -> list[Sight]:
        """What this person alone was shown, newest last."""
        return [sight(m) for m in self._visible(user) if m.only == user and channel in {None, m.channel}]

    def direct(self, user: str) -> list[Sight]:
        """The direct channel with the bot, threads and all."""
        room = self.ws.direct(user).id
        return [sight(message) for message in self._visible(user) if message.channel == room]

    def view(self, user: str) -> View | None:
        return self.ws.view(user)

    def home(self, user: str) -> View | None:
        return self.ws.homes.get(user)

    def _visible(self, user: str) -> list[Message]:
        there = [m for m in self.ws.messages.values() if not m.deleted and m.only in {"", user}]
        return sorted(there, key=lambda message: message.ts)


def sight(message: Message) -> Sight:
    written = _strings(message.blocks) if message.blocks else [message.text]
    written += [text for each in message.attachments for text in _strings(each.get("blocks") or [each])]
    source = [*_mrkdwn(message.blocks), *_mrkdwn(message.attachments), message.text]
    found = dict.fromkeys(a for text in source for a in ACTIVE.findall(text) if not a.startswith("!date"))
    found |= dict.fromkeys(_rich_active(message.blocks))
    return Sight(
        message.ts, message.channel, message.user, message.thread_ts if message.is_reply else None, message.text,
        "\n".join(as_read(text) for text in written), buttons(message.blocks), tuple(found), tuple(message.blocks),
        message.metadata, bool(message.only), bool(message.edited), tuple(message.reactions),
        tuple(file["name"] for file in message.files), tuple(pictures(message.blocks)),
    )  # fmt: skip


def words(view: View) -> str:
    """All that is to be read in a view."""
    return "\n".join(as_read(text) for text in _strings(view.payload))


def pictures(blocks: list[Json]) -> list[str]:
    return [block["slack_file"]["id"] for block in blocks if block["type"] == "image" and "slack_file" in block]


def buttons(blocks: list[Json]) -> tuple[Button, ...]:
    return tuple(button for block, element in elements(blocks) for button in _of_element(block, element))


def _of_element(block: Json, element: Json) -> list[Button]:
    asks = element["confirm"]["text"]["text"] if "confirm" in element else ""
    where = {"action_id": element.get("action_id", ""), "block_id": block["block_id"], "kind": element["type"]}
    if element["type"] == "button":
        label, value = element["text"]["text"], element.get("value", "")
        return [Button(label, value, **where, asks=asks, url=element.get("url", ""))]
    if element["type"] == "overflow":
        return [Button(o["text"]["text"], o.get("value", ""), **where, asks=asks) for o in element["options"]]
    return []


def as_read(text: str) -> str:
    """As Slack's window shows it: dates by their fallback, links by their label, escapes undone."""
    text = DATE.sub(r"\1", text)
    text = re.sub(r"<(?:https?|mailto|tel):[^>|]*\|([^>]*)>", r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _strings(value: Any) -> list[str]:
    """Every text in it, in order, those of `text`, `alt_text` and the like."""
    if isinstance(value, list):
        return [text for each in value for text in _strings(each)]
    if not isinstance(value, dict):
        return []
    own = [value["text"]] if isinstance(value.get("text"), str) else []
    return own + [text for name, each in value.items() if name != "confirm" for text in _strings(each)]


def _mrkdwn(value: Any) -> list[str]:
    """The texts in which Slack looks for mentions and links: `mrkdwn`, and an attachment's own."""
    if isinstance(value, list):
        return [text for each in value for text in _mrkdwn(each)]
    if not isinstance(value, dict):
        return []
    if value.get("type") == "plain_text" or str(value.get("type", "")).startswith("rich_text"):
        return []
    own = [value["text"]] if isinstance(value.get("text"), str) else []
    return own + [text for each in value.values() for text in _mrkdwn(each)]


def _rich_active(value: Any) -> list[str]:
    """Mentions and links in rich text are pieces of their own."""
    if isinstance(value, list):
        return [found for each in value for found in _rich_active(each)]
    if not isinstance(value, dict):
        return []
    kinds = {"user": ("@", "user_id"), "broadcast": ("!", "range"), "link": ("", "url"), "channel": ("#", "channel_id")}
    sign, name = kinds.get(str(value.get("type")), ("", ""))
    own = [f"{sign}{value[name]}"] if name in value else []
    return own + [found for each in value.values() for found in _rich_active(each)]
