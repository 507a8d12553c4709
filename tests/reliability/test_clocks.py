"""Deadlines ring once each, whatever the wall clock does; what is overdue says so.

The bot is the whole one with its real alarm clock. Only its wall clock is ours to set: a suspended machine looks the
same to it as a clock set forward, because the monotonic clock stands still while it sleeps.

Failure-table row: wall clock steps ±1 h; a sleep of 90 s.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import SWEEP
from bot.ports import RealClock
from config.loaded import Config
from tests.webapp import Web, web_bot

HOUR = 3600.0
NOTICED = 10.0  # seconds within which a step is noticed on a loaded machine: long before the sweep


@dataclass
class SettableClock(RealClock):
    """The real time, and how far the wall clock was set from it."""

    offset: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return super().now() + self.offset

    def set(self, seconds: float) -> None:
        self.offset += timedelta(seconds=seconds)


async def reminders(web: Web) -> list[str]:
    """What was said about the promises of tickets, in the team's channel."""
    return [m["text"] for m in await web.messages("ben", "acme-team") if m["card"] is None and "promised" in m["text"]]


async def open_urgent(web: Web) -> None:
    """An answer is promised in two minutes, a solution in thirty: warnings at 50, 75 and 90 %, and each breach."""
    assert (await web.say("ann", "dm-ann", "/open priority=P1 nobody can log in")).status_code == 200


async def at_least(web: Web, count: int) -> list[str]:
    async def enough() -> list[str]:
        found = await reminders(web)
        return found if len(found) >= count else []

    return await web.until(enough, within=NOTICED)


async def test_a_sleep_of_ninety_seconds_is_noticed_at_once_and_overdue_reminders_are_one_post(
    data: Path, demo_config: Config
) -> None:
    """A sleep of 90 s: the 75 % reminder speaks for the one at 50 %, says how late it is, and comes once."""
    assert NOTICED < SWEEP
    clock = SettableClock()
    async with web_bot(data, demo_config, clock=clock) as web:
        await open_urgent(web)
        clock.set(100)
        (said,) = await at_least(web, 1)
        assert "Stands also for the reminders at 50 %" in said
        assert "(late by " in said
        assert await web.bot.alarm.turn() == 0


async def test_a_wall_clock_set_forward_by_an_hour_rings_everything_once_and_set_back_nothing_again(
    data: Path, demo_config: Config
) -> None:
    """Wall clock steps ±1 h: two folded reminders and two breaches; back and forth again, and not one more."""
    clock = SettableClock()
    async with web_bot(data, demo_config, clock=clock) as web:
        await open_urgent(web)
        clock.set(HOUR)
        said = await at_least(web, 4)
        assert all("(late by " in words for words in said), said
        for step, who in ((-HOUR, "ben"), (HOUR, "mia"), (-HOUR, "ben")):
            clock.set(step)
            # Whatever is saved sets its deadlines anew, from what was rung already.
            assert (await web.say(who, "acme-team", "/escalate 1 it is still on fire")).status_code == 200
            await web.bot.alarm.turn()
        rung = await web.count("SELECT COUNT(*) FROM audit WHERE action IN ('promise.reminded', 'promise.broken')")
        assert rung == len(said) == 4


async def test_a_reminder_that_came_due_between_two_starts_comes_once(data: Path, demo_config: Config) -> None:
    """A restart between setting and ringing: the first start afterwards rings, late, and the second one does not."""
    clock = SettableClock()
    async with web_bot(data, demo_config, clock=clock) as web:
        await open_urgent(web)
    clock.set(70)
    for _ in range(2):
        async with web_bot(data, demo_config, clock=clock) as web:
            (said,) = await at_least(web, 1)
            assert "until the promised first answer" in said
            assert "(late by " in said
            assert await web.bot.alarm.turn() == 0


async def test_with_no_step_the_alarm_rings_on_time_and_not_by_the_sweep(web: Web) -> None:
    """Every deadline once, and on time: a second after now is a second after now."""
    await open_urgent(web)
    loop = asyncio.get_running_loop()
    began = loop.time()
    soon = timedelta(seconds=1)
    await web.bot.store.write(lambda tx: tx.deadline("ticket/1", "sla/first_response/50", tx.now + soon))
    (said,) = await at_least(web, 1)
    assert "late" not in said
    assert 0.9 < loop.time() - began < NOTICED


@pytest.mark.parametrize("step", [-HOUR, HOUR], ids=["back", "forward"])
async def test_new_deadlines_after_a_step_go_by_the_new_time(data: Path, demo_config: Config, step: float) -> None:
    """Wall clock steps ±1 h before anything is set: a ticket opened afterwards is reminded as promised, once."""
    clock = SettableClock()
    async with web_bot(data, demo_config, clock=clock) as web:
        clock.set(step)
        await open_urgent(web)
        clock.set(61)
        await at_least(web, 1)
        found = Counter(await reminders(web))
        assert list(found.values()) == [1]
