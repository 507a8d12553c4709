"""The status pages, read by everybody: HTML without a script, JSON, a feed, and badges. No cookie, session or token."""

import json
from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from starlette.templating import Jinja2Templates

from bot.boards import Boards
from bot.web import badges, feed, standings
from bot.web.pages import HERE
from desk.status import Board

PATH, BADGES = "/status/", "/badge/"
# Kept by whoever is between us and the reader, so that many readers are few requests; a page elsewhere may show it.
OPEN = {"Cache-Control": "public, max-age=30", "Access-Control-Allow-Origin": "*"}
SHOWN_ELSEWHERE = {**OPEN, "Cross-Origin-Resource-Policy": "cross-origin"}
STYLES = frozenset({"look.css", "status.css", "bell.svg"})


class Kept:
    """What was drawn of a board, for as long as it is shown: many readers cost as much as one."""

    def __init__(self) -> None:
        self._drawn: dict[tuple[str, str], tuple[Board, bytes]] = {}

    def drawn(self, kind: str, board: Board, draw: Callable[[], bytes]) -> bytes:
        kept = self._drawn.get((kind, board.page.name))
        if kept is None or kept[0] is not board:
            kept = self._drawn[kind, board.page.name] = (board, draw())
        return kept[1]


def status(boards: Boards) -> APIRouter:
    router, kept = APIRouter(tags=["status"]), Kept()
    template = Jinja2Templates(HERE / "templates").get_template("status.html")

    @router.get(PATH + "style/{name}", include_in_schema=False)
    async def style(name: str) -> Response:
        if name not in STYLES:
            return _nothing()
        return FileResponse(HERE / "static" / name, headers={"Cache-Control": "public, max-age=300"})

    @router.get(PATH + "{name}.json", response_class=Response)
    async def as_json(name: str) -> Response:
        """A status page as data: each component, its days, what staff published."""
        board = await boards.board(name)
        if board is None:
            return _nothing()
        said = kept.drawn("json", board, lambda: json.dumps(standings.as_json(board)).encode())
        return Response(said, media_type="application/json", headers=SHOWN_ELSEWHERE)

    @router.get(PATH + "{name}.atom", response_class=Response)
    async def as_feed(request: Request, name: str) -> Response:
        """What staff published on a status page, as an Atom feed."""
        board = await boards.board(name)
        if board is None:
            return _nothing()
        address = boards.address(name) or str(request.url.replace(query="")).removesuffix(".atom")
        return Response(feed.atom(board, address), media_type="application/atom+xml", headers=OPEN)

    @router.get(PATH + "{name}", include_in_schema=False)
    async def page(name: str) -> Response:
        board = await boards.board(name)
        if board is None:
            return HTMLResponse(template.render(board=None), 404)
        said = kept.drawn("html", board, lambda: template.render(standings.shown(board)).encode())
        return HTMLResponse(said, headers=OPEN)

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
