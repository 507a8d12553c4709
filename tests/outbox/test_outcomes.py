"""What the outbox promises, one fault at a time, in virtual time against the stand-in's room.

Rows of docs/reliability.md: `429; 5xx; timeout; reply lost after accept; connection reset`, `channel archived; token
revoked`.
"""

from datetime import timedelta

import pytest

from bot.store.outbox_rows import UNREADABLE
from tests.sim.stage import Stage, spoil
from tests.standin.faults import Fault, Plan, Tells, plan


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
