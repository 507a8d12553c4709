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
Reload = Callable[[], Awaitable[tuple[bool, tuple[str, ...]]]]


class Operator:
    """A key that lives as long as the process, in a file that only its user can read."""

    def __init__(self, folder: Path, code_for: Callable[[str], Awaitable[str]], reload: Reload) -> None:
        """`code_for(person)` gives a one-time code that links an account; DeskError for an unknown person. `reload`
        takes the files over as they are now: whether it did, and what to say.
        """
        self.code_for, self.reload = code_for, reload
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


class Nothing(BaseModel):
    """There is nothing to say but the key."""


def operator(door: Operator) -> APIRouter:
    router = APIRouter(tags=["operator"], include_in_schema=False)

    @router.post("/operator/code")
    async def code(whom: Whom, authorization: Annotated[str, Header()] = "") -> JSONResponse:
        """A code that makes the account which says it this person's."""
        if not door.is_it(authorization):
            return _not_the_key()
        try:
            return JSONResponse({"code": await door.code_for(whom.person)})
        except DeskError as error:
            return JSONResponse({"error": error.sentence}, 404)

    @router.post("/operator/reload")
    async def reload(_nothing: Nothing, authorization: Annotated[str, Header()] = "") -> JSONResponse:
        """Take the configuration over as its files are now; 409 with the problems, and nothing has changed."""
        if not door.is_it(authorization):
            return _not_the_key()
        taken, lines = await door.reload()
        return JSONResponse({"taken": taken, "lines": lines}, 200 if taken else 409)

    return router


def _not_the_key() -> JSONResponse:
    return JSONResponse({"error": "This is not the operator's key."}, 401)
