"""What the outbox posts on Discord, through the real discord.py.

Rows of docs/reliability.md: `@everyone` and masked links in user text, `429; 5xx; reply lost after accept`.
"""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.platforms.contract import DeliveryRefused, HistoryUnreadable, MessageGone, Outgoing
from bot.platforms.discord import limits
from bot.platforms.discord.marks import INVISIBLE, mark, marked
from bot.platforms.discord.outbound import thread_name
from desk.cards import Card, text
from tests.discord.harness import CARD, connected, world
from tests.standin.faults import Fault

POST, HISTORY = "POST /channels/{channel}/messages", "GET /channels/{channel}/messages"
LONG = "A long line about the boiler in the cellar. " * 200


def outgoing(w, **more):
    given = Outgoing("send-key", w.here, None, 1, "ticket/17", None, CARD, (), ())
    return replace(given, **more)


def ours(w, place):
    return [m for m in w.people.seen(w.ben, place) if m.author == w.discord.bot.id]


def calls(w, route):
    return [c for c in w.discord.log if c["route"] == route]


async def test_a_post_is_there_once_however_often_it_is_sent_within_minutes():
    """The nonce comes from the row's key: Discord gives the first message back."""
    async with connected() as w:
        first = await w.platform.out.post(outgoing(w))
        assert await w.platform.out.post(outgoing(w)) == first
        assert len(ours(w, w.team)) == 1
        assert await w.platform.out.post(outgoing(w, send_key="another")) != first
        assert timedelta(seconds=w.platform.pace.same_within) < w.discord.nonces


async def test_nobody_is_pinged_by_anything_in_a_post():
    async with connected() as w:
        words = f"@everyone @here {w.ann.mention} <@&{w.guild.id}>"
        await w.platform.out.post(outgoing(w, card=None, words=(words,)))
        assert [m.pings for m in ours(w, w.team)] == [frozenset()]
        await w.platform.out.edit(str(ours(w, w.team)[0].id), outgoing(w, version=2))
        sent = [c["body"] for c in w.discord.log if c["body"] and "content" in c["body"]]
        assert [body["allowed_mentions"] for body in sent] == [{"parse": []}] * 2


async def test_a_reply_makes_the_thread_of_its_parent_once_and_names_it_by_the_card():
    """The thread has the parent's id; replies stand in it and nowhere else."""
    async with connected() as w:
        number = await w.post()
        for n in range(3):
            await w.post(None, f"part {n}", thread=number, key=f"ticket/17/{n}")
        thread = w.discord.channels[int(number)]
        assert (thread.parent, thread.name) == (w.team.id, "open · 17 · VPN drops")
        assert [m.content.strip(INVISIBLE) for m in ours(w, int(number))][1:] == ["part 0", "part 1", "part 2"]
        assert len(ours(w, w.team)) == 1
        assert len(calls(w, "POST /channels/{channel}/messages/{message}/threads")) == 1


async def test_after_a_restart_the_thread_that_is_there_is_used():
    async with connected() as w:
        number = await w.post()
        await w.post(None, "before", thread=number, key="a")
        await w.platform.close()
        await w.new().start()
        await w.post(None, "after", thread=number, key="b")
        assert [m.content.strip(INVISIBLE) for m in ours(w, int(number))][1:] == ["before", "after"]


async def test_a_thread_that_somebody_else_began_on_the_card_is_ours_too():
    """Begun between our look and our try, Discord says that it is there already."""
    async with connected() as w:
        number = await w.post(Card("run/9", "restart-shop"))
        w.people.start_thread(w.ben, w.discord.messages[int(number)], "Ben's")
        await w.post(None, "a reply", thread=number, key="a")
        assert w.discord.channels[int(number)].name == "Ben's"
        assert ours(w, int(number))[-1].content.strip(INVISIBLE) == "a reply"


async def test_a_message_in_an_archived_thread_is_edited_and_the_thread_is_open_again():
    async with connected() as w:
        number = await w.ticket()
        reply = await w.post(None, "first", thread=number, key="ticket/17/5")
        thread = w.discord.channels[int(number)]
        w.people.archive(thread)
        await w.platform.out.edit(reply, outgoing(w, thread=number, card=None, words=("second",)))
        assert (w.discord.messages[int(reply)].content.strip(INVISIBLE), thread.archived) == ("second", False)


async def test_a_reply_to_a_locked_thread_is_refused_for_good_with_a_reason():
    async with connected() as w:
        number = await w.ticket()
        w.team.denied.add("manage_threads")
        w.people.archive(w.discord.channels[int(number)], locked=True)
        with pytest.raises(DeliveryRefused) as refused:
            await w.platform.out.post(outgoing(w, thread=number))
        assert refused.value.permanent


async def test_in_a_direct_channel_a_reply_answers_its_parent():
    async with connected() as w:
        head = await w.post(destination=w.direct(w.ann))
        await w.post(None, "Mia is on it", destination=w.direct(w.ann), thread=head, key="a")
        [_, reply] = w.people.seen(w.ann, w.ann)
        assert reply.reference["message_id"] == head
        assert len(calls(w, "POST /users/@me/channels")) == 1


