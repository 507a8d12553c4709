"""One life of the bot on Slack: all of it but the sockets, from the payload that Bolt hands over to the Web API."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.app import platform_of
from bot.arrivals import Answer, Arrival
from bot.doorkeeper import Doorkeeper
from bot.identity import Identity
from bot.loops import Loop
from bot.outbox import Outbox
from bot.platforms.contract import Outbound
from bot.platforms.slack.accounts import Accounts
from bot.platforms.slack.answers import Answers
from bot.platforms.slack.connection import Handover
from bot.platforms.slack.inbound import Inbound
from bot.platforms.slack.outbound import SlackOutbound
from bot.platforms.slack.payloads import Us
from bot.platforms.slack.platform import SlackPlatform
from bot.platforms.webchat.outbound import WebOutbound
from bot.ports import Clock, Ids
from bot.router import Router
from bot.store.store import Store
from config.loaded import Config
from handlers.commands import commands
from tests.sim.night import SteppedStore
from tests.sim.slack_line import Line, Step
from tests.slack.standin.world import Json

T = TypeVar("T")
COMMAND, REACTION, PIN = "/desk", "ticket", "pushpin"


@dataclass(frozen=True)
class Parts:
    """What a planted bug may put another one in the place of."""

    router: type[Router] = Router
    door: type[Doorkeeper] = Doorkeeper
    outbox: type[Outbox] = Outbox


class Bot:
    def __init__(
        self, store: Store, config: Config, line: Line, step: Step, clock: Clock, ids: Ids, parts: Parts
    ) -> None:
        self._step, self._clock = step, clock
        self._tasks: dict[asyncio.Task[Any], None] = {}
        stepped, client, known = SteppedStore(step, store), line.client(), commands()
        self._identity = Identity(stepped, config)
        self._router = parts.router(stepped, self._identity.config, known, self._tell)
        door = parts.door(stepped, self._identity, self._router, known)
        self._answers = Answers(client, door, clock, COMMAND)
        ws = line.ws
        us = Us("slack", ws.team, ws.bot, ws.bot_id, COMMAND, REACTION, PIN)
        accounts = Accounts(client, door, ws.team, clock)
        self._inbound = Inbound(us, client, door, clock, accounts, self._answers, known)
        self._handover = Handover(self._inbound.receive)
        outs: dict[str, Outbound] = {
            "slack": SlackOutbound(client, self._identity.config, clock, door.enclosed),
            "webchat": WebOutbound(store, self._identity.config),
        }
        self._outbox = parts.outbox(
            stepped, outs, platform_of, lambda _: config.desk.admins_channel, clock, ids,
            paces={"slack": SlackPlatform.pace},
        )  # fmt: skip
        self._loops = [
            Loop("outbox", self._outbox.turn, clock, at_most=600),
            Loop("inbox", self._retry, clock, at_most=15),
        ]
        self._loops[0].listen(store, ["posts"])

    @property
    def failures(self) -> int:
        return sum(loop.failures for loop in self._loops)

    async def start(self) -> None:
        await self._identity.settle(frozenset({"slack"}))
        for loop in self._loops:
            self._begin(loop.run())

    def hear(self, payload: Json) -> "asyncio.Task[BoltResponse]":
        return self._begin(self._heard(payload))

    async def kill(self) -> None:
        """Nothing that it had begun goes on."""
        self._outbox.drop()
        tasks = [*self._tasks, *self._inbound._begun]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _heard(self, payload: Json) -> BoltResponse:
        await self._step("before it is heard")
        request = AsyncBoltRequest(body=payload, mode="socket_mode")
        answer = await self._handover.async_process(req=request, resp=BoltResponse(status=404), next=_nobody)
        await self._step("before the acknowledgement")
        return answer

    async def _retry(self, now: datetime) -> datetime | None:
        await self._router.turn(now)
        return None

    async def _tell(self, arrival: Arrival, answer: Answer) -> None:
        if "user" in arrival.back:
            await self._answers.give(arrival.back, answer)

    def _begin(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        task = asyncio.create_task(work)
        self._tasks[task] = None
        task.add_done_callback(self._tasks.pop)
        return task


async def _nobody() -> BoltResponse:
    return BoltResponse(status=404)
