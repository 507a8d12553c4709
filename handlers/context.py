"""What a handler is given: who, where and when; and how a command is declared."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from config.loaded import Config
from desk.cards import Card, Form, FormField
from desk.people import Person
from handlers.records import Tx

__all__ = ["Answer", "Command", "Context", "Tx", "Where"]


@dataclass(frozen=True, slots=True)
class Where:
    """Where somebody spoke: platform, channel, and the post under which the thread stands (`ticket/17`), if any.

    `place` says where exactly (`slack/C012`), empty in the web chat; `message` is the platform's id of what was said.
    `private`: a thread that they alone read can be made there.
    """

    platform: str
    channel: str
    thread_key: str | None = None
    thread: str | None = None
    place: str = ""
    message: str = ""
    private: bool = False

    @property
    def at(self) -> str:
        """The one place where the words can be read; the channel's own is the web chat's."""
        return self.place or self.channel

    @property
    def said(self) -> str:
        """The message by place and id; empty where it has none."""
        return f"{self.at}/{self.message}" if self.message else ""


@dataclass(frozen=True, slots=True)
class Context:
    """`now` is when the transaction runs, `at` when the thing happened; verdicts use `at`. Both aware UTC.

    `person` is who acts; the desk itself (clock, poller) acts as `desk.people.Person("deskbell", ...)`.
    """

    now: datetime
    at: datetime
    person: Person
    where: Where
    config: Config
    acting_as: bool = False
    commands: "Mapping[str, Command]" = field(default_factory=dict)  # what `help` lists


Answer = Card | Form | None


@dataclass(frozen=True, slots=True)
class Command:
    """A command, declared once: parser, forms, help and documentation all come from this.

    `action` is the permission (desk.people.ACTIONS) that the router looks at; `shown_for` the one that `help` looks at,
    where that is narrower. `check` resolves names and numbers, read-only, and is run before a form closes and again
    before `run`. `group` and `example` are for `help`. `writing` are words with which a command that else reads writes.
    """

    word: str
    summary: str
    group: str
    example: str
    action: str
    writes: bool
    args: type[BaseModel]
    run: Callable[[Tx, Context, Any], Answer]
    check: Callable[[Tx, Context, Any], None] | None = None
    title: str = ""  # of the form
    submit: str = "Send"
    shown_for: str = ""
    writing: frozenset[str] = frozenset()
    more: Callable[[Tx, Context, Mapping[str, str]], tuple[FormField, ...]] | None = None  # asked for, besides `args`
    asks: Callable[[Mapping[str, str]], Collection[str]] | None = None  # the fields of its form, by what is known
    usual: Callable[[Tx, Context, Mapping[str, str]], Mapping[str, str]] | None = None  # what a form starts with

    def may_write(self, words: Iterable[str]) -> bool:
        """With these words of its line or values of its form. To say so and be wrong costs a row and no more."""
        return self.writes or not self.writing.isdisjoint(words)
