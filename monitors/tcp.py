"""tcp: connects to a port and, if asked to, waits for a greeting."""

import asyncio
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from desk.alerts import Status
from monitors.probe import Probe, Seen
from monitors.reach import unreached

GREETING_LIMIT = 4096  # bytes


class Check(BaseModel):
    """Connects to `host:port` and says goodbye; with `expect`, the first thing the server says must contain it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    remote: ClassVar[bool] = True

    host: str = Field(description="a name or an address", min_length=1)
    port: int = Field(description="the port, 1 to 65535", ge=1, le=65_535)
    expect: str | None = Field(None, description="what the server's greeting must contain", min_length=1)

    async def check(self, probe: Probe) -> Seen:
        addresses = await probe.targets.addresses(self.host, self.port)
        reader, writer = await self._connect(addresses)
        try:
            return await self._judge(reader)
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

    async def _judge(self, reader: asyncio.StreamReader) -> Seen:
        if self.expect is None:
            return Seen(Status.OK)
        wanted, found = self.expect.encode(), b""
        while wanted not in found and len(found) < GREETING_LIMIT:
            more = await reader.read(GREETING_LIMIT)
            if not more:
                break
            found += more
        if wanted in found:
            return Seen(Status.OK)
        start = "".join(c for c in found[:60].decode(errors="replace") if c.isprintable())
        return Seen(Status.FAILED, f'greeted with "{start}", expected "{self.expect}"')

    def _expected(self) -> str:
        return f"port {self.port} to accept" if self.expect is None else f'"{self.expect}" from port {self.port}'
