"""The pin on a message: of the staff it files the message into a timeline, of anybody else it is an emoji."""

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.arrivals import Answer
from bot.platforms.slack.connection import SOCKETS
from desk.cards import Button, Card
from tests.slack.harness import SETTINGS, Book, slack_desk
from tests.standin.faults import Fault

PIN = "pushpin"
ASKED = Answer(reply=Card("pin", "Into which timeline?", buttons=(Button("1 · db", "pin", (("number", "1"),)),)))


def told(answer):
    return Book(answer=lambda _: answer)


@pytest.fixture
async def desk():
    """Ann and Ben have been met, and Ben is of the staff."""
    async with slack_desk(Book(answer=lambda came: ASKED if came.kind == "submit" else Answer())) as there:
        for who in (there.ann, there.ben):
            await there.there.slash(who, there.room, "/desk", "home")
        await there.settled()
        there.book.taken.clear()
        there.book.log.clear()
        yield there


def pinned(desk, message, user=None):
    return f"slack/pin/{message.channel}/{message.ts}/{user or desk.ben}"


@asynccontextmanager
async def gone(desk):
    """In the block all sockets are gone; at its end they are back, and what was missed is fetched."""
    await desk.sockets(SOCKETS)
    desk.there.sockets.refusing = True
    desk.there.sockets.cut()
    await desk.sockets(0)
    yield
    desk.there.sockets.refusing = False
    await desk.book.until(lambda: desk.book.gaps)


async def test_the_pin_of_staff_hands_in_who_wrote_it_when_and_where_it_is(desk):
    """What the message says is kept with the pointing, so that nobody can claim other words."""
    said = await desk.there.say(desk.ann, desk.room, "the switch <lost> power, @ben")
    await desk.there.react(desk.ben, said, PIN)
    await desk.settled()
    [came] = desk.book.taken
    about = f"slack/{desk.room}|{said.ts}|ann"
    assert (came.kind, came.person, came.key, came.values) == ("submit", "ben", pinned(desk, said), {"about": about})
    assert came.form.partition("~")[0] == "pin"
    assert desk.book.log[0] == f"keep {came.key}"
    quote = desk.book.quotes["ben", about]
    assert (quote.author, quote.words) == ("ann", "the switch <lost> power, @ben")
    assert quote.at == datetime.fromtimestamp(float(said.ts), UTC)
    assert quote.link == f"https://acme.slack.com/archives/{desk.room}/p{said.ts.replace('.', '')}"


async def test_the_question_is_put_to_them_alone_with_buttons(desk):
    said = await desk.there.say(desk.ann, desk.room, "the switch lost power")
    await desk.there.react(desk.ben, said, PIN)
    await desk.settled()
    [sight] = desk.there.eyes.ephemerals(desk.ben, desk.room)
    assert "Into which timeline?" in sight.words
    await desk.there.press(desk.ben, sight, "1 · db")
    await desk.settled()
    assert desk.book.taken[-1].text == "/pin number=1"


@pytest.mark.parametrize("of", ["the head", "a reply"])
async def test_a_message_in_a_thread_of_ours_says_whose_thread_it_is(desk, of):
    """The head of a ticket's thread is the message that it was opened from."""
    head = await desk.there.say(desk.ann, desk.room, "VPN drops")
    reply = await desk.there.say(desk.ann, desk.room, "since noon", head.ts)
    desk.book.threads[f"slack/{desk.room}", head.ts] = "ticket/17"
    desk.book.taken.clear()
    message = {"the head": head, "a reply": reply}[of]
    await desk.there.react(desk.ben, message, PIN)
    await desk.settled()
    came = desk.book.taken[-1]
    assert (came.key, came.thread, came.thread_key) == (pinned(desk, message), head.ts, "ticket/17")
    assert came.values["about"] == f"slack/{desk.room}|{message.ts}|ann"


APPS = [
    pytest.param("CPU 98 %", (), "CPU 98 %", id="its text"),
    pytest.param("", ({"pretext": "▲", "title": "HighCPU", "text": "on db-1"},), "▲\nHighCPU\non db-1", id="attached"),
    pytest.param("", ({"fields": [{"title": "host", "value": "db-1"}]},), "host: db-1", id="fields"),
    pytest.param("", ({"fallback": "HighCPU on db-1"},), "HighCPU on db-1", id="only what stands for it"),
]


@pytest.mark.parametrize(("text", "attached", "words"), APPS)
async def test_the_message_of_another_app_is_filed_with_all_that_it_says(desk, text, attached, words):
    said, _ = desk.there.people.app_says("Grafana", desk.room, text, attachments=attached)
    await desk.there.react(desk.ben, said, PIN)
    await desk.settled()
    quote = desk.book.quotes["ben", f"slack/{desk.room}|{said.ts}|"]
    assert (quote.author, quote.words) == ("Grafana", words)


