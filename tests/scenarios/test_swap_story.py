"""Two people swap turns: one asks in chat, the other presses, and nothing changes before. Mia has the week."""

from dataclasses import replace

import pytest

from tests.conversation import Conversation
from tests.scenarios.test_oncall_story import board, done, noc, refused, told

pytestmark = pytest.mark.postgresql_in_deep  # what these rest on is tried there by others

__all__ = ["noc"]
ASK = "/oncall swap desk-week with=ben from=thursday 9:00 until=thursday 18:00 back=2026-11-11 12:00"


@pytest.fixture
async def asked(noc: Conversation):
    """Mia asks Ben to take her Thursday, for his next week: swap 1."""
    await done(noc, "mia", ASK)
    return noc


async def test_both_have_a_card_in_their_own_channels_and_nothing_changes_yet(asked: Conversation):
    card = await asked.post("dm-ben", "swap/1")
    assert "1 · Mia asks Ben to swap turns in desk-week · ◌ waiting for an answer" in card.words
    assert "Ben would take over from Mia: from Thu 08:00 until Thu 17:00" in card.words
    assert "Mia would take over from Ben: from 09 Nov 2026 08:00 until 16 Nov 2026 08:00" in card.words
    assert "It lapses Thu 08:00; until then nothing changes." in card.words
    assert card.buttons == ("Accept", "Decline")
    assert (await asked.post("dm-mia", "swap/1")).buttons == ("Take it back",)
    assert "override" not in await board(asked, line="/oncall next")


async def test_accepting_makes_the_overrides_of_both_and_tells_whoever_asked(asked: Conversation):
    pressed = await asked.press("ben", "dm-ben", "swap/1", "/oncall what=accept number=1")
    assert pressed.status == 200
    lines = (await board(asked, line="/oncall next")).splitlines()
    assert "desk-week · Ben · Thu 08:00 until Thu 17:00 · override 2" in lines
    assert "desk-week · Mia · Thu 17:00 until 23 Nov 2026 08:00 · layer-1" in lines
    assert await told(asked, "dm-mia", "swap/1/") == ["The swap of turns in desk-week with Ben was accepted by Ben."]
    assert "✓ accepted" in (await asked.post("dm-mia", "swap/1")).words
    assert await refused(asked, "ben", "/oncall accept 1") == "1 was accepted already."


async def test_declining_changes_nothing(asked: Conversation):
    await asked.press("ben", "dm-ben", "swap/1", "/oncall what=decline number=1")
    assert "override" not in await board(asked, line="/oncall next")
    assert await told(asked, "dm-mia", "swap/1/") == ["The swap of turns in desk-week with Ben was declined by Ben."]
    assert await refused(asked, "ben", "/oncall accept 1") == "1 was declined already."


async def test_it_lapses_when_its_time_begins(asked: Conversation):
    await asked.wait(3 * 86_400)
    assert "⊘ lapsed" in (await asked.post("dm-ben", "swap/1")).words
    for channel, other in (("dm-mia", "Ben"), ("dm-ben", "Mia")):
        words = f"The swap of turns in desk-week with {other} has lapsed: nobody has answered."
        assert await told(asked, channel, "swap/1/") == [words]
    assert await refused(asked, "ben", "/oncall accept 1") == "1 has lapsed already."


async def test_it_cannot_be_accepted_after_its_time_has_begun_though_the_clock_has_not_rung(asked: Conversation):
    asked.clock.step(3 * 86_400)
    assert "its time has begun" in await refused(asked, "ben", "/oncall accept 1")


async def test_of_a_turn_that_runs_already_what_is_left_is_swapped_within_the_hour(noc: Conversation):
    await done(noc, "mia", "/oncall swap with=tom until=5pm")
    assert "It lapses 10:00" in (await noc.post("dm-tom", "swap/1")).words
    await noc.wait(1800)
    await done(noc, "tom", "/oncall accept 1")
    assert "Tom has it now until 16:00" in await board(noc, line="/oncall next")


async def test_without_times_the_next_turn_is_meant(noc: Conversation):
    await done(noc, "ben", "/oncall swap with=tom")
    words = (await noc.post("dm-tom", "swap/1")).words
    assert "Tom would take over from Ben: from 09 Nov 2026 08:00 until 16 Nov 2026 08:00" in words


