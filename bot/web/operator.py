"""What only the operator of this machine may ask: who can read the data folder can read the key, and nobody else."""

import hmac
import os
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from desk.refusal import DeskError

NAME = "operator.key"


class Operator:
    """A key that lives as long as the process, in a file that only its user can read."""

    def __init__(self, folder: Path, code_for: Callable[[str], Awaitable[str]]) -> None:
        """`code_for(person)` gives a one-time code that links an account; DeskError for an unknown person."""
        self.code_for = code_for
        self._key = secrets.token_urlsafe(32)
        self._file = folder / NAME
        self._file.unlink(missing_ok=True)
        with os.fdopen(os.open(self._file, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as file:
            file.write(self._key)

    def is_it(self, authorization: str) -> bool:
        return hmac.compare_digest(f"Bearer {self._key}".encode(), authorization.encode(errors="replace"))

    def close(self) -> None:
        self._file.unlink(missing_ok=True)


class Whom(BaseModel):
    person: Annotated[str, Field(max_length=64)]


def operator(door: Operator) -> APIRouter:
    router = APIRouter(tags=["operator"], include_in_schema=False)

    @router.post("/operator/code")
    async def code(whom: Whom, authorization: Annotated[str, Header()] = "") -> JSONResponse:
        """A code that makes the account which says it this person's."""
        if not door.is_it(authorization):
            return JSONResponse({"error": "This is not the operator's key."}, 401)
        try:
            return JSONResponse({"code": await door.code_for(whom.person)})
        except DeskError as error:
            return JSONResponse({"error": error.sentence}, 404)

    return router
