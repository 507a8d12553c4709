"""What the outbox says first, what waits for what, and what becomes one edit."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.platforms.contract import Pace
from bot.store import outbox_rows
from tests.sim.stage import Stage
from tests.standin.faults import Fault, plan


def test_ten_changes_of_a_card_while_it_is_being_posted_are_one_edit_to_the_newest(stage: Stage) -> None:
    """A live message is edited to the newest wanted state, not through every state it had."""
    stage.faults["post"].append(plan(Fault.NONE, delay=2.0))

    async def act(s: Stage) -> None:
        for n in range(11):
            await s.say("ticket/1", words=f"change {n}", live=True)
            await s.wait(0.1)
        await s.wait(10)
        assert (await s.row("ticket/1")).state == "delivered"

    stage.play(act)
    assert [(e["did"], e["text"]) for e in stage.log] == [("post", "change 0"), ("edit", "change 10")]


def test_a_post_that_is_not_live_is_said_once_however_often_it_is_asked_for(stage: Stage) -> None:
    async def act(s: Stage) -> None:
        for _ in range(3):
            await s.say("note/1")
        await s.wait(10)

    stage.play(act)
    assert stage.seen() == ["note/1"]


def test_too_many_requests_holds_its_own_lane_and_no_other(stage: Stage) -> None:
    """After a 429 the channel waits as long as the platform said; another channel does not."""
    stage.faults["post"].append(plan(Fault.RATE, retry_after=20.0))

    async def act(s: Stage) -> None:
        await s.say("first", "#desk")
        await s.wait(0.1)
        await s.say("second", "#desk")
        await s.say("third", "#alerts")
        await s.wait(10)
        assert s.seen() == ["third"]
        await s.wait(15)
        assert (await s.row("first")).state == "delivered"

    stage.play(act)
    assert stage.seen() == ["third", "first", "second"]


def test_one_channel_takes_at_most_one_post_a_second_and_channels_go_side_by_side(stage: Stage) -> None:
    stage.paces["standin"] = Pace(post_interval=1.0)

    async def act(s: Stage) -> None:
        for n in range(3):
            await s.say(f"desk/{n}", "#desk")
            await s.say(f"alerts/{n}", "#alerts")
        await s.wait(10)

    stage.play(act)
    assert [at for at, *_ in stage.calls] == pytest.approx([0, 0, 1, 1, 2, 2], abs=0.01)


def test_an_urgent_post_goes_before_what_waited_longer_and_before_every_edit(stage: Stage) -> None:
    """Severity first; an edit never takes the place of a critical post."""
    stage.paces["standin"] = Pace(post_interval=5.0)

    async def act(s: Stage) -> None:
        await s.say("card", "#desk", "one", live=True)
        await s.wait(1)
        await s.say("note", "#desk")
        await s.say("alarm", "#desk", urgent=True)
        await s.say("card", "#desk", "two", live=True)
        await s.wait(20)

    stage.play(act)
    assert [(what, key) for _, what, key in stage.calls] == [
        ("post", "card"), ("post", "alarm"), ("edit", "card"), ("post", "note"),
    ]  # fmt: skip


def test_edits_share_one_budget_a_minute_for_the_whole_account(stage: Stage) -> None:
    stage.paces["standin"] = Pace(edits_per_minute=3)

    async def act(s: Stage) -> None:
        for n in range(5):
            await s.say(f"card/{n}", f"#c{n}", "one", live=True)
        await s.wait(1)
        for n in range(5):
            await s.say(f"card/{n}", f"#c{n}", "two", live=True)
        await s.wait(30)
        assert len(s.seen("edit")) == 3
        await s.wait(60)

    stage.play(act)
    assert len(stage.seen("edit")) == 5


def test_a_reply_waits_for_the_message_it_stands_under(stage: Stage) -> None:
    stage.faults["post"].append(plan(Fault.NONE, delay=3.0))

    async def act(s: Stage) -> None:
        await s.say("ticket/1", live=True)
        await s.say("reply/1", under="ticket/1")
        await s.say("reply/2", under="ticket/1")
        await s.wait(2)
        assert s.seen() == []
        await s.wait(5)

    stage.play(act)
    assert stage.seen() == ["ticket/1", "reply/1", "reply/2"]
    assert [e["thread"] for e in stage.log] == [None, "m1", "m1"]


def test_replies_keep_their_order_when_the_first_is_in_doubt(stage: Stage) -> None:
    """One in flight in a thread: what comes after an unclear reply waits until it is settled."""
    stage.faults["post"].extend([Fault.NONE, Fault.RESET])

    async def act(s: Stage) -> None:
        await s.say("ticket/1", live=True)
        await s.say("reply/1", under="ticket/1")
        await s.say("reply/2", under="ticket/1")
        await s.say("note", "#desk")
        await s.wait(20)
        assert s.seen() == ["ticket/1", "note"]
        await s.wait(20)

    stage.play(act)
    assert stage.seen() == ["ticket/1", "note", "reply/1", "reply/2"]


def test_a_reply_whose_parent_cannot_be_posted_fails_and_is_told(stage: Stage) -> None:
    """Every message ends: a reply does not wait for ever for what will never be there."""

    async def act(s: Stage) -> None:
        await s.say("ticket/1", "#gone", live=True)
        await s.say("reply/1", "#gone", under="ticket/1")
        await s.wait(10)
        assert (await s.row("reply/1")).state == "failed"

    stage.play(act)
    assert len(stage.seen(channel="other:admins")) == 2


def test_a_message_that_was_deleted_is_posted_anew(stage: Stage) -> None:
    async def act(s: Stage) -> None:
        await s.say("ticket/1", words="one", live=True)
        await s.wait(1)
        s.room.remove(0, "m1")
        await s.say("ticket/1", words="two", live=True)
        await s.wait(1)
        assert (await s.row("ticket/1")).message_id == "m2"

    stage.play(act)
    posted = [e for e in stage.log if e["did"] == "post"]
    assert [e["text"] for e in posted] == ["one", "two"]
    assert posted[0]["send_key"] != posted[1]["send_key"]


@pytest.mark.parametrize("query", ["_WAITING", "_WATCHED", "_CLAIMED"])
def test_no_turn_walks_through_all_the_posts_there_ever_were(database_file: Path, query: str) -> None:
    """What a turn reads grows with what waits, never with what was said: each query goes by a partial index."""
    sql = getattr(outbox_rows, query)
    with closing(sqlite3.connect(database_file)) as connection:
        plan_of = list(connection.execute(f"EXPLAIN QUERY PLAN {sql}", (0,) * sql.count("?")))
    # `posts` is the table itself in the query that chooses some of them first, which are then `p`.
    table = "posts" if query == "_WAITING" else "p"
    [step] = [step for *_, step in plan_of if re.match(rf"(SCAN|SEARCH) {table}\b", step)]
    assert re.search(r"USING INDEX ix_posts_(not_before|watch_until)", step)
