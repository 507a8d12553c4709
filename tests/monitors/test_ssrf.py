"""Nobody makes a check knock at a machine next door: not by how its address is spelled, not by whom a name leads to,
not by a redirect, and not by a name that changes its mind.

The witness is a server on loopback that no check may reach: it counts who connects. Failure-table row: SSRF through a
monitor's address.
"""

import asyncio
import itertools
import socket
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from desk.alerts import Status
from monitors.engine import Engine
from monitors.http import Check
from monitors.reach import ReachError
from monitors.targets import Targets

CERTIFICATE = Path(__file__).parents[1] / "data" / "tls" / "shop.example.pem"
PUBLIC, START = "8.8.8.8", "127.0.0.2"  # the second is listed: where a redirect starts

# As an attacker may write a host; the operating system reads the numbers, and no resolver is asked.
SPELLED = {
    "127.0.0.1": "loopback",
    "127.9.9.9": "loopback is a network",
    "127.255.255.254": "up to its end",
    "2130706433": "loopback as one number",
    "0x7f000001": "in hexadecimal",
    "017700000001": "in octal",
    "0x7f.0x0.0x0.0x1": "each part in hexadecimal",
    "0x7f.1": "parts left out",
    "127.1": "parts left out, decimal",
    "127.0.1": "three parts",
    "127。0。0。1": "with dots that IDNA turns into dots",
    "0": "zero, which Linux takes for loopback",
    "0.0.0.0": "zero in full",  # noqa: S104 - nothing is bound here
    "0.1.2.3": "its network",
    "3232235521": "192.168.0.1 as a number",
    "0xa9fea9fe": "a cloud's metadata in hexadecimal",
    "2852039166": "and in decimal",
    "4294967295": "broadcast as a number",
    "10.0.0.1": "private",
    "172.16.0.1": "private",
    "172.31.255.255": "private, up to its end",
    "192.168.1.1": "private",
    "169.254.169.254": "where clouds keep credentials",
    "169.254.170.2": "where containers keep theirs",
    "100.64.0.1": "shared by a provider's customers (CGNAT)",
    "100.127.255.254": "up to its end",
    "100.100.100.200": "a cloud's metadata in there",
    "192.0.0.192": "a cloud's metadata among the protocol assignments",
    "168.63.129.16": "a cloud's own among public addresses",
    "192.88.99.1": "relays of 6to4",
    "192.0.2.1": "documentation",
    "198.51.100.1": "documentation",
    "203.0.113.1": "documentation",
    "198.18.0.1": "benchmarks",
    "224.0.0.1": "multicast",
    "239.255.255.250": "multicast: whoever listens for devices",
    "240.0.0.1": "reserved",
    "255.255.255.255": "broadcast",
    "[::]": "zero in IPv6",
    "[::1]": "loopback in IPv6",
    "[0:0:0:0:0:0:0:1]": "in full",
    "[::ffff:127.0.0.1]": "IPv4-mapped",
    "[::ffff:7f00:1]": "mapped, in hexadecimal",
    "[::ffff:169.254.169.254]": "mapped metadata",
    "[::ffff:0:127.0.0.1]": "translated (SIIT)",
    "[::127.0.0.1]": "the old compatible form",
    "[64:ff9b::7f00:1]": "NAT64",
    "[64:ff9b::169.254.169.254]": "NAT64 to metadata",
    "[64:ff9b:1::7f00:1]": "NAT64 of a site of its own",
    "[2002:7f00:1::]": "6to4",
    "[2002:a9fe:a9fe::]": "6to4 to metadata",
    "[2001:0:0:0:0:0:80ff:fffe]": "Teredo to 127.0.0.1",
    "[fe80::1]": "link-local",
    "[fe80::1%25lo]": "with a zone, as a URL writes it",
    "[fe80::1%lo]": "with a zone as it is",
    "[::1%25lo]": "loopback with a zone",
    "[fec0::1]": "site-local of old",
    "[fd00::1]": "unique local",
    "[fd00:ec2::254]": "a cloud's metadata in there",
    "[100::1]": "discarded",
    "[2001:db8::1]": "documentation",
    "[3fff::1]": "documentation, the newer one",
    "[ff02::1]": "multicast",
}

