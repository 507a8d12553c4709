"""Where other systems send their webhooks: a hook decides by its token alone, and what it is sent is stored first."""

import asyncio
import hmac
import json
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse

from desk.hooks import pagerduty, parsed, text_of
from desk.hooks.told import members, words

ENQUEUE = "/v2/enqueue"
LARGE = 65_536  # bytes of a body that is not parsed on the loop
# How much one hook may send: about so many messages at once, then so many a second. A large one counts for several.
AT_ONCE, A_SECOND, ONE = 20_000.0, 200.0, 2048
_NOBODY = "no-such-hook"
PAGERDUTY = "pagerduty"

Keep = Callable[[str, bytes, str], Awaitable[None]]


@dataclass(slots=True)
class Allowance:
    """How much each hook may still send; what is remembered is one pair of numbers for each."""

    monotonic: Callable[[], float]
    left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, name: str, size: int) -> float:
        """Seconds to wait before it may be sent; 0 when it may be now."""
        now, cost = self.monotonic(), 1 + size // ONE
        tokens, since = self.left.get(name, (AT_ONCE, now))
        tokens = min(AT_ONCE, tokens + (now - since) * A_SECOND)
        wait = max(0.0, (cost - tokens) / A_SECOND)
        self.left[name] = (tokens if wait else tokens - cost, now)
        return wait


@dataclass(frozen=True, slots=True)
class HookDoor:
    """`tokens` maps each hook's name to its token, `kind` gives a hook's kind. `keep(name, body, key)` returns when the
    message is stored; `token()` makes a name for one that has none.
    """

    keep: Keep
    tokens: Mapping[str, str]
    kind: Callable[[str], str]
    token: Callable[[], str]
    allowance: Allowance

    def knows(self, name: str, token: str) -> bool:
        """Takes as long for an unknown name as for a wrong token."""
        return same(self.tokens.get(name, ""), token, _NOBODY)

    def whose(self, token: str) -> str:
        """The hook for PagerDuty's events that has this token; each is compared, whichever it is."""
        found = ""
        for name, expected in self.tokens.items():
            fits = same(expected, token, _NOBODY)
            found = name if fits and self.kind(name) == PAGERDUTY else found
        return found


def same(expected: str, given: str, nobody: str) -> bool:
    """In constant time; where nothing is expected nothing fits."""
    equal = hmac.compare_digest((expected or nobody).encode(), given.encode(errors="replace"))
    return equal and bool(expected)


def bearer(authorization: str, token: str) -> str:
    """The token of a header, or else of the query."""
    scheme, _, given = authorization.partition(" ")
    return given.strip() if scheme.lower() == "bearer" else token


def hooks(door: HookDoor) -> APIRouter:
    router = APIRouter(tags=["intake"])

    @router.post("/hooks/{name}", status_code=202, responses={400: {}, 401: {}, 429: {}})
    async def hook(
        name: str, request: Request, token: Annotated[str, Query()] = "", authorization: Annotated[str, Header()] = "",
        idempotency_key: Annotated[str, Header()] = "",
    ) -> JSONResponse:  # fmt: skip
        """What another system tells, with `Authorization: Bearer TOKEN` or `?token=TOKEN`: stored, then accepted."""
        if not door.knows(name, bearer(authorization, token)):
            refused = {"error": "There is no such hook, or this is not its token."}
            return JSONResponse(refused, 401, headers={"WWW-Authenticate": "Bearer"})
        body = await request.body()
        if wait := door.allowance.take(name, len(body)):
            return _too_many(wait)
        if door.kind(name) == PAGERDUTY:
            return await _event(door, name, body)
        await door.keep(name, body, idempotency_key)
        if await _json(body) is None:
            said = "This is no JSON that can be read. It was kept, and the team is told of it."
            return JSONResponse({"error": said}, 400)
        return JSONResponse({"status": "accepted"}, 202)

    @router.post(ENQUEUE, status_code=202, responses={400: {}, 429: {}})
    async def enqueue(request: Request) -> JSONResponse:
        """PagerDuty's Events API v2: `routing_key` is the token of a hook of the kind `pagerduty`."""
        body = await request.body()
        read = await _json(body)
        key = read[0].get("routing_key") if read and isinstance(read[0], dict) else None
        name = door.whose(key) if isinstance(key, str) else ""
        if not name:
            why = "'routing_key' is missing or blank" if not key else "'routing_key' is not known here"
            return _invalid([why] if read else ["the event is no JSON"])
        if wait := door.allowance.take(name, len(body)):
            return _too_many(wait)
        return await _event(door, name, body)

    return router


async def _event(door: HookDoor, name: str, body: bytes) -> JSONResponse:
    """Stored, then answered as PagerDuty does. One that is wrong is kept as well, and its sender told."""
    read = await _json(body)
    event = members(read[0]) if read else {}
    if mistakes := pagerduty.mistakes(event):
        await door.keep(name, body, "")
        return _invalid(mistakes)
    key = words(event.get("dedup_key")).strip()
    if not key:
        key = door.token()
        body = json.dumps({**event, "dedup_key": key}).encode()
    await door.keep(name, body, "")
    return JSONResponse({"status": "success", "message": "Event processed", "dedup_key": key}, 202)


async def _json(body: bytes) -> tuple[Any] | None:
    """What the body holds; None when it is no JSON."""
    try:
        text = text_of(body)
        return (await asyncio.to_thread(parsed, text) if len(body) > LARGE else parsed(text),)
    except ValueError:
        return None


def _invalid(errors: list[str]) -> JSONResponse:
    return JSONResponse({"status": "invalid event", "message": "Event object is invalid", "errors": errors}, 400)


def _too_many(wait: float) -> JSONResponse:
    said = "This hook is sent more than it takes. Send it again later."
    return JSONResponse({"error": said}, 429, headers={"Retry-After": str(math.ceil(wait))})
