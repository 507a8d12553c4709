"""Stand-ins of what takes a request for each message: an ntfy server by its documented rules, and any other gateway.

What was taken is the witness. The rules of ntfy stand in `RULES`, with where they are documented.
"""

import asyncio
import json
import re
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

RULES = {
    "https://docs.ntfy.sh/publish/#limitations": {"message": 4096},  # bytes; a longer one becomes an attachment
    "https://github.com/binwiederhier/ntfy/releases/tag/v2.28.0": {"title": 1024, "tags": 512},  # bytes
    "https://docs.ntfy.sh/publish/#message-priority": {"priority": range(1, 6)},
    "https://docs.ntfy.sh/publish/#action-buttons": {"actions": 3, "kinds": {"view", "broadcast", "http", "copy"}},
}
LIMITS: dict[str, Any] = {name: limit for rules in RULES.values() for name, limit in rules.items()}
TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
KNOWN = {"topic", "message", "title", "tags", "priority", "actions", "click", "attach", "markdown", "icon", "filename",
         "delay", "email", "call"}  # fmt: skip
CUT = "cut"  # as an answer: none, and the connection is closed
TAKE_AND_CUT = "take it and cut"
TAKE_AND_HANG = "take it and never answer"


class Refused(Exception):
    def __init__(self, status: int, code: int, error: str) -> None:
        super().__init__(error)
        self.status, self.body = status, {"code": code, "http": status, "error": error}


@dataclass
class Taken:
    """One request as it came; `message` is what ntfy read of it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    message: dict[str, Any] = field(default_factory=dict)


@dataclass
class Gateway:
    """`answers` are given in turn instead of taking it: a status, with a body and headers, or `CUT`."""

    port: int = 0
    token: str = ""
    closed_topics: frozenset[str] = frozenset()
    taken: list[Taken] = field(default_factory=list)
    asked: int = 0
    answers: deque[tuple[Any, str, dict[str, str]]] = field(default_factory=deque)
    hung: asyncio.Event = field(default_factory=asyncio.Event)  # it has taken one and will never say so

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, status: Any, body: str = "", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, body, named))

    async def handle(self, request: web.Request, take: Callable[[Taken], dict[str, Any]]) -> web.StreamResponse:
        self.asked += 1
        came = Taken(
            request.method, request.raw_path, dict(request.query), dict(request.headers), await request.read()
        )  # fmt: skip
        status, body, headers = self.answers.popleft() if self.answers else (200, "", {})
        try:
            if status in {200, TAKE_AND_CUT, TAKE_AND_HANG}:
                answer = take(came)
                self.taken.append(came)
        except Refused as error:
            return web.json_response(error.body, status=error.status)
        if status == TAKE_AND_HANG:
            self.hung.set()
            await asyncio.Event().wait()
        if status in {CUT, TAKE_AND_CUT}:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        return web.json_response(answer) if status == 200 else web.Response(status=status, text=body, headers=headers)

    async def ntfy(self, request: web.Request) -> web.StreamResponse:
        return await self.handle(request, self._published)

    async def any(self, request: web.Request) -> web.StreamResponse:
        return await self.handle(request, lambda _: {"queued": True})

    def _published(self, came: Taken) -> dict[str, Any]:
        """As JSON, at the root: https://docs.ntfy.sh/publish/#publish-as-json."""
        if self.token and came.headers.get("Authorization") != f"Bearer {self.token}":
            raise Refused(401, 40101, "unauthorized")
        try:
            said = json.loads(came.body.decode("utf-8"))
        except ValueError:
            raise Refused(400, 40017, "invalid request: request body must be message JSON") from None
        _check(said)
        if said["topic"] in self.closed_topics:
            raise Refused(403, 40301, "forbidden")
        came.message = said
        return {"id": f"m{len(self.taken) + 1}", "time": 1, "event": "message", **said}


def _check(said: Any) -> None:
    assert isinstance(said, dict)
    assert said.keys() <= KNOWN, "what it does not know it would not show"
    if not isinstance(said.get("topic"), str) or not TOPIC.fullmatch(said["topic"]):
        raise Refused(400, 40009, "invalid request: topic invalid")
    for name, code in (("message", 41301), ("title", 40057)):
        if len(said.get(name, "").encode()) > LIMITS[name]:
            raise Refused(413 if name == "message" else 400, code, f"{name} too large")
    if len(",".join(said.get("tags", [])).encode()) > LIMITS["tags"]:
        raise Refused(400, 40058, "tags too large")
    if said.get("priority", 3) not in LIMITS["priority"]:
        raise Refused(400, 40007, "invalid priority parameter")
    actions = said.get("actions", [])
    right = [a for a in actions if a["action"] in LIMITS["kinds"] and a["label"] and a["url"]]
    if len(actions) > LIMITS["actions"] or right != actions:
        raise Refused(400, 40018, "invalid request: actions invalid")


@asynccontextmanager
async def gateway_server(kind: str = "any", **settings: Any) -> AsyncIterator[Gateway]:
    """`ntfy`, or `any`, which takes whatever comes; up for as long as the block runs."""
    gateway = Gateway(**settings)
    handle: Callable[[web.Request], Awaitable[web.StreamResponse]] = gateway.ntfy if kind == "ntfy" else gateway.any
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        gateway.port = runner.addresses[0][1]
        yield gateway
    finally:
        await runner.cleanup()
