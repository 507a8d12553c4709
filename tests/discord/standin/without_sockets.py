"""The real discord.py on the stand-in without sockets, in virtual time: its own retries, waits and resumes run.

`seat(client, carrier)` before `client.login`: the client then has a session whose requests the carrier carries, and
whose WebSocket is the gateway's.
"""

import asyncio
import json
from typing import Any

import aiohttp
import discord
import yarl
from discord.http import Route
from multidict import CIMultiDict

from tests.discord.standin import uploads
from tests.discord.standin.calls import Call, Reply
from tests.discord.standin.carrier import Carrier

_PREFIX = "/api/v10"


def seat(client: discord.Client, carrier: Carrier) -> None:
    """`static_login` as discord.py has it, but with our session in place of aiohttp's."""
    http = client.http

    async def static_login(token: str) -> Any:
        http._HTTPClient__session = Session(carrier)
        http._global_over = asyncio.Event()
        http._global_over.set()
        http.token = token
        try:
            return await http.request(Route("GET", "/users/@me"))
        except discord.HTTPException as refusal:
            if refusal.status == 401:
                raise discord.LoginFailure("Improper token has been passed.") from refusal
            raise

    http.static_login = static_login


class Session:
    """What discord.py uses of `aiohttp.ClientSession`."""

    closed = False

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def request(self, method: str, url: str, **given: Any) -> "Answering":
        return Answering(self._carrier, _call(method, url, given))

    async def ws_connect(self, _: str, **__: Any) -> "Socket":
        return Socket(self._carrier)

    async def close(self) -> None:
        self.closed = True


def _call(method: str, url: str, given: dict[str, Any]) -> Call:
    path = yarl.URL(url).path.partition(_PREFIX)[2]
    query = {key: str(value) for key, value in (given.get("params") or {}).items()}
    data, files = given.get("data"), []
    if isinstance(data, aiohttp.FormData):
        for about, headers, value in data._fields:
            if about["name"] == "payload_json":
                data = value
            else:
                kind = headers.get("Content-Type", "application/octet-stream")
                files.append(uploads.part(about["name"], about["filename"], kind, value.read()))
    token = (given.get("headers") or {}).get("Authorization", "").removeprefix("Bot ") or None
    return Call(method, path, None if data is None else json.loads(data), query, token, tuple(files))


class Answering:
    """The request as a context: it is sent on entering. A reset is what aiohttp makes of it."""

    def __init__(self, carrier: Carrier, call: Call) -> None:
        self._carrier, self._call = carrier, call

    async def __aenter__(self) -> "Response":
        try:
            return Response(await self._carrier.carry(self._call))
        except ConnectionResetError:
            raise aiohttp.ServerDisconnectedError from None

    async def __aexit__(self, *_: object) -> None:
        """Nothing is held open."""


class Response:
    def __init__(self, reply: Reply) -> None:
        self._body, self.status, self.reason = reply.body, reply.status, ""
        self.headers = CIMultiDict(reply.headers)
        if reply.body is not None:
            self.headers["Content-Type"] = "application/json"

    async def text(self, encoding: str = "utf-8") -> str:  # noqa: ARG002 - as aiohttp has it
        return "" if self._body is None else json.dumps(self._body)


class Socket:
    """What discord.py uses of a WebSocket. `close_code` is 1006 after a reset."""

    def __init__(self, carrier: Carrier) -> None:
        self._frames: asyncio.Queue[dict[str, Any] | int | None] = asyncio.Queue()
        self.closed = False
        self.close_code: int | None = None
        self._connection = carrier.discord.gateway.open(self._frames.put_nowait)

    async def receive(self, timeout: float | None = None) -> aiohttp.WSMessage:  # noqa: ASYNC109 - as aiohttp has it
        if self.closed:
            return aiohttp.WSMessage(aiohttp.WSMsgType.CLOSED, None, None)
        frame = await asyncio.wait_for(self._frames.get(), timeout)
        if isinstance(frame, dict):
            return aiohttp.WSMessage(aiohttp.WSMsgType.TEXT, json.dumps(frame), None)
        self.closed, self.close_code = True, self.close_code or frame or 1006
        return aiohttp.WSMessage(aiohttp.WSMsgType.CLOSED, None, None)

    async def send_str(self, text: str) -> None:
        if self.closed:
            raise aiohttp.ClientConnectionResetError("Cannot write to closing transport")
        self._connection.hear(json.loads(text))

    async def close(self, *, code: int = 4000) -> bool:
        self._connection.gone()
        if not self.closed:
            self.close_code = code
            self._frames.put_nowait(code)  # whoever receives is told
        return True
