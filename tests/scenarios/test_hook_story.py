"""What another system tells rings, is worked and ends like what we see ourselves.

Failure-table row: a webhook comes late, twice, in any order or in an unknown shape.
"""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.alerts import AlertState, Severity
from desk.holds import Inhibition
from desk.hooks import mapping
from desk.hooks.hook import Hook
from desk.matchers import parse
from tests.conversation import Conversation
from tests.samples import sample
from tests.scenarios.alerting import alerts, down, matching, route, said, thread, up, watch

VENDORS = {
    "prom": Hook("prom", "alertmanager", "acme"), "graf": Hook("graf", "grafana", "acme"),
    "pager": Hook("pager", "pagerduty", "acme"), "kuma": Hook("kuma", "uptime-kuma", "acme"),
    "zab": Hook("zab", "zabbix", "acme"),
}  # fmt: skip
PLAIN = mapping.Map(
    mapping.value("what"), mapping.value("what"), mapping.test({"path": "now", "is": "bad"}),
    sentence=mapping.value("seen"), severity=mapping.value("level"), started_at=("since",), ended_at=("until",),
)  # fmt: skip
PLAIN_HOOK = Hook("plain", "generic", "acme", mapping=PLAIN)


@pytest.fixture
def told(desk: Conversation) -> Conversation:
    desk.config = replace(desk.config, hooks={**VENDORS, "plain": PLAIN_HOOK})
    return desk


async def bad(desk: Conversation, what: str = "disk", seen: str = "full", level: str = "", **more: str) -> None:
    await desk.hear("plain", {"what": what, "now": "bad", "seen": seen, "level": level, **more})


async def good(desk: Conversation, what: str = "disk", **more: str) -> None:
    await desk.hear("plain", {"what": what, "now": "good", **more})


def at(desk: Conversation, minutes: float) -> str:
    return (desk.clock.now() + timedelta(minutes=minutes)).isoformat()


@pytest.mark.parametrize(
    ("hook", "firing", "over"),
    [
        ("prom", {"alerts": [{"status": "firing", "labels": {"alertname": "a"}, "startsAt": "2026-11-02T08:50:00Z"}]},
         {"alerts": [{"status": "resolved", "labels": {"alertname": "a"}, "startsAt": "2026-11-02T08:50:00Z",
                      "endsAt": "2026-11-02T08:58:00Z"}]}),
        ("pager", sample("pagerduty-trigger"), sample("pagerduty-resolve")),
        ("kuma", sample("uptime-kuma-down"), sample("uptime-kuma-up")),
        ("zab", sample("zabbix-problem"), sample("zabbix-recovery")),
    ],
)  # fmt: skip
async def test_firing_rings_once_however_often_it_is_told_and_resolved_ends_it(told: Conversation, hook, firing, over):
    for _ in range(3):
        await told.hear(hook, firing, step=30)
    (alert,) = await alerts(told)
    assert (alert.is_open, alert.total, alert.failures) == (True, 1, 0)
    card = (await told.post("acme-team", "alert/1")).words
    assert "before it rang" not in card
    for _ in range(2):
        await told.hear(hook, over, step=30)
    assert [a.state for a in await alerts(told)] == [AlertState.CLEARED]
    assert (await thread(told, 1)).count("up again") == 1


async def test_grafanas_sample_is_two_alerts(told: Conversation):
    await told.hear("graf", sample("grafana-sample"))
    assert [a.title for a in await alerts(told)] == ["High memory usage", "High CPU usage"]
    assert "https://play.grafana.org/alerting/1afz29v7z/edit" in (await told.post("acme-team", "alert/1")).words


async def test_what_was_over_before_it_was_told_of_rings_nobody(told: Conversation):
    """The two messages changed places on their way."""
    times = {"since": at(told, -10), "until": at(told, -2)}
    await good(told, **times)
    await bad(told, **times)
    assert await alerts(told) == []


async def test_an_end_of_an_earlier_time_does_not_end_it(told: Conversation):
    await bad(told, since=at(told, -5))
    await good(told, since=at(told, -20), until=at(told, -15))
    assert [a.is_open for a in await alerts(told)] == [True]
    await good(told, since=at(told, -5), until=at(told, -1))
    (alert,) = await alerts(told)
    assert alert.cleared_at == told.clock.now() - timedelta(minutes=1)


async def test_what_fires_again_after_its_end_is_another_alert(told: Conversation):
    await bad(told, since=at(told, -5))
    await good(told, since=at(told, -5), until=at(told, -4))
    await bad(told, since=at(told, -3))
    assert [a.is_open for a in await alerts(told)] == [False, True]


