"""The door out: what the outbox posts becomes a message of the web chat."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.platforms.contract import DeliveryRefused, Found, MessageGone, Outgoing
from bot.platforms.webchat import messages
from bot.platforms.webchat.messages import Body, Rows
from bot.platforms.webchat.room import DESK, NAME, number_of
from bot.store.store import Lane, Store
from bot.store.tables import from_us, to_us
from config.loaded import Config
from desk.cards import Text


def _body(outgoing: Outgoing) -> Body:
    return Body(outgoing.key, outgoing.card, outgoing.words, outgoing.buttons)


class WebOutbound:
    """Posting twice with one `send_key` is one message, and an edit is never undone by an older one."""

    name = NAME

    def __init__(self, store: Store, config: Callable[[], Config]) -> None:
        self._store = store
        self._config = config

    async def post(self, outgoing: Outgoing) -> str:
        if outgoing.destination not in self._config().channels:
            raise DeliveryRefused(f"there is no channel {outgoing.destination}", permanent=True)
        thread = None if outgoing.thread is None else number_of(outgoing.thread)

        def put(tx: Rows) -> int | None:
            head = None if thread is None else messages.one(tx, thread)
            if outgoing.thread is not None and (head is None or head.channel != outgoing.destination):
                return None
            return messages.put(
                tx, channel=outgoing.destination, thread=thread, author=outgoing.author or DESK,
                send_key=outgoing.send_key, body=_body(outgoing), version=outgoing.version,
            )  # fmt: skip

        number = await self._store.write(put, lane=Lane.EVENT)
        if number is None:
            raise DeliveryRefused(f"there is no message {outgoing.thread} to stand under", permanent=True)
        return str(number)

    async def edit(self, message_id: str, outgoing: Outgoing) -> None:
        number = number_of(message_id)

        def change(tx: Rows) -> bool:
            if number is None or messages.one(tx, number) is None:
                return False
            messages.change(tx, number, _body(outgoing), outgoing.version)
            return True

        if not await self._store.write(change, lane=Lane.EVENT):
            raise MessageGone(message_id)

    async def find(self, destination: str, thread: str | None, send_key: str, since: datetime) -> list[Found]:
        """At most one: here a key cannot be there twice, and the history can always be read."""
        parent = None if thread is None else number_of(thread)
        rows = await self._store.read(
            lambda tx: tx.rows(
                "SELECT id, at, thread FROM web_messages WHERE send_key = ? AND channel = ? AND at >= ?",
                (send_key, destination, to_us(since)),
            )
        )
        return [Found(str(number), from_us(at)) for number, at, under in rows if under == parent]

    def rest(self, outgoing: Outgoing) -> Text:  # noqa: ARG002 - the contract's signature: here everything fits
        return ()

    async def mark_copy(self, message_id: str, outgoing: Outgoing) -> None:
        number = number_of(message_id)

        def mark(tx: Rows) -> None:
            found = messages.one(tx, number) if number is not None else None
            if found:
                body = replace(_body(outgoing), buttons=(), card=None, copy=True)
                messages.change(tx, found.id, body, found.version)

        await self._store.write(mark, lane=Lane.EVENT)
