"""Socket Mode through the SDK's own client: two sockets, each opened anew; what was missed is fetched and announced.

Rows of docs/reliability.md: `a socket drops; all sockets are gone`, `the same event 1-4 times, in any order`.
"""

from datetime import UTC, datetime, timedelta

import pytest

from bot.arrivals import Answer
from bot.door import OpenThread
from bot.platforms.slack.connection import FIRST_WAIT, LONGEST_WAIT, SOCKETS, _wait
from desk.cards import Card
from tests.slack.harness import Book, config, made, slack_desk, workspace
from tests.standin.faults import Fault


async def up(desk, count=SOCKETS):
    await desk.sockets(count)


async def test_one_event_over_two_sockets_arrives_once():
    async with slack_desk() as desk:
        await up(desk)
        for _ in range(4):
            await desk.there.slash(desk.ann, desk.room, "/desk", "list")
        await desk.settled()
        assert len(desk.book.taken) == 4
        assert {s.connection for s in desk.there.sockets.sent} == {1, 2}, "both are used"


async def test_a_socket_that_slack_renews_is_replaced_while_the_other_one_hears():
    async with slack_desk() as desk:
        await up(desk)
        for _ in range(2):
            await desk.there.sockets.refresh(desk.there.sockets.connections[0])
            assert (await desk.there.slash(desk.ann, desk.room, "/desk", "list")).error == ""
            await up(desk)
        await desk.settled()
        assert (desk.there.sockets.made, desk.book.gaps) == (SOCKETS + 2, [])


async def test_a_cut_socket_comes_back_at_a_fresh_address():
    """An address is good once: each life asks for its own."""
    async with slack_desk() as desk:
        await up(desk)
        desk.there.sockets.cut(desk.there.sockets.connections[1])
        await up(desk)
        assert len(desk.calls("apps.connections.open")) == SOCKETS + 1


async def test_a_reconnect_waits_longer_each_time_and_never_at_a_beat():
    waits = [[_wait(failures) for _ in range(200)] for failures in (0, 2, 20)]
    for drawn, most in zip(waits, (FIRST_WAIT, FIRST_WAIT * 4, LONGEST_WAIT), strict=True):
        assert max(drawn) <= most
    assert all(len({round(each, 6) for each in w}) > 100 for w in waits)
    assert max(waits[2]) > LONGEST_WAIT / 2


async def missed(desk, hidden=()):
    """A thread of ours in which Ann and Ben wrote while we could not hear."""
    head = await desk.there.say(desk.ben, desk.room, "the head of a thread")
    desk.book.threads[f"slack/{desk.room}", head.ts] = "ticket/17"
    desk.book.open = [OpenThread(f"slack/{desk.room}", head.ts, "ticket/17"), *hidden]
    first = await desk.there.say(desk.ann, desk.room, "heard already", head.ts)
    await desk.settled()
    desk.there.sockets.refusing = True
    desk.there.sockets.cut()
    await desk.sockets(0)
    said = [
        desk.there.people.say(user, desk.room, words, head.ts)[0]
        for user, words in ((desk.ann, "it got worse"), (desk.ben, "!ack"), (desk.ann, "thanks"))
    ]
    return head, first, said


async def test_when_all_sockets_were_gone_missed_replies_are_fetched_and_the_gap_is_announced():
    """Each has the key that its event would have had, and what was heard before is not done again."""
    async with slack_desk(Book(answer=lambda _: Answer(reply=Card("c", "Taken")))) as desk:
        await up(desk)
        head, first, said = await missed(desk)
        began = datetime.now(UTC)
        desk.there.sockets.refusing = False
        [(since, until, fetched)] = await desk.book.until(lambda: desk.book.gaps)
        assert (fetched, since < began < until) == (3, True)
        came = desk.book.taken[1:]
        assert [a.key for a in came] == [f"slack/message/{desk.room}/{m.ts}" for m in said]
        assert [(a.person, a.text, a.thread_key, a.thread) for a in came] == [
            ("ann", "it got worse", "ticket/17", head.ts), ("ben", "/ack", "ticket/17", head.ts),
            ("ann", "thanks", "ticket/17", head.ts),
        ]  # fmt: skip
        assert desk.book.taken[0].message == first.ts
        assert all(abs(a.at.timestamp() - float(a.message)) < 0.001 for a in came), "judged by when it was said"


async def test_a_thread_that_cannot_be_read_keeps_no_other_from_being_caught_up():
    async with slack_desk() as desk:
        await up(desk)
        await missed(desk, hidden=[OpenThread(f"slack/{desk.room}", "1.000001", "ticket/18")])
        desk.book.open.reverse()
        desk.there.sockets.refusing = False
        [(_, _, fetched)] = await desk.book.until(lambda: desk.book.gaps)
        assert fetched == 3


