"""A call on its way, faults and all: for the server over sockets and for a simulator without."""

import asyncio
from typing import TYPE_CHECKING

from tests.discord.standin.api import perform, route_of
from tests.discord.standin.calls import Call, Reply
from tests.discord.standin.faults import Tells, refusal

if TYPE_CHECKING:
    from tests.discord.standin.state import Discord


class Carrier:
    """`carry` answers a call as planned. It raises ConnectionResetError where the connection is reset, and waits until
    `let_go` where no answer ever comes. What Discord takes it takes, whether or not the caller is still there.
    """

    def __init__(self, discord: "Discord") -> None:
        self.discord = discord
        self._silent = asyncio.Event()
        self._taking: set[asyncio.Task[Reply]] = set()

    async def carry(self, call: Call) -> Reply:
        route, ids = route_of(call.method, call.path)
        channel = int(ids["channel"]) if ids.get("channel", "").isdecimal() else None
        planned = self.discord.faults.take(route, channel)
        if planned is None:
            return perform(self.discord, call)
        plan = planned.plan
        taken = None if plan.takes_after is None else asyncio.create_task(self._take(call, plan.takes_after))
        if taken is None:
            self._log(route, call, planned.fault)
        else:
            self._taking.add(taken)
            taken.add_done_callback(self._taking.discard)
        await asyncio.sleep(plan.tells_after)
        if plan.tells is Tells.NOTHING:
            await self._silent.wait()
            raise ConnectionResetError
        if taken is not None and plan.takes_after == plan.tells_after:
            await asyncio.shield(taken)
        if plan.tells is Tells.RESET:
            raise ConnectionResetError
        if plan.tells is Tells.OK and taken is not None:
            return await taken
        no = refusal(planned)
        return Reply(no.status, no.body, no.headers)

    async def let_go(self) -> None:
        """Whoever hangs is let go, and what was to be taken later no longer is."""
        self._silent.set()
        for each in self._taking:
            each.cancel()
        await asyncio.gather(*self._taking, return_exceptions=True)

    async def _take(self, call: Call, after: float) -> Reply:
        await asyncio.sleep(after)
        return perform(self.discord, call)

    def _log(self, route: str, call: Call, fault: str) -> None:
        """A call that was not taken is in the log as well, without a status."""
        entry = {"at": self.discord.now(), "route": route, "path": call.path, "query": call.query, "body": call.body}
        self.discord.log.append({**entry, "status": None, "code": None, "answer": None, "fault": fault})
        self.discord.changed()
