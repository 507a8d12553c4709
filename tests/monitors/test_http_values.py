"""http: what an answer holds, as conditions read it: body, headers, certificate, times."""

import asyncio
import ssl
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk.alerts import Status
from monitors.answers import BODY_LIMIT
from monitors.engine import Engine
from monitors.http import Check
from monitors.targets import Targets

CERTIFICATE = Path(__file__).parents[1] / "data" / "tls" / "shop.example.pem"


def serving_tls():
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(CERTIFICATE)
    return theirs


async def here(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.mark.parametrize(
    ("kind", "body", "condition", "sentence"),
    [
        ("application/json", b'{"items": [{"price": 3}]}', "body.items[0].price > 0", ""),
        ("application/json", b'{"items": []}', "body.items[0].price > 0", "body.items[0].price is missing, exp"),
        ("application/problem+json; charset=utf-8", b'{"ok": false}', "body.ok", "body.ok false, expected true"),
        ("text/plain", b'[{"ok": true}]', "body[0].ok", ""),  # JSON by its looks
        ("text/plain", b"pong", 'body == "pong"', ""),  # else its text
        ("text/html", b"{not json", 'body.contains("not")', ""),  # it only looked so
        ("application/json", b"{not json", "body.ok", "the body is no JSON: "),  # it said so
        ("application/json", b"", "body.ok", "the body is no JSON: "),
        ("application/json", b'["' + b"x" * BODY_LIMIT + b'"]', "body.size() == 1", "(only its first megabyte is"),
        ("application/json", b'{"n": 18446744073709551615}', "body.n > 1", ""),  # more than most numbers hold
        ("text/plain", b"all ok", 'headers["content-type"].startsWith("text/")', ""),
        ("text/plain", b"", 'headers["x-gone"] == "1"', 'headers["x-gone"] is missing, expected "1"'),
    ],
)  # fmt: skip
async def test_what_an_answer_holds_is_judged_by_conditions(
    *, looked, servers, http_answer, kind, body, condition, sentence
):
    port = await servers.http(http_answer("200 OK", body, f"Content-Type: {kind}"))
    seen = await looked(Check(url=f"http://127.0.0.1:{port}/"), condition)
    assert sentence in seen.sentence
    assert seen.status is (Status.FAILED if sentence else Status.OK)


async def test_a_body_is_read_only_where_a_condition_reads_it(looked, servers):
    """A target that sends a gigabyte is up when its status is good, and nobody waits for the rest."""
    sent = asyncio.Event()

    async def talk(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
        await reader.read()  # the other side leaves before the body came
        sent.set()

    port = await servers.talk(talk)
    assert (await looked(Check(url=f"http://127.0.0.1:{port}/"), "first_byte_ms >= 0")).status is Status.OK
    await asyncio.wait_for(sent.wait(), 5)


async def test_the_body_of_an_answer_with_another_status_is_not_read(looked, servers, http_answer):
    """The status is what is told then, and an error page is seldom JSON."""
    port = await servers.http(http_answer("502 Bad Gateway", b"<html>", "Content-Type: application/json"))
    seen = await looked(Check(url=f"http://127.0.0.1:{port}/"), "body.ok")
    assert seen.sentence == "status 502, expected 200"


@pytest.mark.parametrize(
    ("today", "sentence"),
    [
        ((2026, 3, 2), ""),
        ((2119, 12, 25), "cert_days 7, expected > 14"),  # the certificate of the tests ends with 2119
        ((2120, 1, 11), "cert_days -10, expected > 14"),
    ],
)
async def test_the_days_a_certificate_has_left_come_from_the_connection_used(
    *, probe, looked, servers, http_answer, today, sentence
):
    port = await servers.http(http_answer("200 OK"), ssl=serving_tls())
    web = Engine(ssl.create_default_context(cafile=CERTIFICATE))
    now = datetime(*today, tzinfo=UTC)
    secured = replace(probe, web=web, targets=Targets.of(["127.0.0.1"], here), now=lambda: now)
    seen = await looked(Check(url=f"https://shop.example:{port}/"), "cert_days > 14", through=secured)
    await web.aclose()
    assert seen.sentence == sentence


async def test_a_connection_without_a_certificate_has_no_days_left(looked, servers, http_answer):
    port = await servers.http(http_answer("200 OK"))
    seen = await looked(Check(url=f"http://127.0.0.1:{port}/"), "cert_days > 14")
    assert (seen.status, seen.sentence) == (Status.FAILED, "cert_days is missing, expected > 14")


async def test_the_steps_of_an_answer_are_timed_and_add_up(looked, servers, http_answer):
    """Each step is part of the whole: what is slow can be told from what waits for it."""
    port = await servers.http(http_answer("200 OK"))
    seen = await looked(Check(url=f"http://127.0.0.1:{port}/"), "dns_ms >= 0", "connect_ms >= 0", "first_byte_ms >= 0")
    assert seen.status is Status.OK
    steps = [seen.values[name] for name in ("dns_ms", "connect_ms", "first_byte_ms")]
    assert sum(steps) <= seen.values["latency_ms"] + 0.2  # each is rounded
