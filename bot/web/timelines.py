"""A timeline as a file of Markdown, for a review."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.timelines import Timelines
from bot.web.readers import Readers
from desk.people import Person


def timelines(readers: Readers, of: Timelines) -> APIRouter:
    """`as` is who reads, as in the chat."""
    router = APIRouter(prefix="/timelines", include_in_schema=False)

    @router.get("/{number:int}.md")
    async def one(request: Request, number: int) -> Response:
        async def make(person: Person) -> Response:
            called = f'attachment; filename="timeline-{number}.md"'
            return Response(
                await of.markdown(person, number), media_type="text/markdown; charset=utf-8",
                headers={"Content-Disposition": called, "Cache-Control": "no-store"},
            )  # fmt: skip

        return await readers.shown(request, make)

    return router
