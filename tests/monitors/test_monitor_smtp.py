"""smtp: a mail server's greeting, its TLS and its login; against aiosmtpd on loopback."""

import asyncio
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import trustme
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP, AuthResult
from pydantic import ValidationError

from desk.alerts import Status
from monitors.smtp import Check
from monitors.targets import Targets

HOST = "mail.acme.example"


async def _here(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def knows(_server, _session, _envelope, _mechanism, data) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"bot", b"geheim-123"), handled=False)


@pytest.fixture
def mail(probe):
    """A probe to which every name is loopback, today, whose monitors log in with `geheim-123`."""
    targets = Targets.of(["127.0.0.1"], _here)
    return replace(probe, targets=targets, now=lambda: datetime.now(UTC), secret=lambda _monitor: "geheim-123")


@pytest.fixture
async def server(tmp_path):
    """Starts a mail server; gives the settings with which to look at it."""
    authority = trustme.CA()
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST, not_after=datetime.now(UTC) + timedelta(days=20, minutes=1)).configure_cert(theirs)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    started = []

    async def start(secured: str) -> dict[str, object]:
        loop = asyncio.get_running_loop()
        starttls = theirs if secured == "starttls" else None
        options = {"authenticator": knows, "auth_require_tls": secured == "starttls", "ident": "Acme mail"}
        made = await loop.create_server(
            lambda: SMTP(Sink(), loop=loop, hostname=HOST, tls_context=starttls, **options), "127.0.0.1", 0,
            ssl=theirs if secured == "tls" else None,
        )  # fmt: skip
        started.append(made)
        port = made.sockets[0].getsockname()[1]
        return {"host": HOST, "port": port, "secured": secured, "ca": str(tmp_path / "ca.pem")}

    yield start
    for made in started:
        made.close()
        await made.wait_closed()


@pytest.mark.parametrize(
    ("secured", "settings", "conditions", "sentence"),
    [
        ("plain", {}, (), ""),
        ("plain", {"expect": "Acme"}, ('"size" in extensions',), ""),
        ("plain", {"expect": "Globex"}, (), 'greeting "mail.acme.example Acme mail", expected to contain "Globex"'),
        ("plain", {"secured": "starttls"}, (), "SMTP STARTTLS extension not supported by server., expected an SMTP"),
        ("starttls", {}, ("cert_days > 14",), ""),
        ("tls", {}, ("cert_days > 14",), ""),
        ("tls", {}, ("cert_days > 21",), "cert_days 20, expected > 21"),
        ("starttls", {"ca": None}, (), "certificate not accepted: unable to get local issuer certificate"),
        ("tls", {"host": "other.example"}, (), "certificate not accepted: Hostname mismatch"),
        ("starttls", {"user": "bot"}, (), ""),
        ("starttls", {"user": "somebody"}, (), "login refused: 535 5.7.8 Authentication credentials invalid"),
    ],
)
async def test_a_mail_server_is_judged_as_far_as_the_settings_go(
    *, looked, mail, server, secured, settings, conditions, sentence
):
    seen = await looked(Check(**{**await server(secured), **settings}), *conditions, through=mail)
    assert seen.sentence.startswith(sentence)
    assert "geheim" not in seen.sentence
    assert seen.status is (Status.FAILED if sentence else Status.OK)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (b"554 no mail here\r\n", "554 no mail here, expected an SMTP server"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "Malformed SMTP response line"),
        (b"", "Unexpected EOF received"),
    ],
)
async def test_what_is_no_mail_server_is_down(looked, servers, words, sentence):
    async def talk(_reader, writer):
        writer.write(words)
        await writer.drain()

    seen = await looked(Check(host="127.0.0.1", port=await servers.talk(talk)))
    assert (seen.status, sentence in seen.sentence) == (Status.FAILED, True), seen.sentence


async def test_without_a_secret_nobody_logs_in_and_that_is_our_own_fault(looked, mail, server):
    unarmed = replace(mail, secret=lambda _monitor: None)
    seen = await looked(Check(**{**await server("starttls"), "user": "bot"}), through=unarmed)
    assert (seen.status, seen.sentence) == (Status.UNKNOWN, "there is no secret for the monitor it to log in with")


async def test_an_internal_server_that_is_not_listed_is_not_greeted(looked, mail, servers):
    async def talk(_reader, writer):
        writer.write(b"220 hello\r\n")

    port = await servers.talk(talk)
    closed = replace(mail, targets=Targets(lookup=_here))
    assert (await looked(Check(host=HOST, port=port), through=closed)).status is Status.UNKNOWN
    assert servers.connections[port] == 0


def test_a_password_is_never_sent_in_the_clear():
    with pytest.raises(ValidationError, match="only where secured: is starttls or tls"):
        Check(host=HOST, user="bot")
