"""Push by ntfy and by gateways, over real sockets: what is taken, what is refused and how, what is never known.

Rows of docs/reliability.md: `a way to a person fails`, `SSRF through a monitor's address`.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote

import pytest

from bot.platforms.contract import DeliveryRefused, HistoryUnreadable, Outgoing
from bot.platforms.push.outbound import PushOutbound
from config.loaded import Gateway
from desk.cards import Button, Card, Field, text
from desk.detail import Own, ours
from desk.ways import Ways
from tests.store_fixture import HandClock
from tests.ways.gateway_server import CUT, TAKE_AND_CUT, gateway_server
from tests.ways.hostile import HOSTILE

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LINK = "https://desk.example/ack/some-token"
CARD = Card(
    "alert/42", "checkout page · shop.acme.example", "▲ DOWN", 42,
    (text("Acme Web Shops · ", Own("critical")), text("status 500, expected 200")),
    fields=(Field("Severity", ours("critical")),),
    buttons=(Button(Own("Acknowledge"), "ack", (("number", "42"),), primary=True),),
)  # fmt: skip
SMS = {"url": "/v1/send", "body": {"to": "{to}", "text": "{text}"}}


def outgoing(card: Card | None = CARD, *, person: str = "ben", words=()) -> Outgoing:
    return Outgoing("a-random-key", f"push/{person}", None, 1, "alert/42/told/1", None, card, words, ())


@pytest.fixture
def door(demo_config):
    """The way out to this server, which is internal and listed, as the settings say."""

    def made(server, *, token="", to="+49 170 1", link=LINK, listed=("127.0.0.1",), lacks="", **settings):
        url = settings.pop("url", "")
        own = Gateway("push", f"{server}{url}" if isinstance(server, str) else f"{server.url}{url}", **settings)
        desk = replace(demo_config.desk, internal_targets=tuple(listed))
        config = replace(demo_config, desk=desk, ways={"ben": Ways(addresses={"push": to})})

        async def linked(_: Outgoing) -> str:
            return link

        return PushOutbound(own, token, lambda: config, HandClock(NOW), linked, lacks=lacks)

    return made


def ntfy(door, server, **more):
    return door(server, ntfy=True, **{"to": "ben-x7f3", **more})


async def refused(way: PushOutbound, what: Outgoing | None = None) -> DeliveryRefused:
    with pytest.raises(DeliveryRefused) as caught:
        await way.post(what or outgoing())
    return caught.value


# --- ntfy


async def test_ntfy_gets_title_message_priority_tags_and_a_button_that_presses_with_a_post(door):
    async with gateway_server("ntfy", token="tk_secret") as server:
        id_ = await ntfy(door, server, token="tk_secret").post(outgoing())
    (taken,) = server.taken
    assert id_ == "m1"
    assert taken.message == {
        "topic": "ben-x7f3", "title": "▲ DOWN · 42 · checkout page · shop.acme.example",
        "message": "Acme Web Shops · critical\nstatus 500, expected 200", "priority": 5, "tags": ["critical"],
        "click": LINK, "actions": [
            {"action": "http", "label": "Acknowledge", "url": LINK, "method": "POST", "clear": True}
        ],
    }  # fmt: skip


@pytest.mark.parametrize(("severity", "priority"), [("critical", 5), ("high", 4), ("normal", 3), ("low", 2)])
async def test_it_is_as_loud_as_the_alert_is_severe(door, severity, priority):
    card = replace(CARD, fields=(Field("Severity", ours(severity)),))
    async with gateway_server("ntfy") as server:
        await ntfy(door, server).post(outgoing(card))
    assert server.taken[0].message["priority"] == priority


async def test_what_calls_nobody_is_quiet_and_has_nothing_to_press(door):
    async with gateway_server("ntfy") as server:
        await ntfy(door, server, link="").post(outgoing(None, words=text("✓ UP · 42 · checkout page")))
    assert server.taken[0].message == {
        "topic": "ben-x7f3", "title": "✓ UP · 42 · checkout page", "message": "✓ UP · 42 · checkout page",
        "priority": 2,
    }  # fmt: skip


async def test_ntfy_without_a_token_is_asked_without_one(door):
    async with gateway_server("ntfy") as server:
        await ntfy(door, server).post(outgoing())
    assert "Authorization" not in server.taken[0].headers


# --- any gateway


async def test_fields_stand_in_a_body_of_json(door):
    body = {"to": ["{to}"], "sms": {"text": "{text}", "flash": True, "id": "{number}/{severity}"}}
    async with gateway_server() as server:
        await door(server, url="/v1/send", body=body, headers=(("X-Api-Key", "{token}"),), token="k3y-k3y-k3y").post(
            outgoing()
        )
    (taken,) = server.taken
    assert (taken.method, taken.path, taken.headers["X-Api-Key"]) == ("POST", "/v1/send", "k3y-k3y-k3y")
    assert taken.headers["Content-Type"].startswith("application/json")
    said = json.loads(taken.body)
    assert said["to"] == ["+49 170 1"]
    assert said["sms"]["flash"] is True
    assert said["sms"]["id"] == "42/critical"
    assert said["sms"]["text"].split("\n") == [
        "▲ DOWN · 42 · checkout page · shop.acme.example", "Acme Web Shops · critical", "status 500, expected 200", LINK
    ]  # fmt: skip


async def test_fields_stand_in_a_form_a_url_and_plain_text(door):
    async with gateway_server() as server:
        await door(server, url="/calls?to={to}", form={"Say": "{title}", "From": "Desk & Co"}).post(outgoing())
        await door(server, url="/{to}?text={text}", method="GET").post(outgoing())
        await door(server, url="/plain", method="PUT", body="{title} ({{not a field}})").post(outgoing())
    form, got, plain = server.taken
    assert form.query == {"to": "+49 170 1"}
    assert parse_qs(form.body.decode())["Say"] == ["▲ DOWN · 42 · checkout page · shop.acme.example"]
    assert parse_qs(form.body.decode())["From"] == ["Desk & Co"]
    assert (got.method, unquote(got.path.partition("?")[0])) == ("GET", "/+49 170 1")
    assert got.query["text"].endswith(LINK)
    assert plain.body.decode() == "▲ DOWN · 42 · checkout page · shop.acme.example ({not a field})"


async def test_a_short_message_keeps_its_link_and_loses_words(door):
    """An SMS has room for little; what one can do about it is not what is cut."""
    async with gateway_server() as server:
        await door(server, body={"text": "{text}"}, longest=80).post(outgoing())
    said = json.loads(server.taken[0].body)["text"]
    assert len(said) <= 80
    assert said.endswith(f"…\n{LINK}")


# --- hostile words


def _hostile(words: str) -> Outgoing:
    card = replace(CARD, title=words, lines=(text(words), text("seen: ", words)))
    return outgoing(card, words=text(words))


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_words_are_words_to_ntfy(door, words):
    """Neither another topic nor another button, within its limits, and nothing of them in a header."""
    async with gateway_server("ntfy") as server:
        await ntfy(door, server).post(_hostile(words))
    (taken,) = server.taken
    assert taken.message.keys() == {"topic", "title", "message", "priority", "tags", "click", "actions"}
    assert (taken.message["topic"], taken.message["actions"][0]["url"]) == ("ben-x7f3", LINK)
    assert "\n" not in taken.message["title"]
    assert taken.headers.keys() == {"Host", "User-Agent", "Content-Type", "Content-Length"}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_words_are_words_to_any_gateway(door, words):
    """The structure is the one that was written; a brace in the words fills in nothing."""
    settings = {"headers": (("X-Api-Key", "{token}"), ("X-To", "{to}")), "token": "k3y-k3y-k3y", "longest": 4000}
    async with gateway_server() as server:
        await door(server, body={"to": "{to}", "of": ["{text}"]}, **settings).post(_hostile(words))
        await door(server, form={"to": "{to}", "text": "{text}"}, **settings).post(_hostile(words))
        await door(server, url="/a?to={to}&text={text}", method="GET", **settings).post(_hostile(words))
    as_json, form, got = server.taken
    said = json.loads(as_json.body)
    assert said.keys() == {"to", "of"}
    assert (said["to"], len(said["of"])) == ("+49 170 1", 1)
    fields = parse_qs(form.body.decode(), keep_blank_values=True, strict_parsing=True)
    assert (fields.keys(), fields["to"]) == ({"to", "text"}, ["+49 170 1"])
    assert (got.query.keys(), got.query["to"]) == ({"to", "text"}, "+49 170 1")
    assert fields["text"] == said["of"]
    start, _, link = got.query["text"].rpartition("\n")
    assert link == LINK
    assert said["of"][0].startswith(start.removesuffix("…")), "a URL has less room"
    assert len(got.path) < 3000
    assert "k3y-k3y" not in said["of"][0]
    for taken in server.taken:
        assert (taken.headers["X-Api-Key"], taken.headers["X-To"]) == ("k3y-k3y-k3y", "+49 170 1")
        assert taken.headers.keys() <= {
            "Host", "User-Agent", "Content-Type", "Content-Length", "X-Api-Key", "X-To", "Transfer-Encoding",
        }  # fmt: skip


# --- refusals

ANSWERS = [
    # status, what else the answer says, permanent, account, retry after
    (400, {}, True, False, None),
    (413, {}, True, False, None),
    (422, {}, True, False, None),
    (401, {}, False, True, None),
    (403, {}, False, True, None),
    (404, {}, False, True, None),
    (302, {"Location": "http://169.254.169.254/"}, False, True, None),
    (429, {"Retry_After": "7"}, False, False, 7.0),
    (429, {}, False, False, None),
    (429, {"Retry_After": "Wed, 21 Oct 2026 07:28:00 GMT"}, False, False, None),
    (408, {}, False, False, None),
]


@pytest.mark.parametrize(("status", "headers", "permanent", "account", "retry"), ANSWERS)
async def test_a_no_is_for_good_for_now_or_for_all_that_we_send(door, status, headers, permanent, account, retry):
    async with gateway_server() as server:
        server.answer(status, "no thanks", **headers)
        error = await refused(door(server, **SMS))
        assert server.asked == 1, "a redirect is not followed"
    assert (error.permanent, error.account, error.retry_after) == (permanent, account, retry)


@pytest.mark.parametrize(("status", "theirs"), [(404, True), (403, True), (405, True), (401, False)])
async def test_where_an_address_has_the_persons_in_it_it_is_theirs_that_is_not_found(door, status, theirs):
    """Their next way is used; a gateway that held everybody's messages for one wrong number would reach nobody."""
    async with gateway_server() as server:
        server.answer(status, "no such number")
        error = await refused(door(server, url="/send/{to}", body="{text}"))
    assert (error.permanent, error.account) == (theirs, not theirs)


