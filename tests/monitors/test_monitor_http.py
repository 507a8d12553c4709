"""http: status, words, latency, redirects; whose fault it is when nothing comes back; and where it may go at all.

Failure-table row: SSRF through a monitor's address.
"""

import asyncio
import contextlib
import socket
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from desk.alerts import Status
from monitors.answers import BODY_LIMIT
from monitors.conditions import judged
from monitors.engine import Engine
from monitors.http import Check
from monitors.reach import ReachError
from monitors.targets import Targets

CERTIFICATE = Path(__file__).parents[1] / "data" / "tls" / "shop.example.pem"


@pytest.mark.parametrize(
    ("settings", "status", "body", "sentence"),
    [
        ({}, "200 OK", b"hello", ""),  # the default
        ({}, "500 Oops", b"", "status 500, expected 200"),  # the sentence of the design
        ({"status": [200, 204]}, "204 No Content", b"", ""),  # a list
        ({"status": ["200-299", 401]}, "401 No", b"", ""),  # a page that wants a login is up
        ({"status": ["200-299", 401]}, "404 No", b"", "status 404, expected 200-299 or 401"),  # all that is expected
        ({"keyword": "ok"}, "200 OK", b"all ok here", ""),  # anywhere in the body
        (
            {"keyword": "ok"},
            "200 OK",
            b"<h1>\n down\x07</h1>",
            'text "<h1> down </h1>", expected to contain "ok"',
        ),
        ({"keyword": "ok"}, "200 OK", b"", 'text "", expected to contain "ok"'),  # nothing to quote
        ({"keyword": "ö"}, "200 OK", "schön".encode(), ""),  # text, not bytes
        ({"method": "HEAD"}, "200 OK", b"", ""),
        ({"redirects": 0, "status": 302}, "302 Found", b"", ""),  # the redirect itself is what is expected
    ],
)
async def test_an_answer_is_judged_by_what_was_expected(
    *, looked, servers, http_answer, settings, status, body, sentence
):
    """A failure's sentence holds the value seen and the value expected; a plain OK has none."""
    port = await servers.http(http_answer(status, body))
    seen = await looked(Check(url=f"http://127.0.0.1:{port}/health", **settings))
    assert (seen.sentence, seen.status) == (sentence, Status.FAILED if sentence else Status.OK)
    assert seen.values["status"] == int(status[:3])


pairs = st.tuples(st.integers(100, 599), st.integers(100, 599)).map(sorted).map(tuple)


@given(st.integers(100, 599), st.lists(pairs, min_size=1, max_size=4))
def test_what_the_kind_finds_met_by_itself_is_what_its_conditions_say(status, expected):
    """It need not be judged again, so both must always agree."""
    check = Check(url="http://shop.example/", status=expected)
    assert check._expects(status) == (judged(check.expects, {"status": status})[0] is Status.OK)


