"""The status pages, read by everybody: HTML without a script, JSON, a feed, and badges. No cookie, session or token."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from starlette.templating import Jinja2Templates

from bot.boards import Boards
from bot.web import badges, feed, standings
from bot.web.pages import HERE

PATH, BADGES = "/status/", "/badge/"
# Kept by whoever is between us and the reader, so that many readers are few requests; a page elsewhere may show it.
OPEN = {"Cache-Control": "public, max-age=30", "Access-Control-Allow-Origin": "*"}
SHOWN_ELSEWHERE = {**OPEN, "Cross-Origin-Resource-Policy": "cross-origin"}
STYLES = frozenset({"look.css", "status.css", "bell.svg"})


def status(boards: Boards) -> APIRouter:
    router = APIRouter(tags=["status"])
    templates = Jinja2Templates(HERE / "templates")

    @router.get(PATH + "style/{name}", include_in_schema=False)
    async def style(name: str) -> Response:
        if name not in STYLES:
            return _nothing()
        return FileResponse(HERE / "static" / name, headers={"Cache-Control": "public, max-age=300"})

    @router.get(PATH + "{name}.json")
    async def as_json(name: str) -> Response:
        """A status page as data: each component, its days, what staff published."""
        board = await boards.board(name)
        return JSONResponse(standings.as_json(board), headers=SHOWN_ELSEWHERE) if board else _nothing()

    @router.get(PATH + "{name}.atom", response_class=Response)
    async def as_feed(request: Request, name: str) -> Response:
        """What staff published on a status page, as an Atom feed."""
        board = await boards.board(name)
        if board is None:
            return _nothing()
        address = boards.address(name) or str(request.url).removesuffix(".atom")
        return Response(feed.atom(board, address), media_type="application/atom+xml", headers=OPEN)

    @router.get(PATH + "{name}", include_in_schema=False)
    async def page(request: Request, name: str) -> Response:
        board = await boards.board(name)
        if board is None:
            about: dict[str, Any] = {"board": None}
            return templates.TemplateResponse(request, "status.html", about, 404, headers=OPEN)
        return templates.TemplateResponse(request, "status.html", standings.shown(board), headers=OPEN)

    @router.get(BADGES + "{page}/{component}.svg", response_class=Response)
    async def badge(page: str, component: str) -> Response:
        """How a component is, and its uptime, as a small picture for a page elsewhere."""
        board = await boards.board(page)
        found = next((s for s in board.standings if s.component.id == component), None) if board else None
        if found is None:
            return _nothing()
        return Response(badges.badge(found), media_type="image/svg+xml", headers=SHOWN_ELSEWHERE)

    return router


def _nothing() -> Response:
    return JSONResponse({"error": "There is no such page."}, 404)
