"""What every request passes before anything of ours sees it: size, origin and kind; and what every answer carries."""

import json
import re
from collections.abc import Iterable
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LIMIT = 1_000_000  # bytes of a body
NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
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


def foreign(headers: dict[str, str], port: int) -> Refusal | None:
    """A page elsewhere that reaches for us through the reader's browser names itself in one of these two headers."""
    host, origin = headers.get("host", ""), headers.get("origin")
    if not is_ours(host, port):
        return 403, f"This listener answers to 127.0.0.1:{port} and localhost:{port}, and to no other name."
    if origin is not None and not (origin.startswith("http://") and is_ours(origin.removeprefix("http://"), port)):
        return 403, "This request comes from another site. Open Deskbell's own page."
    return None


def not_json(headers: dict[str, str]) -> Refusal | None:
    """A page elsewhere can send a form without asking anybody, but not JSON."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return None if kind == "application/json" else (415, "Send JSON, with the header Content-Type: application/json.")


async def read(headers: dict[str, str], receive: Receive) -> bytes | None:
    """The body, or None as soon as it is known to be over the limit; the rest of it is never kept."""
    declared = headers.get("content-length", "")
    if declared.isdigit() and (len(declared) > 12 or int(declared) > LIMIT):
        return None
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > LIMIT:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return bytes(body)


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
        refusal = None if token_decides else foreign(headers, scope["server"][1])
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
            message["headers"] = [*message.get("headers", []), *HEADERS]
        await send(message)

    return carrying
