"""Socket Mode: every envelope goes to exactly one of the open connections. https://docs.slack.dev/apis/events-api/using-socket-mode"""

import asyncio
import json
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.slack.standin import numbers as n
from tests.slack.standin.carrying import Ack
from tests.slack.standin.workspace import Workspace
from tests.slack.standin.world import Delivery, Json


@dataclass(frozen=True, slots=True)
class Sent:
    """One envelope as it went out: the witness of who got what."""

    at: float
    envelope_id: str
    key: str
    connection: int
    attempt: int


@dataclass
class Connection:
    """`leaving` ones get nothing new, and may still acknowledge."""

    number: int
    request: web.Request
    socket: web.WebSocketResponse
    leaving: bool = False
    waiting: dict[str, asyncio.Future[Ack]] = field(default_factory=dict)
    gone: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Sockets:
    """`ack_seconds` is how long an acknowledgement is waited for; `refusing` lets nobody in."""

    ws: Workspace
    ack_seconds: float = 3.0
    refusing: bool = False
    connections: list[Connection] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    acked: dict[str, Ack] = field(default_factory=dict)
    made: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _turn: int = 0

    # Sending

    async def once(self, delivery: Delivery, attempt: int, reason: str) -> Ack:
        ready = self.ready()
        if not ready:
            return Ack(error="no_connection")
        self._turn += 1
        connection = ready[self._turn % len(ready)]
        envelope: Json = {
            "envelope_id": f"{self.ws.next_id('e')}-{delivery.key}", "type": delivery.kind,
            "payload": delivery.payload, "accepts_response_payload": delivery.answers,
        }  # fmt: skip
        if delivery.kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        answer: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = answer
        self.sent.append(Sent(self.ws.now(), envelope["envelope_id"], delivery.key, connection.number, attempt))
        self.changed.set()
        try:
            await connection.socket.send_str(json.dumps(envelope))
            async with asyncio.timeout(self.ack_seconds):
                return await answer
        except TimeoutError:
            return Ack(error="timeout")
        except ConnectionError:
            return Ack(error="connection_lost")
        finally:
            connection.waiting.pop(envelope["envelope_id"], None)

    # Receiving

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection from its ticket to its end."""
        if self.refusing or not self.ws.admit(request.query.get("ticket", "")):
            return web.json_response({"ok": False, "error": "invalid_auth"}, status=403)
        socket = web.WebSocketResponse(timeout=1)
        await socket.prepare(request)
        self.made += 1
        connection = Connection(self.made, request, socket)
        if len(self.connections) >= n.SOCKETS:
            await self._goodbye(connection, "too_many_websockets")
            await socket.close()
            return socket
        self.connections.append(connection)
        try:
            await socket.send_str(json.dumps(self._hello()))
            self.changed.set()
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._heard(connection, frame.data)
        except ConnectionError:
            pass  # cut while the hello was on its way
        finally:
            self.connections.remove(connection)
            connection.gone.set()
            self.changed.set()
            for answer in connection.waiting.values():
                if not answer.done():
                    answer.set_result(Ack(error="connection_lost"))
        return socket

    def _hello(self) -> Json:
        about = {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060, "started": "now"}
        return {
            "type": "hello", "num_connections": len(self.connections), "debug_info": about,
            "connection_info": {"app_id": self.ws.app},
        }  # fmt: skip

    def _heard(self, connection: Connection, data: str) -> None:
        message = json.loads(data)
        key = message.get("envelope_id", "")
        self.acked[key] = ack = Ack(message.get("payload"))
        self.changed.set()
        answer = connection.waiting.get(key)
        if answer is not None and not answer.done():
            answer.set_result(ack)

    # What Slack and the network do to connections

    async def warn(self, connection: Connection) -> None:
        """Slack will close it in about ten seconds."""
        await self._goodbye(connection, "warning")

    async def refresh(self, connection: Connection, *, linger: float = 2.0) -> None:
        """Slack wants a new one: this gets nothing more, and is closed if the client has not done so by then."""
        connection.leaving = True
        await self._goodbye(connection, "refresh_requested")
        try:
            async with asyncio.timeout(linger):
                await connection.gone.wait()
        except TimeoutError:
            await connection.socket.close()

    def cut(self, connection: Connection | None = None) -> None:
        """The network drops this one, or all of them, without a word."""
        for one in [connection] if connection else list(self.connections):
            one.leaving = True
            if one.request.transport is not None:
                one.request.transport.abort()

    def ready(self) -> list[Connection]:
        """Those that can be sent to."""
        return [c for c in self.connections if not c.leaving and not c.socket.closed]

    async def close(self) -> None:
        self.refusing = True
        for connection in list(self.connections):
            await connection.socket.close(code=1001)

    async def _goodbye(self, connection: Connection, reason: str) -> None:
        about = {"host": "applink-1"}
        await connection.socket.send_str(json.dumps({"type": "disconnect", "reason": reason, "debug_info": about}))