async def test_an_author_whom_nobody_has_met_is_named_and_let_in_by_nobody(desk):
    """To write is not to act: no account is kept of them."""
    eve = desk.ws.add_user("eve", real_name="Eve").id
    desk.ws.channels[desk.room].members.add(eve)
    said = await desk.there.say(eve, desk.room, "the switch lost power")
    await desk.there.react(desk.ben, said, PIN)
    await desk.settled()
    assert desk.book.quotes["ben", f"slack/{desk.room}|{said.ts}|"].author == "eve"
    assert eve not in desk.book.accounts


@pytest.mark.parametrize("who", ["a requester", "somebody unknown", "a bot"])
async def test_an_emoji_of_anybody_else_is_none_of_our_business(desk, who):
    """Nothing is kept of them, nothing read, and nobody is told that they may not."""
    user = desk.ann if who == "a requester" else desk.ws.add_user("eve", is_bot=who == "a bot").id
    desk.ws.channels[desk.room].members.add(user)
    said = await desk.there.say(desk.ann, desk.room, "lunch at noon")
    before = len(desk.calls("conversations.replies"))
    await desk.there.react(user, said, PIN)
    await desk.settled()
    assert (desk.book.taken, desk.book.log, desk.book.pointed) == ([], [], [])
    assert len(desk.calls("conversations.replies")) == before
    assert desk.there.eyes.ephemerals(user) == []


async def test_a_message_that_is_gone_is_said_with_what_to_do(desk):
    said = await desk.there.say(desk.ann, desk.room, "the switch lost power")
    reacted = desk.there.people.react(desk.ben, said, PIN)
    await desk.there.delete(desk.ann, said)
    for delivery in reacted:
        assert (await desk.there.deliver(delivery)).error == ""
    await desk.settled()
    assert desk.book.taken == []
    assert any("cannot read that message" in s.words for s in desk.there.eyes.ephemerals(desk.ben))


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.RATE], ids=lambda fault: fault.value)
async def test_a_message_that_slack_does_not_show_us_just_now_comes_again(desk, fault):
    said = await desk.there.say(desk.ann, desk.room, "the switch lost power")
    desk.ws.troubles.add(fault, method="conversations.replies")
    await desk.there.react(desk.ben, said, PIN)
    await desk.settled()
    assert [a.key for a in desk.book.taken] == [pinned(desk, said)]


async def test_a_refusal_reaches_whoever_pinned_it():
    """Also one that is about the state of things: for tickets by reaction that one means another question."""
    sentence = "That is the desk's own message."
    async with slack_desk(told(Answer(409, sentence))) as desk:
        await desk.there.slash(desk.ben, desk.room, "/desk", "home")
        said = await desk.there.say(desk.ben, desk.room, "the switch lost power")
        await desk.there.react(desk.ben, said, PIN)
        await desk.settled()
        assert sum(sentence in s.words for s in desk.there.eyes.ephemerals(desk.ben)) == 2


async def test_what_was_pinned_in_a_gap_is_fetched_of_each_and_done_once(desk):
    """Each may mean another timeline. A requester's, and one of before the gap, are not among them."""
    desk.book.works.add("mia")
    mia = desk.ws.add_user("mia", real_name="Mia").id
    desk.ws.channels[desk.room].members.add(mia)
    await desk.there.slash(mia, desk.room, "/desk", "home")
    before = await desk.there.say(desk.ann, desk.room, "heard")
    await desk.there.react(desk.ben, before, PIN)
    await desk.settled()
    desk.book.taken.clear()
    async with gone(desk):
        said, _ = desk.there.people.say(desk.ann, desk.room, "the switch lost power")
        app, _ = desk.there.people.app_says("Grafana", desk.room, "CPU 98 %")
        reacted = [desk.there.people.react(who, m, PIN) for m in (said, app) for who in (desk.ann, desk.ben, mia)]
    keys = [pinned(desk, m, who) for m in (said, app) for who in (desk.ben, mia)]
    assert [a.key for a in desk.book.taken] == keys
    assert desk.book.gaps[0][2] == len(keys)
    for deliveries in reacted:
        for delivery in deliveries:
            assert (await desk.there.deliver(delivery)).error == ""
    await desk.settled()
    assert len(desk.book.taken) == len(keys), "Slack says it again later: it was done and answered"


async def test_the_emoji_is_the_one_of_the_settings():
    async with slack_desk(told(Answer()), settings=replace(SETTINGS, pin="memo")) as desk:
        await desk.there.slash(desk.ben, desk.room, "/desk", "home")
        said = await desk.there.say(desk.ann, desk.room, "the switch lost power")
        await desk.there.react(desk.ben, said, PIN)
        await desk.there.react(desk.ben, said, "memo")
        await desk.settled()
        assert [a.form.partition("~")[0] for a in desk.book.taken] == ["", "pin"]
