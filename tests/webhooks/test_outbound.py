"""Events to a webhook over real sockets: what is sent and how it is signed, what its answers mean, where it may not go.

Rows of docs/reliability.md: `a webhook does not take what happens`, `SSRF through a monitor's address`.
"""

import base64
import hashlib
import hmac
import json
import re
import time
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from bot.platforms.contract import DeliveryRefused, HistoryUnreadable, Outgoing
from bot.platforms.webhook.outbound import WebhookOutbound
from config.secrets import Secrets
from desk.events import Event, Webhook
from tests.shape.tree import fenced, page
from tests.store_fixture import HandClock
from tests.ways.gateway_server import CUT, TAKE_AND_CUT, gateway_server

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
KEY, OLD = bytes(range(32)), bytes(range(100, 124))
SECRET, OLD_SECRET = (f"whsec_{base64.b64encode(key).decode()}" for key in (KEY, OLD))
EVENT = Event("ticket.opened", NOW, "ticket/1", "acme", "ann", {"number": 1, "subject": "VPN </script> \ud83d"})


def outgoing(event: Event | None = EVENT) -> Outgoing:
    return Outgoing("a-random-key", "webhook:crm/0", None, 1, "event/1", None, None, (), (), event)


@pytest.fixture
def door(demo_config):
    """The way out to this server, which is internal and listed."""

    def made(url, *, secret=SECRET, listed=("127.0.0.1",), clock=None, hooks=("crm",)):
        desk = replace(
            demo_config.desk, internal_targets=tuple(listed), webhooks={name: Webhook(name, url) for name in hooks}
        )  # fmt: skip
        config, secrets = replace(demo_config, desk=desk), Secrets(webhook={"crm": secret} if secret else {})
        return WebhookOutbound("crm", lambda: config, lambda: secrets, clock or HandClock(NOW))

    return made


async def refused(way, what=None) -> DeliveryRefused:
    with pytest.raises(DeliveryRefused) as caught:
        await way.post(what or outgoing())
    return caught.value


def signed(key: bytes, headers: dict, body: bytes) -> str:
    """Written anew from the words of the specification."""
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode("ascii") + body
    return "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode("ascii")


async def test_an_event_is_a_signed_post_whose_id_is_the_rows_key(door):
    async with gateway_server() as server:
        assert await door(f"{server.url}/hooks?for=desk").post(outgoing()) == "a-random-key"
    (taken,) = server.taken
    headers = {name.lower(): value for name, value in taken.headers.items()}
    assert (taken.method, taken.path) == ("POST", "/hooks?for=desk")
    assert headers["content-type"].startswith("application/json")
    assert headers["webhook-id"] == "a-random-key"
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert headers["webhook-signature"] == signed(KEY, headers, taken.body)
    assert json.loads(taken.body) == {
        "type": "ticket.opened", "timestamp": "2026-11-02T09:00:00+00:00", "schema": 1, "subject": "ticket/1",
        "client": "acme", "by": "ann", "detail": "full", "data": dict(EVENT.facts),
    }  # fmt: skip


async def test_what_is_sent_again_has_the_same_id_and_the_same_body(door):
    """A receiver knows a second copy by the id; the time and the signature are those of sending it."""
    clock = HandClock(NOW)
    async with gateway_server() as server:
        way = door(server.url, clock=clock)
        server.answer(TAKE_AND_CUT)
        with pytest.raises(httpx.RemoteProtocolError):  # nobody knows whether it was taken
            await way.post(outgoing())
        clock.step(5)
        await way.post(outgoing())
    first, second = server.taken
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]


async def test_while_a_secret_changes_it_is_signed_by_both(door):
    async with gateway_server() as server:
        await door(server.url, secret=f"{SECRET} {OLD_SECRET}").post(outgoing())
    (taken,) = server.taken
    headers = {name.lower(): value for name, value in taken.headers.items()}
    new, old = headers["webhook-signature"].split()
    assert (new, old) == (signed(KEY, headers, taken.body), signed(OLD, headers, taken.body))


