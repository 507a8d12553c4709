"""A hook leaves the configuration, or serves another client: what it told of ends, since nobody will tell its end."""

from dataclasses import replace

import pytest

from bot import adoption
from desk.alerts import AlertState
from desk.hooks import mapping
from desk.hooks.hook import Hook
from desk.signals import SignalState
from tests.conversation import Conversation
from tests.scenarios.alerting import alerts, down, said, thread, watch

MAP = mapping.Map(mapping.value("what"), mapping.value("what"), mapping.test({"path": "now", "is": "bad"}))
PLAIN = Hook("plain", "generic", "acme", mapping=MAP, lapses_after=3600)
BY_TENANT = replace(PLAIN, client_label="tenant", clients={"g": "globex", "a": "acme"})


async def hooks(desk: Conversation, *found: Hook, **more: object) -> None:
    """These are in force now."""
    named = {hook.id: hook for hook in found}
    desk.config = replace(desk.config, hooks=named, version=f"with {found} {more}", **more)
    await adoption.take_over(desk.store, desk.config)
    await desk.wait(0)


@pytest.fixture
async def told(desk: Conversation) -> Conversation:
    watch(desk, "db")
    await hooks(desk, PLAIN)
    await down(desk, "db")
    await desk.hear("plain", {"what": "disk", "now": "bad"})
    return desk


LEFT = [
    # the hooks that there are now, whether what `plain` told of goes on, why the row is there
    ((), False, "it was taken out"),
    ((replace(PLAIN, id="other"),), False, "it is called otherwise, and so tells of other things"),
    ((replace(PLAIN, client="globex"),), False, "it is another client's"),
    ((replace(BY_TENANT, client="globex", clients={"g": "globex"}),), False, "it knows acme no more"),
    ((replace(BY_TENANT, client="globex"),), True, "it knows acme by a label"),
    ((replace(PLAIN, kind="alertmanager"), Hook("other", "zabbix", "acme")), True, "it goes on telling"),
]


@pytest.mark.parametrize(("found", "goes_on", "why"), LEFT)
async def test_what_a_hook_told_that_has_left_ends_without_a_verdict(told: Conversation, found, goes_on, why):
    await hooks(told, *found)
    watched, alert = await alerts(told)
    assert (watched.is_open, alert.is_open) == (True, goes_on), why
    if not goes_on:
        assert "? UNKNOWN" in (await told.post("acme-team", "alert/2")).words
        assert "Deskbell: no longer watched" in await thread(told, 2)


async def test_what_is_hidden_ends_with_its_hook_too(told: Conversation):
    await said(told, "ben", "/silence matching=hook=plain client=acme lasts=2h The shelf is swapped")
    await told.hear("plain", {"what": "fan", "now": "bad"})
    await hooks(told)
    left = await told.store.read(lambda tx: tx.live_signals())
    assert [(signal.title, signal.state) for signal in left] == [("db", SignalState.FIRING)]
    await told.wait(2 * 3600)
    assert [a.title for a in await alerts(told)] == ["db", "disk"]


async def test_its_lapse_rings_into_nothing_and_the_hook_that_comes_back_rings_anew(told: Conversation):
    await hooks(told)
    await told.wait(2 * 3600)
    await hooks(told, replace(PLAIN, labels={"site": "berlin"}))
    await told.hear("plain", {"what": "disk", "now": "bad"})
    assert [a.state for a in await alerts(told)][1:] == [AlertState.CLEARED, AlertState.FIRING]


async def test_what_was_told_of_a_client_that_has_left_ends_as_what_is_watched_does(told: Conversation):
    await hooks(told, replace(BY_TENANT, client="acme"))
    clients = {id_: client for id_, client in told.config.clients.items() if id_ == "globex"}
    monitors = {id_: each for id_, each in told.config.monitors.items() if each.client == "globex"}
    await hooks(told, replace(PLAIN, client="globex"), clients=clients, monitors=monitors)
    assert await told.store.read(lambda tx: tx.live_signals()) == []
