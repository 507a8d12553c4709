"""A report goes out by itself: about the period that has ended, once, where it belongs, and late rather than never."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.acting import as_desk
from bot.adoption import take_over
from bot.clock import AlarmClock
from desk.schedules import Scheduled, parse
from handlers.events import scheduled
from tests.conversation import Conversation

FIRST = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)  # nine in Berlin
MONTHLY = Scheduled("monthly", "globex", "month", parse("first working day 9:00"), "globex-team")


@pytest.fixture
def desk(store, clock, demo_config) -> Conversation:
    """Globex, whose calendar is Berlin's, gets its month on the first working day."""
    return Conversation(store, clock, replace(demo_config, reports={"monthly": MONTHLY}))


async def arm(desk: Conversation) -> None:
    await desk.store.write(lambda tx: scheduled.arm(tx, as_desk(tx, desk.config, "configuration")))


async def until(desk: Conversation, at: datetime) -> None:
    await desk.wait((at - desk.clock.at).total_seconds())


async def sent(desk: Conversation, channel: str = "globex-team"):
    return [post for post in await desk.posts(channel) if post.key.startswith("report/")]


async def test_the_month_goes_to_the_team_on_the_first_working_day(desk):
    await desk.say("gina", "dm-gina", "/open the gate is stuck")
    await arm(desk)
    await until(desk, FIRST.replace(hour=7, minute=59))
    assert await sent(desk) == []
    await until(desk, FIRST)
    (post,) = await sent(desk)
    assert post.key == "report/monthly/20261201T080000Z"
    assert "Globex Logistics: November 2026" in post.words
    assert "1 ticket opened" in post.words
    assert "late" not in post.words
    await until(desk, datetime(2027, 1, 4, 8, 0, tzinfo=UTC))
    assert [post.key for post in await sent(desk)][1:] == ["report/monthly/20270104T080000Z"]
    assert "December 2026" in (await sent(desk))[1].words


async def test_after_a_restart_it_is_not_sent_again_and_what_was_missed_is_sent_late(desk):
    """The row is the memory: another process finds it, and it is about the month that had ended then."""
    await arm(desk)
    await until(desk, FIRST)
    await take_over(desk.store, desk.config)
    again = AlarmClock(desk.store, lambda: desk.config, desk.clock)
    await again.turn()
    assert len(await sent(desk)) == 1
    desk.clock.at = datetime(2027, 1, 4, 11, 0, tzinfo=UTC)
    await again.turn()
    await again.turn()
    _, post = await sent(desk)
    assert "December 2026 · late by 3 h" in post.words


async def test_two_months_that_were_slept_through_are_one_report(desk):
    """The time that was due rings once; the next one is after now."""
    await arm(desk)
    desk.clock.at = datetime(2027, 2, 10, 12, 0, tzinfo=UTC)
    await desk.wait(1)
    (post,) = await sent(desk)
    assert "November 2026 · late by 71 d" in post.words
    await until(desk, datetime(2027, 3, 1, 8, 0, tzinfo=UTC))
    assert "February 2027" in (await sent(desk))[1].words


@pytest.mark.parametrize(("form", "said"), [("pdf", "business review (PDF)"), ("csv", "as a sheet (CSV)")])
async def test_a_file_is_told_of_by_a_short_card_that_says_where_it_is(desk, form, said):
    review = Scheduled("review", "globex", "quarter", parse("0 9 1 1,4,7,10 *"), "dm-rosa", form)
    desk.config = replace(desk.config, reports={"review": review})
    await arm(desk)
    await until(desk, datetime(2027, 1, 1, 8, 0, tzinfo=UTC))
    (post,) = await sent(desk, "dm-rosa")
    assert "Globex Logistics: Q4 2026" in post.words
    assert "/reports/globex/2026-Q4, with " in post.words
    assert said in post.words
    assert await sent(desk) == []


async def test_a_report_that_has_left_the_configuration_does_not_go_out(desk):
    await arm(desk)
    desk.config = replace(desk.config, reports={})
    await until(desk, FIRST)
    assert await sent(desk) == []


async def test_a_time_that_was_moved_rings_at_the_new_one_alone(desk):
    await arm(desk)
    desk.config = replace(desk.config, reports={"monthly": replace(MONTHLY, times=parse("0 12 2 12 *"))})
    await arm(desk)
    await until(desk, FIRST)
    assert await sent(desk) == []
    await until(desk, FIRST.replace(day=2, hour=11))
    assert len(await sent(desk)) == 1
