"""A day team and an overnight provider: each minute is somebody's, and what is open is handed over."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.adoption import take_over
from desk.coverage import Cover
from tests.conversation import Conversation

COVERAGE = {"sun": (Cover("desk", "berlin-office"), Cover("night"))}


@pytest.fixture
async def covered(desk: Conversation):
    """Acme's work is the desk's while Berlin is open, else the night team's; it is Monday 10:00 in Berlin."""
    acme = replace(desk.config.clients["acme"], coverage="sun")
    clients = {**desk.config.clients, "acme": acme}
    teams = {**desk.config.teams, "night": ("tom",)}
    desk.config = replace(desk.config, version="covered", coverage=COVERAGE, clients=clients, teams=teams)
    await take_over(desk.store, desk.config)
    return desk


def at(hour, minute=0, day=2):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


async def until(desk, when):
    while desk.clock.at < when:
        await desk.wait(min((when - desk.clock.at).total_seconds(), 1800))


async def handovers(desk, channel="acme-team"):
    return [post for post in await desk.posts(channel) if post.key.startswith("handover/")]


async def test_at_each_change_a_card_says_what_is_open_and_when_it_is_due(covered: Conversation):
    await covered.say("ann", "dm-ann", "/open priority=P3 VPN drops every hour")
    await covered.say("ben", "acme-team", "/assign 1 ben")
    await covered.say("ann", "dm-ann", "/open priority=P4 a bigger screen")
    await until(covered, at(11))
    (first,) = await handovers(covered)
    assert "Acme Web Shops: hand-over desk → night" in first.words
    assert "2 open, 1 with nobody on them" in first.words
    assert "VPN drops every hour" in first.words
    assert "Ben has it" in first.words
    assert first.buttons[:2] == ("Show 1", "Show 2")
    await until(covered, at(12))
    assert "night → desk" in (await handovers(covered))[1].words


async def test_no_client_reads_about_another(covered: Conversation):
    await covered.say("gina", "dm-gina", "/open secret of globex")
    await until(covered, at(12))
    assert len(await handovers(covered)) == 2
    assert not [post for post in await handovers(covered) if "globex" in post.words.lower()]
    assert await handovers(covered, "globex-team") == []


async def test_a_hand_over_that_comes_late_says_so(covered: Conversation):
    await covered.wait(2 * 3600 + 600)
    (card,) = await handovers(covered)
    assert "hand-over desk → night (said 10 min late)" in card.words


async def test_a_hand_over_that_was_due_while_the_bot_was_down_is_said_with_other_files_too(covered: Conversation):
    covered.clock.step(2 * 3600 + 600)
    covered.config = replace(covered.config, version="changed meanwhile")
    await take_over(covered.store, covered.config)
    await covered.wait(0)
    (card,) = await handovers(covered)
    assert "hand-over desk → night (said 10 min late)" in card.words
    await until(covered, at(12))
    assert len(await handovers(covered)) == 2


async def test_a_turn_that_came_and_went_while_the_desk_slept_is_not_handed_over(covered: Conversation):
    """Whoever is on now was on before: nothing changes hands. The next change is said again."""
    await covered.wait(3 * 3600)
    assert await handovers(covered) == []
    await until(covered, at(16))
    assert len(await handovers(covered)) == 1


async def test_why_tells_whose_the_counted_minutes_were(covered: Conversation):
    """Forty minutes of the desk's and twenty of the night team's make the hour."""
    covered.clock.at = at(10, 20)
    await covered.say("ann", "dm-ann", "/open priority=P4 VPN drops")
    covered.clock.at = at(11, 20)
    answer = await covered.say("ben", "acme-team", "/why 1")
    rows = [[str(cell[0]) if cell else "" for cell in row] for row in answer.reply.table]
    assert ["of which", "desk", "40 min", ""] in rows
    assert ["of which", "night", "20 min", ""] in rows
