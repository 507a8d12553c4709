"""What others send us: each path decides by its token alone, and trusts nothing else in the request."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import JSONResponse

from bot import acknowledging
from bot.boards import Boards
from bot.web import ical, status
from bot.web.acknowledging import acknowledging as links_of
from bot.web.hooks import ENQUEUE, HookDoor, bearer, hooks, same
from bot.web.ical import Calendars

PATHS = ("/hooks/", "/slack/", ENQUEUE, ical.PATH, acknowledging.PATH, status.PATH, status.BADGES)
# What a platform that sends signed requests makes of one: from its headers and body to status, headers and body.
Signed = Callable[[Mapping[str, str], bytes], Awaitable[tuple[int, Mapping[str, str], bytes]]]
_NOBODY = "no-such-heartbeat"


@dataclass(frozen=True, slots=True)
class Intake:
    """`heartbeat(name)` returns when the ping is stored; `tokens` maps each heartbeat monitor's name to its token.

    `signed` are the platforms that send their events here, by name; each decides by the signature alone. `calendars`
    and status pages (`boards`) are read here, because those who read them are elsewhere; `links` are those by which
    people acknowledge. `name` is what the desk calls itself.
    """

    heartbeat: Callable[[str], Awaitable[None]]
    tokens: Mapping[str, str]
    signed: Mapping[str, Signed] = field(default_factory=dict)
    calendars: Calendars | None = None
    hooks: HookDoor | None = None
    links: acknowledging.Acknowledging | None = None
    name: str = "Deskbell"
    boards: Boards | None = None

    def knows(self, name: str, token: str) -> bool:
        """Takes as long for an unknown name as for a wrong token."""
        return same(self.tokens.get(name, ""), token, _NOBODY)


def intake(door: Intake) -> APIRouter:
    router = APIRouter(tags=["intake"])
    if door.hooks:
        router.include_router(hooks(door.hooks))

    @router.post("/hooks/heartbeat/{name}", status_code=204, response_class=Response, responses={401: {}})
    async def heartbeat(
        name: str, token: Annotated[str, Query()] = "", authorization: Annotated[str, Header()] = ""
    ) -> Response:
        """Somebody says that they are alive, with `Authorization: Bearer TOKEN` or `?token=TOKEN`, and any body."""
        if not door.knows(name, bearer(authorization, token)):
            refused = {"error": "There is no such heartbeat, or this is not its token."}
            return JSONResponse(refused, 401, headers={"WWW-Authenticate": "Bearer"})
        await door.heartbeat(name)
        return Response(status_code=204)

    async def signed(name: str, request: Request) -> Response:
        if name not in door.signed:
            return JSONResponse({"error": "Nothing is sent here."}, 404)
        headers = {key.lower(): value for key, value in request.headers.items()}
        status, more, body = await door.signed[name](headers, await request.body())
        return Response(body, status, headers=dict(more))

    @router.post("/slack/events", response_class=Response, include_in_schema=False)
    async def slack(request: Request) -> Response:
        """Slack's events, commands and interactions, signed."""
        return await signed("slack", request)

    @router.post("/slack/{name}/events", response_class=Response, include_in_schema=False)
    async def workspace(name: str, request: Request) -> Response:
        """Those of a further workspace."""
        return await signed(name, request)

    if door.calendars:
        router.include_router(ical.calendars(door.calendars))
    router.include_router(links_of(door.links, door.name))
    if door.boards:
        router.include_router(status.status(door.boards))
    return router
