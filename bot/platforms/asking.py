"""One request by HTTP to an address that the operator wrote, for those ways out that are one.

Still it is an address that anything might answer at: names are resolved and checked as a monitor's are, internal ones
must be listed in `internal_targets`, the checked address is the one connected to, and a redirect is not followed.
Whatever fails before the request is on its way was not taken.
"""

import asyncio
import ssl
from dataclasses import dataclass

import httpx

from bot.platforms.contract import DeliveryRefused
from bot.platforms.graphemes import cut, shown
from monitors.reach import ReachError
from monitors.targets import Targets

CONNECT, ANSWER = 4.0, 9.0  # seconds, of the ten that a call may take
LONGEST_ANSWER = 64_000  # bytes of an answer that are read
LONGEST_REASON = 200
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: httpx.Headers
    body: bytes  # its start


class Asking:
    """`account`: that nobody can be reached there is no fault of one message."""

    def __init__(self, *, account: bool, context: ssl.SSLContext | None = None) -> None:
        self._account, self._context = account, context

    async def ask(self, request: Request, targets: Targets) -> Reply:
        """Raises DeliveryRefused for what was not taken; whatever else it raises, nobody knows."""
        url = httpx.URL(request.url)
        for address in await self._addresses(url, targets):
            try:
                return await self._send(request, url, address)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                refused: Exception = error
        why = f"{url.host} cannot be reached: {reason_of(str(refused))}"
        raise DeliveryRefused(why, permanent=False, account=self._account)

    async def _addresses(self, url: httpx.URL, targets: Targets) -> tuple[str, ...]:
        """Each one checked; never none."""
        try:
            return await targets.addresses(url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme])
        except ReachError as error:
            raise DeliveryRefused(f"{error.sentence}.", permanent=False, account=self._account) from error

    async def _send(self, request: Request, url: httpx.URL, address: str) -> Reply:
        if self._context is None:
            self._context = await asyncio.to_thread(httpx.create_ssl_context)  # it takes 40 ms
        headers = [("Host", url.netloc.decode("ascii")), ("User-Agent", "deskbell"), *request.headers]
        timeouts = {"connect": CONNECT, "read": ANSWER, "write": ANSWER, "pool": CONNECT}
        more = {"sni_hostname": url.raw_host.decode("ascii"), "timeout": timeouts}
        sent = httpx.Request(
            request.method, url.copy_with(host=address), headers=headers, content=request.body, extensions=more
        )  # fmt: skip
        async with httpx.AsyncHTTPTransport(verify=self._context, trust_env=False) as transport:
            response = await transport.handle_async_request(sent)
            try:
                return Reply(response.status_code, response.headers, await _start_of(response))
            finally:
                await response.aclose()


async def _start_of(response: httpx.Response) -> bytes:
    found = bytearray()
    async for chunk in response.aiter_raw():
        found += chunk
        if len(found) >= LONGEST_ANSWER:
            break
    return bytes(found)


def retry_after(headers: httpx.Headers) -> float | None:
    """Seconds; a date is none that we read."""
    written = headers.get("retry-after", "")
    return float(written) if written.isascii() and written.isdigit() and len(written) < 8 else None


def reason_of(said: str) -> str:
    """In one line, short enough to be told."""
    return cut(" ".join(shown(said).split()), LONGEST_REASON)[0]
