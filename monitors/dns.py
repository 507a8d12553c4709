"""dns: asks a name server about a name, and looks at what it answers."""

import asyncio
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from desk.alerts import Status
from monitors.conditions import quoted
from monitors.offers import Offers, Type, Value
from monitors.probe import Kind, Probe, Seen
from monitors.reach import ReachError, unreached

if TYPE_CHECKING:
    from dns.message import Message

PORT = 53
Record = Literal["A", "AAAA", "CNAME", "MX", "NS", "TXT", "SOA", "SRV", "PTR", "CAA"]


def _several(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


class Check(Kind):
    """Asks `resolver`, or those of this machine, for the records of one type that `host` has."""

    remote: ClassVar[bool] = True
    each: ClassVar[float] = 2.0  # seconds for one question: packets are lost, so every server is asked twice
    needs: ClassVar[tuple[str, ...]] = ("dns.asyncquery", "dns.resolver")
    offers: ClassVar[Offers] = {
        "answer": Value(Type.TEXT, "the records, in the order of the alphabet, with commas between them"),
        "answers": Value(Type.ANY, "the same as a list"),
        "count": Value(Type.WHOLE, "how many there are"),
        "rcode": Value(Type.TEXT, "how the server answered: `NOERROR`, `NXDOMAIN` (no such name), `SERVFAIL`, …"),
        "ttl_s": Value(Type.WHOLE, "how long the answer may be kept, in seconds"),
        "signed": Value(Type.TRUTH, "whether the server vouches for the signatures (DNSSEC)"),
    }

    host: str = Field(description="the name that is asked about", min_length=1, max_length=253)
    record: Record = Field("A", description="the type of record: A, AAAA, CNAME, MX, NS, TXT, SOA, SRV, PTR, CAA")
    expect: Annotated[tuple[str, ...], BeforeValidator(_several)] = Field(
        (), description="the records there must be, and no others; one, or a list", max_length=20
    )
    rcode: Literal["NOERROR", "NXDOMAIN"] = Field("NOERROR", description="NXDOMAIN where there must be no such name")
    resolver: str | None = Field(None, description="the name server to ask, a name or an address", min_length=1)
    port: int = Field(PORT, description="its port", ge=1, le=65_535)

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        from dns.exception import DNSException

        try:
            self._question()
        except DNSException as error:
            raise ValueError(f'"{self.host}" is not a possible name: {error}') from error
        return self

    def short_for(self) -> Iterable[tuple[str, str]]:
        yield f'rcode == "{self.rcode}"', ""
        if self.expect:
            expected = ", ".join(sorted(_folded(self.record, text) for text in self.expect))
            yield f"answer == {quoted(expected)}", ""
        elif self.rcode == "NOERROR":
            yield "count > 0", f"a record of type {self.record}"

    async def check(self, probe: Probe) -> Seen:
        from dns import flags, rcode

        answer = await self._asked(probe)
        found = [rrset for rrset in answer.answer if rrset.rdtype == answer.question[0].rdtype]
        records = sorted(_folded(self.record, item.to_text()) for rrset in found for item in rrset)
        values: dict[str, float | str] = {
            "answer": ", ".join(records)[:500], "count": len(records), "rcode": rcode.to_text(answer.rcode()),
            "signed": bool(answer.flags & flags.AD),
        }  # fmt: skip
        if found:
            values["ttl_s"] = min(rrset.ttl for rrset in found)
        return Seen(values=values, bulk={"answers": records})

    def _question(self) -> "Message":
        from dns.message import make_query

        return make_query(self.host, self.record, want_dnssec=True)

    async def _asked(self, probe: Probe) -> "Message":
        """The first answer that comes: from the server that is named, or from those that this machine uses."""
        from dns.asyncquery import udp_with_fallback
        from dns.exception import DNSException

        trouble: Exception = OSError("no address")
        for server in 2 * await self._servers(probe):
            try:
                async with asyncio.timeout(self.each):
                    return (await udp_with_fallback(self._question(), server, port=self.port))[0]
            except TimeoutError:
                trouble = OSError(f"no answer within {self.each:g} s, twice")
            except (OSError, DNSException) as error:
                trouble = error
        if self.resolver is None:  # our own way to names is broken, which says nothing of theirs
            raise ReachError(Status.UNKNOWN, "the name servers of this machine do not answer")
        raise unreached(trouble, f"an answer about {self.host}") from trouble

    async def _servers(self, probe: Probe) -> tuple[str, ...]:
        if self.resolver is None:
            return self.of_this_machine()
        return await probe.targets.addresses(self.resolver, self.port)

    @staticmethod
    @lru_cache(maxsize=1)
    def of_this_machine() -> tuple[str, ...]:
        """The servers that this machine uses, as its configuration lists them."""
        from dns.resolver import Resolver

        return tuple(str(server) for server in Resolver().nameservers)


_NAMES: Mapping[str, int] = {"CNAME": 0, "NS": 0, "PTR": 0, "MX": 1, "SRV": 3}  # which word of a record is a name


def _folded(record: str, text: str) -> str:
    """A record as people write it: names in small letters, without the dot at their end; texts without quotes."""
    if record == "TXT":
        return text.strip('"').replace('" "', "")
    words = text.split()
    if (at := _NAMES.get(record)) is not None and at < len(words):
        words[at] = words[at].lower().rstrip(".") or "."
    return " ".join(words)
