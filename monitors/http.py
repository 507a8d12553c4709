"""http: asks a web server, and judges its status, its words and how long it took."""

import time
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self

import httpx
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from desk.alerts import Status
from monitors.exchange import Exchange
from monitors.prepared import PORTS, Prepared, prepared
from monitors.probe import Probe, Seen
from monitors.reach import ReachError, unreached

BODY_LIMIT = 1 << 20  # bytes: what a keyword is looked for in
LONGEST_HOST, LAST_PORT = 253, 65_535
_HEADERS = {"User-Agent": "deskbell", "Accept": "*/*", "Accept-Encoding": "identity"}

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


class Check(BaseModel):
    """Asks `url` on a fresh connection and judges the answer. Latency is counted until the answer was judged."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    remote: ClassVar[bool] = True

    url: str = Field(description="the address to ask, http:// or https://")
    method: Literal["GET", "HEAD"] = Field("GET", description="GET or HEAD")
    status: Annotated[tuple[Range, ...], BeforeValidator(_ranges)] = Field(
        ((200, 200),), description="the status expected: 200, 200-299, or a list of either", min_length=1
    )
    keyword: str | None = Field(None, description="what the body must contain", min_length=1)
    max_latency_ms: int | None = Field(None, description="the longest answer, in milliseconds", gt=0)
    redirects: int = Field(5, description="how many redirects to follow; 0 judges the redirect itself", ge=0, le=20)

    @field_validator("url")
    @classmethod
    def _asks_a_web_server(cls, url: str) -> str:
        try:
            parsed = _address(url)
        except ValueError as error:
            raise ValueError(f'"{url}" is not an address: {error}') from error
        if parsed.scheme not in PORTS or not parsed.host:
            raise ValueError(f'"{url}" is not a web address, such as https://shop.example/health')
        if parsed.userinfo:
            raise ValueError("an address here must not carry a name or a password")
        return url

    @model_validator(mode="after")
    def _a_head_has_no_body(self) -> Self:
        if self.keyword and self.method == "HEAD":
            raise ValueError("keyword: needs method: GET, the answer to HEAD has no body")
        return self

    @cached_property
    def _first(self) -> _Hop:
        return self._hop(httpx.URL(self.url))

    def _hop(self, url: httpx.URL) -> _Hop:
        headers = {"Host": url.netloc.decode("ascii"), **_HEADERS}
        return _Hop(url, url.raw_host.decode("ascii"), prepared(httpx.Request(self.method, url, headers=headers)))

    async def check(self, probe: Probe) -> Seen:
        began = time.perf_counter()
        hop = self._first
        for _ in range(self.redirects + 1):
            answer = await self._ask(probe, hop)
            try:
                if self._expects(answer.status) and self.keyword is None:
                    return self._timed(began, {"status": answer.status})
                response = answer.response()
                if not self._follows(response):
                    return await self._judge(response, began)
                hop = self._hop(self._next(hop.url, response.headers["location"]))
            except httpx.HTTPError as error:
                raise unreached(error, self._expected()) from error
            finally:
                answer.close()
        return Seen(Status.FAILED, f"more than {self.redirects} redirects, the last to {hop.host}")

    async def _ask(self, probe: Probe, hop: _Hop) -> Exchange:
        """One request to the first checked address that takes the connection."""
        asked_at = time.perf_counter()
        refused: httpx.HTTPError | None = None
        for address in await probe.targets.addresses(hop.host, hop.request.port):
            try:
                return await probe.web.send(hop.request, address, asked_at)
            except httpx.ConnectError as error:
                refused = error
            except httpx.HTTPError as error:
                raise unreached(error, self._expected()) from error
        raise unreached(refused or httpx.ConnectError("no address"), self._expected()) from refused

    def _follows(self, response: httpx.Response) -> bool:
        return self.redirects > 0 and response.has_redirect_location and not self._expects(response.status_code)

    def _next(self, url: httpx.URL, location: str) -> httpx.URL:
        try:
            found = _address(location, url)
        except ValueError as error:
            raise ReachError(Status.FAILED, "redirected to what is no address") from error
        if found.scheme not in PORTS or not found.host:
            raise ReachError(Status.FAILED, f"redirected to {found.scheme}:, expected a web address")
        return found

    async def _judge(self, response: httpx.Response, began: float) -> Seen:
        values: dict[str, float | str] = {"status": response.status_code}
        if not self._expects(response.status_code):
            return Seen(Status.FAILED, f"status {response.status_code}, expected {self._statuses()}", values)
        if self.keyword is not None:
            body = await _body(response)
            if self.keyword not in body:
                return Seen(Status.FAILED, f'no "{self.keyword}" in the body ({_start_of(body)})', values)
        return self._timed(began, values)

    def _timed(self, began: float, values: dict[str, float | str]) -> Seen:
        took = round((time.perf_counter() - began) * 1000)
        if self.max_latency_ms is not None and took > self.max_latency_ms:
            return Seen(Status.FAILED, f"answered in {took} ms, expected within {self.max_latency_ms} ms", values)
        return Seen(Status.OK, values=values)

    def _expects(self, status: int) -> bool:
        return any(first <= status <= last for first, last in self.status)

    def _statuses(self) -> str:
        return " or ".join(str(a) if a == b else f"{a}-{b}" for a, b in self.status)

    def _expected(self) -> str:
        return f"status {self._statuses()}"


def _address(text: str, base: httpx.URL | None = None) -> httpx.URL:
    """Raises ValueError for what is none. httpx lets some of that pass until somebody looks at it."""
    try:
        found = base.join(text) if base else httpx.URL(text)
    except httpx.InvalidURL as error:
        raise ValueError(str(error)) from error
    if len(found.host) > LONGEST_HOST or (found.port or 0) > LAST_PORT:
        raise ValueError("its host or its port cannot be")
    return found


async def _body(response: httpx.Response) -> str:
    """The body's first megabyte, as text: a target that never stops talking fills no memory."""
    found = bytearray()
    async for chunk in response.aiter_bytes():
        found += chunk
        if len(found) >= BODY_LIMIT:
            break
    return bytes(found[:BODY_LIMIT]).decode(response.charset_encoding or "utf-8", errors="replace")


def _start_of(body: str) -> str:
    words = "".join(c if c.isprintable() else " " for c in body[:600])
    start = " ".join(words.split())[:60]
    return f"first 60 characters: {start}" if start else "it is empty"
