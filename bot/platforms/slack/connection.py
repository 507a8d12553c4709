"""Bolt with one catch-all before all else, and the sockets that bring it what happened."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.platforms.slack import refusals
from bot.platforms.slack.workspace import LIMIT, SILENT, Workspace
from bot.ports import Clock

SOCKETS = 2  # Slack renews each in turn: the other one hears
PING = 5.0  # seconds; a socket that is silent for four pings is over
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0  # seconds before a socket is opened anew
CLOSING = 2.0
LOOK = 0.25

Receive = Callable[[Mapping[str, Any]], Awaitable[dict[str, Any] | None]]
log = structlog.get_logger(__name__)


class Handover(AsyncMiddleware):
    """Hands every payload to us. It stands before Bolt's own chain, of which each link costs time and none is needed:
    who may do what is decided behind our door.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]  # noqa: A002 - Bolt's name
    ) -> BoltResponse:  # fmt: skip
        if req.body.get("type") == "url_verification":  # Bolt answers it, further down the chain
            await next()
            return resp
        try:
            acknowledged = await self._receive(req.body)
        except Exception:
            # Not acknowledged, so that Slack says it again: it is not stored.
            log.exception("what Slack sent could not be stored", kind=req.body.get("type", "command"))
            return BoltResponse(status=503)
        return BoltResponse(status=200, body=acknowledged or "")


def bolt(workspace: Workspace, receive: Receive) -> AsyncApp:
    """Signatures are looked at before Bolt sees a request (`signed`), since its own check lets a replay through."""
    return AsyncApp(
        name="deskbell", logger=SILENT, client=workspace.web, process_before_response=True,
        before_authorize=Handover(receive), request_verification_enabled=False, ssl_check_enabled=False,
        ignoring_self_events_enabled=False, attaching_function_token_enabled=False,
    )  # fmt: skip


class Socket(SocketModeClient):
    """Slack's own client for one life of one socket: whatever makes it come back by itself, here says that it is over.

    By itself it would try a used address forever, at a fixed beat.
    """

    def __init__(self, app_token: str, workspace: Workspace) -> None:
        super().__init__(app_token, SILENT, workspace.web, ping_interval=PING)
        self.over, self.open = asyncio.Event(), asyncio.Event()
        self.message_listeners.append(self._hello)

    async def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - the SDK's signature
        self.over.set()

    async def begin(self) -> None:
        """Returns when Slack has said hello. Raises SlackApiError, OSError, TimeoutError."""
        self.wss_uri = await self.issue_new_wss_url()
        async with asyncio.timeout(LIMIT):
            await self.connect()  # type: ignore[no-untyped-call] # the SDK's
            await self.open.wait()

    async def ended(self) -> None:
        """The SDK looks whether a socket was cut only at its next ping."""
        while not self.over.is_set() and self.current_session is not None and not self.current_session.closed:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await self.over.wait()

    async def end(self) -> None:
        try:
            async with asyncio.timeout(CLOSING):
                await self.close()  # type: ignore[no-untyped-call] # the SDK's
        except (TimeoutError, OSError, aiohttp.ClientError):
            await self.aiohttp_client_session.close()
        tasks = [self.message_processor, self.current_session_monitor, self.message_receiver]
        left = [task for task in tasks if task is not None]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _hello(self, _client: AsyncBaseSocketModeClient, message: Mapping[str, Any], _raw: str | None) -> None:
        if message.get("type") == "hello":
            self.open.set()


class Sockets:
    """Several sockets, each opened anew when it ends. `heard` and `silent` are called when the first is there again and
    when the last is gone.
    """

    def __init__(
        self, workspace: Workspace, app_token: str, app: AsyncApp, clock: Clock, *, heard: Callable[[], None],
        silent: Callable[[], None],
    ) -> None:  # fmt: skip
        self._workspace, self._app_token, self._app = workspace, app_token, app
        self._clock, self._heard, self._silent = clock, heard, silent
        self._made: set[Socket] = set()
        self._up: set[Socket] = set()
        self._lives: list[asyncio.Task[None]] = []
        self._busy: set[asyncio.Task[Any]] = set()

    @property
    def connected(self) -> int:
        return len(self._up)

    async def start(self) -> None:
        """Returns when one is open. What keeps it from opening is raised here, where later it is tried again."""
        first = self._socket()
        try:
            await first.begin()
        except BaseException:
            await self._end(first)
            raise
        lives: list[Socket | None] = [first, *[None] * (SOCKETS - 1)]
        self._lives = [asyncio.create_task(self._live(socket), name="slack socket") for socket in lives]

    async def close(self) -> None:
        for life in self._lives:
            life.cancel()
        await asyncio.gather(*self._lives, return_exceptions=True)
        for socket in list(self._made):
            await self._end(socket)

    def _socket(self) -> Socket:
        socket = Socket(self._app_token, self._workspace)
        socket.socket_mode_request_listeners.append(self._handle)
        self._made.add(socket)
        return socket

    async def _end(self, socket: Socket) -> None:
        """Slack waits a little for what it has given to a socket, and so do we."""
        if self._busy:
            await asyncio.wait(self._busy, timeout=CLOSING)
        await socket.end()
        self._made.discard(socket)

    async def _live(self, socket: Socket | None) -> None:
        failures = 0
        while True:
            socket = socket or self._socket()
            try:
                if not socket.open.is_set():
                    await socket.begin()
                failures = 0
                self._rise(socket)
                await socket.ended()
            except Exception as error:  # noqa: BLE001 - whatever keeps a socket from opening, it is tried again
                failures += 1
                word = refusals.said(error) if isinstance(error, SlackApiError) else type(error).__name__
                log.warning("a socket did not open", platform=self._workspace.name, error=word)
            finally:
                self._fall(socket)
                await self._end(socket)
            await self._clock.sleep(_wait(failures))
            socket = None

    def _rise(self, socket: Socket) -> None:
        self._up.add(socket)
        if len(self._up) == 1:
            self._heard()

    def _fall(self, socket: Socket) -> None:
        if socket in self._up:
            self._up.discard(socket)
            if not self._up:
                self._silent()

    async def _handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)
        response = await run_async_bolt_app(self._app, request)
        await send_async_response(client, request, response, 0.0)


def _wait(failures: int) -> float:
    """Seconds. A thousand bots lose their sockets in one moment, and should not come back in one."""
    return random.uniform(0, min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures, 10)))  # noqa: S311 - jitter is no secret
