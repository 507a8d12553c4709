"""Slack's side of what people do: each delivery comes one to four times and again until it is acknowledged."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.response import BoltResponse

from tests.slack.standin.forms import Forms
from tests.slack.standin.world import Delivery, Json

PATIENCE = 3.0  # seconds within which Slack wants an acknowledgement
PAUSES = (0.5, 5.0, 60.0)  # before it tries again, the last one over and over

Hear = Callable[[Json], "asyncio.Task[BoltResponse] | None"]


@dataclass
class Parcel:
    """One delivery and every acknowledgement that it got, of any copy."""

    delivery: Delivery
    acks: list[str | Json] = field(default_factory=list)


@dataclass
class Carrier:
    """`hear` gives a payload to the bot as a task of that bot's life, None when there is no bot."""

    chance: random.Random
    hear: Hear
    forms: Forms
    parcels: list[Parcel] = field(default_factory=list)
    _under_way: dict["asyncio.Task[None]", None] = field(default_factory=dict)

    def carry(self, deliveries: Iterable[Delivery], *, copies: int = 0) -> list[Parcel]:
        """Each goes its own ways, so that they arrive in any order."""
        parcels = [Parcel(delivery) for delivery in deliveries]
        self.parcels += parcels
        for parcel in parcels:
            for _ in range(copies or self.chance.choice((1, 1, 2, 4))):
                task = asyncio.create_task(self._bring(parcel, self.chance.choice((0.0, 0.0, 0.3, 4.0))))
                self._under_way[task] = None
                task.add_done_callback(self._under_way.pop)
        return parcels

    def close(self) -> list[Awaitable[Any]]:
        for task in self._under_way:
            task.cancel()
        return list(self._under_way)

    async def _bring(self, parcel: Parcel, after: float) -> None:
        await asyncio.sleep(after)
        attempt = 0
        while (ack := await self._once(parcel)) is None:
            await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
            attempt += 1
        first = not parcel.acks
        parcel.acks.append(ack)
        if first:
            self.forms.acknowledged(parcel.delivery, ack if isinstance(ack, dict) else None)

    async def _once(self, parcel: Parcel) -> str | Json | None:
        """What the acknowledgement carries; None if there was none: too late, refused, or the bot is dead."""
        hearing = self.hear(parcel.delivery.payload)
        if hearing is None:
            return None
        await asyncio.wait([hearing], timeout=PATIENCE)
        if not hearing.done() or hearing.cancelled():
            return None
        answer = hearing.result()
        if answer.status != 200:
            return None
        return answer.body or ""
