"""A real SMTP server on loopback, aiosmtpd's, whose answers can be chosen; what it took is its witness."""

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

CERTIFICATE = Path(__file__).parents[1] / "data" / "tls" / "shop.example.pem"
USER, PASSWORD = "desk", "correct horse"
HANG_UP = "hang up"  # as an answer: none, and the connection is cut
TAKE_AND_HANG_UP = "take it and hang up"


@dataclass
class Letter:
    """One mail as it was taken, with whom the envelope names, by whom, and whether by TLS."""

    sender: str
    recipients: list[str]
    mail: EmailMessage
    raw: bytes
    user: str
    tls: bool

    @property
    def body(self) -> str:
        return str(self.mail.get_content()).replace("\r\n", "\n")


@dataclass
class MailServer:
    """`answers[command]` are given in turn instead of taking it (`RCPT`: `"450 4.2.1 later"`)."""

    port: int = 0
    letters: list[Letter] = field(default_factory=list)
    answers: dict[str, deque[str]] = field(default_factory=dict)
    greetings: int = 0

    def answer(self, command: str, *answers: str) -> None:
        self.answers.setdefault(command, deque()).extend(answers)

    def _next(self, command: str) -> str:
        waiting = self.answers.get(command)
        return waiting.popleft() if waiting else ""

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.greetings += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if said := self._next("MAIL"):
            return said
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = self._next("RCPT")
        if said == HANG_UP:
            server.transport.abort()
        if said:
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        said = self._next("DATA")
        if said in {"", TAKE_AND_HANG_UP}:
            self._take(session, envelope)
        if said in {HANG_UP, TAKE_AND_HANG_UP}:
            server.transport.abort()
        return said or "250 taken"

    def _take(self, session: Session, envelope: Envelope) -> None:
        raw = envelope.content
        assert isinstance(raw, bytes)
        mail = message_from_bytes(raw, policy=default)
        assert isinstance(mail, EmailMessage)
        user = session.auth_data.decode() if isinstance(session.auth_data, bytes) else ""
        assert envelope.mail_from is not None
        tls = session.ssl is not None
        self.letters.append(Letter(envelope.mail_from, list(envelope.rcpt_tos), mail, raw, user, tls))


def _authenticator(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False, auth_data=data.login)


@asynccontextmanager
async def mail_server(
    *, starttls: bool = False, tls: bool = False, auth: bool = False
) -> AsyncIterator[MailServer]:  # fmt: skip
    """Up for as long as the block runs. With `auth` it takes nothing from whoever has not logged in."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    handler = MailServer()
    protocols: list[SMTP] = []

    def protocol() -> SMTP:
        made = SMTP(
            handler, hostname="mail.example", tls_context=context if starttls else None, require_starttls=starttls,
            auth_required=auth, auth_require_tls=starttls, authenticator=_authenticator,
            loop=asyncio.get_running_loop(),
        )  # fmt: skip
        protocols.append(made)
        return made

    server = await asyncio.get_running_loop().create_server(
        protocol, "127.0.0.1", 0, ssl=context if tls else None
    )
    handler.port = server.sockets[0].getsockname()[1]
    try:
        yield handler
    finally:
        server.close()
        for each in protocols:
            if each.transport is not None:
                each.transport.abort()
        await server.wait_closed()


def trusting(*, check_hostname: bool = False) -> ssl.SSLContext:
    """Trusts the server's certificate, which is another host's."""
    context = ssl.create_default_context(cafile=str(CERTIFICATE))
    context.check_hostname = check_hostname
    return context
