"""Whether the time is right: the wall clock against the steady one, and against a reference where there is one."""

import asyncio
from collections import deque
from collections.abc import Callable
from email.utils import parsedate_to_datetime

import httpx
import structlog

from bot.ports import Clock

WINDOW = 150.0  # seconds for which a step of the wall clock is told
LIMIT = 5.0  # seconds for the reference to answer

log = structlog.get_logger(__name__)


class Clocks:
    """`look` each minute. `step` is by how much the wall clock moved lately, `offset` how far it is ahead of the
    reference; both in seconds.
    """

    def __init__(self, clock: Clock, reference: Callable[[], str | None], web: httpx.AsyncClient) -> None:
        self._clock, self._reference, self._web = clock, reference, web
        self._apart: deque[tuple[float, float]] = deque()  # steady time; wall time without it
        self.offset: float | None = None

    @property
    def step(self) -> float:
        return self._apart[-1][1] - self._apart[0][1] if self._apart else 0.0

    async def look(self) -> None:
        steady = self._clock.monotonic()
        self._apart.append((steady, self._clock.now().timestamp() - steady))
        while self._apart[0][0] < steady - WINDOW:
            self._apart.popleft()
        address = self._reference()
        self.offset = await self._ahead_of(address) if address else None

    async def _ahead_of(self, address: str) -> float | None:
        """By the `Date` of an answer, which tells whole seconds. A reference that does not answer tells nothing."""
        try:
            async with asyncio.timeout(LIMIT):
                before = self._clock.now().timestamp()
                answer = await self._web.head(address)
                halfway = (before + self._clock.now().timestamp()) / 2
                return halfway - 0.5 - parsedate_to_datetime(answer.headers["date"]).timestamp()
        except (httpx.HTTPError, OSError, KeyError, ValueError) as error:
            log.warning("the clock's reference did not answer", error=repr(error)[:200])
            return None
