"""websocket: a handshake, and if asked to, a message and what is answered."""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

import httpx
from pydantic import Field, field_validator

from desk.alerts import Status
from monitors.certificates import days_left, trusting
from monitors.conditions import quoted
from monitors.offers import Offers, Type, Value, in_ms
from monitors.probe import Kind, Probe, Seen
from monitors.reach import ReachError, unreached

if TYPE_CHECKING:
    from aiohttp import ClientSession, ClientWebSocketResponse, TraceRequestRedirectParams

_PORTS = {"ws": 80, "wss": 443}
LARGEST = 1 << 20  # bytes of a message
GOODBYE = 1.0  # seconds for theirs; it is not counted as latency


class Check(Kind):
    """Opens `url` and says goodbye; with `send`, or where a condition reads `message`, it waits for one."""

    remote: ClassVar[bool] = True
    needs: ClassVar[tuple[str, ...]] = ("aiohttp",)
    offers: ClassVar[Offers] = {
        "message": Value(Type.TEXT, "the first message that came, after `send` if there is one"),
        "handshake_ms": Value(Type.NUMBER, "how long connecting and the handshake took, in milliseconds"),
        "protocol": Value(Type.TEXT, "which of `protocols` the server chose; empty when none"),
        "cert_days": Value(Type.NUMBER, "how long its certificate is still good, in days"),
    }

    url: str = Field(description="the address, ws:// or wss://")
    send: str | None = Field(None, description="what to say first", min_length=1, max_length=10_000)
    expect: str | None = Field(None, description="what the first message must contain", min_length=1, max_length=200)
    protocols: tuple[str, ...] = Field((), description="the subprotocols to ask for", max_length=10)

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise ValueError(f'"{url}" is not an address: {error}') from error
        if parsed.scheme not in _PORTS or not parsed.host or parsed.userinfo:
            raise ValueError(f'"{url}" is no address such as wss://shop.example/live, without a name or password')
        return url

    def short_for(self) -> Iterable[tuple[str, str]]:
        if self.expect is not None:
            yield f"message.contains({quoted(self.expect)})", ""

    async def check(self, probe: Probe) -> Seen:
        import aiohttp

        url, began = httpx.URL(self.url), time.perf_counter()
        host = url.raw_host.decode("ascii")
        addresses = await probe.targets.addresses(host, url.port or _PORTS[url.scheme])
        tracing = aiohttp.TraceConfig()
        tracing.on_request_redirect.append(_goes_nowhere_else)
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trace_configs=[tracing]) as session:
            socket = await self._opened(session, url, host, addresses)
            try:
                values = self._values(socket, time.perf_counter() - began, probe)
                if self.send is not None:
                    await socket.send_str(self.send)
                if "message" in probe.wants:
                    values["message"] = await self._message(socket)
                return Seen(values=values, latency=time.perf_counter() - began)
            except (aiohttp.ClientError, OSError) as error:
                raise unreached(error, "a message") from error
            finally:
                await socket.close()

    @staticmethod
    def _values(socket: "ClientWebSocketResponse", took: float, probe: Probe) -> dict[str, float | str]:
        values: dict[str, float | str] = {"handshake_ms": in_ms(took), "protocol": socket.protocol or ""}
        if (days := days_left(socket.get_extra_info("ssl_object"), probe.now())) is not None:
            values["cert_days"] = days
        return values

    async def _opened(
        self, session: "ClientSession", url: httpx.URL, host: str, addresses: Iterable[str]
    ) -> "ClientWebSocketResponse":
        """To the first checked address that takes the connection; name and certificate stay those of the host."""
        import aiohttp

        refused: Exception = OSError("no address")
        for address in addresses:
            pinned = str(url if address == host else url.copy_with(host=address))
            try:
                return await session.ws_connect(
                    pinned, headers={"Host": url.netloc.decode("ascii"), "User-Agent": "deskbell"},
                    protocols=self.protocols, ssl=trusting(), server_hostname=host, max_msg_size=LARGEST,
                    timeout=aiohttp.ClientWSTimeout(ws_close=GOODBYE),
                )  # fmt: skip
            except aiohttp.WSServerHandshakeError as error:
                said = f"status {error.status}" if error.status != 101 else error.message
                raise ReachError(Status.FAILED, f"{said}, expected a websocket") from error
            except aiohttp.ClientConnectorError as error:
                refused = error
            except (aiohttp.ClientError, OSError) as error:
                raise unreached(error, "a websocket") from error
        raise unreached(refused, "a websocket") from refused

    @staticmethod
    async def _message(socket: "ClientWebSocketResponse") -> str:
        from aiohttp import WSMsgType

        got = await socket.receive()
        if got.type is WSMsgType.TEXT:
            return str(got.data)
        if got.type is WSMsgType.BINARY:
            return bytes(got.data).decode(errors="replace")
        code = f" with {socket.close_code}" if socket.close_code else ""
        raise ReachError(Status.FAILED, f"the server closed the connection{code}, expected a message")


async def _goes_nowhere_else(_session: object, _context: object, answer: "TraceRequestRedirectParams") -> None:
    """A redirect would be followed by the library, and to wherever it leads: nobody has checked that."""
    raise ReachError(Status.FAILED, f"redirected by status {answer.response.status}, expected a websocket")