async def test_a_topic_that_is_closed_to_us_is_refused_for_good_and_a_wrong_token_holds_all(door):
    async with gateway_server("ntfy", token="tk_secret", closed_topics=frozenset({"ben-x7f3"})) as server:
        closed = await refused(ntfy(door, server, token="tk_secret"))
        wrong = await refused(ntfy(door, server, token="tk_wrong!"))
    assert (closed.permanent, closed.account, closed.reason) == (True, False, "push said: 403 forbidden")
    assert (wrong.permanent, wrong.account, wrong.reason) == (False, True, "push said: 401 unauthorized")


async def test_no_token_is_repeated_in_a_reason(door):
    async with gateway_server() as server:
        server.answer(400, "bad key k3y-k3y-k3y")
        error = await refused(door(server, token="k3y-k3y-k3y", **SMS))
    assert "k3y" not in error.reason


@pytest.mark.parametrize(("answer", "taken"), [(CUT, 0), (TAKE_AND_CUT, 1), (500, 0), (502, 0), (503, 0)])
async def test_without_an_answer_or_with_a_5xx_nobody_knows(door, answer, taken):
    async with gateway_server() as server:
        server.answer(answer)
        way = door(server, **SMS)
        with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever it is, it is no DeliveryRefused
            await way.post(outgoing())
        assert not isinstance(caught.value, DeliveryRefused)
        assert len(server.taken) == taken
        with pytest.raises(HistoryUnreadable):
            await way.find("push/ben", None, "a-random-key", NOW)


