"""The door out to a push service or gateway, by HTTP.

The operator wrote its address, and still it is one that anything might answer at: names are resolved and checked as a
monitor's are, internal ones must be listed in `internal_targets`, the checked address is the one connected to, and a
redirect is not followed. Whatever fails before the request is on its way was not taken. Without an answer, or with a
5xx, nobody knows.
"""

import asyncio
import json
import ssl
from collections.abc import Callable

import httpx

from bot.platforms.contract import DeliveryRefused, Outgoing
from bot.platforms.graphemes import cut, shown
from bot.platforms.notices import Link, SaidOnce, notice
from bot.platforms.push.render import Request, request
from bot.ports import Clock
from config.loaded import Config, Gateway
from monitors.reach import ReachError
from monitors.targets import Targets

CONNECT, ANSWER = 4.0, 9.0  # seconds, of the ten that a call may take
LONGEST_ANSWER = 64_000  # bytes of an answer that are read
LONGEST_REASON = 200
OURS = frozenset({401, 404, 405, 407})  # how an address or a token is refused, whatever the message says
LATER = frozenset({408, 425, 429})
_PORTS = {"http": 80, "https": 443}


class PushOutbound(SaidOnce):
    """One gateway. `link` gives the address where the reader of a message acknowledges it, `lacks` says that its token
    is missing.
    """

    def __init__(
        self,
        gateway: Gateway,
        token: str,
        config: Callable[[], Config],
        clock: Clock,
        link: Link,
        *,
        lacks: str = "",
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.name = gateway.name
        self._gateway, self._token, self._config = gateway, token, config
        self._clock, self._link, self._lacks, self._context = clock, link, lacks, context

    async def post(self, outgoing: Outgoing) -> str:
        if self._lacks:
            raise DeliveryRefused(self._lacks, permanent=False, account=True)
        config, person = self._config(), outgoing.destination.partition("/")[2]
        ways, known = config.ways.get(person), config.people.get(person)
        to = ways.addresses.get(self.name) if ways else None
        if known is None or to is None:
            raise DeliveryRefused(f"{person} has no address for {self.name} in people.yaml.", permanent=True)
        said = notice(outgoing, known.zone, self._clock.now(), await self._link(outgoing))
        return await self._send(request(said, self._gateway, to, self._token)) or outgoing.send_key

    async def _send(self, asked: Request) -> str:
        """What the gateway calls the message, if it says so."""
        url = httpx.URL(asked.url)
        for address in await self._addresses(url):
            try:
                status, headers, body = await self._ask(asked, url, address)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                refused: Exception = error
                continue
            return self._judge(status, headers, body)
        raise DeliveryRefused(f"{url.host} cannot be reached: {_words(str(refused))}", permanent=False, account=True)

    async def _addresses(self, url: httpx.URL) -> tuple[str, ...]:
        """Each one checked; never none."""
        targets = Targets.of(self._config().desk.internal_targets)
        try:
            return await targets.addresses(url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme])
        except ReachError as error:
            raise DeliveryRefused(f"{error.sentence}.", permanent=False, account=True) from error

    async def _ask(self, asked: Request, url: httpx.URL, address: str) -> tuple[int, httpx.Headers, bytes]:
        if self._context is None:
            self._context = await asyncio.to_thread(httpx.create_ssl_context)  # it takes 40 ms
        headers = [("Host", url.netloc.decode("ascii")), ("User-Agent", "deskbell"), *asked.headers]
        timeouts = {"connect": CONNECT, "read": ANSWER, "write": ANSWER, "pool": CONNECT}
        more = {"sni_hostname": url.raw_host.decode("ascii"), "timeout": timeouts}
        sent = httpx.Request(
            asked.method, url.copy_with(host=address), headers=headers, content=asked.body, extensions=more
        )  # fmt: skip
        async with httpx.AsyncHTTPTransport(verify=self._context, trust_env=False) as transport:
            response = await transport.handle_async_request(sent)
            try:
                return response.status_code, response.headers, await _start_of(response)
            finally:
                await response.aclose()

    def _judge(self, status: int, headers: httpx.Headers, body: bytes) -> str:
        if 200 <= status < 300:
            return _id(body)
        if status >= 500:
            raise OSError(f"status {status}: it may have been taken")
        said = _error(body)
        said = said.replace(self._token, "•••") if self._token else said
        reason = f"{self.name} said: {status} {said}".strip()
        if 300 <= status < 400:
            reason = f"{self.name} leads elsewhere ({status}), and is not followed: write the address that it leads to."
        account = status in OURS or 300 <= status < 400 or (status == 403 and not self._gateway.ntfy)
        retry = _seconds(headers.get("retry-after", "")) if status in LATER else None
        raise DeliveryRefused(
            reason, permanent=not account and status not in LATER, retry_after=retry, account=account
        )  # fmt: skip


async def _start_of(response: httpx.Response) -> bytes:
    found = bytearray()
    async for chunk in response.aiter_raw():
        found += chunk
        if len(found) >= LONGEST_ANSWER:
            break
    return bytes(found)


def _read(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _id(body: bytes) -> str:
    found = _read(body)
    named = found.get("id") if isinstance(found, dict) else None
    return cut(named, 100)[0] if isinstance(named, str) else ""


def _error(body: bytes) -> str:
    """In the gateway's words: its JSON's `error`, or the start of what it said."""
    found = _read(body)
    named = found.get("error") or found.get("message") if isinstance(found, dict) else None
    return _words(named if isinstance(named, str) else body.decode("utf-8", "replace"))


def _seconds(written: str) -> float | None:
    """Of a Retry-After; a date is none that we read."""
    return float(written) if written.isascii() and written.isdigit() and len(written) < 8 else None


def _words(said: str) -> str:
    return cut(" ".join(shown(said).split()), LONGEST_REASON)[0]
