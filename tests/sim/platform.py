"""The stand-in without sockets: the same room, the same faults, in the virtual loop."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from bot.platforms.contract import Found, Outgoing
from desk.cards import Text
from tests.sim.loop import VirtualClock
from tests.standin.client import found_in, raise_refusal, request_of
from tests.standin.faults import Plan, Tells
from tests.standin.room import RefusedError, Room
from tests.standin.server import act

_WORDS = {
    Tells.REFUSED: "channel_not_found",
    Tells.RATE: "ratelimited",
    Tells.ACCOUNT: "token_revoked",
    Tells.UNREADABLE: "history_unreadable",
    Tells.GONE: "message_not_found",
}

class VirtualPlatform:
    """`plan_of(call, request)` says how a call goes; `step` is awaited at each point where a sender may die.

    What the room takes is the platform's own doing: it goes on when the sender is cancelled.
    """

    name = "standin"

    def __init__(
        self,
        room: Room,
        plan_of: Callable[[str, dict[str, Any]], Plan],
        step: Callable[[str], Awaitable[None]],
        lag: float = 0.0,
    ) -> None:
        self.room, self._plan_of, self._step, self._lag = room, plan_of, step, lag
        self._clock = VirtualClock()
        self._taking: dict[asyncio.Task[dict[str, Any]], None] = {}

    async def post(self, outgoing: Outgoing) -> str:
        return str((await self._call("post", request_of(outgoing, self._clock.now())))["id"])

    async def edit(self, message_id: str, outgoing: Outgoing) -> None:
        await self._call("edit", {"id": message_id, **request_of(outgoing, self._clock.now())})

    async def find(self, destination: str, thread: str | None, send_key: str, since: datetime) -> list[Found]:
        asked = {"channel": destination, "thread": thread, "since": since.timestamp()}
        shown = (await self._call("history", asked))["messages"]
        seen = self._clock.now().timestamp() - self._lag
        return found_in([m for m in shown if m["at"] <= seen], send_key)

    def rest(self, outgoing: Outgoing) -> Text:  # noqa: ARG002 - here everything fits
        return ()

    async def mark_copy(self, message_id: str, outgoing: Outgoing) -> None:
        await self._call("mark", {"id": message_id, "key": outgoing.key})

    async def _call(self, call: str, request: dict[str, Any]) -> dict[str, Any]:
        await self._step(f"before {call}")
        plan = self._plan_of(call, request)
        taken = None
        if plan.takes_after is not None:
            taken = asyncio.get_running_loop().create_task(self._take(call, request, plan.takes_after))
            self._taking[taken] = None
            taken.add_done_callback(self._taken)
        await asyncio.sleep(plan.tells_after)
        answer = await self._answer(plan, taken)
        await self._step(f"after {call}")
        return answer

    async def _answer(self, plan: Plan, taken: asyncio.Task[dict[str, Any]] | None) -> dict[str, Any]:
        if plan.tells is Tells.OK and taken is not None:
            try:
                return await asyncio.shield(taken)
            except RefusedError as refusal:
                raise_refusal(str(refusal))
        if plan.tells is Tells.NOTHING:
            await asyncio.Event().wait()
        if plan.tells in _WORDS:
            raise_refusal(_WORDS[plan.tells], plan.retry_after)
        raise ConnectionResetError(plan.tells)

    async def _take(self, call: str, request: dict[str, Any], after: float) -> dict[str, Any]:
        await asyncio.sleep(after)
        return act(self.room, call, request, self._clock.now().timestamp())

    def _taken(self, task: asyncio.Task[dict[str, Any]]) -> None:
        self._taking.pop(task, None)
        if not task.cancelled():
            task.exception()  # a refusal that nobody waits for any more
