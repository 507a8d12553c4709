"""Charts as pictures. The address holds all that is drawn, so a picture never changes and may be kept."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Response

from bot.reports.addresses import LONGEST, PICTURES, chart_of
from bot.reports.drawing import draw
from bot.reports.looks import LOOKS
from desk.refusal import DeskError, Why

KEPT = {"Cache-Control": "private, max-age=31536000, immutable"}


def pictures() -> APIRouter:
    router = APIRouter(include_in_schema=False)

    async def drawn(of: str, look: str, kind: str) -> bytes:
        chart = chart_of(of)
        if look not in LOOKS:
            raise DeskError(f"There is no such look. There are: {', '.join(LOOKS)}.", why=Why.NOT_FOUND)
        return await asyncio.to_thread(draw, chart, look, "svg" if kind == "svg" else "png")

    @router.get(f"{PICTURES}.svg")
    async def svg(of: Annotated[str, Query(max_length=LONGEST)], look: str = "light") -> Response:
        return Response(await drawn(of, look, "svg"), media_type="image/svg+xml", headers=KEPT)

    @router.get(f"{PICTURES}.png")
    async def png(of: Annotated[str, Query(max_length=LONGEST)], look: str = "light") -> Response:
        return Response(await drawn(of, look, "png"), media_type="image/png", headers=KEPT)

    return router
