"""http: asks a web server: its status, its words or values, its certificate, and how long it took."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self

import httpx
from pydantic import BeforeValidator, Field, field_validator, model_validator

from desk.alerts import Status
from monitors.answers import parsed, text_of
from monitors.asking import HEADERS, address, sent, web_address
from monitors.certificates import days_of
from monitors.conditions import quoted
from monitors.exchange import Exchange
from monitors.offers import Offers, Type, Value, in_ms
from monitors.prepared import PORTS, Prepared, prepared
from monitors.probe import Kind, Probe, Seen
from monitors.reach import ReachError, unreached

_BODY, _STATUS_ALONE = frozenset({"text", "body"}), frozenset({"status"})
_BULK = _BODY | {"headers"}
TIMINGS = ("dns_ms", "connect_ms", "tls_ms", "first_byte_ms")

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Hop:
    """Where to ask: `host` is to be looked up, `request` is what to say there."""

    url: httpx.URL
    host: str
    request: Prepared


def _ranges(given: Any) -> Any:
    """`200`, `200-299` or a list of either, as pairs of first and last."""
    items = given if isinstance(given, (list, tuple)) else [given]
    return tuple(_range(item) for item in items)


def _range(item: Any) -> Any:
    if isinstance(item, (list, tuple)):
        return item
    first, _, last = str(item).partition("-")
    if not first.strip().isdigit() or (last and not last.strip().isdigit()):
        raise ValueError(f'"{item}" is neither a status such as 200 nor a range such as 200-299')
    found = int(first), int(last or first)
    if not 100 <= found[0] <= found[1] <= 599:
        raise ValueError(f'"{item}" is no range of statuses from 100 to 599')
    return found


class Check(Kind):
    """Asks `url` on a fresh connection. Latency is counted until all that is wanted of the answer was read."""

    remote: ClassVar[bool] = True
    offers: ClassVar[Offers] = {
        "status": Value(Type.WHOLE, "the status of the answer"),
        "text": Value(Type.TEXT, "the first megabyte of the body"),
        "body": Value(Type.ANY, "the same, parsed where it is JSON"),
        "headers": Value(Type.TEXTS, "the headers of the answer, by name in small letters"),
        "cert_days": Value(Type.NUMBER, "how long the server's certificate is still good, in days"),
        "dns_ms": Value(Type.NUMBER, "how long the name took to resolve, in milliseconds"),
        "connect_ms": Value(Type.NUMBER, "how long the connection took; with the handshake where `tls_ms` is unknown"),
        "tls_ms": Value(Type.NUMBER, "how long the TLS handshake took"),
        "first_byte_ms": Value(Type.NUMBER, "how long the server took from the request to the start of its answer"),
    }

    url: str = Field(description="the address to ask, http:// or https://")
    method: Literal["GET", "HEAD"] = Field("GET", description="GET or HEAD")
    status: Annotated[tuple[Range, ...], BeforeValidator(_ranges)] = Field(
        ((200, 200),), description="what is expected: 200, 200-299, or a list of either", min_length=1, max_length=12
    )
    keyword: str | None = Field(None, description="what the body must contain", min_length=1, max_length=200)
    max_latency_ms: int | None = Field(None, description="the longest answer, in milliseconds", gt=0)
    redirects: int = Field(5, description="how many redirects to follow; 0 judges the redirect itself", ge=0, le=20)

    @field_validator("url")
    @classmethod
    def _asks_a_web_server(cls, url: str) -> str:
        web_address(url)
        return url

    @model_validator(mode="after")
    def _a_head_has_no_body(self) -> Self:
        if self.keyword and self.method == "HEAD":
            raise ValueError("keyword: needs method: GET, the answer to HEAD has no body")
        return self

    def short_for(self) -> Iterable[tuple[str, str]]:
        each = (f"status == {a}" if a == b else f"(status >= {a} && status <= {b})" for a, b in self.status)
        yield " || ".join(each), self._statuses()
        if self.keyword is not None:
            yield f"text.contains({quoted(self.keyword)})", ""
        if self.max_latency_ms is not None:
            yield f"latency_ms <= {self.max_latency_ms}", ""

    @cached_property
    def _first(self) -> _Hop:
        return self._hop(httpx.URL(self.url))

    def _hop(self, url: httpx.URL) -> _Hop:
        headers = {"Host": url.netloc.decode("ascii"), **HEADERS}
        return _Hop(url, url.raw_host.decode("ascii"), prepared(httpx.Request(self.method, url, headers=headers)))

    async def check(self, probe: Probe) -> Seen:
        hop = self._first
        for _ in range(self.redirects + 1):
            answer = await sent(probe, hop.host, hop.request, self._expected())
            try:
                location = self._sends_to(answer)
                if location is None:
                    return await self._seen(probe, answer)
                hop = self._hop(self._next(hop.url, location))
            except httpx.HTTPError as error:
                raise unreached(error, self._expected()) from error
            finally:
                answer.close()
        return Seen(Status.FAILED, f"more than {self.redirects} redirects, the last to {hop.host}")

    def _sends_to(self, answer: Exchange) -> str | None:
        """Where a redirect that we follow leads."""
        if not httpx.codes.is_redirect(answer.status) or not self.redirects or self._expects(answer.status):
            return None
        response = answer.response()
        return response.headers["location"] if response.has_redirect_location else None

    def _next(self, url: httpx.URL, location: str) -> httpx.URL:
        try:
            found = address(location, url)
        except ValueError as error:
            raise ReachError(Status.FAILED, "redirected to what is no address") from error
        if found.scheme not in PORTS or not found.host:
            raise ReachError(Status.FAILED, f"redirected to {found.scheme}:, expected a web address")
        return found

    async def _seen(self, probe: Probe, answer: Exchange) -> Seen:
        """What somebody wants to know of the answer; the body of one that is wrong already is not read."""
        values: dict[str, float | str] = {"status": answer.status}
        well = self._expects(answer.status)
        if probe.wants == _STATUS_ALONE:
            return Seen(values=values, met=well and self._asks_for_status_alone)
        told = answer.extensions
        values |= {phase: in_ms(told[phase] / 1000) for phase in TIMINGS if phase in told}
        if "cert_days" in probe.wants and (days := days_of(told.get("certificate"), probe.now())) is not None:
            values["cert_days"] = days
        if not _BULK & probe.wants:
            return Seen(values=values)
        bulk, response = dict[str, Any](), answer.response()
        if "headers" in probe.wants:
            bulk["headers"] = dict(response.headers)
        if _BODY & probe.wants and well:
            bulk["text"] = await text_of(response)
        if "body" in probe.wants and "text" in bulk:
            try:
                bulk["body"] = parsed(bulk["text"], response.headers.get("content-type", ""))
            except ValueError as error:
                return Seen(Status.FAILED, str(error), values)
        return Seen(values=values, bulk=bulk)

    @property
    def _asks_for_status_alone(self) -> bool:
        return self.keyword is None and self.max_latency_ms is None

    def _expects(self, status: int) -> bool:
        return any(first <= status <= last for first, last in self.status)

    def _statuses(self) -> str:
        return " or ".join(str(a) if a == b else f"{a}-{b}" for a, b in self.status)

    def _expected(self) -> str:
        return f"status {self._statuses()}"
