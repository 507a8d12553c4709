"""websocket: handshakes and messages; against aiohttp's server on loopback."""

from dataclasses import replace

import pytest
from aiohttp import WSMsgType, web
from pydantic import ValidationError

from desk.alerts import Status
from monitors.targets import Targets
from monitors.websocket import Check


@pytest.fixture
async def site():
    """A site with a socket that greets, one that echoes, one that leaves, and a page that is none."""
    asked = []

    async def socket(request):
        asked.append(request)
        made = web.WebSocketResponse(protocols=("chat",))
        await made.prepare(request)
        if request.path == "/greets":
            await made.send_str("hello")
        elif request.path == "/bytes":
            await made.send_bytes(b"hello \xff")
        elif request.path == "/leaves":
            await made.close(code=1011)
        async for message in made:
            if message.type is WSMsgType.TEXT and request.path == "/echoes":
                await made.send_str(f"you said {message.data}")
        return made

    async def elsewhere(_request):
        raise web.HTTPFound("/greets")

    app = web.Application()
    app.add_routes([web.get(path, socket) for path in ("/greets", "/echoes", "/leaves", "/bytes")])
    app.add_routes([web.get("/moved", elsewhere)])
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    there = web.TCPSite(runner, "127.0.0.1", 0)
    await there.start()
    yield runner.addresses[0][1], asked
    await runner.cleanup()


@pytest.mark.parametrize(
    ("path", "settings", "conditions", "sentence"),
    [
        ("greets", {}, (), ""),  # a handshake is enough
        ("greets", {"expect": "hell"}, ('message == "hello"', "handshake_ms >= 0"), ""),
        ("greets", {"expect": "bye"}, (), 'message "hello", expected to contain "bye"'),
        ("echoes", {"send": "ping", "expect": "you said ping"}, (), ""),
        ("echoes", {"protocols": ["chat", "other"]}, ('protocol == "chat"',), ""),
        ("echoes", {}, ('protocol == "chat"',), 'protocol "", expected "chat"'),
        ("bytes", {}, ('message.startsWith("hello")',), ""),
        ("leaves", {"send": "ping", "expect": "pong"}, (), "the server closed the connection with 1011"),
        ("gone", {}, (), "status 404, expected a websocket"),
        ("moved", {}, (), "redirected by status 302, expected a websocket"),
        ("greets", {}, ("cert_days > 1",), "cert_days is missing, expected > 1"),
    ],
)  # fmt: skip
async def test_a_socket_is_judged_by_what_comes_of_it(*, looked, site, path, settings, conditions, sentence):
    port, _ = site
    seen = await looked(Check(url=f"ws://127.0.0.1:{port}/{path}", **settings), *conditions)
    assert seen.sentence.startswith(sentence)
    assert seen.status is (Status.FAILED if sentence else Status.OK), seen.sentence


async def test_a_redirect_is_not_followed(looked, site):
    """Where it leads, nobody has checked: it might be the machine next door."""
    port, asked = site
    await looked(Check(url=f"ws://127.0.0.1:{port}/moved"))
    assert asked == []


async def test_the_server_sees_the_name_and_the_connection_goes_to_the_checked_address(looked, probe, site):
    port, asked = site

    async def here(_host, _port):
        return ["127.0.0.1"]

    named = replace(probe, targets=Targets.of(["127.0.0.1"], here))
    seen = await looked(Check(url=f"ws://live.acme.example:{port}/greets"), through=named)
    assert seen.status is Status.OK
    assert asked[0].headers["Host"] == f"live.acme.example:{port}"


async def test_what_speaks_no_http_is_down(looked, servers):
    async def talk(_reader, writer):
        writer.write(b"220 ready\r\n\r\n")

    seen = await looked(Check(url=f"ws://127.0.0.1:{await servers.talk(talk)}/"))
    assert (seen.status, seen.sentence[-22:]) == (Status.FAILED, ", expected a websocket")


async def test_an_internal_socket_that_is_not_listed_is_not_opened(looked, probe, site):
    port, asked = site
    seen = await looked(Check(url=f"ws://127.0.0.1:{port}/greets"), through=replace(probe, targets=Targets()))
    assert (seen.status, asked) == (Status.UNKNOWN, [])


@pytest.mark.parametrize("url", ["https://shop.example/", "ws:///live", "wss://ann:geheim@shop.example/"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(ValidationError, match="is no address such as"):
        Check(url=url)
