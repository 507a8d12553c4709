"""tcp: connects to a port and, if asked to, waits for a greeting."""

import asyncio
from collections.abc import Iterable
from typing import ClassVar

from pydantic import Field

from monitors.conditions import quoted
from monitors.offers import Offers, Type, Value
from monitors.probe import Kind, Probe, Seen
from monitors.reach import unreached

GREETING_LIMIT = 4096  # bytes


class Check(Kind):
    """Connects to `host:port` and says goodbye; with `expect`, the first thing the server says must contain it."""

    remote: ClassVar[bool] = True
    offers: ClassVar[Offers] = {
        "greeting": Value(Type.TEXT, "what the server says, unasked, to the end of its first line"),
    }

    host: str = Field(description="a name or an address", min_length=1)
    port: int = Field(description="the port, 1 to 65535", ge=1, le=65_535)
    expect: str | None = Field(None, description="what its greeting must contain", min_length=1, max_length=200)

    def short_for(self) -> Iterable[tuple[str, str]]:
        if self.expect is not None:
            yield f"greeting.contains({quoted(self.expect)})", ""

    async def check(self, probe: Probe) -> Seen:
        addresses = await probe.targets.addresses(self.host, self.port)
        reader, writer = await self._connect(addresses)
        try:
            return Seen(values={"greeting": await self._greeting(reader)} if "greeting" in probe.wants else {})
        except OSError as error:
            raise unreached(error, self._expected()) from error
        finally:
            writer.transport.abort()  # nothing is owed to the other side, and a close that waits could hang

    async def _connect(self, addresses: tuple[str, ...]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        last: OSError | None = None
        for address in addresses:
            try:
                return await asyncio.open_connection(address, self.port, limit=GREETING_LIMIT)
            except OSError as error:
                last = error
        raise unreached(last or OSError("no address"), self._expected()) from last

    async def _greeting(self, reader: asyncio.StreamReader) -> str:
        """Until what is expected was said, or the first line; a server that never stops is not listened to for ever."""
        enough, found = (self.expect or "\n").encode(), b""
        while enough not in found and len(found) < GREETING_LIMIT:
            more = await reader.read(GREETING_LIMIT)
            if not more:
                break
            found += more
        return found.decode(errors="replace")

    def _expected(self) -> str:
        return f"port {self.port} to accept" if self.expect is None else f'"{self.expect}" from port {self.port}'
