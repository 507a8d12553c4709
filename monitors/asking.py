"""One request of the web for kinds that ask an API: to a checked address, without redirects, and a bounded answer."""

from collections.abc import Mapping

import httpx

from monitors.answers import text_of
from monitors.probe import Probe
from monitors.reach import unreached

PORTS = {"http": 80, "https": 443}
_HEADERS = {"User-Agent": "deskbell", "Accept-Encoding": "identity"}


def address(url: str) -> httpx.URL:
    """A web address of the configuration, read; ValueError with a sentence for what is none."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ValueError(f'"{url}" is not an address: {error}') from error
    if parsed.scheme not in PORTS or not parsed.host:
        raise ValueError(f'"{url}" is not a web address, such as https://shop.example/health')
    if parsed.userinfo:
        raise ValueError("an address here must not carry a name or a password")
    return parsed


async def ask(probe: Probe, url: httpx.URL, headers: Mapping[str, str], expected: str) -> tuple[int, str]:
    """The status and the first megabyte of the answer. Raises ReachError; `expected` ends its sentence."""
    host = url.raw_host.decode("ascii")
    refused: httpx.HTTPError | None = None
    for at in await probe.targets.addresses(host, url.port or PORTS[url.scheme]):
        pinned = url if at == host else url.copy_with(host=at)
        sent = {"Host": url.netloc.decode("ascii"), **_HEADERS, **headers}
        request = httpx.Request("GET", pinned, headers=sent, extensions={"sni_hostname": host})
        try:
            response = await probe.web.handle_async_request(request)
            try:
                return response.status_code, await text_of(response)
            finally:
                await response.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            refused = error
        except httpx.HTTPError as error:
            raise unreached(error, expected) from error
    raise unreached(refused or httpx.ConnectError("no address"), expected) from refused
