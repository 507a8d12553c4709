"""The hooks' door: a token decides, what is sent is stored before it is answered, and senders are answered as they
expect.
"""

import asyncio
import json

import httpx
import pytest

from bot.web.app import intake_app
from bot.web.hooks import A_SECOND, AT_ONCE, ONE, Allowance, HookDoor
from bot.web.intake import Intake
from tests.samples import sample
from tests.web.conftest import HOME

TOKEN, PAGER, OTHER = "token-of-shop", "p" * 32, "q" * 32
BEARER = {"Authorization": f"Bearer {TOKEN}"}
KINDS = {"shop": "generic", "pager": "pagerduty", "other": "pagerduty"}


class Kept:
    """What a test's hooks were sent, and how the store behaves."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, bytes, str]] = []
        self.may = asyncio.Event()
        self.may.set()
        self.seconds = 0.0
        self.door = HookDoor(
            self.keep, {"shop": TOKEN, "pager": PAGER, "other": OTHER, "unset": ""}, lambda name: KINDS.get(name, ""),
            lambda: "made-up", Allowance(lambda: self.seconds),
        )  # fmt: skip

    async def keep(self, name: str, body: bytes, key: str) -> None:
        await self.may.wait()
        self.kept.append((name, body, key))


@pytest.fixture
def kept() -> Kept:
    return Kept()


async def no_beat(_name: str) -> None:
    """No monitor pings here."""


@pytest.fixture
async def http(kept: Kept):
    app = intake_app(Intake(no_beat, {}, hooks=kept.door))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOME) as client:
        yield client


async def test_on_the_private_port_the_token_decides_as_well(chat, kept):
    """Whatever the host, the origin and the type of the body are."""
    headers = {**BEARER, "Host": "desk.example", "Origin": "https://elsewhere.example", "Content-Type": "text/plain"}
    async with chat.client(chat.app(intake=Intake(no_beat, {}, hooks=kept.door))) as http:
        assert (await http.post("/hooks/shop", content=b"{}", headers=headers)).status_code == 202
        assert (await http.post("/v2/enqueue", json=event())).status_code == 202


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_message_is_accepted_by_header_or_query_whatever_type_it_says_it_has(http, kept, kind):
    body = b'{"status": "bad"}'
    by_header = await http.post("/hooks/shop", content=body, headers={**BEARER, "Content-Type": kind})
    by_query = await http.post("/hooks/shop", params={"token": TOKEN}, content=body)
    assert [(each.status_code, each.json()) for each in (by_header, by_query)] == [(202, {"status": "accepted"})] * 2
    assert kept.kept == [("shop", body, "")] * 2


async def test_it_is_answered_when_it_is_stored_and_no_sooner(http, kept):
    kept.may.clear()
    sending = asyncio.create_task(http.post("/hooks/shop", content=b"{}", headers=BEARER))
    await asyncio.sleep(0)
    done, _ = await asyncio.wait([sending], timeout=0.05)
    assert not done
    kept.may.set()
    assert (await sending).status_code == 202
    assert len(kept.kept) == 1


async def test_the_senders_own_name_of_a_message_goes_with_it(http, kept):
    await http.post("/hooks/shop", content=b"{}", headers={**BEARER, "Idempotency-Key": "event-1"})
    assert kept.kept == [("shop", b"{}", "event-1")]


async def test_a_wrong_token_an_unknown_hook_and_one_without_a_token_are_refused_alike(http, kept):
    tries = [
        ("shop", {"Authorization": "Bearer nope"}, {}), ("nobody", BEARER, {}), ("shop", {}, {}),
        ("unset", {}, {"token": ""}), ("unset", {"Authorization": "Bearer "}, {}),
        ("unset", {}, {"token": "no-such-hook"}), ("shop", {"Authorization": f"Basic {TOKEN}"}, {}),
        ("shop", {}, {"token": PAGER}), ("heartbeat", BEARER, {}),
    ]  # fmt: skip
    answers = [await http.post(f"/hooks/{n}", headers=h, params=q, content=b"{}") for n, h, q in tries]
    assert {each.status_code for each in answers} == {401}
    assert len({each.text for each in answers}) == 1
    assert kept.kept == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"status=bad", b"[" * 100_000, b"NaN"])
async def test_what_is_no_json_is_a_400_and_is_kept_all_the_same(http, kept, body):
    refused = await http.post("/hooks/shop", content=body, headers=BEARER)
    assert refused.status_code == 400
    assert "It was kept" in refused.json()["error"]
    assert kept.kept == [("shop", body, "")]


async def test_a_message_over_a_megabyte_is_refused_and_not_kept(http, kept):
    assert (await http.post("/hooks/shop", content=b"x" * 1_000_001, headers=BEARER)).status_code == 413
    assert kept.kept == []


async def test_a_hook_that_is_sent_too_much_says_when_to_send_again(http, kept):
    """Each hook for itself, and a large message counts for several."""
    kept.door.allowance.left["shop"] = (3.0, 0.0)
    large = b'"' + b"x" * 2 * ONE + b'"'
    assert (await http.post("/hooks/shop", content=large, headers=BEARER)).status_code == 202
    refused = await http.post("/hooks/shop", content=b"{}", headers=BEARER)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert (await http.post("/v2/enqueue", json=event())).status_code == 202
    kept.seconds += 1 / A_SECOND
    assert (await http.post("/hooks/shop", content=b"{}", headers=BEARER)).status_code == 202


def test_what_is_remembered_of_a_hooks_rate_is_one_row_and_never_grows():
    clock = [0.0]
    allowance = Allowance(lambda: clock[0])
    assert [allowance.take("shop", 0) for _ in range(int(AT_ONCE))] == [0.0] * int(AT_ONCE)
    assert allowance.take("shop", 0) == pytest.approx(1 / A_SECOND)
    clock[0] += 1e9
    assert allowance.take("shop", 1_000_000) == 0
    assert allowance.left["shop"][0] < AT_ONCE
    assert list(allowance.left) == ["shop"]


# --- PagerDuty's Events API v2


def event(**changes):
    return {**sample("pagerduty-trigger"), "routing_key": PAGER, **changes}


@pytest.mark.parametrize("name", ["pagerduty-trigger", "pagerduty-acknowledge", "pagerduty-resolve"])
async def test_pagerdutys_samples_are_answered_as_pagerduty_does(http, kept, name):
    """Source: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/"""
    answer = await http.post("/v2/enqueue", json=sample(name, routing_key=PAGER))
    assert answer.status_code == 202
    assert answer.json() == {"status": "success", "message": "Event processed", "dedup_key": "samplekeyhere"}
    assert [name for name, _, _ in kept.kept] == ["pager"]


async def test_the_routing_key_says_which_hook_it_is(http, kept):
    await http.post("/v2/enqueue", json=event(routing_key=OTHER))
    assert [name for name, _, _ in kept.kept] == ["other"]


@pytest.mark.parametrize("missing", [{"dedup_key": None}, {"dedup_key": ""}, {"dedup_key": " "}])
async def test_a_trigger_without_a_key_is_given_one(http, kept, missing):
    """By which its sender ends it later."""
    answer = await http.post("/v2/enqueue", json=event(**missing))
    assert (answer.status_code, answer.json()["dedup_key"]) == (202, "made-up")
    assert json.loads(kept.kept[0][1])["dedup_key"] == "made-up"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"event_action": None}, "'event_action' is missing or blank"),
        ({"event_action": "explode"}, "'event_action' is not one of 'trigger', 'acknowledge', 'resolve'"),
        ({"payload": None}, "'payload.summary' is missing or blank"),
        ({"payload": {"summary": "x", "source": "y"}}, "'payload.severity' is missing or blank"),
        ({"event_action": "resolve", "dedup_key": None}, "'dedup_key' is missing or blank"),
        ({"dedup_key": "k" * 256}, "'dedup_key' is longer than 255 characters"),
    ],
)
async def test_an_event_that_is_wrong_is_a_400_with_pagerdutys_shape_and_is_kept(http, kept, changes, error):
    answer = await http.post("/v2/enqueue", json=event(**changes))
    assert answer.status_code == 400
    said = answer.json()
    assert (said["status"], said["message"]) == ("invalid event", "Event object is invalid")
    assert error in said["errors"]
    assert len(kept.kept) == 1


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"{", "the event is no JSON"), (b"[]", "'routing_key' is missing or blank"),
        (b"{}", "'routing_key' is missing or blank"), (b'{"routing_key": "nope"}', "'routing_key' is not known here"),
        (b'{"routing_key": {"a": 1}}', "'routing_key' is not known here"),
        (json.dumps({"routing_key": TOKEN}).encode(), "'routing_key' is not known here"),  # a hook of another kind
        (json.dumps({"routing_key": ""}).encode(), "'routing_key' is missing or blank"),
    ],
)  # fmt: skip
async def test_an_event_that_names_no_hook_is_a_400_and_nothing_is_kept(http, kept, body, error):
    answer = await http.post("/v2/enqueue", content=body)
    assert (answer.status_code, answer.json()["errors"]) == (400, [error])
    assert kept.kept == []


async def test_an_event_may_be_sent_to_its_hook_by_name_too(http, kept):
    answer = await http.post("/hooks/pager", json=event(routing_key=None), headers={"Authorization": f"Bearer {PAGER}"})
    assert answer.json()["dedup_key"] == "samplekeyhere"
    assert [name for name, _, _ in kept.kept] == ["pager"]
