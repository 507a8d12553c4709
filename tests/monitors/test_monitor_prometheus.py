"""prometheus: what a query gives; against a server of ours that answers as Prometheus' API does."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from desk.alerts import Status
from monitors.prometheus import Check
from monitors.targets import Targets


def vector(*values: str) -> str:
    """An answer as https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries shows it."""
    series = ", ".join(
        f'{{"metric": {{"job": "shop", "instance": "shop-{i}"}}, "value": [1435781451.781, "{value}"]}}'
        for i, value in enumerate(values)
    )
    return f'{{"status": "success", "data": {{"resultType": "vector", "result": [{series}]}}}}'


SCALAR = '{"status": "success", "data": {"resultType": "scalar", "result": [1435781451.781, "2.5"]}}'
BROKEN = '{"status": "error", "errorType": "bad_data", "error": "invalid parameter \\"query\\": unexpected end"}'
MATRIX = '{"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {}, "values": []}]}}'


@pytest.mark.parametrize(
    ("answer", "settings", "conditions", "sentence"),
    [
        (vector("1"), {}, ("value == 1",), ""),
        (vector("1", "0"), {"above": 0}, (), "least 0, expected > 0.0"),  # one of them is enough to be bad
        (vector("0.2", "0.97"), {"below": 0.9}, (), "most 0.97, expected < 0.9"),
        (vector("1", "0"), {}, ('series.exists(s, s.labels.instance == "shop-0" && s.value == 1)',), ""),
        (vector(), {}, (), "count 0, expected >= 1"),  # what is not scraped any more is no success
        (vector(), {"at_least": 0}, ("count == 0",), ""),
        (vector(), {"at_least": 0, "below": 5}, (), ""),  # no alert of theirs is firing
        (vector("7"), {"at_least": 0, "below": 5}, (), "count 1, most 7, expected count == 0 || most < 5.0"),
        (vector("NaN"), {"below": 5}, (), "most is missing, expected < 5.0"),  # compares with nothing
        (vector("+Inf"), {"below": 5}, (), "most inf, expected < 5.0"),
        (SCALAR, {}, ("value == 2.5",), ""),
        (BROKEN, {}, (), 'invalid parameter "query": unexpected end, expected an answer'),
        (MATRIX, {}, (), "status 200, expected an answer of Prometheus"),  # a range is no value now
        ("<html>", {}, (), "status 200, expected an answer of Prometheus"),
        ("[]", {}, (), "status 200, expected an answer of Prometheus"),
    ],
)  # fmt: skip
async def test_a_query_is_judged_by_its_series(
    *, looked, servers, http_answer, answer, settings, conditions, sentence
):
    port = await servers.http(http_answer("200 OK", answer.encode(), "Content-Type: application/json"))
    seen = await looked(Check(url=f"http://127.0.0.1:{port}/prom", query='up{job="shop"}', **settings), *conditions)
    assert (seen.sentence, seen.status) == (sentence, Status.FAILED if sentence else Status.OK)
    assert servers.requests[0].startswith(b"GET /prom/api/v1/query?query=up%7Bjob%3D%22shop%22%7D HTTP/1.1\r\n")


async def test_a_monitor_with_a_secret_shows_it_and_one_without_shows_none(looked, probe, servers, http_answer):
    port = await servers.http(http_answer("200 OK", vector("1").encode()))
    check = Check(url=f"http://127.0.0.1:{port}", query="up")
    await looked(check, through=replace(probe, secret=lambda _monitor: "geheim-123"))
    await looked(check)
    assert [b"Bearer geheim-123" in asked for asked in servers.requests] == [True, False]


async def test_a_redirect_is_an_answer_like_any_other_and_is_not_followed(looked, servers, http_answer):
    port = await servers.http(http_answer("302 Found", b"", "Location: /elsewhere"))
    seen = await looked(Check(url=f"http://127.0.0.1:{port}", query="up"))
    assert (seen.sentence, servers.connections[port]) == ("status 302, expected an answer of Prometheus", 1)


async def test_an_internal_server_that_is_not_listed_is_not_asked(looked, probe, servers, http_answer):
    port = await servers.http(http_answer("200 OK", vector("1").encode()))
    check = Check(url=f"http://127.0.0.1:{port}", query="up")
    seen = await looked(check, through=replace(probe, targets=Targets()))
    assert (seen.status, servers.connections[port]) == (Status.UNKNOWN, 0)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("ftp://prometheus.example", "is not a web address"),
        ("http://ann:geheim@prometheus.example", "must not carry a name or a password"),
        ("http://prometheus.example/api/v1/query?query=up", "has a query of its own"),
    ],
)
def test_an_address_that_cannot_work_is_refused(url, sentence):
    with pytest.raises(ValidationError, match=sentence):
        Check(url=url, query="up")
