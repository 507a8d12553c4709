"""A message of our own is put out each hour and read back each minute: what was sent can be seen, wherever we are."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.platforms.contract import Outbound
from bot.ports import Clock
from bot.store.store import Lane, Store, StoreTx
from bot.store.tables import from_us
from config.loaded import Config
from desk.cards import Post
from desk.detail import ours

LIMIT = 10.0  # seconds to look
EVERY = timedelta(hours=1)
_ROWS = "SELECT destination, send_key, created_at, message_id FROM posts WHERE key IN (?, ?) ORDER BY id"
_WANTED = "SELECT destination FROM posts WHERE key = ?"
WORDS = ours("This message says that messages get through. It is read back each minute.")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Sent:
    place: str
    send_key: str
    at: datetime


class Canary:
    """`turn` puts out what is missing and looks for what is out; `ages` is what came of it."""

    def __init__(
        self, store: Store, platforms: Mapping[str, Outbound], platform_of: Callable[[str], str],
        config: Callable[[], Config], clock: Clock,
    ) -> None:  # fmt: skip
        self._store, self._platforms, self._platform_of = store, platforms, platform_of
        self._config, self._clock = config, clock
        self._seen: dict[str, float] = {}  # when a message was last read back at each place, on the steady clock

    async def turn(self, now: datetime) -> None:
        """While the newest message is on its way, the one before it still counts."""
        newest, before = (f"canary/{at:%Y%m%dT%H}" for at in (now, now - EVERY))
        post = Post(newest, self._config().desk.canary, None, words=WORDS)
        await self._store.write(lambda tx: tx.post(post), lane=Lane.EVENT)
        sent = await self._store.read(lambda tx: _sent(tx, newest, before))
        steady = self._clock.monotonic()
        self._seen = {place: self._seen.get(place, steady) for place in sent}
        await asyncio.gather(*(self._look(each) for each in sent.values() if each is not None))

    def ages(self) -> dict[str, float]:
        """Seconds since a message was read back on each platform, at the place where it was longest ago."""
        steady, found = self._clock.monotonic(), dict[str, float]()
        for place, at in self._seen.items():
            name = self._platform_of(place)
            found[name] = max(steady - at, found.get(name, 0.0))
        return found

    async def _look(self, sent: _Sent) -> None:
        platform = self._platforms.get(self._platform_of(sent.place))
        try:
            async with asyncio.timeout(LIMIT):
                found = await platform.find(sent.place, None, sent.send_key, sent.at) if platform else []
        except Exception as error:  # noqa: BLE001 - whatever a platform raises, it was not read back
            log.warning("the canary was not read back", place=sent.place, error=repr(error)[:300])
            return
        if found:
            self._seen[sent.place] = self._clock.monotonic()


def _sent(tx: StoreTx, newest: str, before: str) -> dict[str, _Sent | None]:
    """The last message that is out at each place where the newest one is wanted; None where none is."""
    rows = tx.rows(_ROWS, (newest, before))
    wanted = {str(place): None for place, *_ in tx.rows(_WANTED, (newest,))}
    out = {str(place): _Sent(place, send_key, from_us(at)) for place, send_key, at, message in rows if message}
    return {place: out.get(place) for place in wanted}
