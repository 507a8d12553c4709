"""One request over one connection, and the answer as it comes in. Its bytes are read by llhttp (httptools)."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from monitors.prepared import Prepared

HEAD_LIMIT = 64 * 1024  # bytes: status and headers with the interim answers before them, or what follows a body
TOO_LONG = f"its headers are longer than {HEAD_LIMIT // 1024} KiB"
WAITING_LIMIT = 256 * 1024  # bytes of a body that nobody reads yet, before the server has to wait
PACKED_PIECE = 4 * 1024  # bytes of a packed body handed on at once: unpacked they may be a thousand times as many
QUOTED = 40  # bytes of what is no answer
SWITCHED = 101  # the one interim status after which no HTTP comes


class Exchange(asyncio.Protocol, httpx.AsyncByteStream):
    """Await `head`, look at `status` and `headers`, and `close()` in any case; `response()` is httpx's view of it.

    Iterating gives the body as it comes. Either raises httpx.RemoteProtocolError for what is no HTTP, and
    httpx.ReadError for a connection that broke.
    """

    def __init__(self, request: Prepared, head: asyncio.Future[None], asked_at: float | None = None) -> None:
        self.head = head
        self.status = 0  # until all of the head is there
        self.headers: list[tuple[bytes, bytes]] = []
        self._request = request
        self._parser = _lenient(HttpResponseParser(self))
        self._transport: asyncio.Transport | None = None
        self._certificate: dict[str, Any] | None = None
        self._start = b""  # of the answer, to quote if it is none
        self._idle = 0  # bytes that came since there was something to tell
        self._pieces: deque[bytes] = deque()
        self._waiting = 0  # bytes in `_pieces`
        self._more: asyncio.Future[None] | None = None  # whom the next piece wakes
        self._ended = False
        self._error: httpx.TransportError | None = None
        # Seconds of `perf_counter`: when the caller began, the connection was opened, it stood, TLS stood, a byte came.
        self.opened_at = self.connected_at = self.secured_at = self.answered_at = time.perf_counter()
        self.asked_at = self.opened_at if asked_at is None else asked_at

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.secured_at = time.perf_counter()
        if self._request.server_name is None:
            self.connected_at = self.secured_at
        else:
            self._certificate = transport.get_extra_info("peercert")
        self._transport.write(self._request.wire)

    def data_received(self, data: bytes) -> None:
        if self._ended:
            return
        if not self._start:
            self.answered_at, self._start = time.perf_counter(), data[:QUOTED]
        self._idle += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            self._end()
        except HttpParserError as error:
            self._end(httpx.RemoteProtocolError(self._no_http(str(error))))
        if self._idle > HEAD_LIMIT:
            self._end(httpx.RemoteProtocolError(TOO_LONG))

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.status:  # and no trailer
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 100 or self._start[0] != ord("H"):  # the parser takes RTSP and ICE, too
            self._end(httpx.RemoteProtocolError(self._no_http(f"status {status:03}")))
        elif self._idle > HEAD_LIMIT < sum(len(name) + len(value) for name, value in self.headers):
            self._end(httpx.RemoteProtocolError(TOO_LONG))
        elif status < 200 and status != SWITCHED:
            self.headers.clear()  # an interim answer: the real one follows
        else:
            self._answered(status)

    def _answered(self, status: int) -> None:
        self.status, self._idle = status, 0
        if not self.head.done():
            self.head.set_result(None)
        if self._request.bodyless:
            self._end()

    def on_body(self, piece: bytes) -> None:
        if self._ended:
            return
        self._idle = 0
        self._pieces.append(piece)
        self._waiting += len(piece)
        if self._waiting > WAITING_LIMIT and self._transport:
            self._transport.pause_reading()
        self._wake()

    def on_message_complete(self) -> None:
        if self.status:
            self._end()

    def connection_lost(self, broken: Exception | None) -> None:
        if self._ended:
            return
        if broken:
            error: httpx.TransportError = httpx.ReadError(str(broken))
            error.__cause__ = broken
            self._end(error)
        elif not self.status:
            self._end(httpx.RemoteProtocolError("the connection was closed before an answer came"))
        else:
            self._end(None if self._lasts_until_closed() else httpx.RemoteProtocolError("the answer was cut off"))

    def close(self) -> None:
        """Nothing is owed to the other side, and a goodbye that waits could hang."""
        self._end()
        if self._transport:
            self._transport.abort()
            self._transport = None
            del self._parser  # which knows us: together they would wait for the garbage collector

    def response(self, request: httpx.Request | None = None) -> httpx.Response:
        return httpx.Response(
            self.status, headers=self.headers, stream=self, request=request, extensions=self.extensions
        )

    @property
    def extensions(self) -> dict[str, Any]:
        """What an answer says beside itself. Times are milliseconds, each for its own stretch of the way.

        `dns_ms`: until the address was known and checked, 0 for an address. `connect_ms`: until the connection stood.
        `tls_ms`: the handshake. `first_byte_ms`: from the request to the first byte of the answer. `certificate`: as
        `getpeercert` tells it. `tls_ms` and `certificate` are there for TLS only.
        """
        found: dict[str, Any] = {
            "dns_ms": (self.opened_at - self.asked_at) * 1000,
            "connect_ms": (self.connected_at - self.opened_at) * 1000,
            "first_byte_ms": (self.answered_at - self.secured_at) * 1000,
        }
        if not self._certificate:
            return found
        return {**found, "tls_ms": (self.secured_at - self.connected_at) * 1000, "certificate": self._certificate}

    async def __aiter__(self) -> AsyncIterator[bytes]:
        packed = any(name.lower() == b"content-encoding" for name, _ in self.headers)
        while True:
            while self._pieces:
                piece = self._pieces.popleft()
                self._waiting -= len(piece)
                for start in range(0, len(piece), PACKED_PIECE if packed else len(piece)):
                    yield piece[start : start + PACKED_PIECE] if packed else piece
            if self._error:
                raise self._error
            if self._ended or self._transport is None:
                return
            self._transport.resume_reading()
            self._more = asyncio.get_running_loop().create_future()
            await self._more

    async def aclose(self) -> None:
        self.close()

    def _end(self, error: httpx.TransportError | None = None) -> None:
        """The first end counts: what comes after a whole answer is not for us."""
        if self._ended:
            return
        self._ended, self._error = True, error
        if not self.head.done():
            if error:
                self.head.set_exception(error)
            else:
                self.head.cancel()
        self._wake()

    def _wake(self) -> None:
        if self._more and not self._more.done():
            self._more.set_result(None)

    def _lasts_until_closed(self) -> bool:
        fields = [(name.lower(), value.lower()) for name, value in self.headers]
        return not any(
            name == b"content-length" or (name == b"transfer-encoding" and value.endswith(b"chunked"))
            for name, value in fields
        )

    def _no_http(self, reason: str) -> str:
        if self._start.startswith(b"HTTP/"):
            return f"the answer is no valid HTTP: {reason}"
        start = self._start.decode("ascii", errors="replace")
        words = "".join(c if c.isprintable() else " " for c in start).strip()
        return f'the answer is no HTTP, it starts with "{words}"'


def _lenient(parser: HttpResponseParser) -> HttpResponseParser:
    """What browsers forgive is no outage: lines that end in LF alone, odd bytes in headers, spaces after a length."""
    parser.set_dangerous_leniencies(
        lenient_headers=True, lenient_optional_cr_before_lf=True, lenient_spaces_after_chunk_size=True
    )
    return parser
