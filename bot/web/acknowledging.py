"""The page of a link in a push message or a mail: what it is about, and one button; no script, cookie or session."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from starlette.templating import Jinja2Templates

from bot.acknowledging import PATH, WINDOW, Acknowledging, Shown, TooMany
from bot.web.pages import HERE

KEPT = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


def acknowledging(links: Acknowledging | None, name: str) -> APIRouter:
    """`GET` shows and changes nothing, so that a preview cannot press it; `POST` presses, for a browser or a phone."""
    router = APIRouter(include_in_schema=False)
    templates = Jinja2Templates(HERE / "templates")

    def page(request: Request, shown: Shown | None, status: int) -> Response:
        about = {"name": name, "shown": shown, "look": f"{PATH}look.css"}
        return templates.TemplateResponse(request, "ack.html", about, status, headers=KEPT)

    def later() -> Response:
        headers = {**KEPT, "Retry-After": f"{WINDOW:.0f}"}
        return HTMLResponse("Too many links that lead nowhere. Try again in a minute.", 429, headers)

    @router.get(f"{PATH}look.css")
    async def look() -> FileResponse:
        return FileResponse(HERE / "static" / "look.css", headers={"Cache-Control": "no-cache"})

    @router.get(PATH + "{token}")
    async def show(request: Request, token: str) -> Response:
        try:
            shown = await links.look(token) if links else None
        except TooMany:
            return later()
        return page(request, shown, 200 if shown else 404)

    @router.post(PATH + "{token}")
    async def press(request: Request, token: str) -> Response:
        try:
            shown = await links.press(token) if links else None
        except TooMany:
            return later()
        return page(request, shown, 404 if shown is None else 200 if shown.done else 409)

    return router
