"""The pages of a report: its numbers, the tickets behind each, and the same as a document and as sheets."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.reports import addresses, review, sheets
from bot.reports.reading import Reports, agreed, only
from bot.reports.review import Review
from bot.web import showing
from bot.web.readers import Make, Readers
from desk.people import Person
from desk.reckoning import PRIORITIES
from desk.reports import Report

Shown = Callable[[Request, Make], Awaitable[Response]]

PDF, CSV = "application/pdf", "text/csv; charset=utf-8"
USUAL = "this quarter"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the routes are made of. `person` finds one by id; `act_as`: whether an address may name its person."""

    name: str
    reports: Reports
    person: Callable[[str], Person]
    act_as: bool


def reports(desk: Desk) -> APIRouter:
    """Everything under `/reports`. `as` is who reads, as in the chat."""
    router = APIRouter(prefix="/reports", include_in_schema=False)
    readers = Readers(desk.name, desk.person, desk.act_as)
    _add_pages(router, desk, readers.page, readers.shown)
    _add_files(router, desk, readers.shown)
    return router


def _add_pages(router: APIRouter, desk: Desk, page: Callable[..., HTMLResponse], shown: Shown) -> None:
    @router.get("")
    async def choose(request: Request, client: str = "", period: str = USUAL, priority: str = "") -> Response:
        """To the report that the form asks for, or to one's first client's."""

        async def make(person: Person) -> Response:
            clients, _ = await desk.reports.choices(person)
            of = client or (clients[0][0] if clients else "")
            label = (await desk.reports.report(person, of, period or USUAL)).period.label
            return RedirectResponse(addresses.page(of, label, priority=priority, **{"as": person.id}), 303)

        return await shown(request, make)

    @router.get("/{client}/{label}")
    async def report(request: Request, client: str, label: str, priority: str = "") -> Response:
        async def make(person: Person) -> Response:
            found = await desk.reports.report(person, client, label)
            if found.period.label != label:
                where = addresses.page(client, found.period.label, priority=priority, **{"as": person.id})
                return RedirectResponse(where, 303)
            kept = priority if priority in PRIORITIES else ""
            clients, periods = await desk.reports.choices(person)
            view = showing.view(found, only(found, kept), person, kept)
            return page(request, "report.html", person=person, clients=clients, periods=periods, **view)

        return await shown(request, make)

    @router.get("/{client}/{label}/tickets")
    async def tickets(request: Request, client: str, label: str, show: str = "opened") -> Response:
        async def make(person: Person) -> Response:
            found = await desk.reports.report(person, client, label)
            behind = await desk.reports.behind(person, client, label, show)
            return page(request, "tickets.html", person=person, **showing.behind(found, behind, person))

        return await shown(request, make)


def _add_files(router: APIRouter, desk: Desk, shown: Shown) -> None:
    @router.get("/{client}/{label}/review.pdf")
    async def pdf(request: Request, client: str, label: str) -> Response:
        async def make(person: Person) -> Response:
            found = await desk.reports.report(person, client, label)
            made = await asyncio.to_thread(review.pdf, Review(found, desk.name, agreed(desk.reports.config(), found)))
            return _file(made, PDF, found, "review.pdf")

        return await shown(request, make)

    @router.get("/{client}/{label}/numbers.csv")
    async def numbers(request: Request, client: str, label: str) -> Response:
        async def make(person: Person) -> Response:
            found = await desk.reports.report(person, client, label)
            return _file(sheets.numbers(found), CSV, found, "numbers.csv")

        return await shown(request, make)

    @router.get("/{client}/{label}/tickets.csv")
    async def tickets(request: Request, client: str, label: str, show: str = "opened") -> Response:
        async def make(person: Person) -> Response:
            found = await desk.reports.report(person, client, label)
            behind = await desk.reports.behind(person, client, label, show)
            return _file(sheets.tickets(behind.tickets, found), CSV, found, "tickets.csv")

        return await shown(request, make)


def _file(data: bytes, kind: str, report: Report, name: str) -> Response:
    """Both parts of its name are ids, which no header can be broken with."""
    called = f'attachment; filename="{report.client}-{report.period.label}-{name}"'
    return Response(data, media_type=kind, headers={"Content-Disposition": called, "Cache-Control": "no-store"})
