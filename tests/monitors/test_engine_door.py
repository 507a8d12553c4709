"""The probe engine as a door to the web: TLS, what an answer says beside itself, and httpx's client behind it."""

import asyncio
import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from monitors.certificates import days_of
from monitors.engine import Engine
from monitors.exchange import Exchange
from monitors.prepared import Prepared, prepared
from tests.monitors.answering import PATIENCE, says, serving

CERTIFICATE = Path(__file__).parents[1] / "data" / "tls" / "shop.example.pem"  # until 2120
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
TIMES = {"dns_ms", "connect_ms", "first_byte_ms"}


def theirs() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def trusting() -> Engine:
    return Engine(ssl.create_default_context(cafile=CERTIFICATE))


def to(port: int, scheme: str = "http") -> Prepared:
    return prepared(httpx.Request("GET", f"{scheme}://shop.example:{port}/"))


def test_an_answer_says_how_long_each_part_of_the_way_took(run):
    async def story():
        async with serving(says(OK)) as port:
            exchange = await Engine().send(to(port), "127.0.0.1", asked_at=0)
            exchange.close()
            return exchange.extensions

    found = run(story())
    assert set(found) == TIMES
    assert all(took >= 0 for took in found.values())
    assert found["dns_ms"] > found["connect_ms"]  # counted from when the caller began, which was long ago


def test_over_tls_it_says_too_how_long_the_handshake_took_and_how_long_the_certificate_lasts(run):
    async def story():
        async with serving(says(OK), ssl=theirs()) as port:
            exchange = await trusting().send(to(port, "https"), "127.0.0.1")
            response = exchange.response()
            body = await response.aread()
            return body, response.extensions

    body, found = run(story())
    assert body == b"ok"
    assert set(found) == TIMES | {"tls_ms", "certificate"}
    assert found["tls_ms"] > 0
    assert days_of(found["certificate"], datetime(2119, 12, 25, tzinfo=UTC)) == 7


async def plain_words(reader, writer):
    writer.write(OK)
    await writer.drain()
    await reader.read()


async def no_handshake(reader, writer):
    await reader.read(1)
    writer.transport.abort()


NO_TLS = {
    "plain HTTP, said before the handshake": (plain_words, "WRONG_VERSION_NUMBER"),
    "an end to the handshake": (no_handshake, "reset|closed during the handshake"),
}


@pytest.mark.parametrize("row", NO_TLS.values(), ids=list(NO_TLS))
def test_what_was_not_said_under_tls_is_no_answer(run, row):
    """Whoever sits between could say 200 in plain words: it must not read as a good answer of an https target."""
    talk, words = row

    async def story():
        async with serving(talk) as port:
            await trusting().send(to(port, "https"), "127.0.0.1")

    with pytest.raises(httpx.ConnectError, match=f"(?i){words}"):
        run(story())


async def waits(reader, _writer):
    await reader.read()
    waits.left.set()


@pytest.mark.parametrize(("scheme", "options"), [("http", {}), ("https", {"ssl": theirs()})])
def test_a_request_that_is_given_up_leaves_no_connection_behind(run, scheme, options):
    """The poller ends what is over its time limit, wherever on the way it is."""

    async def story():
        waits.left = asyncio.Event()
        async with serving(waits, **options) as port:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await trusting().send(to(port, scheme), "127.0.0.1")
            await asyncio.wait_for(waits.left.wait(), PATIENCE)

    run(story())


def test_a_handshake_that_is_given_up_leaves_no_connection_behind(run):
    async def story():
        waits.left = asyncio.Event()
        async with serving(waits) as port:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await trusting().send(to(port, "https"), "127.0.0.1")
            await asyncio.wait_for(waits.left.wait(), PATIENCE)

    run(story())


def test_nobody_listening_is_a_refused_connection(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        for scheme in ("http", "https"):
            with pytest.raises(httpx.ConnectError) as caught:
                run(trusting().send(to(taken.getsockname()[1], scheme), "127.0.0.1"))
            assert isinstance(caught.value.__cause__, ConnectionRefusedError)


def test_a_client_of_httpx_sends_and_follows_through_it(run):
    """Names are looked up, bodies go out, redirects are followed; each request has a connection of its own."""
    heard = []

    async def talk(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(5) if b"POST" in head else b""
        heard.append((head.split(b"\r\n")[0], body, b"connection: close" in head.lower()))
        writer.write(OK if b"/end" in head else b"HTTP/1.1 302 Go\r\nLocation: /end\r\nContent-Length: 0\r\n\r\n")

    async def story():
        async with (
            serving(talk) as port,
            httpx.AsyncClient(transport=Engine(), follow_redirects=True, trust_env=False) as web,
        ):
            return (await web.post(f"http://localhost:{port}/start", content=b"hello")).text

    assert run(story()) == "ok"
    assert heard == [(b"POST /start HTTP/1.1", b"hello", True), (b"GET /end HTTP/1.1", b"", True)]


def test_a_name_that_does_not_exist_is_no_connection(run):
    request = httpx.Request("GET", "http://no-such-name.invalid/")
    with pytest.raises(httpx.ConnectError):
        run(Engine().handle_async_request(request))


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (httpx.Request("GET", "ftp://shop.example/"), httpx.UnsupportedProtocol),
        (httpx.Request("GET", "http://shop.example/", headers={"A": "b\r\nC: d"}), httpx.LocalProtocolError),
        (httpx.Request("G T", "http://shop.example/"), httpx.LocalProtocolError),
    ],
)
def test_what_cannot_be_said_in_http_is_refused_before_anybody_is_asked(request_, error):
    with pytest.raises(error):
        prepared(request_)


async def test_an_exchange_that_was_closed_says_so_to_whoever_waits_for_it():
    exchange = Exchange(to(80), asyncio.get_running_loop().create_future())
    exchange.close()
    with pytest.raises(asyncio.CancelledError):
        await exchange.head
    assert [piece async for piece in exchange] == []
