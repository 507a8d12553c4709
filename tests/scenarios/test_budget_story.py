"""A fix that causes the alert it fixes: once for each alert, a budget for each target, then a person decides."""

from dataclasses import replace

import pytest

from desk.alerts import Status
from desk.runs import Ended, Ending
from tests.conversation import Conversation

pytestmark = pytest.mark.postgresql_in_deep  # what these rest on is tried there by others

FAILED, OK = Status.FAILED, Status.OK


@pytest.fixture
def desk(desk: Conversation) -> Conversation:
    """The shop is restarted by itself, three times a day at most; and each restart breaks it again."""
    book = replace(
        desk.config.runbooks["restart-shop"], needs_approval=False, by_itself=True, auto_budget=3, cool_down=0
    )  # fmt: skip
    shop = replace(desk.config.monitors["shop"], failures=1, successes=1)
    desk.config = replace(
        desk.config, runbooks={**desk.config.runbooks, "restart-shop": book},
        monitors={**desk.config.monitors, "shop": shop},
    )  # fmt: skip
    return desk


async def runs(desk: Conversation) -> int:
    return len(await desk.store.read(lambda tx: tx.runs(runbook="restart-shop")))


async def test_what_was_silenced_first_is_fixed_by_itself_once_nothing_hides_it(desk: Conversation):
    await desk.say("ben", "acme-team", "/silence matching=monitor=shop client=acme lasts=10m Somebody looks into it")
    await desk.look("shop", FAILED, "status 500")
    assert await runs(desk) == 0
    await desk.wait(600)
    assert await runs(desk) == 1


async def test_it_runs_once_for_each_alert_and_then_within_its_budget_and_then_a_person_is_called(desk: Conversation):
    """A fix that causes the alert it fixes. Each alert is called out all the same: a person may stop it at any time."""
    number = 0
    for outage in range(5):
        await desk.look("shop", FAILED, "status 500")
        for _ in range(3):
            await desk.look("shop", FAILED, "status 500")
        assert await runs(desk) == min(outage + 1, 3), "however long it fails, once for each alert"
        alert = (await desk.store.read(lambda tx: tx.alerts(limit=1)))[0]
        assert alert.pages, "somebody is called each time"
        if alert.run and alert.run != number:
            number = alert.run
            await desk.start_run(number)
            await desk.end_run(number, Ended(Ending.EXIT, 0))
            await desk.look("shop", OK, for_run=number)
        await desk.look("shop", OK, step=3600)
    words = " ".join(p.words for p in await desk.posts("acme-team"))
    assert "3 times" in words or "budget" in words
