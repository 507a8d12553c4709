"""A monitor flaps: one held alert instead of many, and every edge kept."""

from dataclasses import replace

import pytest

from tests.conversation import Conversation
from tests.scenarios.alerting import alerts, down, said, thread, up, watch

pytestmark = pytest.mark.postgresql_in_deep  # what these rest on is tried there by others


async def flap(desk: Conversation) -> None:
    """Up for a minute, down for a minute, six times."""
    watch(desk, "db")
    desk.config = replace(desk.config, monitors={
        **desk.config.monitors, "db": replace(desk.config.monitors["db"], interval=60.0)
    })  # fmt: skip
    await up(desk, "db", step=60)
    for _ in range(6):
        await down(desk, "db", step=60)
        await up(desk, "db", step=60)


async def test_it_is_one_alert_that_says_so_and_every_edge_is_kept(desk: Conversation):
    """It is called flapping, its end is not believed, and nobody is called for each of its outages."""
    await flap(desk)
    (now,) = [alert for alert in await alerts(desk) if alert.is_open]
    card = (await desk.post("acme-team", f"alert/{now.number}")).words
    assert "≈ FLAPPING (held)" in card
    assert "it ends once it is steady" in card
    assert "goes up and down" in await thread(desk, now.number)
    edges = await desk.store.read(lambda tx: tx.edges(fingerprint="monitor/db"))
    assert [edge.turn for edge in edges] == ["down", "up", "down", "up", "down", "flapping"]
    assert "went up and down" in await said(desk, "ben", f"/why {now.number}")


async def test_once_it_is_steady_it_ends_and_whoever_was_told_reads_it(desk: Conversation):
    await flap(desk)
    (now,) = [alert for alert in await alerts(desk) if alert.is_open]
    for _ in range(20):
        await up(desk, "db", step=60)
    card = (await desk.post("acme-team", f"alert/{now.number}")).words
    assert "✓ UP" in card
    assert [alert for alert in await alerts(desk) if alert.is_open] == []
