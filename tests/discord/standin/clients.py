"""The real discord.py against the stand-in: how a client is pointed at it, started and stopped without a trace."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.discord.standin.server import Server


@contextmanager
def pointed_at(server: Server) -> Iterator[None]:
    """REST goes to `Route.BASE`. After a refused resume discord.py asks nobody, but takes the constant address."""
    rest, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = server.rest, yarl.URL(server.gateway)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = rest, gateway


@asynccontextmanager
async def running(client: discord.Client, server: Server, token: str) -> AsyncIterator[None]:
    """Log in, connect, and be ready; stop at the end. Raises what `login` and `connect` raise."""
    with pointed_at(server):
        connecting = None
        try:
            await client.login(token)
            connecting = asyncio.create_task(client.connect())
            ready = asyncio.create_task(client.wait_until_ready())
            done, _ = await asyncio.wait({connecting, ready}, return_when=asyncio.FIRST_COMPLETED, timeout=10)
            ready.cancel()
            await asyncio.gather(ready, return_exceptions=True)
            if connecting in done:
                await connecting
            yield
        finally:
            await stopped(client, connecting)


async def stopped(client: discord.Client, connecting: "asyncio.Task[None] | None") -> None:
    """Close, then let `connect` return by itself; it is cancelled if it sleeps before its next attempt.

    The heartbeat's thread ends with its socket.
    """
    await client.close()
    if connecting is not None:
        _, late = await asyncio.wait({connecting}, timeout=1)
        for each in late:
            each.cancel()
        await asyncio.gather(connecting, return_exceptions=True)
