"""A monitor is called something else in another configuration: what is open of it is called that, too."""

from dataclasses import replace

from bot.adoption import take_over
from tests.conversation import Conversation
from tests.scenarios.alerting import alerts, down, route, said, watch


async def rename(desk: Conversation, monitor: str, name: str) -> None:
    """Another version in which that is all that is new."""
    new = replace(desk.config.monitors[monitor], name=name)
    monitors = {**desk.config.monitors, monitor: new}
    desk.config = replace(desk.config, monitors=monitors, version=f"{name} {desk.config.version}")
    await take_over(desk.store, desk.config)


async def test_what_is_down_goes_by_its_monitors_new_name_also_on_the_card_that_stands(desk: Conversation):
    watch(desk, "db")
    await down(desk, "db")
    await rename(desk, "db", "ledger")
    assert [(a.is_open, a.title) for a in await alerts(desk)] == [(True, "ledger")]
    assert "ledger · ▲ DOWN" in (await desk.post("acme-team", "alert/1")).words
    assert "ledger" in await said(desk, "ben", "/list")


async def test_what_never_rang_and_what_is_grouped_are_called_anew_as_well(desk: Conversation):
    watch(desk, "db", "web", site="berlin")
    watch(desk, "mail", host="m")
    route(desk, group_by=("client", "site"))
    await down(desk, "db", "web")
    await said(desk, "ben", "/silence matching=host=m client=acme lasts=2h Disk is swapped")
    await down(desk, "mail")
    await rename(desk, "web", "front")
    await rename(desk, "mail", "post office")
    await desk.wait(2)
    card = (await desk.post("acme-team", "alert/1")).words
    assert "▲ front" in card
    assert "▲ db" in card
    assert "▲ post office" in await said(desk, "ben", "/silences")
