"""Who may be in which channel and which thread, and reading what is there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bot.platforms.webchat import messages
from bot.platforms.webchat.messages import Message, Rows, Window
from bot.ports import Clock
from bot.store.store import Store
from config.loaded import Channel, Config, dm
from desk.people import Person, may, visible_clients
from desk.refusal import DeskError, Why
from handlers.context import Tx
from handlers.subjects import subject_of

T = TypeVar("T")
NAME = "webchat"
DESK = "deskbell"  # the author of what the desk itself says


def may_enter(person: Person, channel: Channel) -> bool:
    """Whether the person may read and write in the channel.

    A direct channel is for its one person. A client's channel is for those who belong to it or hold a role there, its
    team channel only for staff, managers and auditors. A team channel of no client shows every client's cards, so it
    is for those whose role holds everywhere. Any other channel is everybody's.
    """
    if channel.kind == "dm":
        return channel.id == dm(person.id)
    if channel.kind == "team":
        return may(person, "ticket.see", channel.client)
    return channel.client is None or bool(visible_clients(person, {channel.client}))


def doors(person: Person, config: Config) -> list[Channel]:
    """The channels this person may enter, in the order of the configuration."""
    return [channel for channel in config.channels.values() if may_enter(person, channel)]


def no_channel(channel: str) -> DeskError:
    return DeskError(f"There is no channel {_short(channel)} that you can see.", why=Why.NOT_FOUND)


def no_message(message: str) -> DeskError:
    return DeskError(f"There is no message {_short(message)} that you can see here.", why=Why.NOT_FOUND)


def _short(name: str) -> str:
    """What somebody sent as a name, fit to stand in a sentence."""
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in name[:40])
    return shown if len(name) <= 40 else shown[:39] + "…"


def number_of(text: str) -> int | None:
    """The number of a message from what a person sent; None for what cannot be one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody may speak: the channel, and the message at the head of the thread, if it is in one."""

    channel: str
    head: Message | None = None

    @property
    def thread(self) -> int | None:
        return self.head.id if self.head else None

    @property
    def thread_key(self) -> str | None:
        return (self.head.body.key or None) if self.head else None


class Room:
    """Reading, on behalf of one person. Whatever that person may not see raises the same DeskError as an unknown id."""

    def __init__(self, store: Store, config: Callable[[], Config], clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.config = config

    def person(self, person_id: str) -> Person:
        person = self.config().people.get(person_id)
        if person is None:
            raise DeskError(f"There is no person {_short(person_id)}.", why=Why.NOT_FOUND)
        return person

    def names(self) -> dict[str, str]:
        config = self.config()
        return {DESK: config.desk.name, **{p.id: p.name for p in config.people.values()}}

    async def channels(self, person: Person) -> list[tuple[Channel, int | None]]:
        """Each channel with the id of its newest message."""
        found = doors(person, self.config())
        newest = await self.read(person, lambda tx: messages.newest_by_channel(tx, [c.id for c in found]))
        return [(channel, newest.get(channel.id)) for channel in found]

    async def place(self, person: Person, channel: str, thread: str | None) -> Place:
        """Where the person speaks or reads. `thread` may be any message of the thread."""
        if thread is None:
            if not self._enters(person, channel):
                raise no_channel(channel)
            return Place(channel)
        head = await self._head(person, channel, thread)
        if self._enters(person, channel):
            if head is None:
                raise no_message(thread)
            return Place(channel, head)
        if head is None or not await self._works_on(person, head):
            raise no_channel(channel)
        return Place(channel, head)

    async def message(self, person: Person, channel: str, message: str) -> tuple[Message, Place]:
        """A message and where it stands."""
        number = number_of(message)
        found = None if number is None else await self.read(person, lambda tx: messages.one(tx, number))
        place = await self.place(person, channel, str(found.thread) if found and found.thread else None)
        if found is None or found.channel != channel:
            raise no_message(message)
        return found, place

    async def page(self, person: Person, place: Place, window: Window) -> list[Message]:
        return await self.read(person, lambda tx: messages.page(tx, place.channel, place.thread, window))

    async def since(self, person: Person, seq: int) -> list[Message]:
        """What moved after `seq` in the channels that this person may enter."""
        channels = [c.id for c in doors(person, self.config())]
        return await self.read(person, lambda tx: messages.since(tx, seq, channels))

    async def newest_seq(self, person: Person) -> int:
        return await self.read(person, messages.newest_seq)

    def now(self) -> datetime:
        return self._clock.now()

    def _enters(self, person: Person, channel: str) -> bool:
        found = self.config().channels.get(channel)
        return found is not None and may_enter(person, found)

    async def _head(self, person: Person, channel: str, thread: str) -> Message | None:
        number = number_of(thread)

        def load(tx: Rows) -> Message | None:
            found = messages.one(tx, number) if number is not None else None
            if found and found.thread is not None:
                found = messages.one(tx, found.thread)
            return found if found and found.channel == channel else None

        return await self.read(person, load)

    async def _works_on(self, person: Person, head: Message) -> bool:
        """Staff of a ticket's client may write in its thread, though it stands in the requester's direct channel."""
        subject = subject_of(head.body.key)
        if subject is None or subject[0] != "ticket":
            return False

        def load(tx: Tx) -> bool:
            ticket = tx.ticket(subject[1])
            return ticket is not None and person.is_staff(ticket.client)

        return await self.read(person, load)

    async def read(self, person: Person, fn: Callable[..., T]) -> T:
        """`fn` gets a transaction that sees this person's clients."""
        return await self._store.read(fn, clients=visible_clients(person, self.config().clients))
