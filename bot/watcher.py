"""The watcher watched, put together: what is looked at, who judges it, whom we ping, which minutes were missed."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path

import httpx
import structlog

from bot.auditor import Auditor
from bot.canary import Canary
from bot.clocks import Clocks
from bot.gaps import Gaps
from bot.outside import OutsideHeartbeat
from bot.platforms.contract import Outbound
from bot.ports import Clock
from bot.senses import Senses, free_under
from bot.store.store import Store
from bot.web.health import Readiness
from config.loaded import Config

log = structlog.get_logger(__name__)


class Watcher:
    """`auditor(ready)` is the one who turns; `outside` whom it pings. `web` is never closed here."""

    def __init__(
        self, store: Store, config: Callable[[], Config], clock: Clock, data: Path, web: httpx.AsyncBaseTransport,
        platforms: Mapping[str, Outbound], platform_of: Callable[[str], str], token: str,
    ) -> None:  # fmt: skip
        asking = httpx.AsyncClient(transport=web, trust_env=False)
        canary = Canary(store, platforms, platform_of, config, clock)
        clocks = Clocks(clock, lambda: config().desk.clock_reference, asking)
        self._store, self._config, self._clock = store, config, clock
        self.senses = Senses(store, canary, clocks, partial(free_under, data))
        self.outside = OutsideHeartbeat(config, token, asking)
        self.gaps = Gaps(store, config, clock)

    def auditor(self, ready: Callable[[], Awaitable[Readiness]]) -> Auditor:
        return Auditor(self._store, self._config, self._clock, self.senses, self.gaps, self.outside, ready)

    async def close(self) -> None:
        """Until when we looked is kept, so that the next start can say what was missed."""
        try:
            await self.gaps.alive()
        except Exception:
            log.exception("the last sign of life could not be kept")
