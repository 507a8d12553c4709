"""prometheus: a PromQL query, and what the newest samples are."""

import math
from collections.abc import Iterable
from typing import Any, ClassVar

import httpx
import orjson
from pydantic import Field, field_validator

from desk.alerts import Status
from monitors.asking import ask, web_address
from monitors.offers import Offers, Type, Value
from monitors.probe import Kind, Probe, Seen
from monitors.reach import ReachError

MOST = 1000  # series


class Check(Kind):
    """Asks a server that speaks Prometheus' API (Mimir, Thanos, VictoriaMetrics too) for the value of `query` now."""

    remote: ClassVar[bool] = True
    offers: ClassVar[Offers] = {
        "value": Value(Type.NUMBER, "the value of the only series, or of the first"),
        "count": Value(Type.WHOLE, "how many series there are"),
        "least": Value(Type.NUMBER, "the least of their values"),
        "most": Value(Type.NUMBER, "the greatest of them"),
        "series": Value(Type.ANY, "each with its `labels` and its `value`, a list"),
    }

    url: str = Field(description="the server, http:// or https://, as far as before /api/v1")
    query: str = Field(description="the query, in PromQL", min_length=1, max_length=4000)
    at_least: int = Field(1, description="fewer series are a failure; 0 where none may be good", ge=0)
    above: float | None = Field(None, description="a value that is not above this is a failure")
    below: float | None = Field(None, description="a value that is not below this is a failure")

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if web_address(url).query:
            raise ValueError(f'"{url}" has a query of its own; the one in PromQL stands in query:')
        return url

    def short_for(self) -> Iterable[tuple[str, str]]:
        yield f"count >= {self.at_least}", ""
        series = "count == 0 || " if self.at_least == 0 else ""
        if self.above is not None:
            yield f"{series}least > {self.above!r}", ""
        if self.below is not None:
            yield f"{series}most < {self.below!r}", ""

    async def check(self, probe: Probe) -> Seen:
        asked = httpx.URL(f"{self.url.rstrip('/')}/api/v1/query", params={"query": self.query})
        secret = probe.secret(probe.monitor)
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        status, text = await ask(probe, asked, headers, "an answer of Prometheus")
        series = read(status, text)
        values: dict[str, float | str] = {"count": len(series)}
        numbers = [each["value"] for each in series if each["value"] is not None]
        if numbers:
            values |= {"value": numbers[0], "least": min(numbers), "most": max(numbers)}
        return Seen(values=values, bulk={"series": series})


def read(status: int, text: str) -> list[dict[str, Any]]:
    """The series of an answer, at most a thousand. Raises ReachError for what is none, with the server's own words."""
    try:
        answer = orjson.loads(text)
        if answer["status"] != "success":
            raise ReachError(Status.FAILED, f"{str(answer.get('error', 'no reason given'))[:200]}, expected an answer")
        data = answer["data"]
        result = [data["result"]] if data["resultType"] == "scalar" else data["result"]
        if data["resultType"] == "scalar":
            return [{"labels": {}, "value": _number(result[0][1])}]
        return [{"labels": each["metric"], "value": _number(each["value"][1])} for each in result[:MOST]]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise ReachError(Status.FAILED, f"status {status}, expected an answer of Prometheus") from error


def _number(text: str) -> float | None:
    """`NaN` is no number that anything could be compared with: it is left out, and so reads as missing."""
    value = float(text)
    return None if math.isnan(value) else value
