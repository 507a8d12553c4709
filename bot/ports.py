"""Time, ids and chance come in through these, so that a test can hold them in its hand."""

import asyncio
import random
import secrets
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """`now` is aware UTC and may step; `monotonic` counts seconds and never does."""

    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


class Ids(Protocol):
    def token(self) -> str:
        """Twenty-two characters that nobody can guess and nobody had before."""
        ...


class Chance(Protocol):
    def uniform(self, low: float, high: float) -> float: ...


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class RealIds:
    def token(self) -> str:
        return secrets.token_urlsafe(16)


class SeededIds:
    """The same ids for the same seed: what makes a simulated night reproducible."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - these ids are meant to be foreseen

    def token(self) -> str:
        return f"{self._random.getrandbits(128):032x}"[:22]
