"""Servers that mean harm, or mean well and break: none takes our memory, our time beyond the limit, or our word.

Failure-table row: a target of a check answers with what hurts (headers without end, a body that is a bomb, drops of
bytes).
"""

import asyncio
import contextlib
import gzip
import itertools
import socket
import struct

import httpx
import pytest

from desk.alerts import Monitor, Status
from monitors.engine import Engine
from monitors.exchange import HEAD_LIMIT, PACKED_PIECE, WAITING_LIMIT
from monitors.http import Check
from monitors.look import probe_once
from monitors.prepared import prepared
from monitors.probe import Probe
from monitors.targets import Targets
from tests.monitors.answering import PATIENCE, ask, says, serving
from tests.monitors.conftest import NOW

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def forever(*start, each):
    """Answers with `start`, then with `each` until nobody takes it; `sent` counts the bytes."""

    async def talk(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        for piece in itertools.chain(start, itertools.repeat(each)):
            writer.write(piece)
            await writer.drain()
            talk.sent += len(piece)

    talk.sent = 0
    return talk


async def resets(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(OK + b"Content-Length: 10\r\n\r\nhalf")
    await writer.drain()
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def hangs_up_at_once(_reader, _writer):
    return


async def speaks_first(reader, writer):
    writer.write(OK + b"Content-Length: 2\r\n\r\nok")
    await reader.readuntil(b"\r\n\r\n")


async def closes_one_way(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(OK + b"\r\nok")
    writer.write_eof()
    await reader.read()


TOO_LONG = f"its headers are longer than {HEAD_LIMIT // 1024} KiB"

# What is refused before there is a status, what breaks after it, and what is well: the first of both words counts.
TALKS = {
    "headers without end": (forever(OK, each=b"A: " + b"x" * 990 + b"\r\n"), TOO_LONG),
    "one header without end": (forever(OK + b"A: ", each=b"x" * 1000), TOO_LONG),
    "a header's name without end": (forever(OK, each=b"x" * 1000), TOO_LONG),
    "a reason without end": (forever(b"HTTP/1.1 200 ", each=b"O" * 1000), TOO_LONG),
    "interim answers without end": (forever(each=b"HTTP/1.1 102 Wait\r\n\r\n" * 50), TOO_LONG),
    "empty lines without end": (forever(each=b"\r\n" * 500), TOO_LONG),
    "headers too long in one packet": (says(OK + b"A: " + b"x" * HEAD_LIMIT + b"\r\n\r\n"), TOO_LONG),
    "a trailer without end": (forever(CHUNKED + b"2\r\nok\r\n0\r\nA: ", each=b"x" * 1000), TOO_LONG),
    "a chunk's extension without end": (forever(CHUNKED + b"2;", each=b"x" * 1000), TOO_LONG),
    "a connection that breaks": (resets, "Connection reset"),
    "a connection that ends before we ask": (hangs_up_at_once, ""),  # closed or reset: the network's choice
    "an answer before the question": (speaks_first, None),
    "a connection closed one way": (closes_one_way, None),
}  # fmt: skip


@pytest.mark.parametrize("row", TALKS.values(), ids=list(TALKS))
def test_what_a_server_does_to_hurt_is_bounded_and_said(run, row):
    """A limit in bytes, counted from the last thing that was of use, ends what has no end."""
    talk, words = row

    async def story():
        async with serving(talk) as port:
            return await ask(Engine(), port)

    saw = run(story())
    if words is None:
        assert (saw.status, saw.body) == (200, b"ok")
    else:
        assert words.lower() in (saw.refused + saw.broke).lower()
        assert saw.refused or saw.broke


def test_a_server_whose_body_nobody_reads_has_to_wait(run):
    """A client that looks at the status alone holds no more of the body than the limit."""
    talk = forever(OK + b"\r\n", each=b"x" * 65_536)

    async def story():
        async with serving(talk) as port:
            url = f"http://127.0.0.1:{port}/"
            exchange = await Engine().send(prepared(httpx.Request("GET", url)), "127.0.0.1")
            async with asyncio.timeout(PATIENCE):
                while exchange._waiting <= WAITING_LIMIT:
                    await asyncio.sleep(0.001)
            held = exchange._waiting
            goes_on = await first(exchange, 3 * held)
            exchange.close()
            return held, goes_on

    held, goes_on = run(story())
    assert held <= 2 * WAITING_LIMIT  # what one read of the loop brings, at most
    assert sum(map(len, goes_on)) >= 3 * held


async def first(pieces, enough):
    """The pieces until there are so many bytes."""
    found = []
    async for piece in pieces:
        found.append(piece)
        if sum(map(len, found)) >= enough:
            break
    return found


def test_a_packed_body_is_unpacked_in_small_pieces(run):
    """Two hundred megabytes of spaces are two hundred kilobytes on the wire; no step unpacks more than a few."""
    bomb = gzip.compress(b" " * 200_000_000, 6)

    async def story():
        head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
        async with serving(says(head + bomb)) as port:
            response = await Engine().handle_async_request(httpx.Request("GET", f"http://127.0.0.1:{port}/"))
            pieces = await first(response.aiter_bytes(), 20_000_000)
            await response.aclose()
            return pieces

    assert max(map(len, run(story()))) <= 1100 * PACKED_PIECE


def test_a_server_that_drips_is_ended_by_the_monitors_time_limit(run):
    """Each byte is a sign of life, and the limit is one for all of it. Nothing stays open."""

    async def story():
        closed = asyncio.Event()

        async def drips(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            with contextlib.suppress(OSError, RuntimeError):  # which uvloop raises for what is closed already
                for byte in itertools.cycle(OK):
                    writer.write(bytes([byte]))
                    await writer.drain()
                    await asyncio.sleep(0.02)
            closed.set()

        probe = Probe(Engine(), Targets.of(["127.0.0.1"]), lambda: NOW, None, NOW)
        async with serving(drips) as port:
            check = Check(url=f"http://127.0.0.1:{port}/")
            reading = await probe_once(Monitor("it", "it", "acme", "http", check, time_limit=0.3), probe)
            await asyncio.wait_for(closed.wait(), PATIENCE)
            return reading

    reading = run(story())
    assert (reading.status, reading.sentence) == (Status.FAILED, "no answer within 0.3 s")
