"""The pages of the schedules: who is on call, the coming weeks, and how it is shared."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.rostering import Rosters
from bot.web import planning
from bot.web.readers import Readers
from desk.people import Person


def schedules(readers: Readers, rosters: Rosters) -> APIRouter:
    """Everything under `/schedules`. `as` is who reads, as in the chat."""
    router = APIRouter(prefix="/schedules", include_in_schema=False)

    @router.get("")
    async def choose(request: Request, schedule: str = "", period: str = "") -> Response:
        """To the one that the form asks for, or to the first that they see."""

        async def make(person: Person) -> Response:
            of = schedule or next(iter(await rosters.seen(person)), "")
            found = await rosters.roster(person, of, planning.span(planning.USUAL))
            return RedirectResponse(planning.page(found.schedule.id, person, period), 303)

        return await readers.shown(request, make)

    @router.get("/{schedule}")
    async def one(request: Request, schedule: str, period: str = "") -> Response:
        async def make(person: Person) -> Response:
            kept = period if period in planning.PERIODS else planning.USUAL
            found = await rosters.roster(person, schedule, planning.span(kept))
            return readers.page(request, "schedule.html", person=person, **planning.view(found, person, kept))

        return await readers.shown(request, make)

    return router
