"""`/status`: what is up and what is not, by whoever saw it; all is up only where nothing is open."""

from dataclasses import replace

import pytest

from desk.hooks import mapping
from desk.hooks.hook import Hook
from tests.conversation import Conversation
from tests.scenarios.alerting import UNKNOWN, down, route, said, up, watch

PLAIN = mapping.Map(
    mapping.value("what"), mapping.value("what"), mapping.test({"path": "now", "is": "bad"}),
    sentence=mapping.value("seen"), severity=mapping.value("level"), labels={"site": mapping.value("site")},
)  # fmt: skip


@pytest.fixture
async def desk(desk: Conversation) -> Conversation:
    """Everything that is watched is up; another system tells of Acme."""
    watch(desk, "db", severity="critical", site="berlin")
    monitors = {"db": desk.config.monitors["db"]}
    desk.config = replace(desk.config, hooks={"plain": Hook("plain", "generic", "acme", mapping=PLAIN)})
    desk.config = replace(desk.config, monitors=monitors)
    await up(desk, "db")
    return desk


async def hear(desk: Conversation, what: str, now: str = "bad") -> None:
    await desk.hear("plain", {"what": what, "now": now, "seen": "98 % full", "level": "critical", "site": "berlin"})


async def test_all_is_up_where_nothing_is_open(desk: Conversation):
    words = await said(desk, "ben", "/status")
    assert "✓ all up" in words
    assert "1 of 1 monitor up, 0 down" in words


@pytest.mark.parametrize("person", ["ben", "rosa"])
async def test_what_another_system_told_is_listed_and_counted_and_not_all_is_up(desk: Conversation, person: str):
    """For whoever works it and for whoever asks for numbers."""
    await hear(desk, "disk")
    words = await said(desk, person, "/status", f"dm-{person}")
    assert "all up" not in words
    assert "▲ DOWN" in words
    assert "1 of 1 monitor up, 0 down\n▲ 1 open alert from elsewhere" in words
    assert "▲ disk · Acme Web Shops · since 09:00 · critical, nobody has it: 98 % full" in words
    await hear(desk, "disk", "good")
    assert "✓ all up" in await said(desk, person, "/status", f"dm-{person}")


async def test_what_somebody_has_and_what_is_silenced_is_open_still(desk: Conversation):
    await hear(desk, "disk")
    await said(desk, "mia", "/ack 1")
    assert "◐ disk" in await said(desk, "ben", "/status")
    await said(desk, "ben", "/silence 1 2h It is being swapped")
    words = await said(desk, "ben", "/status")
    assert "⊘ disk" in words
    assert "▲ DOWN" in words


async def test_what_never_rang_because_something_hides_it_is_told_with_what_does(desk: Conversation):
    await said(desk, "ben", "/silence matching=site=berlin client=acme lasts=2h The site is moved")
    await hear(desk, "disk")
    await down(desk, "db")
    words = await said(desk, "ben", "/status")
    assert "⊘ disk · Acme Web Shops · since 09:00 · held (The site is moved): 98 % full" in words
    assert "▲ db · Acme Web Shops · since 09:00 · held (The site is moved): no answer" in words
    assert "⊘ 1 more from elsewhere, hidden" in words


async def test_of_what_is_grouped_the_part_that_no_monitor_sees_is_told(desk: Conversation):
    """Also once the monitor that it began with is up again; while that is down, it is not told twice as one."""
    route(desk, group_by=("client", "site"))
    await down(desk, "db")
    assert "from elsewhere" not in await said(desk, "ben", "/status")
    await hear(desk, "disk")
    assert "1 open alert from elsewhere" in await said(desk, "ben", "/status")
    await up(desk, "db")
    words = await said(desk, "ben", "/status")
    assert "all up" not in words
    assert "▲ 2 alerts of site berlin" in words


async def test_a_clients_people_read_nothing_of_what_its_team_alone_sees(desk: Conversation):
    await hear(desk, "disk")
    words = await said(desk, "ann", "/status", "dm-ann")
    assert "disk" not in words
    assert "98 %" not in words


async def test_no_row_has_a_hole_in_it(desk: Conversation):
    desk.config = replace(desk.config, monitors={"beat": replace(desk.config.monitors["db"], id="beat", name="beat")})
    assert "? beat · Acme Web Shops · never seen · not looked at yet" in await said(desk, "ben", "/status")
    await desk.look("beat", UNKNOWN, "no ping yet")
    assert "? beat · Acme Web Shops · since 09:00 · no ping yet" in await said(desk, "ben", "/status")


async def test_one_thing_is_told_as_one(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open VPN drops")
    desk.config = replace(desk.config, clients={"acme": desk.config.clients["acme"]})
    assert "1 open ticket of 1 client, 1 with nobody" in await said(desk, "ben", "/status")
