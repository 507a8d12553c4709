"""What the outbox promises, one fault at a time, in virtual time against the stand-in's room.

Rows of docs/reliability.md: `429; 5xx; timeout; reply lost after accept; connection reset`, `channel archived; token
revoked`.
"""

import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from bot.lanes import Pace
from bot.settle import UNREADABLE
from bot.store import outbox_rows
from tests.sim.stage import Stage, spoil
from tests.standin.faults import Fault, Plan, Tells, plan
from tests.store_fixture import database, template

__all__ = ["database", "template"]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture
def stage(database: Path) -> Stage:
    return Stage(database)


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


def test_a_refusal_for_good_fails_with_its_reason_and_is_told_in_full_elsewhere(stage: Stage) -> None:
    """An archived channel: `failed`, why, and the words themselves where they can be read."""

    async def act(s: Stage) -> None:
        await s.say("note/1", "#gone", "the boiler is leaking")
        await s.wait(10)
        row = await s.row("note/1")
        assert (row.state, row.reason) == ("failed", "channel_not_found")

    stage.play(act)
    [told] = [e for e in stage.log if e["channel"] == "other:admins"]
    assert "channel_not_found" in told["text"]
    assert "the boiler is leaking" in told["text"]


def test_a_revoked_token_pauses_the_account_and_ends_when_it_works_again(stage: Stage) -> None:
    """Nothing fails: rows stay pending, another platform tells it, probes back off, and what is then sent says so."""
    stage.faults["post"].extend([Fault.ACCOUNT] * 4)

    async def act(s: Stage) -> None:
        await s.say("first", "#desk")
        await s.wait(1)
        await s.say("second", "#alerts")
        await s.wait(10)
        assert s.outbox.paused["standin"].reason == "token_revoked"
        assert {(await s.row(key)).state for key in ("first", "second")} == {"pending"}
        await s.wait(200)
        assert s.outbox.paused == {}

    stage.play(act)
    # One probe at a time, each waiting twice as long as the last.
    assert stage.asked("post", "first") == pytest.approx([0, 5, 15, 35, 75], abs=0.1)
    assert all(e["text"].startswith("Late, written at 07:00") for e in stage.log if e["key"] in {"first", "second"})
    told = [e["text"] for e in stage.log if e["channel"] == "other:admins"]
    assert "REFUSED" in told[0]
    assert "WORKS" in told[-1]


@pytest.mark.parametrize("fault", [Fault.LOSE_REPLY, Fault.ERROR_TAKEN, Fault.HANG_TAKEN])
def test_a_post_whose_reply_is_lost_is_found_and_not_said_again(stage: Stage, fault: Fault) -> None:
    """Accepted, and we never heard: the look 15 s into the quiet time adopts it."""
    stage.faults["post"].append(fault)

    async def act(s: Stage) -> None:
        await s.say("note/1")
        await s.wait(60)
        row = await s.row("note/1")
        assert (row.state, row.message_id) == ("delivered", "m1")

    stage.play(act)
    assert stage.seen() == ["note/1"]


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.ERROR, Fault.HANG])
def test_a_post_that_was_not_taken_is_looked_for_twice_and_sent_again_after_the_quiet_time(
    stage: Stage, fault: Fault
) -> None:
    """Looks 15 s and 30 s after the sender saw the failure (silence is one after 10 s), then the same key."""
    stage.faults["post"].append(fault)
    failed_at = 10 if fault is Fault.HANG else 0

    async def act(s: Stage) -> None:
        await s.say("note/1")
        await s.wait(60)

    stage.play(act)
    looks = [at - failed_at for at in stage.asked("history")[:2]]
    assert looks == pytest.approx([15, 30], abs=0.1)
    assert stage.asked("post")[1] - failed_at == pytest.approx(30, abs=0.1)
    assert stage.seen() == ["note/1"]


def test_an_urgent_post_in_doubt_is_looked_for_at_once_and_sent_again(stage: Stage) -> None:
    """Twice is better than late; it still looks first, for a reply may only have been lost."""
    stage.faults["post"].extend([Fault.RESET, Fault.LOSE_REPLY])

    async def act(s: Stage) -> None:
        await s.say("alarm", urgent=True)
        await s.wait(5)
        assert (await s.row("alarm")).state == "delivered"

    stage.play(act)
    assert stage.seen() == ["alarm"]
    assert [what for _, what, _ in stage.calls][:4] == ["post", "history", "post", "history"]


