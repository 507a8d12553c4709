"""snmp: what a device says of itself, by SNMP v2c or v3."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from desk.alerts import Status
from monitors.offers import Offers, Type, Value
from monitors.probe import Kind, Probe, Seen
from monitors.reach import ReachError

if TYPE_CHECKING:
    from gufo.snmp import User

_AUTH: Mapping[str, str] = {"md5": "Md5Key", "sha1": "Sha1Key", "sha256": "Sha256Key", "sha512": "Sha512Key"}
_PRIVACY: Mapping[str, str] = {"des": "DesKey", "aes128": "Aes128Key", "aes256": "Aes256Key"}


class Check(Kind):
    """Asks for the values of some OIDs. By v2c the monitor's secret is the community, by v3 the user's passwords."""

    remote: ClassVar[bool] = True
    each: ClassVar[float] = 2.0  # seconds for one question: packets are lost, so it is asked twice
    needs: ClassVar[tuple[str, ...]] = ("gufo.snmp", "gufo.snmp.aio")
    offers: ClassVar[Offers] = {
        "values": Value(Type.ANY, "what the device says, by the names of `oids`; what it does not know is missing"),
        "count": Value(Type.WHOLE, "how many of them it knows"),
    }

    host: str = Field(description="a name or an address", min_length=1)
    port: int = Field(161, description="the port, 1 to 65535", ge=1, le=65_535)
    oids: dict[str, str] = Field(description="what to ask for: names, and OIDs in numbers", min_length=1, max_length=50)
    version: Literal["2c", "3"] = Field("2c", description="2c, or 3 with a user")
    user: str | None = Field(None, description="who logs in, by version 3", min_length=1)
    auth: Literal["md5", "sha1", "sha256", "sha512"] = Field("sha256", description="how the user is authenticated")
    privacy: Literal["none", "des", "aes128", "aes256"] = Field("aes128", description="how what is said is encrypted")

    @field_validator("oids")
    @classmethod
    def _are_numbers(cls, oids: dict[str, str]) -> dict[str, str]:
        for name, oid in oids.items():
            if not name.isidentifier() or not all(part.isdigit() for part in oid.split(".")) or "." not in oid:
                raise ValueError(f'"{name}: {oid}" is no name and OID such as uptime: 1.3.6.1.2.1.1.3.0')
        return oids

    @model_validator(mode="after")
    def _names_its_user(self) -> Self:
        if (self.version == "3") != (self.user is not None):
            raise ValueError("a user is named with version 3, and only there")
        return self

    def short_for(self) -> Iterable[tuple[str, str]]:
        yield f"count >= {len(self.oids)}", f"all of {', '.join(self.oids)}"[:200]

    async def check(self, probe: Probe) -> Seen:
        from gufo.snmp import SnmpAuthError, SnmpError

        secret = probe.secret(probe.monitor)
        address = (await probe.targets.addresses(self.host, self.port))[0]
        try:
            found = await self._asked(address, secret)
        except SnmpAuthError as error:
            raise ReachError(Status.FAILED, f"login of {self.user} refused") from error
        except (SnmpError, OSError) as error:
            raise ReachError(Status.FAILED, f"{error or type(error).__name__}, expected an answer"[:200]) from error
        named = {name: _plain(found[oid]) for name, oid in self.oids.items() if oid in found}
        return Seen(values={"count": len(named)}, bulk={"values": named})

    async def _asked(self, address: str, secret: str | None) -> Mapping[str, Any]:
        """Twice, if need be: a wrong community is silence, as a lost packet is."""
        from gufo.snmp import SnmpVersion
        from gufo.snmp.aio import SnmpSession

        login: dict[str, Any] = {"community": secret or "public", "version": SnmpVersion.v2c}
        if self.version == "3":
            login = {"user": self._user(secret), "version": SnmpVersion.v3}
        for _ in range(2):
            try:
                async with SnmpSession(addr=address, port=self.port, timeout=self.each, **login) as session:
                    return await session.get_many(list(self.oids.values()))
            except TimeoutError:
                continue
        said = f"no answer within {self.each:g} s, twice"
        raise ReachError(Status.FAILED, f"{said}, expected one to SNMP v{self.version}")

    def _user(self, secret: str | None) -> "User":
        """One password for both, or two with a space between them: that of authentication first."""
        import gufo.snmp as library

        if secret is None:
            raise ReachError(Status.UNKNOWN, f"there is no secret for {self.user} to log in with")
        auth, _, privacy = secret.partition(" ")
        key = getattr(library, _AUTH[self.auth])(auth.encode())
        if self.privacy == "none":
            return library.User(self.user or "", auth_key=key)
        private = getattr(library, _PRIVACY[self.privacy])((privacy or auth).encode())
        return library.User(self.user or "", auth_key=key, priv_key=private)


def _plain(value: Any) -> Any:
    return value.decode(errors="replace") if isinstance(value, bytes) else value
