"""Real servers on loopback, and a probe that may reach them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest
import uvloop

from desk.alerts import Monitor, Reading
from monitors.engine import Engine
from monitors.look import condition, probe_once
from monitors.probe import Kind, Probe
from monitors.targets import Targets
from tests.monitors.answering import CONTEXT

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Servers:
    """Starts TCP servers; each one's connections are counted in `connections[port]`."""

    def __init__(self, stack: contextlib.AsyncExitStack) -> None:
        self._stack = stack
        self.connections: dict[int, int] = {}
        self.requests: list[bytes] = []

    async def talk(self, talk: Talk, **options: object) -> int:
        """A server that talks like this to each connection; returns its port."""

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.connections[port] += 1
            with contextlib.suppress(ConnectionError):
                await talk(reader, writer)
            writer.close()

        server = await asyncio.start_server(handle, "127.0.0.1", 0, **options)
        self._stack.push_async_callback(server.wait_closed)
        self._stack.callback(server.close)
        port = server.sockets[0].getsockname()[1]
        self.connections[port] = 0
        return port

    async def http(self, *answers: bytes, **options: object) -> int:
        """A server that gives these answers in turn, then the last one for ever; `requests` keeps what it was asked."""
        left = list(answers)

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.requests.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(left.pop(0) if len(left) > 1 else left[0])
            await writer.drain()

        return await self.talk(talk, **options)


def answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    """The bytes of an HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@pytest.fixture
async def servers() -> AsyncIterator[Servers]:
    async with contextlib.AsyncExitStack() as stack:
        yield Servers(stack)


@pytest.fixture
async def probe() -> AsyncIterator[Probe]:
    """A probe that may reach loopback, at 10:00, to which nothing has pinged."""

    async def never(_monitor: str) -> None:
        return None

    web = Engine(CONTEXT)
    yield Probe(web, Targets.of(["127.0.0.0/8"]), lambda: NOW, never, NOW).of("it")
    await web.aclose()


@pytest.fixture
def looked(probe) -> Callable[..., Awaitable[Reading]]:
    """One look of a kind with these settings and these conditions besides: what it says in the end."""

    async def look(kind: Kind, *conditions: str, through: Probe = probe) -> Reading:
        parsed = tuple(condition(kind, text) for text in conditions)
        return await probe_once(Monitor("it", "it", "acme", "kind", kind, conditions=parsed), through)

    return look


@pytest.fixture
def http_answer() -> Callable[..., bytes]:
    return answer


@pytest.fixture(params=[asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def run(request):
    """Runs on a loop of its own: the bot's is uvloop's, and asyncio's where that is not to be had."""
    return request.param
