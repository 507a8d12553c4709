"""smtp: a mail server that greets, says what it can, and lets somebody log in."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from desk.alerts import Status
from monitors.certificates import days_left, trusting
from monitors.conditions import quoted
from monitors.connecting import socket_to
from monitors.offers import Offers, Type, Value
from monitors.probe import Kind, Probe, Seen
from monitors.reach import ReachError, unreached

if TYPE_CHECKING:
    from aiosmtplib import SMTP

PORTS: Mapping[str, int] = {"plain": 25, "starttls": 587, "tls": 465}
LIMIT = 60.0  # seconds for one answer; the monitor's own time limit ends it before


class Check(Kind):
    """Greets, encrypts and logs in as far as the settings say, and leaves. No mail is sent."""

    remote: ClassVar[bool] = True
    needs: ClassVar[tuple[str, ...]] = ("aiosmtplib",)
    offers: ClassVar[Offers] = {
        "greeting": Value(Type.TEXT, "what the server says first, without its code"),
        "extensions": Value(Type.ANY, "what it says it can, a list of words in small letters, such as `starttls`"),
        "cert_days": Value(Type.NUMBER, "how long its certificate is still good, in days"),
    }

    host: str = Field(description="a name or an address", min_length=1)
    secured: Literal["plain", "starttls", "tls"] = Field("plain", description="plain, starttls, or tls from the start")
    port: int | None = Field(None, description="the port: 25, 587 or 465 by default, by secured", ge=1, le=65_535)
    user: str | None = Field(None, description="who logs in, with the monitor's secret", min_length=1)
    expect: str | None = Field(None, description="what its greeting must contain", min_length=1, max_length=200)
    ca: str | None = Field(None, description="a PEM file of whom to trust, for certificates of one's own", min_length=1)

    @field_validator("ca")
    @classmethod
    def _can_be_read(cls, ca: str | None) -> str | None:
        try:
            trusting(ca)
        except OSError as error:
            raise ValueError(f'"{ca}" cannot be read as a PEM file: {error.strerror or error}') from error
        return ca

    @model_validator(mode="after")
    def _no_password_in_the_clear(self) -> Self:
        if self.user and self.secured == "plain":
            raise ValueError("user: a password is sent only where secured: is starttls or tls")
        return self

    def short_for(self) -> Iterable[tuple[str, str]]:
        if self.expect is not None:
            yield f"greeting.contains({quoted(self.expect)})", ""

    async def check(self, probe: Probe) -> Seen:
        from aiosmtplib import SMTP, SMTPException, SMTPResponseException

        port = self.port or PORTS[self.secured]
        raw = await socket_to(probe, self.host, port, "an SMTP greeting")
        server = SMTP(
            hostname=self.host, sock=raw, use_tls=self.secured == "tls", start_tls=False,
            tls_context=trusting(self.ca), timeout=LIMIT, local_hostname="deskbell.invalid",
        )  # fmt: skip
        try:
            return await self._seen(probe, server)
        except SMTPResponseException as error:
            said = f"{error.code} {error.message}"[:150]
            raise ReachError(Status.FAILED, f"{said}, expected an SMTP server") from error
        except SMTPException as error:
            inner = error.__cause__ or error.__context__  # what is no error of the system is how the library found out
            raise unreached(error if isinstance(inner, OSError) else OSError(str(error)), "an SMTP server") from error
        except OSError as error:
            raise unreached(error, "an SMTP server") from error
        finally:
            transport: Any = server.transport
            if transport:
                transport.abort()  # nothing is owed to the other side, and a goodbye that waits could hang
            server.close()
            raw.close()

    async def _seen(self, probe: Probe, server: "SMTP") -> Seen:
        greeting = (await server.connect()).message
        await server.ehlo()
        if self.secured == "starttls":
            await server.starttls(server_hostname=self.host)
            await server.ehlo()
        if self.user:
            await self._log_in(probe, server, self.user)
        transport: asyncio.BaseTransport | None = server.transport
        days = days_left(transport.get_extra_info("ssl_object") if transport else None, probe.now())
        bulk = {"extensions": sorted(server.esmtp_extensions)}
        return Seen(values={"greeting": greeting, **({} if days is None else {"cert_days": days})}, bulk=bulk)

    async def _log_in(self, probe: Probe, server: "SMTP", user: str) -> None:
        from aiosmtplib import SMTPAuthenticationError

        secret = probe.secret(probe.monitor)
        if secret is None:
            raise ReachError(Status.UNKNOWN, f"there is no secret for the monitor {probe.monitor} to log in with")
        try:
            await server.login(user, secret)
        except SMTPAuthenticationError as error:
            raise ReachError(Status.FAILED, f"login refused: {error.code} {error.message}"[:200]) from error
