"""How a delivery reaches the app: once, and again where Slack tries again."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol

from tests.slack.standin.world import Delivery, Json

# https://docs.slack.dev/apis/events-api#retries: at once, after a minute, after five.
PAUSES = (0.0, 60.0, 300.0)


@dataclass(frozen=True, slots=True)
class Ack:
    """`error` is empty, or why there was none: `timeout`, `connection_lost`, `no_connection`, `http_500`.

    `final`: the app said that it does not want it again.
    """

    payload: Json | None = None
    error: str = ""
    final: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What came of something that a person did.

    `payload` is the acknowledgement's; `error` why it failed for them (`timeout`, …); `fields` what a form objects to,
    by block, and `sent` False if Slack's own window did; `acks` are all, of several copies.
    """

    payload: Json | None = None
    error: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    sent: bool = True
    acks: tuple[Ack, ...] = ()


class Carrier(Protocol):
    async def once(self, delivery: Delivery, attempt: int, reason: str) -> Ack: ...


@dataclass
class Retries:
    """Slack retries events, three times; what a person waits for is not retried, unless a test wants it to be."""

    pauses: tuple[float, ...] = PAUSES
    kinds: Collection[str] = frozenset({"events_api"})

    async def carry(self, carrier: Carrier, delivery: Delivery) -> Ack:
        ack = await carrier.once(delivery, 0, "")
        if delivery.kind not in self.kinds:
            return ack
        for attempt, pause in enumerate(self.pauses, 1):
            if not ack.error or ack.final:
                break
            await asyncio.sleep(pause)
            ack = await carrier.once(delivery, attempt, ack.error)
        return ack