async def test_each_look_opens_a_connection_of_its_own_and_keeps_no_cookie(probe, servers, http_answer):
    """A pooled connection would hide that new visitors are turned away; a cookie would make us a known visitor."""
    requests = []

    async def keeps_alive(reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                requests.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(http_answer("200 OK", b"", "Set-Cookie: seen=before", "Connection: keep-alive"))

    port = await servers.talk(keeps_alive)
    check = Check(url=f"http://127.0.0.1:{port}/")
    for _ in range(3):
        await check.check(probe)
    assert (servers.connections[port], len(requests)) == (3, 3)
    assert not any(b"cookie" in request.lower() for request in requests)


async def test_an_answer_that_is_too_slow_says_how_long_it_took(looked, servers, http_answer):
    async def talk(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.05)  # this is a slow server
        writer.write(http_answer("200 OK"))

    port = await servers.talk(talk)
    seen = await looked(Check(url=f"http://127.0.0.1:{port}/", max_latency_ms=20))
    assert seen.status is Status.FAILED
    assert seen.sentence == f"latency_ms {seen.values['latency_ms']}, expected <= 20"


@pytest.mark.parametrize(
    "charset",
    [
        "utf8mb4",  # MySQL's name, which Python does not know
        "base64",  # a codec, and none of text
        "punycode",  # of text, and it raises although errors are to be replaced
        "\xff",
    ],
)
async def test_a_charset_that_there_is_not_leaves_the_body_to_be_judged(looked, servers, http_answer, charset):
    """It is the target's mistake: a check that broke at it would be set aside, and the target could switch it off."""

    async def talk(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(http_answer("200 OK", b"all is ok \xe9", f"Content-Type: text/html; charset={charset}"))

    check = Check(url=f"http://127.0.0.1:{await servers.talk(talk)}/", keyword="is ok")
    assert (await looked(check)).status is Status.OK


async def test_a_body_that_never_ends_is_read_to_a_bound(looked, servers):
    """A target that talks for ever must fill neither our memory nor our time."""
    sent = 0

    async def talk(reader, writer):
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            sent += 65_536
            await writer.drain()

    port = await servers.talk(talk)
    seen = await looked(Check(url=f"http://127.0.0.1:{port}/", keyword="ok"))
    assert seen.status is Status.FAILED
    assert sent < 20 * BODY_LIMIT


async def test_a_redirect_is_followed_to_its_end(looked, servers, http_answer):
    end = await servers.http(http_answer("200 OK", b"ok"))
    port = await servers.http(
        http_answer("302 Found", b"", "Location: /b"),
        http_answer("301 Moved", b"", f"Location: http://127.0.0.1:{end}/c"),
    )
    seen = await looked(Check(url=f"http://127.0.0.1:{port}/a", keyword="ok"))
    assert seen.status is Status.OK
    assert [request.split()[1] for request in servers.requests] == [b"/a", b"/b", b"/c"]


async def test_a_ring_of_redirects_ends(probe, servers, http_answer):
    port = await servers.http(http_answer("302 Found", b"", "Location: /"))
    seen = await Check(url=f"http://127.0.0.1:{port}/", redirects=2).check(probe)
    assert (seen.status, seen.sentence) == (Status.FAILED, "more than 2 redirects, the last to 127.0.0.1")
    assert servers.connections[port] == 3


@pytest.mark.parametrize(
    ("location", "status", "sentence"),
    [
        ("http://10.1.2.3/", Status.UNKNOWN, '10.1.2.3 is an internal address: add "10.1.2.3" to internal_targets:'),
        ("http://[::ffff:169.254.169.254]/latest", Status.UNKNOWN, "an internal address"),  # in IPv6 clothes
        ("http://2130706433:1/", Status.UNKNOWN, "an internal address"),  # 127.0.0.1 as one number
        ("file:///etc/passwd", Status.FAILED, "redirected to file:, expected a web address"),
        ("http://shop.example:port/", Status.FAILED, "redirected to what is no address"),
    ],
)
async def test_a_redirect_goes_nowhere_it_may_not(*, probe, servers, http_answer, location, status, sentence):
    """Each hop is checked as the first one is: a target must not send us to the machine next door."""
    port = await servers.http(http_answer("302 Found", b"", f"Location: {location}"))
    only_this = replace(probe, targets=Targets.of(["127.0.0.1"], _numbers))
    check = Check(url=f"http://127.0.0.1:{port}/")
    if "2130706433" in location:
        only_this = replace(probe, targets=Targets.of(["start.example"], _numbers))
        check = Check(url=f"http://start.example:{port}/")
    with pytest.raises(ReachError) as caught:
        await check.check(only_this)
    assert caught.value.status is status
    assert sentence in caught.value.sentence


async def _numbers(_host: str, _port: int) -> list[str]:
    """What getaddrinfo makes of old spellings of an address."""
    return ["127.0.0.1"]


async def test_the_address_that_was_checked_is_the_one_connected_to(probe, servers, http_answer):
    """A name that answers differently the second time gains nothing, and the server still sees the name."""
    asked = []

    async def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    port = await servers.http(http_answer("200 OK"))
    pinned = replace(probe, targets=Targets.of(["127.0.0.1"], rebinding))
    seen = await Check(url=f"http://shop.example:{port}/").check(pinned)
    assert seen.status is Status.OK
    assert asked == ["shop.example"]
    assert f"host: shop.example:{port}".encode() in servers.requests[0].lower()


async def test_a_second_address_is_tried_when_the_first_refuses(probe, servers, http_answer):
    port = await servers.http(http_answer("200 OK"))

    async def two(_host: str, _port: int) -> list[str]:
        return ["127.0.0.2", "127.0.0.1"]

    both = replace(probe, targets=Targets.of(["127.0.0.0/8"], two))
    assert (await Check(url=f"http://shop.example:{port}/").check(both)).status is Status.OK


async def test_nobody_listening_is_down_and_says_what_was_expected(probe):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(ReachError) as caught:
            await Check(url=f"http://127.0.0.1:{taken.getsockname()[1]}/").check(probe)
    assert caught.value.status is Status.FAILED
    assert caught.value.sentence == "connection refused, expected status 200"


@pytest.mark.parametrize(
    "answer",
    [
        b"",  # closed without a word
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",  # another service
        b"HTTP/1.1 twohundred\r\n\r\n",
        b"\x00" * 100,
    ],
)
async def test_what_is_no_http_is_down(probe, servers, answer):
    """Rubbish is the target's fault, not a fault of the check."""
    port = await servers.http(answer)
    with pytest.raises(ReachError) as caught:
        await Check(url=f"http://127.0.0.1:{port}/").check(probe)
    assert caught.value.status is Status.FAILED
    assert caught.value.sentence.endswith("expected status 200")


async def test_a_body_cut_off_in_the_middle_is_down(looked, servers):
    port = await servers.http(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    seen = await looked(Check(url=f"http://127.0.0.1:{port}/", keyword="ok"))
    assert seen.status is Status.FAILED
    assert "half" not in seen.sentence


async def test_a_port_that_speaks_no_tls_is_down(probe, servers):
    async def talk(reader, writer):
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad\r\n\r\n")

    port = await servers.talk(talk)
    with pytest.raises(ReachError) as caught:
        await Check(url=f"https://127.0.0.1:{port}/").check(probe)
    assert caught.value.status is Status.FAILED


async def test_a_certificate_is_checked_against_the_name_and_not_the_pinned_address(probe, servers, http_answer):
    """The name goes into the handshake (SNI): a server with many names gives the right certificate."""
    names = []
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(CERTIFICATE)
    theirs.sni_callback = lambda _socket, name, _context: names.append(name)
    port = await servers.http(http_answer("200 OK"), ssl=theirs)

    async def here(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    web = Engine(ssl.create_default_context(cafile=CERTIFICATE))
    pinned = replace(probe, web=web, targets=Targets.of(["127.0.0.1"], here))
    seen = await Check(url=f"https://shop.example:{port}/").check(pinned)
    with pytest.raises(ReachError) as caught:
        await Check(url=f"https://other.example:{port}/").check(pinned)
    await web.aclose()
    assert seen.status is Status.OK
    assert names == ["shop.example", "other.example"]
    assert caught.value.status is Status.FAILED
    assert caught.value.sentence.startswith("certificate not accepted: Hostname mismatch")


async def test_a_certificate_nobody_vouches_for_is_down(probe, servers, http_answer):
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(CERTIFICATE)
    port = await servers.http(http_answer("200 OK"), ssl=theirs)
    with pytest.raises(ReachError) as caught:
        await Check(url=f"https://127.0.0.1:{port}/").check(probe)
    assert caught.value.status is Status.FAILED
    assert caught.value.sentence == "certificate not accepted: self-signed certificate, expected status 200"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"url": "ftp://shop.example/"}, "is not a web address"),
        ({"url": "shop.example"}, "is not a web address"),  # the scheme forgotten
        ({"url": "https://ann:secret@shop.example/"}, "must not carry a name or a password"),  # it would be shown
        ({"url": "http://xn--/"}, "is not an address"),  # punycode of nothing
        ({"url": "http://a:99999/"}, "is not an address"),
        ({"url": "http://a/", "status": "2xx"}, "neither a status such as 200 nor a range"),
        ({"url": "http://a/", "status": "299-200"}, "no range of statuses"),
        ({"url": "http://a/", "status": 1000}, "no range of statuses"),
        ({"url": "http://a/", "status": []}, "at least 1 item"),
        ({"url": "http://a/", "method": "HEAD", "keyword": "ok"}, "has no body"),
        ({"url": "http://a/", "method": "POST"}, "'GET' or 'HEAD'"),  # a check changes nothing
        ({"url": "http://a/", "keywrod": "ok"}, "Extra inputs"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings, sentence):
    with pytest.raises(ValidationError, match=sentence):
        Check(**settings)
