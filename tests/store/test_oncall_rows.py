"""Overrides and swaps come back as they were saved, and only what may still count is found."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.store.store import Store
from desk.duties import Duty
from desk.oncall import Override
from desk.rotations import Turn
from desk.swaps import Swap, SwapState
from tests.store.values import LATER
from tests.store_fixture import MORNING

HOUR = timedelta(hours=1)
PLAIN = Override(1, "week", "ben", MORNING, MORNING + HOUR, "mia", MORNING)
FULL = replace(PLAIN, number=2, swap=9, cancelled_by="olga", cancelled_at=MORNING - HOUR)
ASKED = Swap(3, "week", "ben", "mia", (Turn("mia", MORNING, LATER),), (), MORNING)
ENDED = replace(ASKED, number=4, back=(Turn("ben", LATER, LATER + HOUR),), state=SwapState.ACCEPTED, ended_at=LATER)


@pytest.mark.parametrize("value", [PLAIN, FULL], ids=["plain", "every field filled"])
async def test_an_override_comes_back_as_it_was_saved(store: Store, value):
    await store.write(lambda tx: tx.save_override(value))
    assert await store.read(lambda tx: tx.override(value.number)) == value
    assert await store.read(lambda tx: tx.override(7)) is None


@pytest.mark.parametrize("value", [ASKED, ENDED], ids=["asked", "every field filled"])
async def test_a_swap_comes_back_as_it_was_saved(store: Store, value):
    await store.write(lambda tx: tx.save_swap(value))
    assert await store.read(lambda tx: tx.swap(value.number)) == value
    assert await store.read(lambda tx: tx.swap(7)) is None


async def test_what_was_cancelled_before_it_began_has_ended_or_is_another_schedule_s_is_not_found(store: Store):
    others = [
        replace(PLAIN, number=5, schedule="other"),
        replace(PLAIN, number=6, end=MORNING),
        replace(PLAIN, number=8, start=LATER, end=LATER + HOUR),
        replace(PLAIN, number=10, cancelled_at=MORNING),  # as it began
        replace(PLAIN, number=11, cancelled_at=MORNING + HOUR / 2),  # while it counted
    ]
    for value in (PLAIN, FULL, *others):
        await store.write(lambda tx, value=value: tx.save_override(value))
    found = await store.read(lambda tx: tx.overrides("week", MORNING))
    assert [override.number for override in found] == [1, 8, 11]
    assert [override.number for override in await store.read(lambda tx: tx.overrides_of(9))] == [2]


async def test_saving_an_override_again_changes_it(store: Store):
    await store.write(lambda tx: tx.save_override(PLAIN))
    await store.write(lambda tx: tx.save_override(replace(PLAIN, cancelled_by="mia", cancelled_at=MORNING)))
    assert await store.read(lambda tx: tx.overrides("week", MORNING)) == []


async def test_who_was_on_duty_is_found_from_the_last_note_before_on(store: Store):
    """So that a stretch of time is known from its beginning, if it was known at all."""
    noted = [Duty("week", MORNING + n * HOUR, who) for n, who in enumerate(("ben", None, "mia"))]
    for duty in (*noted, Duty("other", MORNING, "tom")):
        await store.write(lambda tx, duty=duty: tx.note_duty(duty))
    for start, end, found in [
        (MORNING, MORNING + 3 * HOUR, noted),
        (MORNING + HOUR / 2, MORNING + 2 * HOUR, noted[:2]),
        (MORNING + 9 * HOUR, MORNING + 10 * HOUR, noted[2:]),
        (MORNING - HOUR, MORNING + HOUR / 2, noted[:1]),
        (MORNING - HOUR, MORNING, []),
    ]:
        assert await store.read(lambda tx, a=start, b=end: tx.duties("week", a, b)) == found
    assert await store.read(lambda tx: tx.duty("week")) == noted[2]
    assert await store.read(lambda tx: tx.duty("none")) is None
