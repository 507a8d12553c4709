"""Minutes in which nothing was looked at: after a start, after a sleep. They are said, and count as no data."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.ports import Clock
from bot.store.store import Lane, Store, StoreTx
from bot.store.tables import from_us, to_us
from config.loaded import Config
from desk.cards import Post, When, span_of
from desk.detail import ours

NAME = "deskbell"  # beside the chat platforms in the table of who was heard when
LONGEST = timedelta(seconds=150)  # between two signs of life; they come each minute
_HEARD = "INSERT INTO heard (platform, at) VALUES (?, ?) ON CONFLICT (platform) DO UPDATE SET at = excluded.at"
NOT_RUNNING = "Deskbell was not running"
ASLEEP = "this machine slept, or its clock was set"


class Gaps:
    """`alive` is said each minute, and once more at the end."""

    def __init__(self, store: Store, config: Callable[[], Config], clock: Clock) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._last: datetime | None = None  # of this process

    async def alive(self) -> None:
        """Keep the time, and say what was missed since the last one."""

        def work(tx: StoreTx) -> None:
            now, why = self._clock.now(), ASLEEP if self._last else NOT_RUNNING
            last = self._last or _kept(tx)
            if last is not None and now - last > LONGEST:
                tx.post(self._post(last, now, why))
            tx.execute(_HEARD, (NAME, to_us(now)))

        await self._store.write(work, lane=Lane.EVENT)
        self._last = self._clock.now()

    def _post(self, last: datetime, now: datetime, why: str) -> Post:
        config, lasted = self._config(), (now - last).total_seconds()
        missed = sum(int(lasted // monitor.interval) for monitor in config.monitors.values())
        words = ours(
            "Nothing was looked at from ", When(last), " to ", When(now), f" ({span_of(lasted)}): {why}."
            f" About {missed:,} checks were not made; that time counts neither as up nor as down.",
        )  # fmt: skip
        return Post(f"gap/{NAME}/{to_us(last)}", config.desk.admins_channel, None, words=words)


def _kept(tx: StoreTx) -> datetime | None:
    rows = tx.rows("SELECT at FROM heard WHERE platform = ?", (NAME,))
    return from_us(rows[0][0]) if rows else None
