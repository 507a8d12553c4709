"""Asking the web: what an address of the configuration may be, and one request to a checked address."""

import time
from collections.abc import Mapping

import httpx

from monitors.answers import text_of
from monitors.exchange import Exchange
from monitors.prepared import PORTS, Prepared, prepared
from monitors.probe import Probe
from monitors.reach import unreached

LONGEST_HOST, LAST_PORT = 253, 65_535
HEADERS = {"User-Agent": "deskbell", "Accept": "*/*", "Accept-Encoding": "identity"}


def address(text: str, base: httpx.URL | None = None) -> httpx.URL:
    """Raises ValueError for what is none. httpx lets some of that pass until somebody looks at it."""
    try:
        found = base.join(text) if base else httpx.URL(text)
    except httpx.InvalidURL as error:
        raise ValueError(str(error)) from error
    if len(found.host) > LONGEST_HOST or (found.port or 0) > LAST_PORT:
        raise ValueError("its host or its port cannot be")
    return found


def web_address(url: str) -> httpx.URL:
    """An address of the configuration, read. ValueError with a sentence for what cannot be asked."""
    try:
        found = address(url)
    except ValueError as error:
        raise ValueError(f'"{url}" is not an address: {error}') from error
    if found.scheme not in PORTS or not found.host:
        raise ValueError(f'"{url}" is not a web address, such as https://shop.example/health')
    if found.userinfo:
        raise ValueError("an address here must not carry a name or a password")
    return found


async def sent(probe: Probe, host: str, request: Prepared, expected: str) -> Exchange:
    """The exchange with the first checked address that takes the connection; whoever gets it closes it.

    Raises ReachError; `expected` ends its sentence.
    """
    asked_at = time.perf_counter()
    refused: httpx.HTTPError | None = None
    for at in await probe.targets.addresses(host, request.port):
        try:
            return await probe.web.send(request, at, asked_at)
        except httpx.ConnectError as error:
            refused = error
        except httpx.HTTPError as error:
            raise unreached(error, expected) from error
    raise unreached(refused or httpx.ConnectError("no address"), expected) from refused


async def ask(probe: Probe, url: httpx.URL, headers: Mapping[str, str], expected: str) -> tuple[int, str]:
    """The status and the first megabyte of the answer to one GET, redirects not followed. Raises ReachError."""
    said = {"Host": url.netloc.decode("ascii"), **HEADERS, **headers}
    request = prepared(httpx.Request("GET", url, headers=said))
    exchange = await sent(probe, url.raw_host.decode("ascii"), request, expected)
    try:
        response = exchange.response()
        return response.status_code, await text_of(response)
    except httpx.HTTPError as error:
        raise unreached(error, expected) from error
    finally:
        exchange.close()