async def test_the_old_start_long_after_the_end_is_believed(told: Conversation):
    """Alertmanager ended what it heard nothing of, and hears of it again: it never stopped."""
    since = at(told, -5)
    await bad(told, since=since)
    await good(told, since=since)
    await bad(told, since=since)
    assert [a.is_open for a in await alerts(told)] == [False]
    told.clock.step(300)
    await bad(told, since=since)
    assert [a.is_open for a in await alerts(told)] == [False, True]


async def test_the_card_shows_the_newest_that_was_told(told: Conversation):
    await bad(told, seen="80 % full")
    await bad(told, seen="95 % full")
    await told.wait(2)
    assert "95 % full" in (await told.post("acme-team", "alert/1")).words


async def test_what_got_worse_calls_again_although_somebody_has_it(told: Conversation):
    await bad(told, level="warning")
    await said(told, "ben", "/ack 1")
    await bad(told, level="critical")
    (alert,) = await alerts(told)
    assert (alert.severity, alert.state) == (Severity.CRITICAL, AlertState.FIRING)
    assert "disk is critical: it calls again" in await thread(told, 1)


async def test_routes_and_silences_are_the_same_for_it(told: Conversation):
    route(told, matching("hook=plain", channel="noc"), matching("client=acme"), group_by=("client", "hook"))
    await bad(told, "disk")
    await bad(told, "fan")
    assert [(a.total, a.channels) for a in await alerts(told)] == [(2, ("noc",))]
    await said(told, "ben", "/silence matching=hook=zab client=acme lasts=2h Zabbix is being updated")
    await told.hear("zab", sample("zabbix-problem"))
    assert len(await alerts(told)) == 1
    assert "High CPU utilization (over 90% for 5m): Zabbix is being updated" in await said(told, "ben", "/silences")
    await told.hear("zab", sample("zabbix-problem"))
    await told.wait(2 * 3600)
    assert [a.title for a in await alerts(told)] == ["disk", "High CPU utilization (over 90% for 5m)"]


async def test_what_an_inhibition_hid_rings_when_its_source_is_over_although_it_is_told_once_only(told: Conversation):
    """No look will tell it again."""
    rule = Inhibition("1", (parse("severity=critical"),), (parse("hook=plain"),), ("client",))
    told.config = replace(told.config, alerting=replace(told.config.alerting, inhibitions=(rule,)))
    watch(told, "core", severity="critical")
    await down(told, "core")
    await bad(told)
    assert [a.title for a in await alerts(told)] == ["core"]
    await up(told, "core")
    await told.wait(0)
    assert [a.title for a in await alerts(told, open_only=True)] == ["disk"]
    assert "0 down and hidden" in await said(told, "ben", "/silences")


async def test_inhibitions_are_the_same_for_it_as_source_and_as_target(told: Conversation):
    """What we watch hides what is told, and what is told hides what we watch, where their labels fit."""
    watch(told, "core", severity="critical")
    watch(told, "web", "mail", severity="low", site="berlin")
    rules = [("monitor=core", "hook=pager"), ("hook=plain", "severity=low")]
    found = tuple(Inhibition(source, (parse(source),), (parse(target),), ()) for source, target in rules)
    told.config = replace(told.config, alerting=replace(told.config.alerting, inhibitions=found))
    await down(told, "core")
    await told.hear("pager", sample("pagerduty-trigger"))
    await bad(told, "uplink")
    await down(told, "web")
    assert [a.title for a in await alerts(told)] == ["core", "uplink"]
    quiet = await said(told, "ben", "/silences")
    assert "core fires" in quiet
    assert "▲ web: uplink fires" in quiet
    await good(told, "uplink")
    await down(told, "mail")
    assert [a.title for a in await alerts(told)][-1] == "mail", "its source is over"


async def test_pagerdutys_acknowledge_is_the_hooks(told: Conversation):
    """Nobody is called; a person can take it over, and without a sign of the hook it calls again."""
    await told.hear("pager", sample("pagerduty-trigger"))
    await told.hear("pager", sample("pagerduty-acknowledge"))
    (alert,) = await alerts(told)
    assert (alert.state, alert.acked_by) == (AlertState.ACKNOWLEDGED, "hook/pager")
    post = await told.post("acme-team", "alert/1")
    assert "hook/pager is on it" in post.words
    assert "Acknowledge" in post.buttons
    await said(told, "ben", "/ack 1")
    assert [a.acked_by for a in await alerts(told)] == ["ben"]


