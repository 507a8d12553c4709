"""What the outbox needs of a platform. A platform is one folder: inbound, render (pure), outbound."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.arrivals import Answer, Arrival
from desk.cards import Button, Card, Text
from desk.events import Event


@dataclass(frozen=True, slots=True)
class Pace:
    """A platform's limits: seconds between two posts in a channel (0: none), edits a minute for the whole account.

    `same_within` is for how many seconds a post that is sent again with its send key is still the same message there:
    so long an unclear outcome is settled by sending again.
    """

    post_interval: float = 0.0
    edits_per_minute: int | None = None
    same_within: float = 0.0


class DeliveryRefused(Exception):
    """The platform said no, so nothing was posted.

    Not `permanent`: try again, after `retry_after` seconds if it named a time. `account` means that it refuses all we
    send (token revoked, scope missing). Any other exception from a platform is an unclear outcome.
    """

    def __init__(
        self, reason: str, *, permanent: bool, retry_after: float | None = None, account: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after
        self.account = account


class MessageGone(Exception):
    """The message to be edited is no longer there: it is posted anew."""


class HistoryUnreadable(Exception):
    """The platform would not show what was posted (scope, rate): an unclear outcome stays unclear."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to post, or the newest state to edit one to. `thread` is the platform's id of the parent message.

    `send_key` is random and the same for every attempt at this message; the platform can give it back to us.
    """

    send_key: str
    destination: str
    thread: str | None
    version: int
    key: str
    author: str | None
    card: Card | None
    words: Text
    buttons: tuple[Button, ...]
    event: Event | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A message of ours seen in the platform's history."""

    message_id: str
    at: datetime


class Outbound(Protocol):
    """The door out. `post` returns the platform's id of the message."""

    name: str

    async def post(self, outgoing: Outgoing) -> str: ...

    async def edit(self, message_id: str, outgoing: Outgoing) -> None: ...

    async def find(self, destination: str, thread: str | None, send_key: str, since: datetime) -> list[Found]:
        """Every message that carries the key since then, oldest first. Raises HistoryUnreadable."""
        ...

    async def mark_copy(self, message_id: str, outgoing: Outgoing) -> None:
        """Say on a second copy that it is one."""
        ...

    def rest(self, outgoing: Outgoing) -> Text:
        """What does not fit into the one message, pure: it is posted in its thread and lives as long."""
        ...


class NotKept(Exception):
    """An attached file that is never fetched, and a sentence why: too large, or where our token must not go."""


class PlatformRefused(Exception):
    """The platform will not have us as we are set up. `sentence` says what it said and what to do about it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class UnknownPlaces(PlatformRefused):
    """The configuration names channels that the platform does not have. The desk does not start with them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's: `what` was looked at (`slack: scopes`), whether it is well, and a sentence."""

    what: str
    well: bool
    sentence: str


@runtime_checkable
class TakesHttp(Protocol):
    """A platform that may send its events by HTTP to our intake, signed."""

    async def handle_http(
        self, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        """`headers` by their small-letter names. Status, headers and body of the answer; 401 for a bad signature."""
        ...


class Platform(Protocol):
    """A chat platform that is set up: both its doors, as the composition root sees them."""

    name: str
    pace: Pace

    @property
    def out(self) -> Outbound: ...

    async def start(self) -> None:
        """Connect, and hand what people do to the door. Returns when people can talk to us. Raises PlatformRefused."""
        ...

    async def close(self) -> None: ...

    async def answer(self, arrival: Arrival, answer: Answer) -> None:
        """Give the asker an answer that became ready without anybody waiting: after a crash, or on a second try."""
        ...

    async def fetch(self, source: str, limit: int) -> bytes:
        """The bytes of an attached file, at most `limit`. Raises NotKept, or whatever the network does."""
        ...

    async def examine(self) -> list[Finding]:
        """For the doctor, without `start`: token, scopes, every configured channel."""
        ...