def test_the_pages_own_code_knows_what_is_ours_and_what_is_not():
    """What `docs/webhooks.md` tells people to write."""
    (code,) = fenced(page("docs/webhooks.md"), "python")
    scope: dict = {}
    exec(code, scope)  # noqa: S102 - our own page
    is_ours, body = scope["is_ours"], b'{"type":"x"}'

    def headers(ago: int) -> dict:
        made = {"webhook-id": "m1", "webhook-timestamp": str(int(time.time()) - ago)}
        return {**made, "webhook-signature": f"v1,bm8= {signed(KEY, made, body)}"}

    assert is_ours(SECRET, headers(10), body)
    assert not is_ours(OLD_SECRET, headers(10), body)
    assert not is_ours(SECRET, headers(10), body + b" ")
    assert not is_ours(SECRET, headers(400), body), "somebody kept it and sends it again"


WHAT_ANSWERS_MEAN = [
    (500, {}, "later", "it may be one bad moment"),
    (503, {"Retry_After": "90"}, "later", "and says when"),
    (429, {"Retry_After": "90"}, "later", "too many"),
    (408, {}, "later", "it was too slow to read it"),
    (401, {}, "waits", "it takes our signature for none"),
    (403, {}, "waits", "it will not have us"),
    (404, {}, "waits", "there is nothing at the address"),
    (410, {}, "waits", "it wants no more"),
    (301, {"Location": "http://127.0.0.1:1/"}, "waits", "it leads elsewhere, where it is not followed"),
    (400, {}, "failed", "it cannot read this one"),
    (413, {}, "failed", "this one is too large"),
]


@pytest.mark.parametrize(("status", "headers", "meaning", "why"), WHAT_ANSWERS_MEAN)
async def test_what_an_answer_means_for_the_event_and_for_those_behind_it(door, status, headers, meaning, why):
    async with gateway_server() as server:
        server.answer(status, "no such luck", **headers)
        no = await refused(door(server.url))
    means = {"later": (False, False), "waits": (False, True), "failed": (True, False)}
    assert (no.permanent, no.account) == means[meaning], why
    assert no.retry_after == (90 if "Retry_After" in headers else None)
    assert str(status) in no.reason
    assert len(server.taken) == 0


async def test_a_connection_that_is_cut_leaves_it_unclear_and_no_history_is_asked(door):
    async with gateway_server() as server:
        way = door(server.url)
        server.answer(CUT)
        with pytest.raises(httpx.RemoteProtocolError):
            await way.post(outgoing())
    with pytest.raises(HistoryUnreadable):
        await way.find("webhook:crm/0", None, "a-random-key", NOW)


async def test_where_nobody_answers_all_of_it_waits(door):
    async with gateway_server() as server:
        url = server.url
    no = await refused(door(url))
    assert (no.account, no.permanent) == (True, False)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/", "http://2130706433:1/"]
)
async def test_an_internal_address_that_is_not_listed_is_not_asked(door, url):
    """SSRF through a monitor's address: a webhook's is checked in the same way, and the checked one is connected to."""
    no = await refused(door(url, listed=()))
    assert no.account
    assert "internal" in no.reason


async def test_without_a_secret_nothing_leaves_and_it_says_which(door):
    async with gateway_server() as server:
        no = await refused(door(server.url, secret=""))
    assert (no.account, server.asked) == (True, 0)
    assert "`DESKBELL_WEBHOOK__CRM` is missing" in no.reason


async def test_a_webhook_that_has_left_the_configuration_gets_no_more(door):
    async with gateway_server() as server:
        no = await refused(door(server.url, hooks=()))
    assert (no.permanent, server.asked) == (True, 0)


async def test_a_refusal_is_told_without_the_secret(door):
    async with gateway_server() as server:
        server.answer(400, f"bad key {SECRET}")
        no = await refused(door(server.url))
    assert not re.search(r"whsec_\w{6}", no.reason)
