"""Turns as an iCal for the calendars of others. The token in its address decides, and nothing else of the request."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import JSONResponse

from desk.rotations import Turn

PATH = "/oncall/"
KIND = "text/calendar; charset=utf-8"
AGAIN = timedelta(hours=1)  # after which a calendar is to look again
_NONE = "no-such-calendar"


@dataclass(frozen=True, slots=True)
class Entry:
    """A turn as it stands in a calendar; `name` is the person's."""

    schedule: str
    turn: Turn
    name: str


@dataclass(frozen=True, slots=True)
class Calendars:
    """`made` gives one by its name (`noc`, `person/ben`), None where there is none; `token` the token that it has."""

    made: Callable[[str], Awaitable[bytes | None]]
    token: Callable[[str], str | None]

    def knows(self, name: str, given: str) -> bool:
        """Takes as long for an unknown name as for a wrong token."""
        expected = self.token(name) or ""
        same = hmac.compare_digest((expected or _NONE).encode(), given.encode(errors="replace"))
        return same and bool(expected)


def calendar(title: str, entries: Sequence[Entry], span: tuple[datetime, datetime]) -> bytes:
    """`span` is from when on turns are told, and now. The same turns have the same ids each time, also one that was cut
    at the beginning: a calendar moves what it has, and keeps nothing twice.
    """
    import icalendar  # noqa: PLC0415 - a tenth of a second, and only for whoever asks for a calendar

    made = icalendar.Calendar()
    made.add("prodid", "-//Deskbell//On call//EN")
    made.add("version", "2.0")
    for called in ("name", "x-wr-calname"):
        made.add(called, " ".join(title.split()))  # the library takes these two as they are
    made.add("refresh-interval", AGAIN, parameters={"value": "DURATION"})
    for entry in entries:
        event, turn = icalendar.Event(), entry.turn
        begins = turn.start.isoformat() if turn.start > span[0] else "before"
        same = f"{entry.schedule} {turn.person} {begins}"
        event.add("uid", f"{hashlib.sha256(same.encode()).hexdigest()[:32]}@deskbell")
        event.add("dtstamp", span[1].replace(microsecond=0))
        event.add("dtstart", turn.start.replace(microsecond=0))
        event.add("dtend", turn.end.replace(microsecond=0))
        event.add("summary", f"{entry.name} on call ({entry.schedule})")
        event.add("transp", "TRANSPARENT")  # one can be on call and in a meeting
        made.add_component(event)
    return bytes(made.to_ical())


def calendars(door: Calendars) -> APIRouter:
    router = APIRouter(tags=["intake"])

    async def answer(name: str, token: str, authorization: str) -> Response:
        scheme, _, bearer = authorization.partition(" ")
        given = bearer.strip() if scheme.lower() == "bearer" else token
        made = await door.made(name) if door.knows(name, given) else None
        if made is None:
            refused = {"error": "There is no such calendar, or this is not its token."}
            return JSONResponse(refused, 401, headers={"WWW-Authenticate": "Bearer"})
        return Response(made, media_type=KIND, headers={"Cache-Control": "private, max-age=300"})

    @router.get("/oncall/{name}.ics", response_class=Response, responses={401: {}})
    async def schedule(
        name: str, token: Annotated[str, Query()] = "", authorization: Annotated[str, Header()] = ""
    ) -> Response:
        """Who is on call by a schedule, as iCal, with `?token=TOKEN` or `Authorization: Bearer TOKEN`."""
        return await answer(name, token, authorization)

    @router.get("/oncall/person/{name}.ics", response_class=Response, responses={401: {}})
    async def person(
        name: str, token: Annotated[str, Query()] = "", authorization: Annotated[str, Header()] = ""
    ) -> Response:
        """When a person is on call, in all schedules."""
        return await answer(f"person/{name}", token, authorization)

    return router
