"""tls: the certificate that a server shows: how long it is good, for which name, and whether the chain holds."""

import ssl
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, field_validator

from monitors.certificates import DAY, trusting
from monitors.connecting import connected
from monitors.offers import Offers, Type, Value
from monitors.probe import Kind, Probe, Seen
from monitors.reach import ReachError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


class Check(Kind):
    """Shakes hands with `host:port` and looks at what was shown, also when it is not to be trusted."""

    remote: ClassVar[bool] = True
    needs: ClassVar[tuple[str, ...]] = ("cryptography.x509",)
    offers: ClassVar[Offers] = {
        "cert_days": Value(Type.NUMBER, "how long the certificate is still good, in days"),
        "chain_days": Value(Type.NUMBER, "the same of whichever certificate of the chain ends first"),
        "problem": Value(Type.TEXT, "why the certificate is not accepted; empty when it is"),
        "subject": Value(Type.TEXT, "whom it was given to"),
        "issuer": Value(Type.TEXT, "who gave it"),
        "names": Value(Type.ANY, "the names that it is for, a list"),
        "version": Value(Type.TEXT, "the version of TLS, such as `TLSv1.3`"),
    }

    host: str = Field(description="a name or an address", min_length=1)
    port: int = Field(443, description="the port, 1 to 65535", ge=1, le=65_535)
    server_name: str | None = Field(None, description="the name to ask for, where it is not `host`", min_length=1)
    days: float = Field(14, description="fewer days left are a failure", ge=0)
    verify: bool = Field(True, description="whether chain and name must hold; false looks at the days alone")
    ca: str | None = Field(None, description="a PEM file of whom to trust, for certificates of one's own", min_length=1)

    @field_validator("ca")
    @classmethod
    def _can_be_read(cls, ca: str | None) -> str | None:
        try:
            trusting(ca)
        except (OSError, ssl.SSLError) as error:
            raise ValueError(f'"{ca}" cannot be read as a PEM file: {error.strerror or error}') from error
        return ca

    def short_for(self) -> Iterable[tuple[str, str]]:
        if self.verify:
            yield 'problem == ""', "none"
        yield f"cert_days >= {self.days:g}", ""
        yield f"chain_days >= {self.days:g}", ""

    async def check(self, probe: Probe) -> Seen:
        problem = ""
        try:
            secured = await self._shown(probe, trusting(self.ca))
        except ReachError as error:
            if not isinstance(error.__cause__, ssl.SSLCertVerificationError):
                raise
            problem = error.__cause__.verify_message.rstrip(".")
            secured = await self._shown(probe, _blind())
        return Seen(values=_values(secured, probe.now(), problem), bulk={"names": _names(_leaf(secured))})

    async def _shown(self, probe: Probe, context: ssl.SSLContext) -> ssl.SSLObject:
        _, writer = await connected(probe, self.host, self.port, "a TLS handshake", context, self.server_name)
        try:
            found: ssl.SSLObject = writer.get_extra_info("ssl_object")
            return found
        finally:
            writer.transport.abort()


@lru_cache(maxsize=1)
def _blind() -> ssl.SSLContext:
    """For a second look at what was not accepted: nothing is sent over it and nothing believed."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _values(secured: ssl.SSLObject, now: datetime, problem: str) -> dict[str, float | str]:
    leaf = _leaf(secured)
    ends = [certificate.not_valid_after_utc for certificate in (leaf, *_chain(secured))]
    days = [round((end - now).total_seconds() / DAY, 1) for end in ends]
    return {
        "cert_days": days[0], "chain_days": min(days), "problem": problem, "version": secured.version() or "",
        "subject": leaf.subject.rfc4514_string(), "issuer": leaf.issuer.rfc4514_string(),
    }  # fmt: skip


def _leaf(secured: ssl.SSLObject) -> "Certificate":
    from cryptography.x509 import load_der_x509_certificate

    return load_der_x509_certificate(secured.getpeercert(binary_form=True) or b"")


def _chain(secured: ssl.SSLObject) -> list["Certificate"]:
    """What was sent besides, or what was verified; the root, which nobody looks at the days of, is left out."""
    from cryptography.x509 import load_der_x509_certificate

    known: Any = secured
    inner = known if hasattr(known, "get_verified_chain") else known._sslobj  # noqa: SLF001 - public from Python 3.13 on
    shown = inner.get_verified_chain() or inner.get_unverified_chain() or []
    found = [load_der_x509_certificate(each if isinstance(each, bytes) else _der(each)) for each in shown]
    return [certificate for certificate in found if certificate.subject != certificate.issuer]


def _der(shown: Any) -> bytes:
    return ssl.PEM_cert_to_DER_cert(shown.public_bytes())


def _names(certificate: "Certificate") -> list[str]:
    from cryptography.x509 import DNSName, ExtensionNotFound, IPAddress, SubjectAlternativeName

    try:
        names = certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
    except ExtensionNotFound:
        return []
    return [*names.get_values_for_type(DNSName), *map(str, names.get_values_for_type(IPAddress))]
