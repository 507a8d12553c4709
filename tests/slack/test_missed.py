"""What was said outside threads of ours while nobody heard: fetched with the keys of its events, and done once.

Row of docs/reliability.md: `a socket drops; all sockets are gone`.
"""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.arrivals import Answer
from bot.platforms.slack.connection import SOCKETS
from bot.platforms.slack.missed import AT_ONCE, Missed
from desk.cards import Card, text
from tests.slack.harness import Book, made, slack_desk, workspace
from tests.standin.faults import Fault

ANSWER = Answer(reply=Card("c", "Here you are", lines=(text("Taken."),)))


def answering():
    return Book(answer=lambda _: ANSWER)


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


async def test_what_was_said_to_us_anywhere_is_fetched_with_the_keys_of_its_events():
    """A direct message, a mention, one in a thread of others, a reaction; no line between people, nothing of before."""
    async with slack_desk(answering()) as desk:
        direct, people = desk.ws.direct(desk.ann).id, desk.there.people
        before = await desk.there.say(desk.ann, direct, "heard already")
        old = await desk.there.say(desk.ben, desk.room, "an old thread")
        await desk.settled()
        async with gone(desk):
            asked = people.say(desk.ann, direct, "my VPN drops")
            under = people.say(desk.ann, direct, "since noon", asked[0].ts)
            named = people.say(desk.ben, desk.room, "@deskbell status")
            lunch = people.say(desk.ben, desk.room, "lunch?")
            at_noon = people.say(desk.ann, desk.room, "@deskbell list", lunch[0].ts)
            leak = people.say(desk.ben, desk.room, "The boiler leaks")
            reacted = people.react(desk.ann, leak[0], "ticket")
            people.react(desk.ben, leak[0], "ticket")
            people.say(desk.ann, desk.room, "late for lunch", old.ts)
        keys = [f"slack/message/{m.channel}/{m.ts}" for m, _ in (asked, under, named, at_noon)]
        keys.append(f"slack/reaction/{desk.room}/{leak[0].ts}")
        came = desk.book.taken[1:]
        assert sorted(a.key for a in came) == sorted(keys)
        assert desk.book.gaps[0][2] == len(keys)
        assert desk.book.taken[0].message == before.ts
        assert {a.text for a in came} == {"my VPN drops", "since noon", "/status", "/list", ""}
        opened = next(a for a in came if a.kind == "submit")
        assert (opened.person, opened.values["subject"]) == ("ann", "The boiler leaks")
        assert ("ann", opened.values["about"]) in desk.book.pointed
        answered = len(desk.ws.calls)
        for _, deliveries in (asked, under, named, at_noon, (None, reacted)):
            for delivery in deliveries:
                assert (await desk.there.deliver(delivery)).error == ""
        await desk.settled()
        assert len(desk.book.taken) == 1 + len(keys), "Slack says it again later: it was done and answered"
        assert len(desk.ws.calls) == answered


async def test_what_was_fetched_is_answered_where_it_was_asked():
    async with slack_desk(answering()) as desk:
        async with gone(desk):
            desk.there.people.say(desk.ann, desk.ws.direct(desk.ann).id, "my VPN drops")
            desk.there.people.say(desk.ben, desk.room, "@deskbell status")
        assert "Here you are" in desk.there.eyes.direct(desk.ann)[-1].words
        assert "Here you are" in desk.there.eyes.ephemerals(desk.ben, desk.room)[-1].words


@pytest.mark.parametrize("stored", [True, False], ids=["stored before", "not stored"])
async def test_after_a_restart_only_what_is_not_stored_is_done(stored):
    """Ours is a new process, which has nothing but the store to know by."""
    book = answering()
    book.heard_at = datetime.now(UTC) - timedelta(minutes=10)
    async with workspace() as (there, ann, ben, room):
        direct = there.ws.direct(ann).id
        said = there.people.say(ann, direct, "my VPN drops")[0]
        leak = there.people.say(ben, room, "The boiler leaks")[0]
        there.people.react(ann, leak, "ticket")
        keys = {f"slack/message/{direct}/{said.ts}", f"slack/reaction/{room}/{leak.ts}"}
        book.stored |= keys if stored else set()
        platform = made(there, book)
        await platform.start()
        try:
            await book.until(lambda: book.gaps)
        finally:
            await platform.close()
        assert {a.key for a in book.taken} == (set() if stored else keys)
        assert book.gaps[0][2] == (0 if stored else 2)


async def test_a_code_of_before_is_not_said_again():
    """It is used up, or has lapsed: whoever said it would be told that it is wrong."""
    async with slack_desk() as desk:
        async with gone(desk):
            for words in ("!link 7F3K", "hello"):
                desk.there.people.say(desk.ann, desk.ws.direct(desk.ann).id, words)
        assert (desk.book.linked, [a.text for a in desk.book.taken]) == ([], ["hello"])


async def test_of_several_who_reacted_the_first_who_may_act_opens_the_ticket():
    async with slack_desk(answering()) as desk:
        desk.ws.users[desk.ben].is_bot = True
        async with gone(desk):
            leak = desk.there.people.say(desk.ann, desk.room, "The boiler leaks")[0]
            for user in (desk.ben, desk.ann):
                desk.there.people.react(user, leak, "ticket")
            desk.there.people.react(desk.ann, leak, "tada")
        assert [(a.kind, a.person) for a in desk.book.taken] == [("submit", "ann")]


@pytest.mark.parametrize(("scope", "left"), [
    ("im:read", {"/status"}), ("im:history", {"/status"}), ("channels:read", {"my VPN drops"}),
    ("channels:history", {"my VPN drops"}),
])  # fmt: skip
async def test_without_a_scope_the_rest_is_fetched_and_nothing_is_waited_for(scope, left):
    async with slack_desk() as desk:
        desk.ws.scopes.discard(scope)
        async with gone(desk):
            desk.there.people.say(desk.ann, desk.ws.direct(desk.ann).id, "my VPN drops")
            desk.there.people.say(desk.ben, desk.room, "@deskbell status")
        assert {a.text for a in desk.book.taken} == left
        assert desk.platform._hearing._behind == 0


@pytest.mark.parametrize("method", ["users.conversations", "conversations.history"])
@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.RATE], ids=lambda fault: fault.value)
async def test_what_cannot_be_read_just_now_is_read_later(method, fault):
    """And no sign of life is stored before, for a crash in between would forget it."""
    async with slack_desk() as desk:
        before = await desk.book.until(lambda: desk.book.heard_at)
        desk.ws.troubles.add(fault, method=method)
        async with gone(desk):
            desk.there.people.say(desk.ann, desk.ws.direct(desk.ann).id, "my VPN drops")
        assert [a.text for a in desk.book.taken] == ["my VPN drops"]
        assert desk.book.heard_at == before


async def test_many_histories_leave_room_for_others_who_look_there():
    """Slack counts them for the whole workspace: after the first ones each waits."""
    class Waits:
        waited = 0

        async def sleep(self, seconds):
            assert seconds > 1
            self.waited += 1

    async with slack_desk() as desk:
        missed, clock = desk.platform._hearing._missed, Waits()
        reader = Missed(missed._us, missed._workspace, missed._inbound, clock)
        for number in range(AT_ONCE + 3):
            desk.ws.add_channel(f"more-{number}")
        there = await reader.conversations()
        assert len(there) == AT_ONCE + 4
        for channel in there:
            await reader.conversation(channel, datetime.now(UTC), ())
        assert clock.waited == 4