async def test_words_of_a_person_carry_the_persons_name():
    async with connected() as w:
        await w.platform.out.post(outgoing(w, card=None, words=("Have you tried it?",), author="ben"))
        assert "**Ben Okoro:** Have you tried it?" in ours(w, w.team)[0].content


async def test_an_edit_shows_the_newest_card_and_takes_away_old_buttons():
    async with connected() as w:
        number = await w.post()
        await w.platform.out.edit(number, outgoing(w, card=Card("ticket/17", "VPN drops", "✓ closed", 17), version=2))
        [message] = ours(w, w.team)
        assert ("✓ closed" in message.text(), message.buttons()) == (True, {})


async def test_a_message_that_was_deleted_is_gone():
    async with connected() as w:
        number = await w.post()
        w.people.delete(w.discord.users[w.discord.bot.id], w.discord.messages[int(number)])
        with pytest.raises(MessageGone):
            await w.platform.out.edit(number, outgoing(w))


REFUSED = [  # destination, thread, account, why it stands here
    ("discord/123456", None, "an unknown channel"),
    ("discord/nowhere", None, "no id at all"),
    ("slack/C0123", None, "another platform's place"),
    ("discord/@abc", None, "no id of a person"),
    ("", "987654", "an unknown parent in a channel"),
    ("@", "987654", "an unknown parent in a direct channel"),
]


@pytest.mark.parametrize(("destination", "thread"), [row[:2] for row in REFUSED], ids=[row[2] for row in REFUSED])
async def test_where_nothing_can_be_posted_it_is_refused_for_good(destination, thread):
    """A definite no, so that the outbox tells the fallback channel and does not look for the message."""
    async with connected() as w:
        place = {"": w.here, "@": w.direct(w.ann)}.get(destination, destination)
        with pytest.raises(DeliveryRefused) as refused:
            await w.platform.out.post(outgoing(w, destination=place, thread=thread))
        assert (refused.value.permanent, refused.value.account) == (True, False)


async def test_closed_direct_messages_are_a_refusal_for_good_that_says_so():
    async with connected() as w:
        w.ann.takes_dms = False
        with pytest.raises(DeliveryRefused) as refused:
            await w.platform.out.post(outgoing(w, destination=w.direct(w.ann)))
        assert (refused.value.permanent, "no direct messages" in refused.value.reason) == (True, True)


async def test_a_missing_permission_is_a_refusal_for_good_that_names_it():
    async with connected() as w:
        w.team.denied.add("send_messages")
        with pytest.raises(DeliveryRefused) as refused:
            await w.platform.out.post(outgoing(w))
        assert (refused.value.permanent, "Send Messages" in refused.value.reason) == (True, True)


async def test_a_revoked_token_refuses_the_whole_account():
    async with connected() as w:
        w.discord.faults.add(POST, Fault.ACCOUNT)
        with pytest.raises(DeliveryRefused) as refused:
            await w.platform.out.post(outgoing(w))
        assert refused.value.account


async def test_a_short_wait_is_sat_out_and_a_long_one_is_told():
    """Well inside the outbox's ten seconds; a longer one holds the lane and lets others go first."""
    async with connected() as w:
        w.discord.faults.add(POST, Fault.RATE, retry_after=0.05)
        await w.platform.out.post(outgoing(w))
        w.discord.faults.add(POST, Fault.RATE, retry_after=30.0)
        with pytest.raises(DeliveryRefused) as refused:
            await w.platform.out.post(outgoing(w, send_key="another"))
        assert (refused.value.permanent, refused.value.retry_after) == (False, 30.0)
        assert len(ours(w, w.team)) == 1


@pytest.mark.parametrize("fault", [Fault.LOSE_REPLY, Fault.RESET])
async def test_what_became_unclear_stays_unclear_and_may_be_said_again(fault):
    async with connected() as w:
        w.discord.faults.add(POST, fault)
        with pytest.raises(Exception) as unclear:  # noqa: PT011 - whatever the network raises, but no refusal
            await w.platform.out.post(outgoing(w))
        assert not isinstance(unclear.value, DeliveryRefused)
        await w.platform.out.post(outgoing(w))
        assert len(ours(w, w.team)) == 1


async def test_a_server_error_after_the_post_was_taken_is_one_message():
    """discord.py tries again by itself, with the same nonce."""
    async with connected() as w:
        w.discord.faults.add(POST, Fault.ERROR_TAKEN)
        await w.platform.out.post(outgoing(w))
        assert len(ours(w, w.team)) == 1