# Whom a name leads to.
LED = {
    "one internal address": ["127.0.0.1"],
    "a public one first": [PUBLIC, "127.0.0.1"],
    "a public one last": ["127.0.0.1", PUBLIC],
    "an internal one behind many": [PUBLIC] * 9 + ["10.0.0.1"],
    "metadata": ["169.254.169.254"],
    "loopback in IPv6 clothes": ["::ffff:127.0.0.1"],
    "another family beside a public one": [PUBLIC, "::1"],
    "a zone": ["fe80::1%eth0"],
    "zero": ["0.0.0.0"],  # noqa: S104 - nothing is bound here
}

# What a redirect says, {0} being the witness's port, and what becomes of it.
TRICKS = {
    "a public user name": ("http://8.8.8.8@127.0.0.1:{0}/", Status.UNKNOWN),
    "a public name and password": ("http://8.8.8.8:80@127.0.0.1:{0}/", Status.UNKNOWN),
    "an escaped user name": ("http://8.8.8.8%2f@127.0.0.1:{0}/", Status.UNKNOWN),
    "a fragment that looks like a host": ("http://127.0.0.1:{0}#@8.8.8.8/", Status.UNKNOWN),
    "a path that looks like a host": ("http://127.0.0.1:{0}/@8.8.8.8", Status.UNKNOWN),
    "a backslash": ("http://8.8.8.8\\@127.0.0.1:{0}/", Status.UNKNOWN),
    "no scheme": ("//127.0.0.1:{0}/", Status.UNKNOWN),
    "capitals": ("HTTP://127.0.0.1:{0}/", Status.UNKNOWN),
    "the well-known port of a database": ("http://127.0.0.1:5432/", Status.UNKNOWN),
    "no port": ("https://127.0.0.1/", Status.UNKNOWN),
    "port zero": ("http://127.0.0.1:0/", Status.UNKNOWN),
    "a port that is none": ("http://8.8.8.8:99999/", Status.FAILED),
    "octal, which is no address to us": ("http://0177.0.0.1:{0}/", Status.FAILED),
    "digits in circles": ("http://①②⑦.⓪.⓪.①:{0}/".encode().decode("latin-1"), Status.FAILED),
    "a file": ("file:///etc/passwd", Status.FAILED),
    "gopher, which speaks to anything": ("gopher://127.0.0.1:{0}/_x", Status.FAILED),
    "a name that cannot be": ("http://xn--/", Status.FAILED),
    "a name too long": (f"http://{'a.' * 200}example/", Status.FAILED),
}


