"""The stand-in's mind: channels, messages and limits, without sockets and without a clock."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.standin import limits

Log = Callable[[dict[str, Any]], None]


@dataclass
class Message:
    """One message as the platform keeps it. `at` is seconds since 1970 in UTC of when it was taken."""

    id: str
    at: float
    channel: str
    thread: str | None
    send_key: str
    key: str
    version: int
    author: str | None
    text: str
    buttons: list[dict[str, str]]
    copy_of: bool = False

    def shown(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


class RefusedError(Exception):
    """A definite no, with the platform's own word for it."""


@dataclass
class Room:
    """Everything is written to the log at the moment when it is taken: the log is the witness."""

    log: Log
    messages: dict[str, Message] = field(default_factory=dict)
    archived: set[str] = field(default_factory=set)

    def post(self, at: float, request: dict[str, Any]) -> str:
        self._fits(request)
        thread = request["thread"]
        if thread is not None and (thread not in self.messages or self.messages[thread].channel != request["channel"]):
            raise RefusedError("thread_not_found")
        message = Message(id=f"m{len(self.messages) + 1}", at=at, **_content(request))
        self.messages[message.id] = message
        self.log({"did": "post", **message.shown()})
        return message.id

    def edit(self, at: float, message_id: str, request: dict[str, Any]) -> None:
        self._fits(request)
        message = self._message(message_id)
        message.version, message.text, message.buttons = request["version"], request["text"], request["buttons"]
        self.log({"did": "edit", **message.shown(), "at": at})

    def mark(self, at: float, message_id: str) -> None:
        message = self._message(message_id)
        message.copy_of = True
        self.log({"did": "mark", **message.shown(), "at": at})

    def remove(self, at: float, message_id: str) -> None:
        """Somebody deletes a message."""
        message = self.messages.pop(self._message(message_id).id)
        self.messages[message.id + "-gone"] = message  # its number is never given again
        self.log({"did": "remove", **message.shown(), "at": at})
        message.channel = ""

    def history(self, channel: str, thread: str | None, since: float) -> list[dict[str, Any]]:
        """Oldest first. A thread's own replies are shown only when it is asked for."""
        found = [m for m in self.messages.values() if (m.channel, m.thread) == (channel, thread) and m.at >= since]
        return [m.shown() for m in sorted(found, key=lambda m: m.at)]

    def _message(self, message_id: str) -> Message:
        if message_id not in self.messages:
            raise RefusedError("message_not_found")
        return self.messages[message_id]

    def _fits(self, request: dict[str, Any]) -> None:
        if request["channel"] in self.archived or not request["channel"]:
            raise RefusedError("channel_not_found")
        if len(request["text"]) > limits.TEXT:
            raise RefusedError("msg_too_long")
        labels = [button["label"] for button in request["buttons"]]
        if len(labels) > limits.BUTTONS or any(not 0 < len(label) <= limits.BUTTON_LABEL for label in labels):
            raise RefusedError("invalid_blocks")
        if any(len(button["line"]) > limits.BUTTON_VALUE for button in request["buttons"]):
            raise RefusedError("invalid_blocks")
        if len(request["send_key"]) > limits.SEND_KEY:
            raise RefusedError("invalid_metadata")
        request["text"].encode()  # a lone surrogate is no text


def _content(request: dict[str, Any]) -> dict[str, Any]:
    names = ("channel", "thread", "send_key", "key", "version", "author", "text", "buttons")
    return {name: request[name] for name in names}


def file_log(path: Path) -> Log:
    """Appends one JSON object a line, each with one system call, so that a reader never sees half a line."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    return lambda entry: _append(handle, entry)


def _append(handle: int, entry: dict[str, Any]) -> None:
    os.write(handle, json.dumps(entry).encode() + b"\n")


def read_log(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines()]
