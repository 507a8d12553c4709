"""redis: PING and INFO; against fakeredis' server on loopback."""

import threading
from dataclasses import replace

import pytest
from fakeredis import TcpFakeServer

from desk.alerts import Status
from monitors.redis import Check, read
from monitors.targets import Targets

INFO = "# Server\r\nredis_version:7.4.1\r\n\r\n# More\r\nconnected_clients:3\r\nused_memory:2500000\r\nrole:master\r\n"


@pytest.fixture
def port():
    server = TcpFakeServer(("127.0.0.1", 0), server_type="redis")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


async def test_a_server_that_answers_is_up(looked, port):
    seen = await looked(Check(host="127.0.0.1", port=port))
    assert (seen.status, seen.sentence) == (Status.OK, "")


@pytest.fixture
def answers(servers):
    """A server that gives these answers, one to each command; `servers.requests` has what it was asked."""

    async def start(*said: bytes) -> int:
        async def talk(reader, writer):
            for words in said:
                servers.requests.append(await reader.read(4096))
                writer.write(words)
                await writer.drain()

        return await servers.talk(talk)

    return start


def bulk(text: str) -> bytes:
    return f"${len(text)}\r\n{text}\r\n".encode()


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ('role == "master"', ""),
        ("clients == 3", ""),
        ("memory_mb < 3", ""),
        ('version.startsWith("8")', 'version "7.4.1", expected to start with "8"'),
        ("info.used_memory > 3000000", "info.used_memory 2500000, expected > 3000000"),
        ("info.evicted_keys == 0", "info.evicted_keys is missing, expected 0"),
    ],
)
async def test_what_a_server_says_of_itself_is_judged_by_conditions(looked, answers, condition, sentence):
    port = await answers(b"+PONG\r\n", bulk(INFO))
    assert (await looked(Check(host="127.0.0.1", port=port), condition)).sentence == sentence


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (b"-NOAUTH Authentication required.\r\n", "NOAUTH Authentication required., expected an answer to PING"),
        (b"-LOADING Redis is loading the dataset\r\n", "LOADING Redis is loading the dataset, expected an answer to"),
        (b"HTTP/1.1 400 Bad Request\r\n", "answered 'HTTP/1.1 400 Bad Request', expected PONG"),
        (b"$99999999999\r\n", "an answer of 99999999999 bytes, expected PONG"),  # it must not fill our memory
        (b"", "0 bytes read"),
        (b"x" * 100_000, "expected PONG"),  # a line that never ends is no fault of the check
    ],
)
async def test_a_server_that_refuses_or_is_none_is_down(looked, answers, said, sentence):
    seen = await looked(Check(host="127.0.0.1", port=await answers(said)))
    assert (seen.status, sentence in seen.sentence) == (Status.FAILED, True), seen.sentence


@pytest.mark.parametrize(
    ("user", "words"), [("", b"*2\r\n$4\r\nAUTH\r\n"), ("bot", b"*3\r\n$4\r\nAUTH\r\n$3\r\nbot\r\n")]
)
async def test_a_monitor_with_a_secret_logs_in_first(*, looked, probe, servers, answers, user, words):
    port = await answers(b"+OK\r\n", b"+PONG\r\n")
    armed = replace(probe, secret=lambda _monitor: "geheim-123")
    seen = await looked(Check(host="127.0.0.1", port=port, user=user), through=armed)
    assert seen.status is Status.OK
    assert servers.requests[0] == words + b"$10\r\ngeheim-123\r\n"


async def test_an_internal_server_that_is_not_listed_is_not_asked(looked, probe, servers, answers):
    port = await answers(b"+PONG\r\n")
    seen = await looked(Check(host="127.0.0.1", port=port), through=replace(probe, targets=Targets()))
    assert (seen.status, servers.connections[port]) == (Status.UNKNOWN, 0)


def test_numbers_are_numbers_and_headings_are_none():
    assert read("# Memory\nused:1\nratio:1.5\nname:a:b\nodd\n") == {"used": 1, "ratio": 1.5, "name": "a:b"}