async def test_a_thread_that_cannot_be_read_now_is_read_later_and_no_sign_of_life_is_stored_before():
    """A crash in between would forget what is still to be fetched."""
    async with slack_desk() as desk:
        await up(desk)
        await missed(desk)
        desk.ws.troubles.add(Fault.ERROR, method="conversations.replies")
        before = desk.book.heard_at
        desk.there.sockets.refusing = False
        [(_, _, fetched)] = await desk.book.until(lambda: desk.book.gaps)
        assert (fetched, desk.book.heard_at) == (3, before)
        assert len(desk.calls("conversations.replies")) == 2
        assert desk.platform._hearing._behind == 0


async def test_at_a_start_no_sign_of_life_is_stored_before_what_was_missed_is_fetched():
    book = Book(heard_at=datetime.now(UTC) - timedelta(minutes=10))
    async with workspace() as (there, ann, _ben, room):
        head = there.people.say(ann, room, "the head")[0]
        there.people.say(ann, room, "while you were away", head.ts)
        book.threads[f"slack/{room}", head.ts] = "ticket/17"
        book.open = [OpenThread(f"slack/{room}", head.ts, "ticket/17")]
        there.ws.troubles.add(Fault.ERROR, method="conversations.replies")
        before = book.heard_at
        platform = made(there, book, known=config())
        await platform.start()
        try:
            await book.until(lambda: book.gaps)
            assert (book.heard_at, book.gaps[0][2]) == (before, 1)
        finally:
            await platform.close()


async def test_what_is_stored_already_is_neither_done_nor_counted_again_after_a_restart():
    book = Book(heard_at=datetime.now(UTC) - timedelta(minutes=10))
    async with workspace() as (there, ann, _ben, room):
        head = there.people.say(ann, room, "the head")[0]
        reply = there.people.say(ann, room, "heard and stored", head.ts)[0]
        book.threads[f"slack/{room}", head.ts] = "ticket/17"
        book.open = [OpenThread(f"slack/{room}", head.ts, "ticket/17")]
        book.stored.add(f"slack/message/{room}/{reply.ts}")
        platform = made(there, book, known=config())
        await platform.start()
        try:
            await book.until(lambda: book.gaps)
            assert (book.taken, book.gaps[0][2]) == ([], 0)
        finally:
            await platform.close()


async def test_an_edit_of_what_was_heard_is_caught_up_as_an_edit():
    async with slack_desk() as desk:
        await up(desk)
        _, first, _ = await missed(desk)
        desk.there.people.edit(desk.ann, first, "heard, and changed")
        desk.there.sockets.refusing = False
        await desk.book.until(lambda: desk.book.gaps)
        edit = next(a for a in desk.book.taken if a.kind == "edit")
        assert (edit.message, edit.text) == (first.ts, "heard, and changed")
        assert edit.key.startswith(f"slack/edit/{desk.room}/{first.ts}/")


@pytest.mark.parametrize(("down", "gaps"), [(timedelta(minutes=10), 1), (timedelta(seconds=20), 0)])
async def test_a_start_catches_up_what_was_said_while_the_bot_was_down(down, gaps):
    """A quick restart, shorter than our own sign of life tells, is no gap."""
    book = Book(heard_at=datetime.now(UTC) - down)
    async with workspace() as (there, ann, _ben, room):
        head = there.people.say(ann, room, "the head")[0]
        there.people.say(ann, room, "while you were away", head.ts)
        book.threads[f"slack/{room}", head.ts] = "ticket/17"
        book.open = [OpenThread(f"slack/{room}", head.ts, "ticket/17")]
        before = book.heard_at
        platform = made(there, book, known=config())
        await platform.start()
        try:
            if gaps:
                await book.until(lambda: book.gaps)
                assert (book.gaps[0][0], book.gaps[0][2]) == (before, 1)
            assert [a.text for a in book.taken] == ["while you were away"] * gaps
        finally:
            await platform.close()


async def test_a_platform_that_was_stopped_can_be_started_again():
    async with slack_desk() as desk:
        await desk.platform.close()
        await desk.platform.start()
        assert (await desk.there.slash(desk.ann, desk.room, "/desk", "list")).error == ""


async def test_a_sign_of_life_is_stored_while_somebody_can_be_heard():
    async with slack_desk() as desk:
        assert await desk.book.until(lambda: desk.book.heard_at)


async def test_no_answer_of_the_address_at_the_start_is_told_to_whoever_starts_it():
    """It is tried again from outside, as for any platform; nothing stays behind."""
    async with workspace() as (there, *_):
        there.ws.troubles.add(Fault.ERROR, "apps.connections.open")
        platform = made(there, Book())
        with pytest.raises(Exception, match=r"."):
            await platform.start()
        await platform.start()
        await platform.close()
