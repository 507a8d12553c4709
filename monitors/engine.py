"""The probe engine: HTTP on the event loop's own protocols, a fresh connection for each request.

`send` is the quick way, for a request that was prepared once. As httpx's transport it does the same for any client.
"""

import asyncio
import ssl
import time
from typing import cast

import httpx

from monitors.exchange import Exchange
from monitors.prepared import Prepared, prepared
from monitors.targets import system_lookup


class Engine(httpx.AsyncBaseTransport):
    """One request, one connection: a pooled one would hide that new visitors are turned away.

    Cookies are not kept, redirects not followed and proxies of the environment not used: a check sees what its target
    answers and nothing else. Time limits are the caller's. The one SSL context is shared, because building one costs
    40 ms.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._context = context or httpx.create_ssl_context()
        self._context.set_alpn_protocols(["http/1.1"])

    async def send(self, request: Prepared, address: str, asked_at: float | None = None) -> Exchange:
        """Ask whoever listens at this address, and come back with the head of the answer; the caller closes it.

        `asked_at` is when the caller began, in seconds of `perf_counter`. Raises httpx.ConnectError when no connection
        came about, which includes TLS; httpx.RemoteProtocolError when the answer is no HTTP; httpx.ReadError.
        """
        exchange = Exchange(request, asyncio.get_running_loop().create_future(), asked_at)
        try:
            await self._connect(exchange, request, address)
            await exchange.head
        except OSError as error:
            exchange.close()
            raise _no_connection(error) from (error if error.errno else None)
        except BaseException:
            exchange.close()
            raise
        return exchange

    async def _connect(self, exchange: Exchange, request: Prepared, address: str) -> None:
        loop = asyncio.get_running_loop()
        if request.server_name is None:
            await loop.create_connection(lambda: exchange, address, request.port)
            return
        # The loop could do both at once, and nobody would learn how long each took.
        plain, _ = await loop.create_connection(_Silent, address, request.port)
        exchange.connected_at = time.perf_counter()
        secured = await loop.start_tls(plain, exchange, self._context, server_hostname=request.server_name)
        if secured is None:
            raise ConnectionResetError
        exchange.connection_made(secured)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Names are looked up as the system knows them: who must not reach everything asks `Targets` first."""
        asked_at = time.perf_counter()
        ready = prepared(request, await request.aread(), request.extensions.get("sni_hostname"))
        try:
            addresses = await system_lookup(request.url.host, ready.port)
        except OSError as error:
            raise httpx.ConnectError(str(error), request=request) from error
        refused: httpx.ConnectError | None = None
        for address in addresses:
            try:
                return (await self.send(ready, address, asked_at)).response(request)
            except httpx.ConnectError as error:
                refused = error
        raise refused or httpx.ConnectError("no address", request=request)


class _Silent(asyncio.Protocol):
    """Holds a connection until TLS has it: what is said in plain words before is left for TLS, which refuses it."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast("asyncio.Transport", transport).pause_reading()


def _no_connection(error: OSError) -> httpx.ConnectError:
    """A handshake that the other side ends has no number to tell it by."""
    ended = isinstance(error, ConnectionError) and not error.errno
    return httpx.ConnectError("the connection was closed during the handshake" if ended else str(error))
