"""Acknowledged is not forgotten: a sign of its holder renews it, and without one it calls again."""

from dataclasses import replace

import pytest

from desk.alerts import AlertState
from tests.conversation import Conversation
from tests.scenarios.alerting import alerts, down, said, thread, up, watch

pytestmark = pytest.mark.postgresql_in_deep  # what these rest on is tried there by others

MINUTE = 60


@pytest.fixture
async def taken(desk: Conversation) -> Conversation:
    """Ben has alert 1, of high severity: an hour."""
    watch(desk, "db")
    await down(desk, "db")
    await said(desk, "ben", "/ack 1")
    return desk


async def state(desk: Conversation) -> AlertState:
    return (await alerts(desk))[0].state


async def asked(desk: Conversation, person: str = "ben") -> list[str]:
    return [p.words for p in await desk.posts(f"dm-{person}") if "are you still on it" in p.words]


async def test_its_holder_is_asked_ten_minutes_before_and_then_it_calls_again(taken: Conversation):
    await taken.wait(49 * MINUTE)
    assert await asked(taken) == []
    await taken.wait(MINUTE)
    assert len(await asked(taken)) == 1
    assert await state(taken) is AlertState.ACKNOWLEDGED
    await taken.wait(10 * MINUTE)
    assert await state(taken) is AlertState.FIRING
    assert "no sign of Ben since they took it: it calls again" in await thread(taken, 1)
    assert (await thread(taken, 1)).count("told Mia") + (await thread(taken, 1)).count("told Ben") >= 2


SIGNS = {
    "a reply in its thread": lambda desk: desk.say("ben", "acme-team", "Looking at the disk", thread="alert/1"),
    "the button once more": lambda desk: desk.say("ben", "acme-team", "/ack 1"),
    "a note": lambda desk: desk.say("ben", "acme-team", "/note 1 It is the disk"),
    "calling somebody": lambda desk: desk.say("ben", "acme-team", "/page 1 mia"),
}


@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS.keys())
async def test_a_sign_of_its_holder_renews_it(taken: Conversation, sign):
    await taken.wait(45 * MINUTE)
    await sign(taken)
    await taken.wait(45 * MINUTE)
    assert await state(taken) is AlertState.ACKNOWLEDGED
    await taken.wait(15 * MINUTE)
    assert await state(taken) is AlertState.FIRING


async def test_what_others_write_is_no_sign_of_its_holder(taken: Conversation):
    await taken.wait(45 * MINUTE)
    await taken.say("mia", "acme-team", "Ben, how is it?", thread="alert/1")
    await taken.wait(15 * MINUTE)
    assert await state(taken) is AlertState.FIRING


@pytest.mark.parametrize(
    ("severity", "minutes", "why"),
    [("critical", 30, "the worst is forgotten soonest"), ("high", 60, "the usual"), ("normal", 60, "the usual"),
     ("low", 60, "an hour of working time, and Acme is open around the clock")],
)  # fmt: skip
async def test_how_long_it_holds_is_for_its_severity_to_say(desk: Conversation, severity: str, minutes: int, why: str):
    watch(desk, "db", severity=severity)
    await down(desk, "db")
    await said(desk, "ben", "/ack 1")
    await desk.wait(minutes * MINUTE - 1)
    assert await state(desk) is AlertState.ACKNOWLEDGED, why
    await desk.wait(1)
    assert await state(desk) is AlertState.FIRING, why


async def test_of_low_severity_nobody_is_asked_at_night(desk: Conversation):
    """Globex is open from 08:00 to 17:00 in Berlin; what is taken at 16:50 lapses the next morning."""
    watch(desk, "gate", client="globex", severity="low")
    desk.clock.at = desk.clock.at.replace(hour=15, minute=50)  # a Monday, 16:50 in Berlin
    await down(desk, "gate")
    await said(desk, "ben", "/ack 1", "globex-team")
    await desk.wait(12 * 3600)
    assert await state(desk) is AlertState.ACKNOWLEDGED
    await desk.wait(5 * 3600)
    assert await state(desk) is AlertState.FIRING


async def test_snoozed_nobody_is_asked_and_it_calls_again_when_it_is_over(taken: Conversation):
    words = await said(taken, "ben", "/snooze 1 3h")
    assert "Snoozed until" in words
    await taken.wait(3 * 3600 - 1)
    assert await asked(taken) == []
    assert await state(taken) is AlertState.ACKNOWLEDGED
    await taken.wait(1)
    assert await state(taken) is AlertState.FIRING
    assert "was snoozed and is still down" in await thread(taken, 1)


async def test_handed_over_it_is_the_others_and_both_know(taken: Conversation):
    await said(taken, "ben", "/handover 1 mia")
    assert "Mia is on it" in (await taken.post("acme-team", "alert/1")).words
    assert any("Ben calls you to 1" in p.words and "it is yours now" in p.words for p in await taken.posts("dm-mia"))
    await taken.wait(50 * MINUTE)
    assert (len(await asked(taken, "mia")), len(await asked(taken, "ben"))) == (1, 0)


async def test_taken_over_whoever_had_it_is_told(taken: Conversation):
    await said(taken, "mia", "/handover 1 me")
    assert any("took it over from Ben" in p.words for p in await taken.posts("dm-ben"))


async def test_given_back_it_calls_from_the_first_step(taken: Conversation):
    await said(taken, "ben", "/unack 1")
    assert await state(taken) is AlertState.FIRING
    assert "gave it back: it calls again" in await thread(taken, 1)


async def test_what_is_up_again_asks_nobody_any_more(taken: Conversation):
    await up(taken, "db")
    await taken.wait(2 * 3600)
    assert await asked(taken) == []
    assert await state(taken) is AlertState.CLEARED


async def test_after_a_restart_the_old_times_hold_and_what_is_overdue_says_how_late_it_is(taken: Conversation):
    """Nothing that matters lives in a scheduler: the rows are there, and ring once."""
    taken.alarm = type(taken.alarm)(taken.store, lambda: taken.config, taken.clock)
    await taken.wait(65 * MINUTE)
    assert "it calls again (late by 5 min)" in await thread(taken, 1)
    before = await thread(taken, 1)
    await taken.wait(1)
    assert await thread(taken, 1) == before


async def test_the_lapse_follows_the_configuration(desk: Conversation):
    lapses = {**desk.config.alerting.lapses, "high": 120}
    desk.config = replace(desk.config, alerting=replace(desk.config.alerting, lapses=lapses))
    watch(desk, "db")
    await down(desk, "db")
    await said(desk, "ben", "/ack 1")
    await desk.wait(60)
    assert len(await asked(desk)) == 1
    await desk.wait(60)
    assert await state(desk) is AlertState.FIRING
