"""The line to Discord in virtual time: the library's own client on the stand-in, with points at which a bot may die."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from bot.platforms.discord.rest import Http
from tests.discord.standin.api import perform, route_of
from tests.discord.standin.calls import Call, Reply
from tests.discord.standin.carrier import Carrier
from tests.discord.standin.faults import Fault, Faults, Plan, Planned
from tests.discord.standin.state import Discord
from tests.discord.standin.without_sockets import Session

HISTORY = "GET /channels/{channel}/messages"


class Planner(Faults):
    """Instead of a queue of faults: `plan_of` says of each call how it goes, and with which status an error comes."""

    def __init__(self, plan_of: Callable[[str], tuple[Plan, int]]) -> None:
        super().__init__()
        self._plan_of = plan_of

    def take(self, route: str, channel: int | None) -> Planned:
        plan, status = self._plan_of(route)
        return Planned(route, Fault.NONE, 1, channel, status, plan)


class Line(Carrier):
    """`step` is awaited before a call leaves, when Discord has taken it and nothing is seen of it, and when the answer
    is there. History shows nothing that is younger than `lag`.
    """

    def __init__(self, discord: Discord, step: Callable[[str], Awaitable[None]], lag: timedelta) -> None:
        super().__init__(discord)
        self._step, self._lag = step, lag

    async def carry(self, call: Call) -> Reply:
        route, _ = route_of(call.method, call.path)
        await self._step(f"before {route}")
        reply = await super().carry(call)
        await self._step(f"after {route}")
        return reply

    async def _take(self, call: Call, after: float) -> Reply:
        await asyncio.sleep(after)
        reply = perform(self.discord, call)
        if route_of(call.method, call.path)[0] != HISTORY or reply.status != 200:
            return reply
        seen = self.discord.now() - self._lag
        return replace(reply, body=[each for each in reply.body if self.discord.moment(int(each["id"])) <= seen])


def client(line: Line) -> Http:
    """The library's client as it is after a login."""
    http = Http()
    http._HTTPClient__session = Session(line)
    http._global_over = asyncio.Event()
    http._global_over.set()
    http.token = line.discord.token
    return http
