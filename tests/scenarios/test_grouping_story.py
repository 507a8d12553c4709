"""Many signals, few messages: what belongs together is one alert, with true counts, and calls once."""

from dataclasses import replace

from bot.adoption import take_over
from desk.alerts import AlertState
from desk.holds import Inhibition
from desk.matchers import parse
from handlers.choices import numbers
from handlers.context import Context, Where
from handlers.retelling import timeline
from tests.conversation import Conversation
from tests.scenarios.alerting import alerts, called, down, matching, route, said, thread, up, watch

SITE = ("client", "site")


async def cards(desk: Conversation, channel: str = "acme-team") -> list[str]:
    return [post.key for post in await desk.posts(channel) if post.key.startswith("alert/") and post.under is None]


async def test_what_a_route_groups_is_one_alert_with_true_counts(desk: Conversation):
    watch(desk, "db", "web", "mail", site="berlin")
    route(desk, group_by=SITE)
    await down(desk, "db", "web", "mail")
    await desk.wait(2)
    assert await cards(desk) == ["alert/1"]
    card = (await desk.post("acme-team", "alert/1")).words
    assert "3 alerts of site berlin" in card
    assert "3 of 3 down now" in card
    await up(desk, "web")
    await desk.wait(2)
    card = (await desk.post("acme-team", "alert/1")).words
    assert "2 of 3 down now" in card
    assert "✓ web" in card
    assert "▲ db" in card


async def test_it_is_called_the_same_wherever_it_is_named(desk: Conversation):
    """And not by whichever of its members came first."""
    watch(desk, "db", "web", "mail", site="berlin")
    route(desk, group_by=SITE)
    await down(desk, "db", "web", "mail")
    await take_over(desk.store, desk.config)
    await desk.wait(1)
    await said(desk, "ben", "/oncall override person=ben until=9pm")
    await desk.wait(1)
    opens = (await desk.say("ben", "acme-team", "/open alert=1")).form
    told = {
        "/list": await said(desk, "ben", "/list"),
        "/home": await said(desk, "ben", "/home"),
        "the card": (await desk.post("acme-team", "alert/1")).words,
        "a hand-over": next(p.words for p in await desk.posts("acme-team") if p.key.startswith("turn/")),
        "a ticket of it": next(f.value for f in opens.fields if f.name == "subject"),
        "the choices of a number": str(await desk.store.read(lambda tx: numbers(tx, as_ben(desk, tx)))),
        "its timeline": "\n".join(await desk.store.read(lambda tx: timeline(tx, as_ben(desk, tx), 1))),
    }
    assert [place for place, words in told.items() if "3 alerts of site berlin" not in words] == []


def as_ben(desk: Conversation, tx) -> Context:
    there = Where("webchat", "acme-team")
    return Context(tx.now, tx.now, desk.config.people["ben"], there, desk.config)


async def test_it_is_over_when_all_of_it_is(desk: Conversation):
    watch(desk, "db", "web", site="berlin")
    route(desk, group_by=SITE)
    await down(desk, "db", "web")
    await up(desk, "db")
    assert (await alerts(desk))[0].is_open
    await up(desk, "web")
    assert (await alerts(desk))[0].state is AlertState.CLEARED
    assert "up again" in await thread(desk, 1)


async def test_another_site_is_another_alert_and_so_is_another_client(desk: Conversation):
    """Groups never mix clients, whatever they are grouped by."""
    watch(desk, "db", site="berlin")
    watch(desk, "web", site="munich")
    watch(desk, "gate", client="globex", site="berlin")
    route(desk, group_by=("site",))
    await down(desk, "db", "web", "gate")
    assert [(a.client, dict(a.labels)) for a in await alerts(desk)] == [
        ("acme", {"site": "berlin"}), ("acme", {"site": "munich"}), ("globex", {"site": "berlin"}),
    ]  # fmt: skip
    assert await cards(desk, "globex-team") == ["alert/3"]


async def test_the_first_message_waits_for_what_belongs_to_it(desk: Conversation):
    watch(desk, "db", "web", site="berlin")
    route(desk, group_by=SITE, group_wait=30.0)
    await down(desk, "db")
    await down(desk, "web", step=5)
    assert await cards(desk) == []
    await desk.wait(30)
    assert "2 of 2 down now" in (await desk.post("acme-team", "alert/1")).words
    assert "told" in await thread(desk, 1)


async def test_what_is_over_before_it_was_told_is_told_to_nobody(desk: Conversation):
    """A blip within the wait rings nobody, and is on the record."""
    watch(desk, "db", site="berlin")
    route(desk, group_by=SITE, group_wait=30.0)
    await down(desk, "db")
    await up(desk, "db")
    await desk.wait(60)
    assert await cards(desk) == []
    edges = await desk.store.read(lambda tx: tx.edges(fingerprint="monitor/db"))
    assert [edge.turn for edge in edges] == ["down", "up"]


