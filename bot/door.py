"""What a chat platform's inbound side is given: who somebody is, where they are, and the router behind it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.arrivals import Answer, Arrival
from desk.cards import Button, Card
from desk.pins import Quote


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody's account as its platform describes it; `(platform, workspace, user)` is its key.

    `outsider` is a guest or a member of another workspace: a requester at most. `refused` says why nobody may act by it
    (`a bot`, `deactivated`). `zone` is an IANA name or empty.
    """

    platform: str
    workspace: str
    user: str
    name: str = ""
    zone: str = ""
    outsider: bool = False
    refused: str = ""


ENCLOSED_WITHIN = 6.0  # seconds, of the ten that a post may take: without its files by then it goes without them


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that goes with a message. `alt` says in words what a picture shows, and is empty for what is none."""

    name: str
    media_type: str
    data: bytes
    alt: str = ""


def unattached(name: str) -> str:
    """What a message says of a file that its platform did not take."""
    return f"{name} could not be attached; it is on the desk's own page."


@dataclass(frozen=True, slots=True)
class Requester:
    """For whom a ticket is, by the platform's ids of their accounts, and when it was opened."""

    accounts: tuple[str, ...]
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class OpenThread:
    """A thread of ours in which people may have written while we could not hear: its place, the platform's id of its
    first message, and the key of the post it belongs to.
    """

    place: str
    thread: str
    key: str


class Door(Protocol):
    """A place is `PLATFORM/ID`: a channel (`slack/C012`), or a person's direct channel (`slack/@U012`)."""

    async def known(self, platform: str, workspace: str, user: str) -> Account | None:
        """What the store knows of an account; None: ask the platform."""
        ...

    async def person(self, account: Account, place: str) -> str:
        """The id of the person who acts by this account at this place. An unknown account is a requester of the client
        whose channel the place is. Raises DeskError with a sentence for whoever may not act here, and audits it.
        """
        ...

    async def staff(self, account: Account, place: str) -> str | None:
        """The person who acts by this account here, if they may file what others say. None for anybody else, of whom
        nothing is kept: an emoji is not always meant for us.
        """
        ...

    async def named(self, platform: str, workspace: str, user: str) -> str | None:
        """The person whose account this is, whatever they may do; None for somebody whom we never met."""
        ...

    async def changed(self, account: Account) -> None:
        """What the platform says of an account now: a new name, a guest, deactivated. Unknown ones are ignored."""
        ...

    async def link(self, account: Account, line: str) -> str | None:
        """For `/link CODE`, which somebody unknown may say: what to tell them. None: it is no such line."""
        ...

    def channel(self, place: str, person: str) -> str:
        """The channel of the configuration that has this place, `dm-PERSON` for the direct one, else empty."""
        ...

    async def thread(self, place: str, thread: str) -> str | None:
        """The key of the post whose thread this is (`ticket/17`)."""
        ...

    async def unsettled(self, place: str) -> bool:
        """Whether a post here may be out there under an id that we do not know yet: then a thread that `thread`
        does not know may be ours all the same. By a platform's name, whether that is so anywhere on it.
        """
        ...

    async def requester(self, platform: str, number: int) -> Requester | None:
        """Who is to read a ticket's own thread. None: there is no such ticket."""
        ...

    async def rooted(self, place: str, root: str, thread: str) -> None:
        """The thread that was asked for by this root is there now: what stands under the root stands in it."""
        ...

    async def enclosed(self, card: Card | None) -> tuple[Enclosed, ...]:
        """What goes with a card as files: its chart as a picture, its paper. None of either where it cannot be made."""
        ...

    async def homeless(self, place: str, key: str) -> None:
        """The post with this key can never be put where its ticket's requester asked. From now on they are told by
        direct message, that post too. Nothing happens unless the place is one of its client's people.
        """
        ...

    async def line(self, place: str, message: str, key: str, tag: str) -> str:
        """The line of a button on a post, empty if the newest card does not carry it."""
        ...

    async def question(self, place: str, message: str, key: str, tag: str) -> str:
        """What is asked before a button on a post does anything; empty for one that asks nothing, or is gone."""
        ...

    async def kept_line(self, tag: str) -> str:
        """The line of a private answer's button that was too long for the wire; empty if unknown."""
        ...

    async def keep_lines(self, buttons: tuple[Button, ...], limit: int) -> None:
        """Keep the lines that `wire.on_answer` cannot spell within `limit`. Before the answer is sent."""
        ...

    async def point(self, person: str, about: str, quote: Quote | None = None) -> None:
        """Say that this person pointed at a message (`PLACE|MESSAGE|AUTHOR`), by its menu or a reaction, and what it
        says where that is to be filed. Before the arrival or the form that carries it: who only claims so is not
        believed.
        """
        ...

    async def keep(self, arrival: Arrival) -> None:
        """Stored when it returns, if it has an effect: acknowledge after it. Then `take`."""
        ...

    async def check(self, arrival: Arrival) -> Answer | None:
        """Read-only, for a form about to close: the form with its field errors (422), None if it can be taken."""
        ...

    async def has(self, key: str) -> bool:
        """Whether an arrival with this key is stored: what is fetched again was heard already."""
        ...

    async def opened_for_another(self, key: str, person: str) -> int | None:
        """The ticket that the arrival with this key opened. None where it is this person's own, who was answered then;
        where it opened none, or is still to be done.
        """
        ...

    async def take(self, arrival: Arrival) -> Answer:
        """The effect, once, and what to tell the asker. Never raises but for cancellation."""
        ...

    async def choices(
        self, person: str, channel: str, word: str, field: str, typed: str, platform: str
    ) -> list[tuple[str, str]]:
        """Value and label of at most 100 choices of a command's field, as they may be shown on the platform."""
        ...

    async def refuse(self, platform: str, why: str, **detail: str) -> None:
        """An audit entry for a request that was not let in: forged, stale, replayed, from a bot."""
        ...

    async def alive(self, platform: str, now: datetime) -> None:
        """The platform can be heard: said every half minute."""
        ...

    async def last_alive(self, platform: str) -> datetime | None: ...

    async def gap(self, platform: str, since: datetime, until: datetime, fetched: int) -> None:
        """Say in the teams' channels that we could not hear, and how many missed messages were fetched."""
        ...

    async def open_threads(self, platform: str) -> list[OpenThread]: ...

    async def users(self, platform: str) -> list[str]:
        """The platform's ids of at most 500 accounts by which somebody may act, those that we met last first."""
        ...
