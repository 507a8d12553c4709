"""An event loop in virtual time: when nothing is ready, the clock jumps to the next thing that is due."""

import asyncio
import selectors
from datetime import UTC, datetime, timedelta
from typing import Any


class StandstillError(Exception):
    """Everybody waits and nothing will ever happen."""


class _Jumping(selectors.DefaultSelector):  # type: ignore[misc,valid-type] - which one depends on the machine
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready: list[Any] = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise StandstillError
        self.now += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


class VirtualClock:
    """Reads the running virtual loop's time; day nought is a Monday morning."""

    START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.START + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