async def test_whoever_asked_takes_it_back_and_the_other_is_told(asked: Conversation):
    await done(asked, "mia", "/oncall cancel 1")
    assert "⊘ cancelled" in (await asked.post("dm-ben", "swap/1")).words
    assert await told(asked, "dm-ben", "swap/1/") == ["The swap of turns in desk-week with Mia was cancelled by Mia."]
    assert await refused(asked, "ben", "/oncall accept 1") == "1 was cancelled already."


async def test_an_accepted_one_is_taken_back_as_a_whole_by_either(asked: Conversation):
    await done(asked, "ben", "/oncall accept 1")
    assert "part of swap 1" in await refused(asked, "ben", "/oncall cancel 2")
    await done(asked, "mia", "/oncall cancel 1")
    assert "override" not in await board(asked, line="/oncall next")
    assert await told(asked, "dm-ben", "override/") == [
        "2 was cancelled: you are not on call by it in desk-week from Thu 08:00 until Thu 17:00 · by Mia",
        "3 was cancelled: you are on call in desk-week from 09 Nov 2026 08:00 until 16 Nov 2026 08:00 · by Mia",
    ]
    assert await refused(asked, "mia", "/oncall cancel 1") == "1 was cancelled already."


async def test_what_has_changed_since_it_was_asked_is_not_given_away(asked: Conversation):
    """Tom has taken the Thursday meanwhile: it is no longer Mia's to give."""
    await done(asked, "tom", "/oncall override person=tom from=thursday 12:00 until=thursday 13:00")
    assert "has changed since 1 was asked" in await refused(asked, "ben", "/oncall accept 1")
    await done(asked, "ben", "/oncall decline 1")


REFUSED = [
    ("ben", "/oncall accept 7", "There is no 7 that you can see", "a number that means nothing"),
    ("tom", "/oncall accept 1", "Ben was asked, and answers.", "somebody else's to answer"),
    ("mia", "/oncall accept 1", "Ben was asked, and answers.", "one's own"),
    ("rosa", "/oncall cancel 1", "changed by staff who work for all of its clients", "somebody else's to take back"),
    ("tom", "/oncall swap with=ben", "You have no turn in desk-week then", "nothing to give"),
    ("mia", "/oncall swap with=me", "Name somebody else", "with oneself"),
    ("mia", "/oncall swap with=ann", "There is no “ann” here", "somebody who may not be on call"),
    ("mia", "/oncall swap with=ben from=2026-11-11", "is not your turn in desk-week: Ben is on call then", "nor Ben's"),
    ("mia", "/oncall swap with=ben back=thursday 9:00", "is not Ben’s turn in desk-week: Mia is on call", "nor hers"),
]


@pytest.mark.parametrize(("who", "line", "part", "why"), REFUSED)
async def test_what_cannot_be_is_refused_with_a_sentence(asked: Conversation, who, line, part, why):
    assert part in await refused(asked, who, line), why


async def test_somebody_who_is_alone_in_a_schedule_says_until_when(noc: Conversation):
    """Their turn has no end."""
    schedule = noc.config.schedules["desk-week"]
    (layer,) = schedule.layers
    lone = replace(schedule, layers=(replace(layer, turns=replace(layer.turns, people=("mia",))),))
    noc.config = replace(noc.config, schedules={"desk-week": lone})
    assert "Your turn has no end" in await refused(noc, "mia", "/oncall swap with=ben")
    await done(noc, "mia", "/oncall swap with=ben until=friday 9:00")
    assert "Until" not in await board(noc)


async def test_every_step_is_on_the_record(asked: Conversation):
    await done(asked, "ben", "/oncall accept 1")
    await done(asked, "mia", "/oncall cancel 1")
    rows = await asked.store.read(lambda tx: tx.rows("SELECT who, action, subject FROM audit ORDER BY id"))
    assert [row for row in rows if row[1].startswith(("swap", "oncall"))] == [
        ("mia", "swap.asked", "swap/1"), ("ben", "oncall.overridden", "override/2"),
        ("ben", "oncall.overridden", "override/3"), ("ben", "swap.accepted", "swap/1"),
        ("mia", "oncall.cancelled", "override/2"), ("mia", "oncall.cancelled", "override/3"),
        ("mia", "swap.cancelled", "swap/1"),
    ]  # fmt: skip