async def test_a_gateway_that_cannot_be_reached_or_lacks_its_token_holds_all(door, unused_tcp_port):
    away = await refused(door(f"http://127.0.0.1:{unused_tcp_port}", **SMS))
    assert (away.permanent, away.account) == (False, True)
    lacks = await refused(door("http://127.0.0.1:1", lacks="`DESKBELL_PUSH__SMS` is missing.", **SMS))
    assert (lacks.account, lacks.reason) == (True, "`DESKBELL_PUSH__SMS` is missing.")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]", "2130706433"]
)
async def test_an_internal_address_is_refused_unless_it_is_listed(door, host):
    """As for a monitor: each address that a name has is checked, and the checked one is connected to."""
    error = await refused(door(f"http://{host}:9", listed=(), **SMS))
    assert (error.permanent, error.account) == (False, True)
    assert "internal" in error.reason


async def test_a_listed_name_is_reached_under_its_own_name(door):
    async with gateway_server() as server:
        await door(f"http://localhost:{server.port}", listed=("localhost",), **SMS).post(outgoing())
    assert server.taken[0].headers["Host"] == f"localhost:{server.port}"


async def test_somebody_without_an_address_is_refused_for_good(door):
    error = await refused(door("http://127.0.0.1:1", **SMS), outgoing(person="mia"))
    assert (error.permanent, error.reason) == (True, "mia has no address for push in people.yaml.")


async def test_an_endless_answer_fills_no_memory(door):
    async with gateway_server() as server:
        server.answer(400, "x" * 5_000_000)
        error = await refused(door(server, **SMS))
    assert len(error.reason) < 300
