"""What every request passes before anything of ours sees it: size, origin and kind; and what every answer carries."""

import asyncio
import contextlib
import json
import re
from collections.abc import Iterable
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LIMIT = 1_000_000  # bytes of a body
# A client that sends its whole body before it reads an answer hears the refusal only when somebody takes the body.
DISCARDED, PATIENCE = 32_000_000, 5.0  # bytes and seconds
NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
ELSEWHERE = frozenset({"cross-site", "same-site"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_HALF = re.compile("[\ud800-\udfff]")

Refusal = tuple[int, str]


def is_ours(netloc: str, port: int) -> bool:
    """Whether `host:port` is this machine's own name at our port."""
    return netloc.lower() in {f"{name}:{port}" for name in NAMES} | (NAMES if port == 80 else frozenset())


def foreign(headers: dict[str, str], port: int, *, writes: bool) -> Refusal | None:
    """A page elsewhere that reaches for us through the reader's browser names itself in one of these headers."""
    host, origin = headers.get("host", ""), headers.get("origin")
    if not is_ours(host, port):
        return 403, f"This listener answers to 127.0.0.1:{port} and localhost:{port}, and to no other name."
    theirs = origin is not None and not (origin.startswith("http://") and is_ours(origin.removeprefix("http://"), port))
    hidden = origin is None and writes and headers.get("sec-fetch-site") in ELSEWHERE
    if theirs or hidden:
        return 403, "This request comes from another site. Open Deskbell's own page."
    return None


def not_json(headers: dict[str, str]) -> Refusal | None:
    """A page elsewhere can send a form without asking anybody, but not JSON."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return None if kind == "application/json" else (415, "Send JSON, with the header Content-Type: application/json.")


async def read(headers: dict[str, str], receive: Receive) -> bytes | None:
    """The body, or None when it is over the limit; what is too much is taken from the wire and never kept."""
    declared = headers.get("content-length", "")
    body = bytearray()
    if declared.isdigit() and (len(declared) > 12 or int(declared) > LIMIT):
        if headers.get("expect", "").lower() != "100-continue":  # whoever asks first has sent nothing yet
            await _discard(receive)
        return None
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > LIMIT:
            if message.get("more_body"):
                await _discard(receive)
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return bytes(body)


async def _discard(receive: Receive) -> None:
    taken = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while taken < DISCARDED:
                message = await receive()
                taken += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body"):
                    return


def sound(body: bytes) -> bytes | None:
    """The JSON with whole characters only; None when it is no JSON. Half a character becomes U+FFFD."""
    try:
        value = json.loads(body, parse_constant=_no_constant)
        if body.isascii() and b"\\u" not in body:
            return body
        return json.dumps(_mended(value)).encode()
    except (ValueError, RecursionError):
        return None


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, list):
        return [_mended(each) for each in value]
    if isinstance(value, dict):
        return {_mended(name): _mended(each) for name, each in value.items()}
    return value


class Guard:
    """The private listener's door. `open_paths` begin what decides by its own token, whatever the host and the kind."""

    def __init__(self, app: ASGIApp, open_paths: Iterable[str] = ()) -> None:
        self._app = app
        self._open = tuple(open_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # there are no websockets here, and the server's start is nobody's request
            return
        send = _carrying(send)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        token_decides = scope["path"].startswith(self._open) if self._open else False
        writes = scope["method"] in WRITING
        refusal = None if token_decides else foreign(headers, scope["server"][1], writes=writes)
        if refusal is None and writes and not token_decides:
            refusal = not_json(headers)
        if refusal is None and writes:
            body = await read(headers, receive)
            if body is None:
                refusal = 413, f"At most {LIMIT // 1_000_000} MB fits into one request."
            elif not token_decides:
                body = sound(body)
                refusal = (400, "This is no JSON that can be read.") if body is None else None
            receive = _again(body or b"", receive)
        if refusal is not None:
            await JSONResponse({"error": refusal[1]}, refusal[0])(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _again(body: bytes, receive: Receive) -> Receive:
    """The body that was read, then whatever else happens on the connection."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _carrying(send: Send) -> Send:
    async def carrying(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = message.get("headers", [])
            said = {name for name, _ in own}  # what a page says of itself stays
            message["headers"] = [*own, *((name, value) for name, value in HEADERS if name not in said)]
        await send(message)

    return carrying