async def test_an_acknowledgement_of_a_hook_lapses_and_asks_nobody(told: Conversation):
    await told.hear("zab", sample("zabbix-acknowledged"))
    await told.hear("zab", sample("zabbix-problem"))
    await told.hear("zab", sample("zabbix-acknowledged"))
    assert [a.acked_by for a in await alerts(told)] == ["hook/zab"]
    await told.wait(3000)
    await told.wait(601)
    assert [a.state for a in await alerts(told)] == [AlertState.FIRING]
    sql = "SELECT destination FROM posts WHERE destination LIKE 'dm-hook%'"
    assert await told.store.read(lambda tx: tx.rows(sql)) == []


async def test_what_nobody_speaks_of_any_more_lapses(told: Conversation):
    told.config = replace(told.config, hooks={"plain": replace(PLAIN_HOOK, lapses_after=3600)})
    await bad(told)
    await told.wait(1800)
    await bad(told)
    await told.wait(1900)
    assert [a.is_open for a in await alerts(told)] == [True]
    await told.wait(1800)
    (alert,) = await alerts(told)
    assert (alert.is_open, alert.fixed_by) == (False, "plain said no more of it for 1 h")


async def test_staff_resolve_what_was_told_and_nobody_else_does(told: Conversation):
    await bad(told)
    assert "no 1" in (await said(told, "ann", "/resolve 1 It is gone", "dm-ann")).lower()
    assert "its team works it" in await said(told, "rosa", "/resolve 1 It is gone")
    assert "✓ UP" in await said(told, "ben", "/resolve 1 It was only a test")
    (alert,) = await alerts(told)
    assert alert.fixed_by == "resolved by Ben: It was only a test"
    assert "there is nothing left to resolve" in await said(told, "ben", "/resolve 1 It was only a test")


async def test_what_we_watch_ourselves_ends_by_itself(told: Conversation):
    watch(told, "db")
    await down(told, "db")
    assert "ends by itself" in await said(told, "ben", "/resolve 1 It is up again")
    assert [a.is_open for a in await alerts(told)] == [True]


async def test_of_one_alert_what_was_told_is_resolved_and_what_is_watched_stays(told: Conversation):
    route(told, group_by=("client",))
    watch(told, "db")
    await down(told, "db")
    await bad(told)
    await said(told, "ben", "/resolve 1 The disk was swapped")
    assert [(a.is_open, a.firing, a.total) for a in await alerts(told)] == [(True, 1, 2)]


async def test_many_are_resolved_in_batches(told: Conversation):
    route(told, group_by=("client",))
    for place in range(130):
        await bad(told, f"disk {place}")
    await said(told, "ben", "/resolve 1 The shelf was swapped")
    await told.wait(0)
    (alert,) = await alerts(told)
    assert (alert.is_open, alert.fixed_by) == (False, "resolved by Ben: The shelf was swapped")


async def test_what_was_not_understood_is_an_alert_and_each_such_message_is_kept(told: Conversation):
    for word in ("one", "two"):
        await told.hear("prom", {"odd": word})
    (alert,) = await alerts(told)
    assert alert.title == "prom sent what alertmanager does not send"
    kept = [entry.words for entry in await told.store.read(lambda tx: tx.timeline(1))]
    assert [word for word in ("one", "two") if any(f'"odd": "{word}"' in words for words in kept)] == ["one", "two"]


async def test_a_hostile_message_is_text_wherever_it_is_shown(told: Conversation):
    await bad(told, "<!channel> @everyone", "[click](https://evil.example) <@U012>")
    assert "<!channel> @everyone" in (await told.post("acme-team", "alert/1")).words


COUNT = itertools.count()
EPISODES = [(-30, -28), (-20, -18), (-10, -8)]  # minutes: each begins after the one before it is over


@st.composite
def deliveries(draw):
    """Some of these beginnings and ends, in any order, some of them twice."""
    all_ = [(now, *times) for times in EPISODES for now in ("bad", "good")]
    return draw(st.permutations(draw(st.lists(st.sampled_from(all_), min_size=1, max_size=8))))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(things=deliveries())
async def test_in_any_order_and_however_often_the_newest_time_says_whether_it_rings(told: Conversation, things):
    """On the real store, with all that is saved: at most one alert for each time, and never two at once."""
    what = f"disk {next(COUNT)}"
    for now, since, until in things:
        times = {"since": at(told, since), "until": at(told, until)}
        await (bad if now == "bad" else good)(told, what, **times)
    found = [a for a in await alerts(told) if a.title == what]
    newest = max(since for _, since, _ in things)
    fires = ("good", newest) not in {(now, since) for now, since, _ in things}
    assert [a.is_open for a in found].count(True) == fires
    assert len(found) <= len({since for _, since, _ in things})
