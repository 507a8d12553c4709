"""The two web applications: the private one with pages and API, and the intake for what others send."""

from dataclasses import dataclass

from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry
from starlette.types import ASGIApp

from bot.web import guard, refusals
from bot.web.health import Ready, health
from bot.web.intake import PATHS, Intake, intake
from bot.web.metrics import metrics
from bot.web.operator import Operator, operator
from bot.web.pages import pages
from bot.web.pictures import pictures


@dataclass(frozen=True, slots=True)
class Private:
    """What the private listener is made of. `intake` is set when its paths have no listener of their own."""

    name: str
    api: APIRouter
    ready: Ready
    registry: CollectorRegistry
    act_as: bool
    intake: Intake | None = None
    operator: Operator | None = None
    reports: APIRouter | None = None
    schedules: APIRouter | None = None
    timelines: APIRouter | None = None


def private_app(parts: Private) -> ASGIApp:
    """Pages, `/api`, health and metrics, behind the guard."""
    app = _application(f"{parts.name}: the web chat's API")
    app.include_router(parts.api)
    app.include_router(health(parts.ready))
    app.include_router(metrics(parts.registry))
    if parts.intake:
        app.include_router(intake(parts.intake))
    if parts.operator:
        app.include_router(operator(parts.operator))
    app.include_router(pictures())
    for pages_of in (parts.reports, parts.schedules, parts.timelines):
        if pages_of:
            app.include_router(pages_of)
    pages(app, parts.name, act_as=parts.act_as)
    return guard.Guard(app, PATHS if parts.intake else ())


def intake_app(door: Intake) -> ASGIApp:
    """The intake's paths alone, for a listener of their own."""
    app = _application("Deskbell's intake", described=False)
    app.include_router(intake(door))
    return guard.Guard(app, ("/",))


def _application(title: str, *, described: bool = True) -> FastAPI:
    # FastAPI's own documentation pages load their scripts from elsewhere; ours is in `pages`.
    app = FastAPI(title=title, docs_url=None, redoc_url=None, openapi_url="/openapi.json" if described else None)
    refusals.install(app)
    return app
