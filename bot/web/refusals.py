"""Every refusal of the web, whoever makes it, is `{error: sentence}` with the status that fits."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bot.arrivals import STATUS
from bot.store.errors import StoreError
from bot.web.sentences import sentence
from desk.refusal import DeskError

_HTTP = {404: "There is nothing at this address.", 405: "This address does not take that method."}

Handler = Callable[[Request, Any], Awaitable[Response]]


async def _desk(_request: Request, error: DeskError) -> Response:
    field = {"field": error.field} if error.field else {}
    return JSONResponse({"error": error.sentence, **field}, STATUS[error.why])


async def _invalid(_request: Request, error: RequestValidationError) -> Response:
    """The first thing that is wrong, by name; what was sent is not said back."""
    return JSONResponse({"error": sentence(error.errors()[0])}, 422)


async def _http(_request: Request, error: HTTPException) -> Response:
    said = _HTTP.get(error.status_code, f"{error.detail}.")
    return JSONResponse({"error": said}, error.status_code, headers=error.headers)


async def _store(_request: Request, error: StoreError) -> Response:
    return JSONResponse({"error": error.sentence}, 503)


async def _ours(_request: Request, _error: Exception) -> Response:
    """The error itself goes on to the server's log."""
    return JSONResponse({"error": "That failed for a reason of ours. It is in the log; try again."}, 500)


def install(app: FastAPI) -> None:
    handlers: dict[type[Exception], Handler] = {
        DeskError: _desk, RequestValidationError: _invalid, HTTPException: _http, StoreError: _store, Exception: _ours,
    }  # fmt: skip
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)
