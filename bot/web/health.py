"""Alive, ready, and the ages of what matters."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from desk.invariants import Broken, Facts


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was found, and what of it does not hold. `audit_head` is `SEQ:HASH` of the last sealed entry.

    `waiting_posts` counts messages and edits under way. `set_aside` counts rows that failed for a reason of their own,
    and checks that are broken; they are told to the admins and block nobody.
    """

    facts: Facts = field(default_factory=Facts)
    broken: tuple[Broken, ...] = ()
    waiting_posts: int = 0
    audit_head: str = ""
    set_aside: int = 0

    def told(self) -> dict[str, Any]:
        known = {**asdict(self.facts), "waiting_posts": self.waiting_posts, "audit_head": self.audit_head}
        reasons = [each.sentence for each in self.broken]
        return {"ready": not reasons, "reasons": reasons, **known, "set_aside": self.set_aside}


Ready = Callable[[], Awaitable[Readiness]]


def health(ready: Ready) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def healthz() -> JSONResponse:
        """The process is alive and its loop turns."""
        return JSONResponse({"alive": True})

    @router.get("/readyz", responses={503: {"description": "Not ready, with the reasons"}})
    async def readyz() -> JSONResponse:
        """The ages of what matters, in seconds; 503 with the reasons when something stands still."""
        seen = await ready()
        return JSONResponse(seen.told(), 503 if seen.broken else 200)

    return router
