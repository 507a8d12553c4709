"""Alive, ready, and the ages of what matters."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, fields

from fastapi import APIRouter
from fastapi.responses import JSONResponse

# Seconds after which something that should move has stood still for too long.
MOST = {"oldest_undelivered_post": 120.0, "oldest_overdue_deadline": 60.0}
_SAYS = {
    "oldest_undelivered_post": "a message has waited for {:.0f} s to be delivered",
    "oldest_overdue_deadline": "a deadline is {:.0f} s overdue",
}


@dataclass(frozen=True, slots=True)
class Readiness:
    """Ages in seconds, None where there is nothing to have an age. `audit_head` is `SEQ:HASH` of the last sealed entry.

    `waiting_posts` counts messages and edits under way. `set_aside` counts rows that failed for a reason of their own,
    and checks that are broken; they are told to the admins and block nobody.
    `paused` names the platforms that refuse all we send. `also` are more reasons not to be ready, each a sentence.
    """

    last_poll: float | None = None
    oldest_undelivered_post: float | None = None
    oldest_overdue_deadline: float | None = None
    waiting_posts: int = 0
    audit_head: str = ""
    set_aside: int = 0
    paused: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def reasons(self) -> list[str]:
        """Why this bot is not ready, a sentence each."""
        ages = {f.name: getattr(self, f.name) for f in fields(self) if f.name in MOST}
        late = [_SAYS[name].format(age) for name, age in ages.items() if age is not None and age > MOST[name]]
        return [*late, *(f"{platform} refuses what we send" for platform in self.paused), *self.also]


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
        reasons = seen.reasons()
        known = {name: value for name, value in asdict(seen).items() if name != "also"}
        return JSONResponse({"ready": not reasons, "reasons": reasons, **known}, 503 if reasons else 200)

    return router
