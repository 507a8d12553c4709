"""The watcher watched: each minute the invariants are looked at, and only if all hold is the outside heartbeat pinged.

What is broken is said in the admins' channel once, on a card that shows how things stand, and that it holds again, too.
Where even that cannot be done, the silence of the heartbeat says it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

import structlog

from bot.acting import as_desk
from bot.gaps import Gaps
from bot.outside import OutsideHeartbeat
from bot.ports import Clock
from bot.senses import Senses
from bot.store.store import Lane, Store, StoreTx
from bot.store.tables import from_us, to_us
from bot.web.health import Readiness
from config.loaded import Config
from desk.cards import Card, Post, When
from desk.detail import Own, ours
from desk.invariants import BLIND, Broken
from handlers.saving import note_audit

EVERY = timedelta(minutes=1)
SETTLES = timedelta(seconds=30)  # after the start: what was overdue by then is being made up for
TOO_LONG = 300.0  # seconds without a turn
LIMIT = 20.0  # seconds for a look at everything
OUTSIDE = "outside heartbeat"  # that it cannot be reached is told, and is no reason not to try again
BROKEN = "deskbell, broken"  # beside the chat platforms in `heard`: since when something does not hold
_SINCE = "SELECT at FROM heard WHERE platform = ?"
_KEEP = "INSERT INTO heard (platform, at) VALUES (?, ?) ON CONFLICT (platform) DO UPDATE SET at = excluded.at"
_FORGET = "DELETE FROM heard WHERE platform = ?"

log = structlog.get_logger(__name__)


class Auditor:
    """`turn` each minute; `broken` is what did not hold then."""

    def __init__(
        self, store: Store, config: Callable[[], Config], clock: Clock, senses: Senses, gaps: Gaps,
        outside: OutsideHeartbeat, ready: Callable[[], Awaitable[Readiness]],
    ) -> None:  # fmt: skip
        self._store, self._config, self._clock = store, config, clock
        self._senses, self._gaps, self._outside, self._ready = senses, gaps, outside, ready
        self._settled = False
        self._since: datetime | None = None  # when what is broken now began
        self._told: tuple[str, ...] = ()  # the names of what was said to be broken
        self.broken: tuple[Broken, ...] = ()
        self.turned_at = clock.monotonic()

    def is_turning(self) -> bool:
        """Whether it was our turn lately: else something holds up the loop, or us."""
        return self._clock.monotonic() - self.turned_at < TOO_LONG

    async def turn(self, now: datetime) -> datetime:
        self.turned_at = self._clock.monotonic()
        if not self._settled:
            self._settled = True
            await self._gaps.alive()
            await self._remember()
            return now + SETTLES
        self.broken = await self._look(now)
        if not self.broken and self._outside.wanted and (why := await self._outside.ping()):
            self.broken = (Broken(OUTSIDE, f"the outside heartbeat does not take our ping: {why}"),)
        await self._tell(now)
        return now + EVERY

    async def _remember(self) -> None:
        """What was broken when we stopped is on a card that must not say so for ever."""
        rows = await self._store.read(lambda tx: tx.rows(_SINCE, (BROKEN,)))
        if rows:
            self._since, self._told = from_us(rows[0][0]), ("not known any more",)

    async def _look(self, now: datetime) -> tuple[Broken, ...]:
        try:
            async with asyncio.timeout(LIMIT):
                await self._gaps.alive()
                await self._senses.look(now)
                return (await self._ready()).broken
        except Exception as error:
            log.exception("the invariants could not be looked at")
            return (Broken("store", f"the store does not answer: {type(error).__name__}"),)

    async def _tell(self, now: datetime) -> None:
        """Once for each change of what is broken; the numbers of a thing that stays broken are not said again."""
        told = [each for each in self.broken if each.name != BLIND]  # of which one notice tells, when it is over
        names = tuple(each.name for each in told)
        if names == self._told:
            return
        since = self._since or now
        words = [each.sentence for each in told]
        log.warning("invariants", broken=words)
        await self._store.write(lambda tx: self._say(tx, since, words), lane=Lane.EVENT)
        self._told, self._since = names, since if names else None

    def _say(self, tx: StoreTx, since: datetime, words: list[str]) -> None:
        config = self._config()
        action = "invariants.broken" if words else "invariants.hold"
        note_audit(tx, as_desk(tx, config, "auditor"), action, "auditor", None, broken="; ".join(words)[:1000])
        if words:
            tx.execute(_KEEP, (BROKEN, to_us(since)))
        else:
            tx.execute(_FORGET, (BROKEN,))
        card = _card(f"auditor/{to_us(since)}", since, tx.now, words, silent=self._outside.wanted and bool(words))
        tx.post(Post(card.key, config.desk.admins_channel, None, card, live=True, urgent=True))


def _card(key: str, since: datetime, now: datetime, broken: Iterable[str], *, silent: bool) -> Card:
    lines = [ours(f"{sentence[:1].upper()}{sentence[1:]}.") for sentence in broken]
    if not lines:
        lines, state, tone = [ours("Was broken from ", When(since), " to ", When(now), ".")], "✓ HOLDS AGAIN", "good"
    else:
        state, tone = "▲ BROKEN", "bad"
        lines.append(ours("Since ", When(since), "."))
    if silent:
        lines.append(ours("The outside heartbeat is not pinged."))
    return Card(key, Own("Deskbell itself"), state, lines=tuple(lines), tone=tone)
