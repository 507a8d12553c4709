"""The door to the web: httpx's transport interface on aiohttp, a fresh connection for each request."""

import ssl

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport


class FreshTransport(AiohttpTransport):
    """One request, one connection: a pooled one would hide that new visitors are turned away.

    Cookies are not kept, redirects not followed and proxies of the environment not used: a check sees what its target
    answers and nothing else. The one SSL context is shared, because building one costs 40 ms. Open it inside the loop.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        context = context or httpx.create_ssl_context()
        super().__init__(verify=context)
        connector = aiohttp.TCPConnector(
            force_close=True,
            limit=0,  # the poller owns the bound
            ssl=context,
            happy_eyeballs_delay=None,  # each request names one address
            use_dns_cache=False,
        )
        self.client = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except aiohttp.ClientError as error:  # what the transport does not translate: an answer that is not HTTP
            message = str(error).partition("\n")[0]
            raise httpx.RemoteProtocolError(message, request=request) from error
