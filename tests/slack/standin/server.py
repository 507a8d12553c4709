"""The stand-in on loopback: the Web API, response_urls and Socket Mode over real HTTP and WebSocket, and the pusher.

`async with slack(workspace) as there:` and then `AsyncWebClient(token=there.ws.bot_token, base_url=there.api_url)`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from aiohttp import web

from tests.slack.standin.carrying import PAUSES, Ack, Retries
from tests.slack.standin.eyes import Eyes
from tests.slack.standin.forms import Forms
from tests.slack.standin.hands import Hands
from tests.slack.standin.people import People
from tests.slack.standin.pushing import Push
from tests.slack.standin.sockets import Sockets
from tests.slack.standin.trouble import Trouble
from tests.slack.standin.workspace import Reply, Workspace
from tests.slack.standin.world import Delivery, Json
from tests.standin.faults import Tells

Seen = TypeVar("Seen")


class Slack(Hands):
    """`echo`: the app is told of its own posts, as Slack does. `push` is set by `push_to`: then HTTP, else sockets."""

    def __init__(self, ws: Workspace, *, ack_seconds: float, retries: Retries, echo: bool) -> None:
        self.ws, self.retries, self.echo = ws, retries, echo
        self.people, self.forms, self.eyes = People(ws), Forms(ws), Eyes(ws)
        self.sockets = Sockets(ws, ack_seconds)
        self.push: Push | None = None
        self._background: set[asyncio.Task[Any]] = set()
        self._closing = asyncio.Event()

    @property
    def api_url(self) -> str:
        return f"{self.ws.base}/api/"

    def push_to(self, url: str) -> Push:
        """From now on deliveries go to this address, signed."""
        self.push = Push(self.ws, url, self.sockets.ack_seconds)
        return self.push

    async def deliver(self, delivery: Delivery) -> Ack:
        return await self.retries.carry(self.push or self.sockets, delivery)

    async def until(self, look: Callable[[], Seen], seconds: float = 10.0) -> Seen:
        """What `look` finds, once it finds something: asked again whenever the app or a socket did something."""
        async with asyncio.timeout(seconds):
            while not (found := look()):
                self.sockets.changed.clear()
                await self.sockets.changed.wait()
        return found

    async def connected(self, count: int) -> None:
        """Until so many sockets can be sent to."""
        await self.until(lambda: len(self.sockets.ready()) == count)

    async def settled(self) -> None:
        """Until what was sent besides what a hand waits for (echoes) has arrived."""
        while self._background:
            await asyncio.wait(self._background)

    # The server

    def app(self) -> web.Application:
        app = web.Application(client_max_size=8 * 2**20)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/response/{token:.+}", self._response)
        app.router.add_post("/upload/v1/{address}", self._upload)
        app.router.add_get("/link/", self.sockets.handle)
        return app

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method, arguments = request.match_info["method"], await _arguments(request)
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        token = bearer or str(arguments.pop("token", ""))
        arguments.pop("token", None)
        trouble = self.ws.troubles.next(method, arguments)

        def take() -> Reply:
            reply = self.ws.call(method, arguments, token, trouble)
            if method == "chat.postMessage" and self.echo:
                self._echo(self.ws.calls[-1].result)
            return reply

        return await self._answer(request, trouble, take)

    async def _response(self, request: web.Request) -> web.StreamResponse:
        token, body = request.match_info["token"], await request.json()
        trouble = self.ws.troubles.next("response_url", body)
        return await self._answer(request, trouble, lambda: self.ws.respond(token, body, trouble))

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        address, data = request.match_info["address"], await request.read()
        trouble = self.ws.troubles.next("upload", {})
        return await self._answer(request, trouble, lambda: self.ws.upload(address, data, trouble))

    async def _answer(
        self, request: web.Request, trouble: Trouble, take: Callable[[], Reply]
    ) -> web.StreamResponse:
        plan = trouble.plan
        await self._pass(plan.takes_after or 0.0)
        reply = take()
        self.sockets.changed.set()
        await self._pass(max(0.0, plan.tells_after - (plan.takes_after or 0.0)))
        if reply.tells is Tells.NOTHING:
            await self._closing.wait()
        if reply.status == 0 and request.transport is not None:
            request.transport.abort()
        return web.json_response(reply.body, status=reply.status or 500, headers=reply.headers)

    async def _pass(self, seconds: float) -> None:
        """Time goes by, unless the server is closing."""
        if seconds:
            try:
                async with asyncio.timeout(seconds):
                    await self._closing.wait()
            except TimeoutError:
                pass

    def _echo(self, posted: Json) -> None:
        message = self.ws.message(str(posted.get("channel")), str(posted.get("ts")))
        for delivery in self.people.echo(message) if message else []:
            task = asyncio.create_task(self.deliver(delivery))
            self._background.add(task)
            task.add_done_callback(self._background.discard)

    async def stop(self) -> None:
        self._closing.set()
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self.sockets.close()
        if self.push is not None:
            await self.push.close()


async def _arguments(request: web.Request) -> Json:
    """Form, JSON and query alike."""
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        body = await request.json()
        return found | (body if isinstance(body, dict) else {})
    return found | {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


@asynccontextmanager
async def slack(
    ws: Workspace, *, ack_seconds: float = 3.0, pauses: tuple[float, ...] = PAUSES,
    redelivers: Collection[str] = frozenset({"events_api"}), echo: bool = True, port: int = 0,
) -> AsyncIterator[Slack]:  # fmt: skip
    """Running on a port of loopback until the block is left. `pauses` are seconds before each further delivery."""
    there = Slack(ws, ack_seconds=ack_seconds, retries=Retries(pauses, redelivers), echo=echo)
    runner = web.AppRunner(there.app(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        ws.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield there
    finally:
        await there.stop()
        await runner.cleanup()
