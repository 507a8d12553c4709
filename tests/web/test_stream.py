"""Live updates, over a real socket: what happened is told to whoever may see it, and to nobody else."""

import asyncio
import json
from dataclasses import replace
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx
import pytest

from bot.platforms.contract import Outgoing
from bot.platforms.webchat import stream
from bot.web.listener import Listener
from desk.cards import Card
from tests.web.conftest import make_chat

CARD = Outgoing("k1", "acme-team", None, 1, "alert/42", None, Card("alert/42", "checkout page", "▲ DOWN", 42), (), ())


@pytest.fixture
async def live(threaded, clock):
    """The web chat on a socket of its own, with the store's threads as in production."""
    chat = make_chat(threaded, clock)
    listener = Listener(chat.app(), "127.0.0.1", 0)
    port = await listener.start()
    chat.url = f"http://127.0.0.1:{port}"
    yield chat
    chat.bell.close()
    await listener.stop()


class Feed:
    """One reader of `/api/events`."""

    def __init__(self, answer):
        self._lines = answer.aiter_lines()

    async def block(self):
        """The next event as a dict of its fields, comments under the empty name."""
        found = {}
        async with asyncio.timeout(10):
            async for line in self._lines:
                if not line:
                    return found
                name, _, value = line.partition(":")
                found[name] = value.strip()
        raise EOFError

    async def message(self):
        while True:
            block = await self.block()
            if "data" in block:
                assert block["event"] == "message"
                return block["id"], json.loads(block["data"])


class open_feed:  # noqa: N801 - reads like the function it stands for
    def __init__(self, chat, person, **headers):
        self._client = httpx.AsyncClient(base_url=chat.url, timeout=10, trust_env=False)
        self._request = self._client.stream("GET", "/api/events", params={"as": person}, headers=headers)

    async def __aenter__(self):
        answer = await self._request.__aenter__()
        assert answer.headers["content-type"].startswith("text/event-stream")
        return Feed(answer)

    async def __aexit__(self, *error):
        await self._request.__aexit__(*error)
        await self._client.aclose()


async def say(chat, person, channel, line):
    async with httpx.AsyncClient(base_url=chat.url, trust_env=False) as http:
        assert (await http.post("/api/say", json={"as": person, "channel": channel, "text": line})).status_code == 200


async def test_posts_and_edits_reach_those_who_may_see_them(live):
    async with open_feed(live, "ben") as ben, open_feed(live, "ann") as ann:
        number = await live.outbound.post(CARD)
        await live.outbound.edit(number, replace(CARD, version=2, card=Card("alert/42", "checkout page", "✓ UP", 42)))
        await say(live, "carl", "dm-carl", "between us")
        await say(live, "carl", "welcome", "hello all")
        seen = []
        while not seen or seen[-1]["text"] != "hello all":
            seen.append((await ben.message())[1])
        # Two quick edits may be told as one: the newest state is what counts.
        assert seen[-2]["card"]["state"] == "✓ UP"
        assert {m["channel"] for m in seen} == {"acme-team", "welcome"}
        assert (await ann.message())[1]["text"] == "hello all"


async def test_a_reader_that_was_away_continues_where_it_stopped(live):
    await say(live, "ann", "welcome", "one")
    async with open_feed(live, "ben") as feed:
        await say(live, "ann", "welcome", "two")
        place, two = await feed.message()
    await say(live, "ann", "welcome", "three")
    async with open_feed(live, "ben", **{"Last-Event-ID": place}) as feed:
        assert (await feed.message())[1]["text"] == "three"
    async with open_feed(live, "ben", **{"Last-Event-ID": "0"}) as feed:
        assert [(await feed.message())[1]["text"] for _ in range(3)] == ["one", two["text"], "three"]


