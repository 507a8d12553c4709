"""Who reads a page, and what a page that they may not read looks like."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from starlette.templating import Jinja2Templates

from bot.arrivals import STATUS
from bot.web.pages import HERE
from desk.people import Person
from desk.refusal import DeskError, Why

Make = Callable[[Person], Awaitable[Response]]

NOBODY = "Choose who you are first: nobody is signed in here."
NO_ACTING = "Nobody is signed in. On this machine, `deskbell run --act-as` lets you choose a person."


@cache
def _templates() -> Jinja2Templates:
    return Jinja2Templates(HERE / "templates")


@dataclass(frozen=True, slots=True)
class Readers:
    """`name` is the desk's. `person` finds one by id; `act_as`: whether an address may name its person as `as`."""

    name: str
    person: Callable[[str], Person]
    act_as: bool

    def page(self, request: Request, template: str, status: int = 200, **what: Any) -> HTMLResponse:
        return _templates().TemplateResponse(request, template, {"name": self.name, **what}, status)

    def acting(self, request: Request) -> Person:
        if not self.act_as:
            raise DeskError(NO_ACTING, why=Why.FORBIDDEN)
        who = request.query_params.get("as", "")
        if not who:
            raise DeskError(NOBODY, why=Why.FORBIDDEN)
        return self.person(who)

    async def shown(self, request: Request, make: Make) -> Response:
        """A refusal is a page, too: with the same sentence that the command gives."""
        try:
            return await make(self.acting(request))
        except DeskError as error:
            return self.page(request, "refused.html", STATUS[error.why], sentence=error.sentence)
