"""What a web server answered: the start of its body, and what it means."""

from typing import Any

import httpx
import orjson

BODY_LIMIT = 1 << 20  # bytes


async def text_of(response: httpx.Response) -> str:
    """The body's first megabyte, as text: a target that never stops talking fills no memory."""
    found = bytearray()
    async for chunk in response.aiter_bytes():
        found += chunk
        if len(found) >= BODY_LIMIT:
            break
    return _decoded(bytes(found[:BODY_LIMIT]), response.charset_encoding or "utf-8")


def _decoded(body: bytes, charset: str) -> str:
    """A charset that there is not, or that is none of text, is the target's mistake and not the check's."""
    try:
        return body.decode(charset, errors="replace")
    except (LookupError, UnicodeError):
        return body.decode(errors="replace")


def parsed(text: str, content_type: str) -> Any:
    """JSON where it says so or looks so, else the text. ValueError with a sentence for broken JSON."""
    says_so = "json" in content_type.partition(";")[0].lower()
    if not says_so and text.lstrip()[:1] not in ("{", "["):
        return text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if not says_so:
            return text
        cut = " (only its first megabyte is read)" if len(text) >= BODY_LIMIT else ""
        raise ValueError(f"the body is no JSON: {error}{cut}") from None
