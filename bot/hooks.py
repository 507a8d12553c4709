"""The hooks: what is sent to us is stored before it is answered, and handled in the order in which it came.

One hook's messages are handled one after the other, those of different hooks side by side; many things told at once are
handled in batches, so that nobody waits long for the writer.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot.acting import as_desk
from bot.ports import Clock, Ids
from bot.store import deliveries
from bot.store.deliveries import Delivery
from bot.store.errors import StoreBusy, StoreClosed, StoreFull
from bot.store.store import Lane, Store, StoreTx
from config.loaded import Config
from desk.cards import Post
from desk.detail import ours
from desk.hooks import parsed, read, text_of
from desk.hooks.hook import Hook
from desk.hooks.told import Told
from handlers.context import Context
from handlers.events import webhook
from handlers.events.webhook import Heard
from remediation.masking import Mask

BATCH = 20  # things told that one transaction handles at most
LONG, SHORT = 0.025, 0.010  # seconds: after a longer one the next is smaller, after a shorter one larger
PUT_OFF = 5.0  # seconds until what failed is tried again
LARGE = 65_536  # bytes of a body in which nothing is looked for on the loop

Handle = Callable[[StoreTx, Context, Heard], None]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """Some of what a message tells, beginning at the `start`th. `last`: nothing comes after it."""

    delivery: Delivery
    start: int
    told: tuple[Told, ...]
    last: bool

    def singles(self) -> "Iterator[Part]":
        for place, told in enumerate(self.told):
            last = self.last and place + 1 == len(self.told)
            yield replace(self, start=self.start + place, told=(told,), last=last)


@dataclass
class Hooks:
    """`tokens` maps the name of each hook that may be used to its token. `mask` hides what nobody may read, of which
    a body can be full: an event for PagerDuty carries the token by which it came.
    """

    store: Store
    config: Callable[[], Config]
    clock: Clock
    ids: Ids
    tokens: dict[str, str] = field(default_factory=dict)
    handle: Handle = webhook.run
    mask: Mask = field(default_factory=lambda: Mask(()))
    _put_off: dict[int, float] = field(default_factory=dict)  # deliveries that failed, until when
    _size: int = BATCH

    def kind(self, name: str) -> str:
        hook = self.config().hooks.get(name)
        return hook.kind if hook else ""

    async def keep(self, name: str, body: bytes, key: str = "") -> None:
        """Returns when it is stored. `key` is the sender's own name of the message: known, it has no further effect."""
        named = bool(key)
        key = hashlib.sha256(key.encode(errors="replace")).hexdigest() if named else self.ids.token()
        large = len(body) > LARGE
        text = await asyncio.to_thread(masked, body, self.mask) if large else masked(body, self.mask)
        await self.store.write(lambda tx: deliveries.add(tx, name, key, text, named=named), lane=Lane.EVENT)

    async def turn(self, now: datetime) -> datetime | None:
        """Handle what waits. When to come again: at once, if there may be more."""
        mono = self.clock.monotonic()
        self._put_off = {id_: until for id_, until in self._put_off.items() if until > mono}
        besides = frozenset(self._put_off)
        found = await self.store.read(lambda tx: deliveries.waiting(tx, besides))
        by_hook: dict[str, list[Delivery]] = {}
        for delivery in found:
            by_hook.setdefault(delivery.hook, []).append(delivery)
        done = await asyncio.gather(*(self._hook(*each) for each in by_hook.items()), return_exceptions=True)
        if errors := [each for each in done if isinstance(each, BaseException)]:
            raise errors[0]
        waits = min((until - mono for until in self._put_off.values()), default=None)
        return now if found else None if waits is None else now + timedelta(seconds=waits)

    async def _hook(self, name: str, found: list[Delivery]) -> None:
        hook = self.config().hooks.get(name)
        if hook is None:
            for delivery in found:
                await self._aside(delivery, f"there is no hook {name} any more")
            return
        told = await asyncio.to_thread(lambda: [(each, read(hook, each.body)[each.handled :]) for each in found])
        for batch in batches(told, lambda: self._size):
            if left := [part for part in batch if part.delivery.id not in self._put_off]:
                await self._handle(hook, left)

    async def _handle(self, hook: Hook, batch: list[Part]) -> None:
        """All of it in one transaction. If that fails, each thing in its own, to find out which it is."""
        try:
            took = await self.store.write(lambda tx: self._work(tx, hook, batch), lane=Lane.EVENT)
            self._learn(took)
        except (StoreBusy, StoreFull, StoreClosed):
            raise  # no fault of the message: the whole turn is tried again
        except Exception:
            singles = [single for part in batch for single in (part.singles() if part.told else [part])]
            if len(singles) > 1:
                for single in singles:
                    if single.delivery.id not in self._put_off:
                        await self._handle(hook, [single])
                return
            log.exception("what a hook was told could not be handled", hook=hook.id, delivery=batch[0].delivery.id)
            await self._failed(batch[0])

    def _work(self, tx: StoreTx, hook: Hook, batch: list[Part]) -> float:
        """How long it held the writer, in seconds."""
        began = self.clock.monotonic()
        for part in batch:
            at = min(part.delivery.received_at, tx.now)
            self.handle(tx, as_desk(tx, self.config(), f"hook/{hook.id}", at), Heard(hook, part.told))
            deliveries.move(tx, part.delivery, part.start, part.start + len(part.told))
            if part.last:
                deliveries.end(tx, part.delivery)
        return self.clock.monotonic() - began

    def _learn(self, took: float) -> None:
        """The next batches hold the writer about as long as others can bear."""
        if took > LONG:
            self._size = max(1, self._size // 2)
        elif took < SHORT:
            self._size = min(BATCH, 2 * self._size)

    async def _failed(self, part: Part) -> None:
        """It is tried again in a while; after the last try it is passed over, told, and kept."""
        delivery = part.delivery

        def work(tx: StoreTx) -> bool:
            if not deliveries.failed(tx, delivery):
                return False
            words = f"of message {delivery.id} to the hook {delivery.hook} could not be handled and was set aside"
            self._tell(tx, f"{delivery.id}/{part.start}", f"Part {part.start + 1} {words}.")
            if part.last:
                deliveries.end(tx, delivery)
            return True

        if not await self.store.write(work, lane=Lane.EVENT):
            self._put_off[delivery.id] = self.clock.monotonic() + PUT_OFF

    async def _aside(self, delivery: Delivery, why: str) -> None:
        def work(tx: StoreTx) -> None:
            deliveries.set_aside(tx, delivery)
            self._tell(tx, str(delivery.id), f"Message {delivery.id} to a hook was set aside: {why}.")

        await self.store.write(work, lane=Lane.EVENT)

    def _tell(self, tx: StoreTx, key: str, words: str) -> None:
        tx.post(Post(f"aside/delivery/{key}", self.config().desk.admins_channel, None, words=ours(words)))


def masked(body: bytes, mask: Mask) -> str:
    """A body as text, without secrets. With a backslash a JSON text can spell one so that it is not to be seen."""
    text = text_of(body)
    if "\\" in text:
        with suppress(ValueError, RecursionError):  # else it is quoted as it came
            text = json.dumps(parsed(text), ensure_ascii=False)
    return mask(text)


def batches(found: Iterable[tuple[Delivery, tuple[Told, ...]]], size: Callable[[], int]) -> Iterator[list[Part]]:
    """What is left of the messages, in order, as many things at a time as `size()` says then."""
    batch: list[Part] = []
    for delivery, told in found:
        place = 0
        while place == 0 or place < len(told):
            room = max(1, size()) - sum(len(part.told) for part in batch)
            if batch and room <= 0:
                yield batch
                batch = []
                continue
            end = place + room
            batch.append(Part(delivery, delivery.handled + place, told[place:end], end >= len(told)))
            place = end
    if batch:
        yield batch
