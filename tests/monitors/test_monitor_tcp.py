"""tcp: a port that accepts, and what it says first."""

import socket

import pytest

from desk.alerts import Status
from monitors.reach import ReachError
from monitors.targets import Targets
from monitors.tcp import Check


def greeting(*parts: bytes):
    async def talk(reader, writer):
        for part in parts:
            writer.write(part)
            await writer.drain()
        await reader.read()

    return talk


async def test_a_port_that_accepts_is_up(probe, servers):
    port = await servers.talk(greeting())
    assert (await Check(host="127.0.0.1", port=port).check(probe)).status is Status.OK


async def test_a_greeting_may_come_in_pieces(looked, servers):
    port = await servers.talk(greeting(b"220 mail.exa", b"mple ESMTP\r\n"))
    assert (await looked(Check(host="127.0.0.1", port=port, expect="example ESMTP"))).status is Status.OK


async def test_another_greeting_says_what_it_was(looked, servers):
    async def talk(_reader, writer):
        writer.write(b"SSH-2.0-OpenSSH\r\n")

    port = await servers.talk(talk)
    seen = await looked(Check(host="127.0.0.1", port=port, expect="ESMTP"))
    assert (seen.status, seen.sentence) == (Status.FAILED, 'greeting "SSH-2.0-OpenSSH", expected to contain "ESMTP"')


async def test_a_condition_reads_the_first_line_that_the_server_says(looked, servers):
    """A line is enough: nobody waits for a server that then waits for us."""
    port = await servers.talk(greeting(b"220 mail.example", b" ESMTP\r\n"))
    seen = await looked(Check(host="127.0.0.1", port=port), 'greeting.startsWith("220")')
    assert (seen.status, seen.values["greeting"]) == (Status.OK, "220 mail.example ESMTP\r\n")


async def test_a_greeting_that_never_ends_is_read_to_a_bound(looked, servers):
    async def talk(_reader, writer):
        while True:
            writer.write(b"x" * 4096)
            await writer.drain()

    port = await servers.talk(talk)
    assert (await looked(Check(host="127.0.0.1", port=port, expect="ESMTP"))).status is Status.FAILED


async def test_a_closed_port_is_down_and_says_what_was_expected(probe):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(ReachError) as caught:
            await Check(host="127.0.0.1", port=port).check(probe)
    assert caught.value.status is Status.FAILED
    assert caught.value.sentence == f"connection refused, expected port {port} to accept"


async def test_an_internal_host_that_is_not_listed_is_not_knocked_at(probe, servers):
    port = await servers.talk(greeting())
    closed = type(probe)(probe.web, Targets(), probe.now, probe.last_ping, probe.since)
    with pytest.raises(ReachError) as caught:
        await Check(host="127.0.0.1", port=port).check(closed)
    assert caught.value.status is Status.UNKNOWN
    assert servers.connections[port] == 0
