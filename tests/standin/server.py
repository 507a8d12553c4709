"""The stand-in as a process of its own: `python -m tests.standin.server --port 0 --log FILE`.

Prints `ready http://127.0.0.1:PORT`. Its HTTP API: `POST /post /edit /mark /history` for the bot, and for a test
`POST /faults {call, fault, times, channel, late, retry_after}` (the next calls of that kind go wrong so), `POST /remove
{id}`, `POST /archive {channel}` and `GET /messages`. With `--seed` a share of all calls goes wrong by chance.
"""

import argparse
import asyncio
import random
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.standin.faults import Fault, Plan, Tells, plan
from tests.standin.room import RefusedError, Room, file_log

_STATUS = {
    Tells.REFUSED: (404, "channel_not_found"),
    Tells.RATE: (429, "ratelimited"),
    Tells.ERROR: (500, "internal_error"),
    Tells.ACCOUNT: (401, "token_revoked"),
    Tells.UNREADABLE: (403, "history_unreadable"),
    Tells.GONE: (404, "message_not_found"),
}
# Chance makes only faults that the bounded-lateness model knows: what is taken is taken before the last look.
_BY_CHANCE = (Fault.RATE, Fault.ERROR, Fault.ERROR_TAKEN, Fault.LOSE_REPLY, Fault.RESET, Fault.HANG_TAKEN)


@dataclass
class Planned:
    call: str
    fault: Fault
    times: int
    channel: str | None
    late: float
    retry_after: float


class Server:
    def __init__(self, room: Room, chance: random.Random | None, rate: float) -> None:
        self.room = room
        self._chance, self._rate = chance, rate
        self._planned: deque[Planned] = deque()
        self._silent = asyncio.Event()  # set when the server stops: whoever hangs is let go
        self._later: set[asyncio.Task[None]] = set()

    def app(self) -> web.Application:
        app = web.Application()
        for call in ("post", "edit", "mark", "history"):
            app.router.add_post(f"/{call}", self._serve)
        app.router.add_post("/faults", self._plan_fault)
        app.router.add_post("/remove", self._remove)
        app.router.add_post("/archive", self._archive)
        app.router.add_get("/messages", self._messages)
        app.on_shutdown.append(self._let_go)
        return app

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        call, body = request.path.removeprefix("/"), await request.json()
        planned = self._next_plan(call, body)
        taken: asyncio.Future[dict[str, Any] | RefusedError] = asyncio.get_running_loop().create_future()
        if planned.takes_after is not None:
            # Taking is the server's own doing: it happens whether or not the caller is still there.
            task = asyncio.create_task(self._take(call, body, planned.takes_after, taken))
            self._later.add(task)
            task.add_done_callback(self._later.discard)
        await asyncio.sleep(planned.tells_after)
        if planned.tells is Tells.NOTHING:
            await self._silent.wait()
        elif planned.takes_after is not None:
            await taken  # whoever answers has done by then what they do
        if planned.tells in {Tells.RESET, Tells.NOTHING}:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        if planned.tells is Tells.OK:
            return _answer(await taken)
        status, word = _STATUS[planned.tells]
        headers = {"Retry-After": str(planned.retry_after)} if planned.tells is Tells.RATE else {}
        return web.json_response({"error": word}, status=status, headers=headers)

    async def _take(
        self, call: str, body: dict[str, Any], after: float, taken: asyncio.Future[dict[str, Any] | RefusedError]
    ) -> None:
        await asyncio.sleep(after)
        try:
            taken.set_result(act(self.room, call, body, time.time()))
        except RefusedError as refusal:
            taken.set_result(refusal)

    def _next_plan(self, call: str, body: dict[str, Any]) -> Plan:
        for planned in self._planned:
            if planned.call == call and planned.channel in {None, body.get("channel")}:
                planned.times -= 1
                if planned.times == 0:
                    self._planned.remove(planned)
                return plan(planned.fault, late=planned.late, retry_after=planned.retry_after)
        if self._chance is not None and call in {"post", "edit"} and self._chance.random() < self._rate:
            return plan(self._chance.choice(_BY_CHANCE), retry_after=0.2)
        return plan(Fault.NONE)

    async def _plan_fault(self, request: web.Request) -> web.Response:
        body = await request.json()
        self._planned.append(
            Planned(
                body["call"], Fault(body["fault"]), body.get("times", 1), body.get("channel"), body.get("late", 20.0),
                body.get("retry_after", 3.0),
            )
        )  # fmt: skip
        return web.json_response({})

    async def _remove(self, request: web.Request) -> web.Response:
        self.room.remove(time.time(), (await request.json())["id"])
        return web.json_response({})

    async def _archive(self, request: web.Request) -> web.Response:
        self.room.archived.add((await request.json())["channel"])
        return web.json_response({})

    async def _messages(self, _: web.Request) -> web.Response:
        return web.json_response({"messages": [m.shown() for m in self.room.messages.values() if m.channel]})

    async def _let_go(self, _: web.Application) -> None:
        self._silent.set()
        for task in self._later:
            task.cancel()


def act(room: Room, call: str, body: dict[str, Any], at: float) -> dict[str, Any]:
    """Do what was asked. Raises RefusedError."""
    if call == "post":
        return {"id": room.post(at, body)}
    if call == "edit":
        room.edit(at, body["id"], body)
    elif call == "mark":
        room.mark(at, body["id"])
    else:
        return {"messages": room.history(body["channel"], body["thread"], body["since"])}
    return {}


def _answer(taken: dict[str, Any] | RefusedError) -> web.Response:
    if isinstance(taken, RefusedError):
        return web.json_response({"error": str(taken)}, status=404)
    return web.json_response(taken)


async def serve(port: int, log: Path, seed: int | None, rate: float) -> None:
    chance = None if seed is None else random.Random(seed)  # noqa: S311 - a seed must reproduce
    server = Server(Room(file_log(log)), chance, rate)
    runner = web.AppRunner(server.app(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    print(f"ready http://127.0.0.1:{runner.addresses[0][1]}", flush=True)  # noqa: T201 - how a test learns the port
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--rate", type=float, default=0.1)
    given = parser.parse_args()
    asyncio.run(serve(given.port, given.log, given.seed, given.rate))


if __name__ == "__main__":
    main()
