"""The stand-in on the wire: the real slack_sdk and slack_bolt over HTTP and Socket Mode, nothing of ours between."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.standin.bolt import BUTTON, Bot, client, workspace
from tests.slack.standin.server import Slack, slack
from tests.standin.faults import Fault


@pytest.fixture
async def there() -> AsyncIterator[Slack]:
    async with slack(workspace(), ack_seconds=0.5, pauses=(0.0, 0.0, 0.0), echo=False) as running:
        yield running


@pytest.fixture
async def bot(there: Slack) -> AsyncIterator[Bot]:
    bot = Bot(there)
    yield bot
    await bot.close()


async def refusal(call: Any) -> Any:
    with pytest.raises(SlackApiError) as refused:
        await call
    return refused.value.response


async def test_the_sdk_posts_edits_reads_and_is_refused_as_by_slack(there: Slack):
    """JSON, forms and queries alike; the scopes come with auth.test."""
    api = client(there)
    assert "chat:write" in (await api.auth_test()).headers["x-oauth-scopes"]
    metadata = {"event_type": "deskbell", "event_payload": {"key": "k"}}
    posted = await api.chat_postMessage(channel="C1", text="hi", blocks=BUTTON, metadata=metadata)
    await api.chat_update(channel="C1", ts=posted["ts"], text="hi again")
    read = await api.conversations_history(channel="C1", include_all_metadata=True, oldest="0", limit=10)
    assert [(m["text"], m["metadata"]) for m in read["messages"]] == [("hi again", metadata)]
    form = await api.api_call("chat.postMessage", data={"channel": "C1", "text": "x", "blocks": json.dumps(BUTTON)})
    assert form["message"]["blocks"][0]["elements"][0]["value"] == "42"
    assert (await api.users_info(user="U1"))["user"]["name"] == "ann"
    assert (await refusal(api.chat_postMessage(channel="C404", text="x")))["error"] == "channel_not_found"
    calls = [(call.method, call.error) for call in there.ws.calls]
    assert calls[-1] == ("chat.postMessage", "channel_not_found")
    assert "token" not in there.ws.calls[-1].arguments


async def test_too_fast_is_429_with_retry_after(there: Slack):
    """As an HTTP status, which the SDK raises."""
    api = client(there)
    for _ in range(3):
        await api.chat_postMessage(channel="C1", text="x")
    answer = await refusal(api.chat_postMessage(channel="C1", text="x"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")


LOST = {Fault.LOSE_REPLY: 1, Fault.RESET: 0, Fault.HANG: 0, Fault.HANG_TAKEN: 1}


@pytest.mark.parametrize("fault", LOST)
async def test_a_reply_can_be_lost_with_and_without_the_message(there: Slack, fault: Fault):
    """The caller sees a broken connection or silence; what was taken is in the channel."""
    there.ws.troubles.add(fault)
    api = AsyncWebClient(token=there.ws.bot_token, base_url=there.api_url, retry_handlers=[], timeout=1)
    with pytest.raises((aiohttp.ClientError, TimeoutError)):
        await api.chat_postMessage(channel="C1", text="x")
    assert len(there.eyes.seen("U1", "C1")) == LOST[fault]


async def test_a_late_post_is_taken_after_the_caller_has_given_up(there: Slack):
    """As by a platform that was slow, not deaf."""
    there.ws.troubles.add(Fault.LATE, late=0.4)
    api = AsyncWebClient(token=there.ws.bot_token, base_url=there.api_url, retry_handlers=[])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await api.chat_postMessage(channel="C1", text="x")
    assert there.eyes.seen("U1", "C1") == []
    await there.until(lambda: there.ws.calls)
    assert [seen.text for seen in there.eyes.seen("U1", "C1")] == ["x"]


async def test_bolt_connects_hears_answers_and_opens_a_form(there: Slack, bot: Bot):
    """Handshake, event, command with its reply, button with its response_url, modal with errors and a loaded menu."""
    await bot.connect()
    await there.say("U1", "C1", "@deskbell hello")
    assert sorted(event["type"] for event in bot.got) == ["app_mention", "message"]
    told = await there.slash("U1", "C1", "/desk", "status")
    assert told.error == ""
    assert [seen.text for seen in there.eyes.ephemerals("U1")] == ["Nothing is down."]
    await client(there).chat_postMessage(channel="C1", text="42", blocks=BUTTON)
    seen = there.eyes.seen("U1", "C1")[-1]
    await there.press("U1", seen, "Acknowledge")
    assert bot.got[-1]["actions"][0]["value"] == "42"
    assert there.eyes.ephemerals("U1")[-1].text == "Acknowledged."
    await there.slash("U1", "C1", "/desk", "form")
    view = there.eyes.view("U1")
    assert view is not None
    assert await there.options("U1", view, "who", "ben") == [("v", "Ben")]
    assert (await there.submit("U1", {"what": "help"})).fields == {"what": "Say what."}
    assert (await there.submit("U1", {"what": "the vpn", "whom": "v"})).fields == {}
    assert there.eyes.view("U1") is None


async def test_over_two_sockets_everything_arrives_once(there: Slack, bot: Bot):
    """Both are used, and no envelope goes to both."""
    await bot.connect(2)
    for number in range(6):
        await there.say("U1", "C1", str(number))
    assert [event["text"] for event in bot.got] == ["0", "1", "2", "3", "4", "5"]
    assert {sent.connection for sent in there.sockets.sent} == {1, 2}
    assert all(sent.envelope_id in there.sockets.acked for sent in there.sockets.sent)


async def test_what_is_not_acknowledged_in_time_comes_again_and_says_so(there: Slack, bot: Bot):
    """The same event id, a new envelope, the number of the attempt."""
    await bot.connect()
    bot.slow = True
    await there.say("U1", "C1", "hello")
    first, second = there.sockets.sent
    assert (first.key, first.attempt) == (second.key, second.attempt - 1)
    assert bot.retried == ["0", "1"]


async def test_what_was_on_a_socket_that_broke_comes_again_on_another(there: Slack, bot: Bot):
    """At once; the connection that is left takes it."""
    await bot.connect(2)
    bot.slow = True
    saying = asyncio.create_task(there.say("U1", "C1", "hello"))
    broken = await there.until(lambda: next((c for c in there.sockets.connections if c.waiting), None))
    assert broken is not None
    there.sockets.cut(broken)
    await saying
    first, second = there.sockets.sent
    assert first.key == second.key
    assert first.connection == broken.number != second.connection


async def test_a_person_waits_for_an_answer_and_is_told_that_there_was_none(there: Slack, bot: Bot):
    """Commands and buttons are not tried again."""
    assert (await there.slash("U1", "C1", "/desk", "status")).error == "no_connection"
    await bot.connect()
    assert (await there.slash("U1", "C1", "/unknown")).error == "timeout"
    assert len(there.sockets.sent) == 1


async def test_whoever_waits_when_a_socket_breaks_is_told_at_once(there: Slack):
    """Not only when the time for an answer is over."""
    url = (await client(there).apps_connections_open(app_token=there.ws.app_token))["url"]
    async with aiohttp.ClientSession() as http, http.ws_connect(url):
        await there.connected(1)
        waiting = asyncio.create_task(there.slash("U1", "C1", "/desk"))
        await there.until(lambda: there.sockets.connections[0].waiting)
        there.sockets.cut()
        assert (await waiting).error == "connection_lost"


async def test_the_same_thing_can_be_sent_several_times(there: Slack, bot: Bot):
    """One key, several envelopes, one effect for the person."""
    await bot.connect(2)
    told = await there.slash("U1", "C1", "/desk", "status", copies=3)
    assert len(told.acks) == 3
    assert len({body["trigger_id"] for body in bot.got}) == 1
    assert len(there.eyes.ephemerals("U1")) == 1


async def test_things_can_be_sent_in_another_order_than_they_happened(there: Slack, bot: Bot):
    """What persons do and what is sent of it are two steps."""
    await bot.connect()
    sent = [there.people.say("U1", "C1", text)[1][0] for text in ("one", "two", "three")]
    for delivery in (sent[2], sent[0], sent[2], sent[1]):
        await there.deliver(delivery)
    assert [event["text"] for event in bot.got] == ["three", "one", "three", "two"]


async def test_a_refresh_makes_the_client_connect_anew(there: Slack, bot: Bot):
    """What is said meanwhile goes to the other socket, and nothing is lost or comes twice."""
    await bot.connect(2)
    leaving = there.sockets.connections[0]
    refreshing = asyncio.create_task(there.sockets.refresh(leaving))
    await there.until(lambda: leaving.leaving)
    await there.say("U1", "C1", "still there?")
    await refreshing
    await there.until(lambda: there.sockets.made == 3)
    await there.connected(2)
    assert {sent.connection for sent in there.sockets.sent} == {2}
    assert [event["text"] for event in bot.got] == ["still there?"]


async def test_a_socket_needs_a_ticket_and_each_is_good_for_one(there: Slack):
    """An unknown one and a used one are turned away."""
    url = (await client(there).apps_connections_open(app_token=there.ws.app_token))["url"]
    async with aiohttp.ClientSession() as http:
        async with http.ws_connect(url) as socket:
            hello = await socket.receive_json()
            assert (hello["type"], hello["num_connections"]) == ("hello", 1)
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await http.ws_connect(url)
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await http.ws_connect(url.replace("ticket=", "ticket=x"))


async def test_slack_warns_first_and_can_keep_everybody_out(there: Slack):
    """A warning changes nothing yet; while it refuses, no ticket helps."""
    api = client(there)
    async with aiohttp.ClientSession() as http:
        url = (await api.apps_connections_open(app_token=there.ws.app_token))["url"]
        async with http.ws_connect(url) as socket:
            await there.connected(1)
            await there.sockets.warn(there.sockets.connections[0])
            await socket.receive_json()
            assert (await socket.receive_json())["reason"] == "warning"
            assert there.sockets.ready()
        there.sockets.refusing = True
        url = (await api.apps_connections_open(app_token=there.ws.app_token))["url"]
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await http.ws_connect(url)


async def test_there_are_ten_sockets_and_no_eleventh(there: Slack):
    """Slack says why."""
    async with aiohttp.ClientSession() as http:
        sockets = []
        for _ in range(11):
            url = (await client(there).apps_connections_open(app_token=there.ws.app_token))["url"]
            sockets.append(await http.ws_connect(url))
        said = [(await socket.receive_json())["type"] for socket in sockets]
        assert said == ["hello"] * 10 + ["disconnect"]
        for socket in sockets:
            await socket.close()


async def test_the_app_hears_of_its_own_posts():
    """As from Slack, with the bot's id in them."""
    async with slack(workspace(), ack_seconds=0.5, pauses=()) as there:
        bot = Bot(there)
        await bot.connect()
        await client(there).chat_postMessage(channel="C1", text="mine")
        await there.settled()
        assert len(there.sockets.sent) == 1
        assert bot.got == []  # Bolt itself keeps a bot from answering itself
        await bot.close()
