"""A server that says what it is told to, and what a transport sees of it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import httpx

from monitors.engine import Engine

CONTEXT = httpx.create_ssl_context()  # which takes 40 ms
PATIENCE = 10  # seconds: for what must not hang, and must not fail on a slow machine

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Saw:
    """What came of one request: an answer, or `refused` before its head was there, or `broke` after it."""

    status: int = 0
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""
    refused: str = ""
    broke: str = ""

    def alike(self) -> "Saw":
        """Without the words, which are each library's own."""
        return Saw(self.status, self.headers, b"" if self.broke else self.body, bool(self.refused), bool(self.broke))


@contextlib.asynccontextmanager
async def serving(talk: Talk, **options: object) -> AsyncIterator[int]:
    """Talks like this to each connection, and closes it afterwards; gives the port."""
    talking: set[asyncio.Task] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talking.add(asyncio.current_task())
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, **options)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        for task in talking:
            task.cancel()
        server.close()
        await server.wait_closed()
        await asyncio.gather(*talking)


def says(*pieces: bytes) -> Talk:
    """Hears the request, and answers with these pieces, each in a packet of its own as far as that can be had."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)

    return talk


async def ask(transport: httpx.AsyncBaseTransport, port: int, method: str = "GET", scheme: str = "http") -> Saw:
    request = httpx.Request(method, f"{scheme}://127.0.0.1:{port}/", headers={"Host": "it"}, extensions={"timeout": {}})
    async with asyncio.timeout(PATIENCE):
        try:
            response = await transport.handle_async_request(request)
        except httpx.TransportError as error:
            return Saw(refused=str(error))
        head = response.status_code, tuple((name.lower(), value) for name, value in response.headers.raw)
        body = b""
        try:
            async for piece in response.stream:
                body += piece
        except httpx.TransportError as error:
            return Saw(*head, body, broke=str(error))
        finally:
            await response.aclose()
        return Saw(*head, body)


async def both(*pieces: bytes, method: str = "GET") -> tuple[Saw, Saw]:
    """What the engine sees of this answer, and what httpx's own transport sees."""
    async with serving(says(*pieces)) as port, httpx.AsyncHTTPTransport(verify=CONTEXT) as theirs:
        return await ask(Engine(CONTEXT), port, method), await ask(theirs, port, method)
