"""Which minutes were missed: after a start, after a sleep; and that nothing is said where nothing was missed.

Failure-table row: minutes in which nothing was looked at.
"""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.gaps import LONGEST, Gaps
from config.loaded import Config
from tests.conversation import Conversation
from tests.store_fixture import HandClock
from tests.webapp import web_bot

MINUTE = 60.0
# The demo's five monitors: every 5 s, 15 s, 15 s, 60 s and 60 s.
CHECKS_IN_TEN_MINUTES = 120 + 40 + 40 + 10 + 10


class Waiting(HandClock):
    """Its time is the test's, and whoever sleeps by it does."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def said(desk: Conversation) -> list[str]:
    return [post.words for post in await desk.posts("noc")]


@pytest.fixture
async def gaps(desk: Conversation) -> Gaps:
    """Alive for the first time: there is nothing before it that could have been missed."""
    made = Gaps(desk.store, lambda: desk.config, desk.clock)
    await made.alive()
    assert await said(desk) == []
    return made


@pytest.mark.usefixtures("gaps")
async def test_after_a_start_it_says_from_when_to_when_and_how_many_checks_were_not_made(desk: Conversation) -> None:
    desk.clock.step(10 * MINUTE)
    await Gaps(desk.store, lambda: desk.config, desk.clock).alive()
    (words,) = await said(desk)
    assert words.startswith("Nothing was looked at from 09:00 to 09:10 (10 min): Deskbell was not running.")
    assert f"About {CHECKS_IN_TEN_MINUTES} checks were not made; that time counts neither as up nor as down." in words


async def test_after_a_sleep_it_is_said_too(desk: Conversation, gaps: Gaps) -> None:
    """The same process, whose turn did not come for ten minutes."""
    desk.clock.step(10 * MINUTE)
    await gaps.alive()
    (words,) = await said(desk)
    assert "(10 min): this machine slept, or its clock was set." in words
    await gaps.alive()
    assert len(await said(desk)) == 1


async def test_a_minute_like_any_other_is_no_gap(desk: Conversation, gaps: Gaps) -> None:
    for seconds in (MINUTE, MINUTE, LONGEST / timedelta(seconds=1), -3600.0, MINUTE):  # a clock set back, too
        desk.clock.step(seconds)
        await gaps.alive()
    assert await said(desk) == []


async def test_an_orderly_stop_is_the_last_sign_of_life(
    database_file: Path, demo_config: Config
) -> None:
    """So the gap is told to the second, also when it was short of the minute in which it would have come by itself."""
    clock = Waiting()
    async with web_bot(database_file.parent, demo_config, clock=clock) as web:
        await web.until(lambda: web.count("SELECT COUNT(*) FROM heard WHERE platform = 'deskbell'"))
        clock.step(45)
    clock.step(10 * MINUTE)
    async with web_bot(database_file.parent, demo_config, clock=clock) as web:
        sql = "SELECT COUNT(*) FROM posts WHERE key LIKE 'gap/deskbell/%' AND body LIKE '%(10 min)%'"
        assert await web.until(lambda: web.count(sql)) == 1
