"""`/silence 42 2h` of what another system told silences that, and what is like it by its labels: never all it tells."""

from dataclasses import replace

import pytest

from desk.hooks import mapping
from desk.hooks.hook import Hook
from tests.conversation import Conversation
from tests.scenarios.alerting import alerts, route, said

MAP = mapping.Map(mapping.value("what"), mapping.value("what"), mapping.test({"path": "now", "is": "bad"}))
WITH_HOST = replace(MAP, labels={"host": mapping.value("host")})
BARE = Hook("plain", "generic", "acme", mapping=MAP, labels={"site": "berlin"})


def bad(what: str, **more: str) -> dict[str, str]:
    return {"what": what, "now": "bad", **more}


HOOKS = [
    # the hook, what is silenced, what rings then, what does not, why the row is there
    (BARE, bad("disk"), bad("payment gateway"), bad("disk"), "no label of theirs, and one that the hook gives to all"),
    (Hook("prom", "alertmanager", "acme"), {"odd": "one"}, {"alerts": [
        {"status": "firing", "labels": {"alertname": "a"}}]}, {"odd": "one"}, "an unknown shape"),
    (Hook("kuma", "uptime-kuma", "acme"), {"msg": "The certificate of a.example runs out"},
     {"msg": "The certificate of b.example runs out"}, {"msg": "The certificate of a.example runs out"}, "a notice"),
    (replace(BARE, mapping=WITH_HOST), bad("disk", host="db-1"), bad("disk of db-2", host="db-2"),
     bad("fan", host="db-1"), "labels of theirs: what has the same is like it"),
]  # fmt: skip


@pytest.mark.parametrize(("hook", "silenced", "rings", "quiet", "why"), HOOKS)
async def test_a_silence_of_what_was_told_hides_what_is_like_it_and_nothing_else(
    desk: Conversation, hook, silenced, rings, quiet, why
):
    desk.config = replace(desk.config, hooks={hook.id: hook})
    await desk.hear(hook.id, silenced)
    assert "⊘ SILENCED" in await said(desk, "ben", "/silence 1 2h It is being swapped"), why
    assert "⊘ SILENCED" in (await desk.post("acme-team", "alert/1")).words, why
    await said(desk, "ben", "/resolve 1 It is over")
    for told in (rings, quiet):
        await desk.hear(hook.id, told)
    first, *others = await alerts(desk)
    assert (first.is_open, len(others)) == (False, 1), why
    assert "1 down and hidden" in await said(desk, "ben", "/silences"), why


async def test_a_group_is_silenced_by_what_it_shares(desk: Conversation):
    desk.config = replace(desk.config, hooks={"plain": BARE})
    route(desk, group_by=("client", "site"))
    for what in ("disk", "fan"):
        await desk.hear("plain", bad(what))
    assert 'site="berlin"' in await said(desk, "ben", "/silence 1 2h It is being swapped")


async def test_no_message_says_which_thing_it_is(desk: Conversation):
    """The label that tells one from the others is ours: one that says the same name is left out."""
    told = replace(MAP, labels={"signal_id": mapping.value("what")})
    desk.config = replace(desk.config, hooks={"plain": replace(BARE, mapping=told)})
    await desk.hear("plain", bad("disk"))
    (signal,) = await desk.store.read(lambda tx: tx.signals_of(1))
    assert len(signal.labels["signal_id"]) == 12
    assert signal.labels["signal_id"] != "disk"
