"""What comes in through a platform's door, and what goes back through the same door to the one who asked."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from desk.cards import Card, Form
from desk.refusal import Why

# The status of each kind of refusal, wherever it leaves by HTTP.
STATUS = {Why.INVALID: 422, Why.NOT_FOUND: 404, Why.FORBIDDEN: 403, Why.CONFLICT: 409}


@dataclass(frozen=True, slots=True)
class File:
    """A file that somebody attached. `size` in bytes; `link` opens it on its platform, `source` gives us its bytes."""

    name: str
    size: int
    type: str
    link: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One thing a person did. `key` is unique to it: the platform's name and its own id of the event.

    `say`: `text` is the line, `message` its id where the platform has one, so that `edit` (`text` is what it says now)
    and `delete` can name it. `press`: `text` is the button's line, `message` the platform's message id, `post` the key
    that the button carried, `version` the version the person saw. `submit`: `form` is the form's id (a command's word)
    and `values` its fields. `thread_key` is the key of the post the thread stands under (`ticket/17`).

    `channel` is a channel of the configuration (`acme-team`, `dm-ann`), or empty; `place` says where exactly it was
    (`slack/C012`), empty for the channel's own place in the web chat. `back` is how its platform reaches the asker
    (a response URL, an interaction's token). `again`: the sender may use the key again after a refusal. `private`: a
    thread that the asker alone reads can be made there.
    """

    key: str
    kind: Literal["say", "press", "submit", "edit", "delete"]
    platform: str
    person: str
    channel: str
    at: datetime
    text: str = ""
    thread: str | None = None
    thread_key: str | None = None
    message: str | None = None
    version: int = 0
    form: str = ""
    values: dict[str, str] = field(default_factory=dict)
    acting_as: bool = False
    place: str = ""
    post: str = ""
    files: tuple[File, ...] = ()
    back: dict[str, str] = field(default_factory=dict)
    again: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What only the asker sees. `status` is 200, or a 4xx with `error`; `form` may come with either."""

    status: int = 200
    error: str = ""
    reply: Card | None = None
    form: Form | None = None


class Takes(Protocol):
    """The router, as a platform sees it: stored first, handled once, the same answer for the same key."""

    async def take(self, arrival: Arrival) -> Answer: ...