async def test_a_reader_from_a_future_that_is_gone_goes_on_from_now(live):
    """A restart on a fresh data folder: the numbers begin anew, the page is told, and what happens next arrives."""
    await say(live, "ann", "welcome", "one")
    async with open_feed(live, "ben", **{"Last-Event-ID": "4000"}) as feed:
        assert await feed.block() == {"retry": "1000", "id": "1"}
        assert (await feed.block())["event"] == "restart"
        await say(live, "ann", "welcome", "two")
        assert (await feed.message())[1]["text"] == "two"
    async with open_feed(live, "ben", **{"Last-Event-ID": "2"}) as feed:
        await say(live, "ann", "welcome", "three")
        await feed.block()
        assert (await feed.block())["event"] == "message", "whoever is up to date is not restarted"


async def test_more_than_a_page_of_news_comes_whole_and_in_order(live):
    for number in range(450):
        await live.outbound.post(replace(CARD, send_key=f"k{number}", card=None, words=(f"line {number}",)))
    async with open_feed(live, "ben", **{"Last-Event-ID": "0"}) as feed:
        assert [(await feed.message())[1]["text"] for _ in range(450)] == [f"line {n}" for n in range(450)]


async def test_the_first_event_is_a_place_to_continue_from(live):
    await say(live, "ann", "welcome", "one")
    async with open_feed(live, "ben") as feed:
        assert await feed.block() == {"retry": "1000", "id": "1"}


async def test_a_quiet_stream_beats(chat):
    feed = stream.events(chat.room, chat.bell, chat.room.person("ben"), stream.Place(0), beat=0.01)
    assert [await anext(feed) for _ in range(3)] == [b"retry: 1000\nid: 0\n\n", *[b": still here\n\n"] * 2]
    await feed.aclose()


async def test_a_stream_ends_at_once_when_the_server_goes_down(live):
    async with open_feed(live, "ben") as feed:
        await feed.block()
        live.bell.close()
        with pytest.raises(EOFError):
            await feed.block()


async def test_a_reader_that_takes_nothing_holds_nobody(live):
    """Each reader pulls at its own pace: one that never reads costs the others nothing."""
    async with open_feed(live, "ben"), open_feed(live, "ben") as quick:
        for number in range(300):
            words = ("x" * 3000, str(number))
            await live.outbound.post(replace(CARD, send_key=f"k{number}", card=None, words=words))
        assert [(await quick.message())[1]["text"][3000:] for _ in range(300)] == [str(n) for n in range(300)]


@pytest.mark.parametrize("person", ["zoe", ""])
async def test_a_stream_for_nobody_is_a_404(live, person):
    async with httpx.AsyncClient(base_url=live.url, trust_env=False) as http:
        assert (await http.get("/api/events", params={"as": person})).status_code == 404


@pytest.mark.parametrize(
    ("header", "seq"), [("7", 7), ("0", 0), (None, None), ("", None), ("-1", None), ("x", None), ("9" * 30, None)]
)  # fmt: skip
def test_a_place_that_is_not_ours_is_none(header, seq):
    assert stream.last_seq(header) == seq


def post_plainly(url, body, **headers):
    """As most clients do: the whole body first, then the answer."""
    where = urlsplit(url)
    line = HTTPConnection(where.hostname, where.port, timeout=20)
    line.request("POST", "/api/say", body, {"Content-Type": "application/json", **headers})
    answer = line.getresponse()
    said = answer.status, json.loads(answer.read())
    line.close()
    return said


async def test_a_large_body_over_the_socket_is_refused_where_its_sender_hears_it(live):
    body = json.dumps({"as": "ann", "channel": "welcome", "text": "x" * 10_000_000}).encode()
    for _ in range(5):
        refused = await asyncio.to_thread(post_plainly, live.url, body)
        assert refused == (413, {"error": "At most 1 MB fits into one request."})
    async with httpx.AsyncClient(base_url=live.url, trust_env=False) as http:
        assert (await http.get("/healthz")).status_code == 200


async def test_who_asks_before_sending_a_large_body_need_not_send_it(live):
    headers = {"Content-Length": "10000000", "Expect": "100-continue"}
    refused = await asyncio.to_thread(post_plainly, live.url, None, **headers)
    assert refused[0] == 413


async def test_a_taken_port_is_an_error_and_no_half_open_listener(live):
    port = int(live.url.rsplit(":", 1)[1])
    with pytest.raises(OSError, match="in use"):
        await Listener(live.app(), "127.0.0.1", port).start()
