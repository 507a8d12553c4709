"""Discord on loopback: HTTP for REST and files, a WebSocket for the gateway. A thin layer over `state`.

`async with Server(discord) as server:` then `server.rest` is what `discord.http.Route.BASE` has to be.
"""

import asyncio
import json
from typing import Any, Self

from aiohttp import BodyPartReader, WSMsgType, web

from tests.discord.standin import uploads
from tests.discord.standin.calls import Call
from tests.discord.standin.carrier import Carrier
from tests.discord.standin.state import Discord
from tests.discord.standin.things import Attachment

_PREFIX = "/api/v10"


class Server:
    """`rest` is the base of the REST routes, `gateway` the WebSocket's address (`/gateway/bot` gives it out)."""

    def __init__(self, discord: Discord) -> None:
        self.discord, self.carrier = discord, Carrier(discord)
        self._sockets: set[web.WebSocketResponse] = set()
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.router.add_get("/attachments/{place}/{number}/{name}", self._file)
        app.router.add_route("*", _PREFIX + "/{path:.*}", self._rest)
        app.router.add_get("/", self._socket)
        app.on_shutdown.append(self._let_go)
        self._runner = web.AppRunner(app, shutdown_timeout=1.0)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.rest, self.gateway = f"http://127.0.0.1:{port}{_PREFIX}", f"ws://127.0.0.1:{port}/"
        self.discord.files_at, self.discord.gateway_at = f"http://127.0.0.1:{port}", self.gateway
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _let_go(self, _: web.Application) -> None:
        await self.carrier.let_go()
        for socket in list(self._sockets):
            await socket.close(code=1001)

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        try:
            reply = await self.carrier.carry(await self._call(request))
        except ConnectionResetError:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        if reply.body is None:
            return web.Response(status=reply.status, headers=reply.headers)
        body = json.dumps(reply.body).encode()
        headers = {**reply.headers, "Content-Type": "application/json"}  # discord.py knows it without a charset only
        return web.Response(status=reply.status, body=body, headers=headers)

    async def _call(self, request: web.Request) -> Call:
        body: Any = None
        files: list[Attachment] = []
        if request.content_type == "multipart/form-data":
            body, files = await self._parts(request)
        elif request.can_read_body and (text := await request.text()):
            body = json.loads(text)
        token = request.headers.get("Authorization", "").removeprefix("Bot ") or None
        path = "/" + request.match_info["path"]
        return Call(request.method, path, body, dict(request.query), token, tuple(files))

    async def _parts(self, request: web.Request) -> tuple[Any, list[Attachment]]:
        body: Any = None
        files: list[Attachment] = []
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "payload_json":
                body = json.loads(await part.text())
            elif isinstance(part, BodyPartReader):
                kind = part.headers.get("Content-Type", "application/octet-stream")
                files.append(uploads.part(part.name or "", part.filename, kind, bytes(await part.read())))
        return body, files

    async def _file(self, request: web.Request) -> web.StreamResponse:
        number = int(request.match_info["number"])
        for message in self.discord.messages.values():
            for each in message.attachments:
                if each.id == number and not message.gone:
                    return web.Response(body=each.content, content_type=each.type)
        return web.Response(status=404)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        self._sockets.add(socket)
        frames: asyncio.Queue[dict[str, Any] | int | None] = asyncio.Queue()
        connection = self.discord.gateway.open(frames.put_nowait)
        writing = asyncio.create_task(self._write(request, socket, frames))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    connection.hear(json.loads(message.data))
        finally:
            connection.gone()
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            self._sockets.discard(socket)
        return socket

    @staticmethod
    async def _write(
        request: web.Request, socket: web.WebSocketResponse, frames: "asyncio.Queue[dict[str, Any] | int | None]"
    ) -> None:
        while True:
            frame = await frames.get()
            if isinstance(frame, dict):
                await socket.send_json(frame)
            elif frame is not None:
                await socket.close(code=frame)
                return
            else:
                if request.transport is not None:
                    request.transport.abort()
                return