async def test_a_post_is_found_by_its_key_where_it_was_put_and_only_there():
    """By the mark, since Discord does not give a nonce back in the history."""
    async with connected() as w:
        before = datetime.now(UTC) - timedelta(minutes=1)
        out, number = w.platform.out, await w.platform.out.post(outgoing(w))
        reply = await out.post(outgoing(w, send_key="reply", thread=number))
        direct = await out.post(outgoing(w, send_key="direct", destination=w.direct(w.ann)))
        answer = await out.post(outgoing(w, send_key="answer", destination=w.direct(w.ann), thread=direct))

        async def found(place, thread, key, since=before):
            return [f.message_id for f in await out.find(place, thread, key, since)]

        assert await found(w.here, None, "send-key") == [number]
        assert await found(w.here, number, "reply") == [reply]
        assert await found(w.direct(w.ann), None, "direct") == [direct]
        assert await found(w.direct(w.ann), direct, "answer") == [answer]
        assert await found(w.here, None, "reply") == []
        assert await found(w.direct(w.ann), None, "answer") == []
        assert await found(w.here, None, "another") == []
        assert await found(w.here, None, "send-key", datetime.now(UTC) + timedelta(hours=1)) == []
        assert await found(w.here, "987654", "reply") == []


async def test_a_post_of_somebody_else_with_our_mark_is_not_ours():
    async with connected() as w:
        w.people.say(w.ann, w.team, f"copied{mark('send-key')}")
        assert await w.platform.out.find(w.here, None, "send-key", datetime.now(UTC) - timedelta(minutes=1)) == []


async def test_an_edited_post_is_still_found():
    async with connected() as w:
        number = await w.platform.out.post(outgoing(w))
        await w.platform.out.edit(number, outgoing(w, card=None, words=("now words",), version=2))
        found = await w.platform.out.find(w.here, None, "send-key", datetime.now(UTC) - timedelta(minutes=1))
        assert [f.message_id for f in found] == [number]


async def test_a_history_that_is_not_shown_is_unreadable_and_not_empty():
    """Without the permission Discord shows an empty history and no error."""
    async with connected() as w:
        await w.platform.out.post(outgoing(w))
        w.team.denied.add("read_message_history")
        with pytest.raises(HistoryUnreadable):
            await w.platform.out.find(w.here, None, "send-key", datetime.now(UTC) - timedelta(minutes=1))


async def test_a_second_copy_says_that_it_is_one():
    async with connected() as w:
        number = await w.platform.out.post(outgoing(w))
        await w.platform.out.mark_copy(number, outgoing(w))
        [message] = ours(w, w.team)
        assert (message.content.strip(INVISIBLE), message.buttons()) == ("A second copy of a message above.", {})


async def test_nothing_is_refused_for_good_before_we_are_connected():
    async with world() as w:
        w.new()
        with pytest.raises(DeliveryRefused) as refused:
            await w.platform.out.post(outgoing(w))
        assert (refused.value.permanent, refused.value.account) == (False, False)


FULL = [
    (Card("c", "Boiler", lines=(text("short"),)), "", "a card"),
    (Card("c", "Boiler", lines=(text(LONG),)), LONG, "words and a card, both full"),
    (None, LONG, "words that fill the message"),
    (None, "short", "a few words"),
]


@pytest.mark.parametrize(("card", "words"), [row[:2] for row in FULL], ids=[row[2] for row in FULL])
async def test_every_post_has_room_for_its_mark(card, words):
    """Wherever it stands, the post fits Discord's limits, is found, and the mark is not seen."""
    async with connected() as w:
        number = await w.platform.out.post(outgoing(w, card=card, words=(words,) if words else ()))
        found = await w.platform.out.find(w.here, None, "send-key", datetime.now(UTC) - timedelta(minutes=1))
        assert [f.message_id for f in found] == [number]


def test_a_mark_is_short_invisible_and_its_keys_own():
    assert len({mark(str(n)) for n in range(1000)}) == 1000
    assert set(mark("a")) <= set(INVISIBLE)
    full = {"content": "x" * limits.CONTENT, "embeds": []}
    assert marked(full, "a")["content"] == full["content"]


NAMES = [
    ({"embeds": [{"title": "▲ DOWN · 42 · checkout"}], "content": "x"}, "▲ DOWN · 42 · checkout", "the card's title"),
    ({"content": f"Hello{mark('a')}\nthere"}, "Hello", "the first line of words, without the mark"),
    ({"content": mark("a")}, "Thread", "nothing that can be seen"),
    ({"content": "1\\. a \\*star\\*"}, "1. a *star*", "no escapes: a name is no markdown"),
]


@pytest.mark.parametrize(("head", "name"), [row[:2] for row in NAMES], ids=[row[2] for row in NAMES])
def test_a_thread_is_called_by_its_card(head, name):
    assert thread_name(head) == name


def test_a_threads_name_fits():
    assert len(thread_name({"content": "word " * 100})) <= 100


async def test_posts_to_many_channels_do_not_wait_for_each_other():
    async with connected() as w:
        w.discord.faults.add(POST, Fault.HANG, channel=w.team.id)
        hung = asyncio.create_task(w.platform.out.post(outgoing(w)))
        await w.platform.out.post(outgoing(w, send_key="b", destination=f"discord/{w.help.id}"))
        assert not hung.done()
        hung.cancel()
        await asyncio.gather(hung, return_exceptions=True)
