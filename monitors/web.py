"""The door to the web: httpx's transport interface on aiohttp, a fresh connection for each request."""

import ssl
import time
from contextvars import ContextVar
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

_connected: ContextVar[dict[str, Any]] = ContextVar("connected")


class FreshTransport(AiohttpTransport):
    """One request, one connection: a pooled one would hide that new visitors are turned away.

    Cookies are not kept, redirects not followed and proxies of the environment not used: a check sees what its target
    answers and nothing else. The one SSL context is shared, because building one costs 40 ms. Open it inside the loop.

    A response's `extensions` have `ssl_object`, which knows the certificate (None where nothing was encrypted), and
    `timings`: seconds by phase, of `connect`, `tls` and `first_byte` those that were measured.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        context = context or httpx.create_ssl_context()
        super().__init__(verify=context)
        connector = _Connector(
            force_close=True,
            limit=0,  # the poller owns the bound
            ssl=context,
            happy_eyeballs_delay=None,  # each request names one address
            use_dns_cache=False,
        )
        self.client = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        found: dict[str, Any] = {}
        _connected.set(found)
        try:
            response = await super().handle_async_request(request)
        except aiohttp.ClientError as error:  # what the transport does not translate: an answer that is not HTTP
            message = str(error).partition("\n")[0]
            raise httpx.RemoteProtocolError(message, request=request) from error
        if found:
            first_byte = time.perf_counter() - found["at"]
            response.extensions["timings"] = {"connect": found["took"], "first_byte": first_byte}
            response.extensions["ssl_object"] = found["ssl_object"]
        return response


class _Connector(aiohttp.TCPConnector):
    """Remembers, for the request under way, how long connecting took and what it led to."""

    async def connect(self, *args: Any, **options: Any) -> Any:
        began = time.perf_counter()
        connection: Any = await super().connect(*args, **options)
        now = time.perf_counter()
        secured = connection.transport.get_extra_info("ssl_object")  # a transport that was closed knows it no more
        _connected.get().update(at=now, took=now - began, ssl_object=secured)
        return connection
