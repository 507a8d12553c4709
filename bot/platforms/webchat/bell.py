"""Tells everybody who listens that messages have moved. It carries nothing, so nobody who is slow holds anything."""

import asyncio


class Bell:
    """`store.listen(bell.moved)`. Take `next()` before reading, then wait for it: nothing falls between the two."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.closed = False

    def moved(self, tables: frozenset[str]) -> None:
        if "web_messages" in tables:
            self._ring()

    def next(self) -> asyncio.Event:
        return self._event

    def close(self) -> None:
        """End every stream at once: the server is going down."""
        self.closed = True
        self._ring()

    def _ring(self) -> None:
        self._event.set()
        if not self.closed:
            self._event = asyncio.Event()