def test_where_the_history_cannot_be_read_it_is_sent_after_the_quiet_time_and_marked_unknown(stage: Stage) -> None:
    stage.faults["post"].append(Fault.LOSE_REPLY)
    stage.faults["history"].extend([Fault.UNREADABLE] * 20)

    async def act(s: Stage) -> None:
        await s.say("note/1")
        await s.wait(60)
        row = await s.row("note/1")
        assert (row.state, row.reason) == ("unknown", UNREADABLE)

    stage.play(act)
    assert stage.seen() == ["note/1", "note/1"]


def test_a_second_copy_taken_after_the_last_look_is_marked_and_counted(stage: Stage) -> None:
    """For ten minutes more it watches: the copy that our edits and replies hang on stays, the other says what it is."""
    stage.faults["post"].append(Plan(100.0, Tells.RESET))

    async def act(s: Stage) -> None:
        await s.say("note/1")
        await s.wait(900)
        assert ((await s.row("note/1")).copies, s.outbox.copies) == (1, 1)
        assert (await s.row("note/1")).watch_until is None

    stage.play(act)
    assert stage.seen() == ["note/1", "note/1"]
    assert [e["id"] for e in stage.log if e["did"] == "mark"] == ["m2"]


def test_an_unclear_edit_is_said_again_and_once_more_after_the_quiet_time(stage: Stage) -> None:
    """A platform that takes an old edit late cannot leave the card at an old state."""
    stage.faults["edit"].append(Plan(12.0, Tells.RESET))

    async def act(s: Stage) -> None:
        await s.say("ticket/1", words="one", live=True)
        await s.wait(1)
        await s.say("ticket/1", words="two", live=True)
        await s.wait(3)
        await s.say("ticket/1", words="three", live=True)
        await s.wait(60)
        assert (await s.row("ticket/1")).state == "delivered"

    stage.play(act)
    assert [e["text"] for e in stage.log] == ["one", "three", "two", "three"]


def test_a_row_that_cannot_be_drawn_is_set_aside_and_told_and_its_lane_goes_on(stage: Stage) -> None:
    """A poison row is kept for a person and never tried again by itself."""
    stage.faults["post"].append(plan(Fault.NONE, delay=2.0))

    async def act(s: Stage) -> None:
        await s.say("ticket/1", live=True)
        await s.say("poison", under="ticket/1")
        await s.say("after", under="ticket/1")
        await spoil(s, "poison")
        await s.wait(10)
        assert (await s.row("poison")).state == "set_aside"

    stage.play(act)
    assert stage.seen(channel="#desk") == ["ticket/1", "after"]
    assert len(stage.seen(channel="other:admins")) == 1


def test_a_destination_on_no_platform_fails_with_a_sentence(stage: Stage) -> None:
    async def act(s: Stage) -> None:
        await s.say("note/1", "nowhere:desk")
        await s.wait(5)
        row = await s.row("note/1")
        assert (row.state, row.reason) == ("failed", "nowhere:desk is on no platform that is set up.")

    stage.play(act)


def test_a_wall_clock_set_back_by_an_hour_delays_nothing(stage: Stage) -> None:
    """What was put off by seconds before the step is not put off by an hour after it."""
    stage.faults["post"].append(plan(Fault.RATE, retry_after=5.0))

    async def act(s: Stage) -> None:
        await s.say("note/1")
        await s.wait(1)
        s.clock.off = -timedelta(hours=1)
        await s.say("note/2")
        await s.wait(30)

    stage.play(act)
    assert sorted(stage.seen()) == ["note/1", "note/2"]


def test_stopping_lets_what_is_in_flight_come_back(stage: Stage) -> None:
    stage.faults["post"].append(plan(Fault.NONE, delay=3.0))

    async def act(s: Stage) -> None:
        await s.say("note/1")
        await s.wait(1)
        await s.outbox.close()
        assert (await s.row("note/1")).state == "delivered"

    stage.play(act)


@pytest.mark.parametrize("query", ["_WAITING", "_WATCHED", "_CLAIMED"])
def test_no_turn_walks_through_all_the_posts_there_ever_were(database: Path, query: str) -> None:
    """What a turn reads grows with what waits, never with what was said: each query goes by a partial index."""
    sql = getattr(outbox_rows, query)
    with closing(sqlite3.connect(database)) as connection:
        plan_of = list(connection.execute(f"EXPLAIN QUERY PLAN {sql}", (8,) if "?" in sql else ()))
    # `posts` is the table itself in the query with a subquery, whose outcome is then `p`.
    table = "posts" if query == "_WAITING" else "p"
    [step] = [step for *_, step in plan_of if re.match(rf"(SCAN|SEARCH) {table}\b", step)]
    assert re.search(r"USING INDEX ix_posts_(not_before|watch_until)", step)
