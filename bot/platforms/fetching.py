"""Fetching an attached file from its platform: only from the platform's own hosts, since our token goes along."""

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

import aiohttp

from bot.platforms.contract import NotKept

PIECE = 65_536  # bytes
SILENCE = 15.0  # seconds without a byte


async def fetch(
    url: str, limit: int, *, hosts: Collection[str], api: str | None = None, headers: Mapping[str, str] | None = None
) -> bytes:
    """The bytes at an address, at most `limit`. `hosts` and what is under them are trusted by https, `api` (the base of
    the platform's API) as it is. Raises NotKept, aiohttp.ClientError, TimeoutError.
    """
    parts = urlsplit(url)
    host, own = parts.hostname or "", urlsplit(api or "")
    official = parts.scheme == "https" and any(host == each or host.endswith(f".{each}") for each in hosts)
    if not official and not (own.netloc and (parts.scheme, parts.netloc) == (own.scheme, own.netloc)):
        raise NotKept("it lies elsewhere than on its platform.")
    timeout = aiohttp.ClientTimeout(sock_connect=SILENCE, sock_read=SILENCE)
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.get(url, headers=headers, allow_redirects=False) as answer,
    ):
        if answer.status != 200:
            raise aiohttp.ClientResponseError(answer.request_info, (), status=answer.status)
        data = bytearray()
        async for piece in answer.content.iter_chunked(PIECE):
            data += piece
            if len(data) > limit:
                raise NotKept(f"it is larger than {limit // 1_000_000} MB.")
        return bytes(data)