@pytest.fixture
async def witness(servers):
    """The port on loopback at which nobody may connect."""
    port = await servers.http(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    yield port
    assert servers.connections[port] == 0


def answers(*addresses):
    async def lookup(_host, _port):
        return list(addresses)

    return lookup


def redirecting(location):
    """A server at the address that is listed, which sends everybody on."""

    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        head = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
        writer.write((head + location + "\r\n\r\n").encode("latin-1"))
        writer.close()

    return asyncio.start_server(handle, START, 0)


async def redirected(probe, location):
    async with await redirecting(location) as server:
        port = server.sockets[0].getsockname()[1]
        only_the_start = replace(probe, targets=Targets.of([START]))
        with pytest.raises(ReachError) as caught:
            await Check(url=f"http://{START}:{port}/").check(only_the_start)
    return caught.value


@pytest.mark.parametrize("host", SPELLED)
async def test_an_internal_address_is_not_asked_however_it_is_spelled(probe, witness, host):
    with pytest.raises(ReachError, match="an internal address") as caught:
        await Check(url=f"http://{host}:{witness}/").check(replace(probe, targets=Targets()))
    assert caught.value.status is Status.UNKNOWN


@pytest.mark.parametrize("host", SPELLED)
async def test_nor_is_it_when_a_target_sends_us_there(probe, witness, host):
    location = f"http://{host}:{witness}/".encode().decode("latin-1")  # a header's bytes
    error = await redirected(probe, location)
    assert error.status is Status.UNKNOWN or "。" in host
    assert "internal address" in error.sentence or "no address" in error.sentence


@pytest.mark.parametrize("addresses", LED.values(), ids=list(LED))
async def test_a_name_is_not_asked_if_any_of_its_addresses_is_internal(probe, witness, addresses):
    """Otherwise the network could choose among them."""
    guarded = replace(probe, targets=Targets(lookup=answers(*addresses)))
    with pytest.raises(ReachError, match="an internal address") as caught:
        await Check(url=f"http://shop.example:{witness}/").check(guarded)
    assert caught.value.status is Status.UNKNOWN


@pytest.mark.parametrize("row", TRICKS.values(), ids=list(TRICKS))
async def test_a_redirect_hides_nothing_behind_its_spelling(probe, witness, row):
    location, status = row
    assert (await redirected(probe, location.format(witness))).status is status


@pytest.mark.parametrize("url", ["http://8.8.8.8@127.0.0.1/", "http://127.0.0.1@8.8.8.8/", "http://8.8.8.8\\@127.0.0.1/"])
def test_an_address_with_a_user_in_it_is_no_setting(url):
    """Whoever reads the configuration must see at once where a check goes."""
    with pytest.raises(ValidationError, match="must not carry a name"):
        Check(url=url)


@given(st.text(max_size=60) | st.sampled_from(list(SPELLED)).map("http://{}/".format))
def test_any_redirect_leads_to_a_web_address_or_is_refused(location):
    """A target must not be able to break the check that watches it: a check that raises is set aside."""
    check = Check(url="http://shop.example/")
    try:
        hop = check._hop(check._next(check._first.url, location))
    except ReachError:
        return
    assert hop.url.scheme in {"http", "https"}
    assert hop.host
    assert hop.request.wire.count(b"\r\n\r\n") == 1


class Rebinding:
    """A resolver with an answer of its own each time, as whoever owns the name may have it."""

    def __init__(self, *answers):
        self.answers = itertools.chain(answers, itertools.repeat(answers[-1]))
        self.asked = 0

    async def __call__(self, _host, _port):
        self.asked += 1
        return list(next(self.answers))


async def start_at(address, talk, port=0, **options):
    return await asyncio.start_server(talk, address, port, **options)


async def well(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    writer.close()


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_name_that_changes_its_mind_is_asked_where_it_was_checked(probe, witness, scheme):
    """The first answer may be reached and every later one is the witness: there is no second lookup to win."""
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(CERTIFICATE)
    resolver = Rebinding([START], ["127.0.0.1"])
    web = Engine(ssl.create_default_context(cafile=CERTIFICATE))
    guarded = replace(probe, web=web, targets=replace(Targets.of([START]), lookup=resolver))
    async with await start_at(START, well, witness, **({"ssl": theirs} if scheme == "https" else {})):
        seen = await Check(url=f"{scheme}://shop.example:{witness}/").check(guarded)
    assert (seen.status, resolver.asked) == (Status.OK, 1)


async def test_the_next_look_at_a_name_that_has_changed_its_mind_is_refused(probe, witness):
    resolver = Rebinding([START], ["127.0.0.1"])
    guarded = replace(probe, targets=replace(Targets.of([START]), lookup=resolver))
    check = Check(url=f"http://shop.example:{witness}/")
    async with await start_at(START, well, witness):
        assert (await check.check(guarded)).status is Status.OK
        with pytest.raises(ReachError, match="an internal address"):
            await check.check(guarded)


async def test_a_redirect_to_its_own_name_is_looked_up_and_checked_anew(probe, witness):
    """The hop to itself is where a name can change its mind within one look."""
    resolver = Rebinding([START], ["127.0.0.1"])
    guarded = replace(probe, targets=replace(Targets.of([START]), lookup=resolver))

    async def to_itself(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /again\r\n\r\n")
        writer.close()

    async with await start_at(START, to_itself, witness):
        with pytest.raises(ReachError, match="an internal address"):
            await Check(url=f"http://shop.example:{witness}/").check(guarded)
    assert resolver.asked == 2


async def test_an_address_that_refuses_is_followed_by_the_next_one_checked_and_not_by_another_lookup(probe):
    with socket.socket() as free:
        free.bind((START, 0))
        port = free.getsockname()[1]
    resolver = Rebinding(["127.0.0.3", START], ["127.0.0.1"])
    guarded = replace(probe, targets=replace(Targets.of(["127.0.0.2/31"]), lookup=resolver))
    async with await start_at(START, well, port):
        assert (await Check(url=f"http://shop.example:{port}/").check(guarded)).status is Status.OK
    assert resolver.asked == 1
