"""What a person reads of the numbers, on each kind of database: theirs, and of anybody else's nothing."""

import pytest

from bot.reports.reading import Reports
from bot.store.store import Store
from config.loaded import Config
from desk.refusal import DeskError, Why
from tests.bustle import Bustle
from tests.store_fixture import HandClock


@pytest.fixture
async def reports(threaded: Store, clock: HandClock, demo_config: Config) -> Reports:
    made = Bustle(demo_config, 3, pace=9000)
    await threaded.write(lambda tx: [made.step(tx) for _ in range(200)])
    first = "INSERT INTO posts (key, destination, live, urgent, body, wanted, sent, state, send_key, attempt, not_before, copies, reason, created_at, message_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: E501 - one row of the outbox
    row = ("ticket/1", "acme-team", True, False, "{}", 1, 1, "delivered", "k", 1, 0, 0, "", 0, "m7")
    await threaded.write(lambda tx: tx.execute(first, row))
    clock.at = made.now
    return Reports(threaded, lambda: demo_config)


async def test_the_numbers_the_tickets_behind_them_and_where_their_threads_are(reports, demo_config):
    rosa = demo_config.people["rosa"]
    report = await reports.report(rosa, "acme", "2026-Q4")
    found = await reports.behind(rosa, "acme", "2026-Q4", "opened")
    assert len(found.tickets) == report.volume.opened > 10
    assert {ticket.client for ticket, _, _ in found.tickets} == {"acme"}
    assert found.channel == "acme-team"
    assert found.threads in ({1: "m7"}, {}), "only of those that are there"
    assert (1 in {ticket.number for ticket, _, _ in found.tickets}) == bool(found.threads)
    outages = await reports.behind(rosa, "acme", "2026-Q4", "uptime/shop")
    assert (outages.tickets, outages.outages) == ((), ())


async def test_a_requester_reads_none_and_a_foreign_client_is_not_there(reports, demo_config):
    with pytest.raises(DeskError) as refused:
        await reports.report(demo_config.people["ann"], "acme", "2026-Q4")
    assert refused.value.why is Why.FORBIDDEN
    told = []
    for client in ("nowhere", "neverland"):
        with pytest.raises(DeskError) as absent:
            await reports.report(demo_config.people["rosa"], client, "2026-Q4")
        told.append((absent.value.why, absent.value.sentence.replace(client, "X")))
    assert told[0] == told[1]
    assert told[0][0] is Why.NOT_FOUND