async def test_a_group_calls_once_however_many_join_it(desk: Conversation):
    watch(desk, *(f"host-{n}" for n in range(20)), site="berlin")
    route(desk, group_by=SITE)
    await down(desk, *(f"host-{n}" for n in range(20)))
    told = [line for line in (await thread(desk, 1)).splitlines() if "told" in line]
    assert len(told) == 1


async def test_the_thread_hears_what_joined_at_most_once_in_an_interval(desk: Conversation):
    watch(desk, *(f"host-{n}" for n in range(12)), site="berlin")
    route(desk, group_by=SITE, group_interval=300.0)
    await down(desk, *(f"host-{n}" for n in range(12)), step=1)
    await desk.wait(300)
    assert (await thread(desk, 1)).count("more since") == 1
    assert "11 more since: 12 of 12 are down now" in await thread(desk, 1)


async def test_what_is_worse_than_all_before_calls_again_although_somebody_has_it(desk: Conversation):
    watch(desk, "web", site="berlin", severity="normal")
    watch(desk, "db", site="berlin", severity="critical")
    route(desk, group_by=SITE)
    await down(desk, "web")
    await said(desk, "ben", "/ack 1")
    await down(desk, "db")
    alert = (await alerts(desk))[0]
    assert (alert.state, alert.severity, alert.acked_by) == (AlertState.FIRING, "critical", None)
    assert "db is critical: it calls again" in await thread(desk, 1)


async def test_what_is_worse_than_all_before_calls_from_the_first_step_on_although_nobody_had_it(desk: Conversation):
    """Its path was used up, and what is less bad may have waited; the repeats go on."""
    watch(desk, "web", site="berlin", severity="low")
    watch(desk, "db", site="berlin", severity="critical")
    route(desk, group_by=SITE, repeat_interval=3600.0)
    await down(desk, "web")
    await desk.wait(320)
    await desk.wait(1)
    worse = desk.clock.now()
    await down(desk, "db")
    await desk.wait(120)
    assert await called(desk, 1, worse) == [("mia", 0), ("ben", 120), ("mia", 120)]
    await said(desk, "ben", "/ack 1")
    await said(desk, "ben", "/unack 1")
    await desk.wait(3600)
    assert [p for p in await desk.posts("acme-team") if p.key.startswith("alert/1/again/")]


async def test_what_goes_down_again_is_counted_once(desk: Conversation):
    watch(desk, "web", "db", site="berlin")
    route(desk, group_by=SITE)
    await down(desk, "web", "db")
    await up(desk, "db")
    await down(desk, "db")
    assert [(a.firing, a.total) for a in await alerts(desk)] == [(2, 2)]


async def test_with_continue_one_problem_stands_in_several_channels_under_one_number(desk: Conversation):
    watch(desk, "db", severity="critical")
    route(desk, matching("severity=critical", channel="noc", goes_on=True), matching("client=acme"))
    await down(desk, "db")
    assert await cards(desk) == ["alert/1"]
    assert await cards(desk, "noc") == ["alert/1"]
    await said(desk, "ben", "/ack 1", "noc")
    for channel in ("noc", "acme-team"):
        assert "Ben is on it" in (await desk.post(channel, "alert/1")).words


async def test_no_route_brings_a_clients_alert_into_another_clients_channel(desk: Conversation):
    """A configuration that says so is refused; should one slip through, the client's own team has it."""
    watch(desk, "db")
    route(desk, matching("client=acme", channel="globex-team"))
    await down(desk, "db")
    assert await cards(desk, "globex-team") == []
    assert await cards(desk) == ["alert/1"]


async def test_unanswered_it_is_said_again_in_a_message_of_its_own(desk: Conversation):
    watch(desk, "db")
    route(desk, repeat_interval=3600.0)
    await down(desk, "db")
    await desk.wait(3600)
    again = [p for p in await desk.posts("acme-team") if p.key.startswith("alert/1/again/")]
    assert ["still down since" in p.words and "nobody has it" in p.words for p in again] == [True]
    await said(desk, "ben", "/ack 1")
    await desk.wait(1700)
    assert len([p for p in await desk.posts("acme-team") if p.key.startswith("alert/1/again/")]) == 1


async def test_a_worse_signal_hides_what_it_inhibits_and_what_is_still_down_after_it_rings(desk: Conversation):
    """`equal` keeps the sites apart."""
    rule = Inhibition("1", (parse("severity=critical"),), (parse("severity=normal"),), ("site",))
    desk.config = replace(desk.config, alerting=replace(desk.config.alerting, inhibitions=(rule,)))
    watch(desk, "line", site="berlin", severity="critical")
    watch(desk, "web", site="berlin", severity="normal")
    watch(desk, "mail", site="munich", severity="normal")
    await down(desk, "line", "web", "mail")
    assert [a.title for a in await alerts(desk)] == ["line", "mail"]
    assert "line fires" in await said(desk, "ben", "/silences")
    await up(desk, "line")
    await down(desk, "web")
    assert [a.title for a in await alerts(desk)] == ["line", "mail", "web"]
