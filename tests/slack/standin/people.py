"""What persons do, without sockets: each changes the workspace and returns what Slack sends to the app for it.

Whoever carries it (a socket, HTTP, a simulator) gives the acknowledgement's payload to `acknowledged`.
"""

import copy
import re
from dataclasses import dataclass
from typing import Any

from tests.slack.standin import payloads
from tests.slack.standin.eyes import Sight
from tests.slack.standin.payloads import event, interaction, message_event
from tests.slack.standin.showing import shown
from tests.slack.standin.workspace import Workspace
from tests.slack.standin.world import Channel, Delivery, Json, Message

EVENT_OF = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


class Cannot(Exception):
    """Slack's own window does not let a person do this: there is no such button, or they are not in the channel."""


@dataclass
class People:
    ws: Workspace

    def say(
        self, user: str, channel: str, text: str, thread_ts: str | None = None, *,
        files: tuple[Json, ...] = (), wire: bool = False,
    ) -> tuple[Message, list[Delivery]]:  # fmt: skip
        """`text` as it is typed: `@name`, `@channel`, `@here` and `#channel` become mentions, and `& < >` are escaped.
        `wire`: it is already as Slack sends it. `files` are made with `file`.
        """
        room = self._inside(user, channel)
        parent = self.ws.messages.get((room.id, thread_ts)) if thread_ts else None
        if thread_ts and (parent is None or parent.is_reply or parent.only):
            raise Cannot(f"no thread can hang under {thread_ts}")
        said = text if wire else self.typed(text)
        message = Message(
            self.ws.next_ts(), room.id, user, said, self.ws.now(), thread_ts=thread_ts, files=list(files),
            blocks=[] if files else [_as_rich_text(said)] if said else [],
        )  # fmt: skip
        self.ws.messages[room.id, message.ts] = message
        return message, self._heard(room, message)

    def app_says(
        self, app: str, channel: str, text: str = "", thread_ts: str | None = None, attachments: tuple[Json, ...] = ()
    ) -> tuple[Message, list[Delivery]]:
        """Another app of the workspace, which has its own bot; much of what such say is in what they attach."""
        bot = next((u for u in self.ws.users.values() if u.name == app and u.is_bot), None)
        bot = bot or self.ws.add_user(app, is_bot=True)
        message = Message(
            self.ws.next_ts(), channel, bot.id, text, self.ws.now(), attachments=list(attachments),
            thread_ts=thread_ts, bot_id=f"B{bot.id}",
        )  # fmt: skip
        self.ws.messages[channel, message.ts] = message
        return message, self._heard(self.ws.channels[channel], message)

    def _heard(self, room: Channel, message: Message) -> list[Delivery]:
        """The bot hears what is said where it is; a mention is a second event with an id of its own."""
        body = message_event(self.ws, message)
        found = self._events(room, EVENT_OF[room.type], body)
        if f"<@{self.ws.bot}>" in message.text and room.kind != "im":
            dropped = {"type", "channel_type", "subtype", "parent_user_id"}
            mention = {"type": "app_mention", **{k: v for k, v in body.items() if k not in dropped}}
            found += self._events(room, "app_mention", mention)
        return found

    def echo(self, message: Message) -> list[Delivery]:
        """Slack tells the app what the app itself posted."""
        room = self.ws.channels[message.channel]
        return self._events(room, EVENT_OF[room.type], message_event(self.ws, message))

    def _events(self, room: Channel, subscription: str, body: Json) -> list[Delivery]:
        if subscription not in self.ws.events or self.ws.bot not in room.members or self.ws.token_error:
            return []
        return [event(self.ws, body, shared=room.shared)]

    def edit(self, user: str, message: Message, text: str) -> list[Delivery]:
        self._own(user, message)
        before = shown(self.ws, message)
        message.text = self.typed(text)
        message.blocks = [_as_rich_text(message.text)]
        message.edited = {"user": user, "ts": f"{self.ws.now():.6f}"}
        return self._about(message, payloads.changed_event(self.ws, message, before))

    def delete(self, user: str, message: Message) -> list[Delivery]:
        """A message with replies leaves a tombstone, which arrives as a change."""
        self._own(user, message)
        before = shown(self.ws, message)
        message.deleted = True
        message.tombstone = bool(self.ws.replies(message.channel, message.ts))
        told = payloads.changed_event if message.tombstone else payloads.deleted_event
        return self._about(message, told(self.ws, message, before))

    def _about(self, message: Message, body: Json) -> list[Delivery]:
        room = self.ws.channels[message.channel]
        return self._events(room, EVENT_OF[room.type], body)

    def react(self, user: str, message: Message | Sight, name: str, *, off: bool = False) -> list[Delivery]:
        kept = self._there(message)
        room = self._inside(user, kept.channel)
        users = kept.reactions.setdefault(name, [])
        if (user in users) is not off:
            raise Cannot(f"{user} has already done that with {name}")
        (users.remove if off else users.append)(user)
        kind = "reaction_removed" if off else "reaction_added"
        about = {"type": "message", "channel": kept.channel, "ts": kept.ts}
        body = {"type": kind, "user": user, "reaction": name, "item_user": kept.user, "item": about,
                "event_ts": self.ws.next_ts()}  # fmt: skip
        return self._events(room, kind, body)

    def slash(self, user: str, channel: str, command: str, text: str = "") -> Delivery:
        """`text` as typed; Slack sends a command's text unescaped, and does not let it be used in a thread."""
        return payloads.slash(self.ws, user, self._inside(user, channel), command, text)

    def shortcut(self, user: str, callback_id: str) -> Delivery:
        return interaction(self.ws, "shortcut", user, callback_id=callback_id, action_ts=self.ws.next_ts())

    def message_shortcut(self, user: str, message: Message | Sight, callback_id: str) -> Delivery:
        kept = self._there(message)
        room = self._inside(user, kept.channel)
        back = self.ws.response_url(user, room.id, kept, kept.thread_ts)
        return interaction(
            self.ws, "message_action", user, back=back, callback_id=callback_id, action_ts=self.ws.next_ts(),
            message_ts=kept.ts, channel={"id": room.id, "name": room.name or "directmessage"},
            message=shown(self.ws, kept),
        )  # fmt: skip

    def open_home(self, user: str, tab: str = "home") -> list[Delivery]:
        room = self.ws.direct(user)
        body: Json = {"type": "app_home_opened", "user": user, "channel": room.id, "tab": tab,
                      "event_ts": self.ws.next_ts()}  # fmt: skip
        if user in self.ws.homes:
            body["view"] = payloads.view_payload(self.ws, self.ws.homes[user])
        return self._events(room, "app_home_opened", body)

    # What happens to channels and people

    def archive(self, user: str, channel: str) -> list[Delivery]:
        self.ws.channels[channel].archived = True
        return self._happened(channel, {"type": "channel_archive", "channel": channel, "user": user})

    def rename(self, channel: str, name: str) -> list[Delivery]:
        self.ws.channels[channel].name = name
        renamed = {"id": channel, "name": name, "created": int(self.ws.now())}
        return self._happened(channel, {"type": "channel_rename", "channel": renamed})

    def remove_bot(self, channel: str) -> None:
        """Somebody takes the bot out of the channel."""
        self.ws.channels[channel].members.discard(self.ws.bot)

    def deactivate(self, user: str) -> list[Delivery]:
        self.ws.users[user].deleted = True
        body = {"type": "user_change", "user": self.ws.users[user].shown(), "event_ts": self.ws.next_ts()}
        return [event(self.ws, body)] if "user_change" in self.ws.events else []

    def _happened(self, channel: str, body: Json) -> list[Delivery]:
        return self._events(self.ws.channels[channel], body["type"], {**body, "event_ts": self.ws.next_ts()})

    # What is typed, and by whom

    def file(self, user: str, name: str, *, size: int = 1024, mimetype: str = "text/plain") -> Json:
        """A file as it comes with a message; conversations show it to those who may see it."""
        key = self.ws.next_id("F")
        link = f"{self.ws.base}/files-pri/{self.ws.team}-{key}/{name}"
        self.ws.files[key] = {
            "id": key, "created": int(self.ws.now()), "name": name, "title": name, "mimetype": mimetype,
            "filetype": name.rpartition(".")[2], "user": user, "size": size, "mode": "hosted", "is_external": False,
            "url_private": link, "url_private_download": f"{link}?download", "file_access": "visible",
            "permalink": f"https://{self.ws.domain}.slack.com/files/{user}/{key}/{name}",
        }  # fmt: skip
        return copy.deepcopy(self.ws.files[key])

    def typed(self, text: str) -> str:
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        for word in ("channel", "here", "everyone"):
            escaped = re.sub(rf"@{word}\b", f"<!{word}>", escaped)
        for user in self.ws.users.values():
            escaped = re.sub(rf"(?i)@{re.escape(user.name)}\b", f"<@{user.id}>", escaped)
        for channel in self.ws.channels.values():
            if channel.name:
                escaped = re.sub(rf"#{re.escape(channel.name)}(?![\w-])", f"<#{channel.id}|{channel.name}>", escaped)
        return escaped

    def _inside(self, user: str, channel: str) -> Channel:
        room = self.ws.channels[channel]
        if user not in room.members or self.ws.users[user].deleted or room.archived:
            raise Cannot(f"{user} cannot do anything in {channel}")
        return room

    def _own(self, user: str, message: Message) -> None:
        if message.user != user or message.deleted:
            raise Cannot(f"{user} did not write {message.ts}, or it is gone")

    def _there(self, message: Message | Sight) -> Message:
        kept = self.ws.message(message.channel, message.ts)
        if kept is None:
            raise Cannot(f"{message.ts} is gone")
        return kept


def _as_rich_text(text: str) -> Json:
    """How Slack's own composer keeps a line: one section, the text as it reads."""
    pieces: list[Any] = []
    for part in re.split(r"(<@U\w+>|<!\w+>|<#\w+\|[^>]*>)", text):
        if user := re.fullmatch(r"<@(U\w+)>", part):
            pieces.append({"type": "user", "user_id": user[1]})
        elif wide := re.fullmatch(r"<!(\w+)>", part):
            pieces.append({"type": "broadcast", "range": wide[1]})
        elif room := re.fullmatch(r"<#(\w+)\|[^>]*>", part):
            pieces.append({"type": "channel", "channel_id": room[1]})
        elif part:
            unescaped = part.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
            pieces.append({"type": "text", "text": unescaped})
    return {"type": "rich_text", "block_id": "msg", "elements": [{"type": "rich_text_section", "elements": pieces}]}
