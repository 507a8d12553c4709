"""Our own network is gone: nothing rings for what is beyond it, and when a way out is back one notice tells."""

from dataclasses import replace

import pytest

from tests.conversation import Conversation
from tests.scenarios.alerting import FAILED, UNKNOWN, alerts, down, up, watch

pytestmark = pytest.mark.postgresql_in_deep  # what these rest on is tried there by others


@pytest.fixture
def desk(desk: Conversation) -> Conversation:
    """Two references, two shops beyond our network, and the disk of this host, which is not."""
    watch(desk, "ref-1", "ref-2", "db", "web", client="acme")
    monitors = {
        **desk.config.monitors,
        **{id_: replace(desk.config.monitors[id_], reference=True) for id_ in ("ref-1", "ref-2")},
    }
    monitors["host-disk"] = replace(monitors["host-disk"], failures=1)
    alerting = replace(desk.config.alerting, references=("ref-1", "ref-2"))
    desk.config = replace(desk.config, monitors=monitors, alerting=alerting)
    return desk


async def notices(desk: Conversation) -> list[str]:
    return [p.words for p in await desk.posts("noc") if p.key.startswith("desk/blind")]


async def test_while_no_reference_answers_no_host_rings_and_what_is_here_does(desk: Conversation):
    await up(desk, "ref-1", "ref-2", "db", "web", step=1)
    await down(desk, "ref-1", "ref-2", step=1)
    await down(desk, "db", "web", "db", "web", "host-disk", step=1)
    assert [a.monitor for a in await alerts(desk) if a.monitor not in {"ref-1", "ref-2"}] == ["host-disk"]
    watch_of_db = await desk.store.read(lambda tx: tx.watch("db"))
    assert (watch_of_db.failures, watch_of_db.seen) == (0, UNKNOWN)
    assert "our own network is down" in watch_of_db.sentence


@pytest.mark.parametrize("lost", [FAILED, UNKNOWN])
async def test_a_reference_that_cannot_be_looked_at_is_as_lost_as_one_that_does_not_answer(desk: Conversation, lost):
    """No route is how a dead line looks, and that reads as unknown."""
    await up(desk, "ref-1", "ref-2", "db")
    for reference in ("ref-1", "ref-2"):
        await desk.look(reference, lost, "no route")
    await down(desk, "db")
    assert "db" not in [a.monitor for a in await alerts(desk)]


async def test_one_way_out_is_enough_to_believe_what_is_seen(desk: Conversation):
    await up(desk, "ref-1", "ref-2", "db", step=1)
    await down(desk, "ref-1", step=1)
    await up(desk, "ref-2", step=0)
    await down(desk, "db")
    assert "db" in [a.monitor for a in await alerts(desk)]


async def test_what_fails_first_waits_until_a_reference_was_looked_at_after_it(desk: Conversation):
    """The line may have died a second ago, and the hosts are looked at before the references are."""
    await up(desk, "ref-1", "ref-2", "db", step=10)
    await down(desk, "db", step=1)
    assert await alerts(desk) == []
    await up(desk, "ref-1")
    assert [a.monitor for a in await alerts(desk)] == ["db"]


async def test_when_a_way_out_is_back_one_notice_says_from_when_to_when(desk: Conversation):
    await up(desk, "ref-1", "ref-2", step=0)
    await down(desk, "ref-1", "ref-2", step=0)
    desk.clock.step(420)
    assert await notices(desk) == []
    await up(desk, "ref-1", step=5)
    await up(desk, "ref-2", step=5)
    (notice,) = await notices(desk)
    assert "09:00" in notice
    assert "(7 min)" in notice


async def test_after_it_what_is_still_down_rings_with_its_own_next_look_and_what_is_up_does_not(desk: Conversation):
    """A host that failed just before the line was known to be dead must not ring for that."""
    await up(desk, "ref-1", "ref-2", "db", "web", step=1)
    await down(desk, "db", "web", step=1)
    await down(desk, "ref-1", "ref-2", step=60)
    await up(desk, "ref-1", "ref-2", step=1)
    assert {a.monitor for a in await alerts(desk)} & {"db", "web"} == set()
    await down(desk, "db")
    await up(desk, "web", "ref-1")
    assert {a.monitor for a in await alerts(desk)} & {"db", "web"} == {"db"}
