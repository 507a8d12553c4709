"""Silences and maintenance: they hide a start and never an end, and what is still down afterwards rings."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.acting import as_desk
from desk.cards import Kind
from desk.holds import Window
from handlers.events import window as windows
from tests.conversation import Conversation
from tests.scenarios.alerting import alerts, called, down, route, said, thread, up, watch


@pytest.fixture
def desk(desk: Conversation) -> Conversation:
    watch(desk, "db", "web", host="db-1")
    return desk


async def maintenance(desk: Conversation, begins: float = 3600, lasts: float = 3600, announce: int = 1800) -> None:
    now = desk.clock.now()
    span = (now + timedelta(seconds=begins), now + timedelta(seconds=begins + lasts))
    await planned(desk, Window("patches", "Patch night", "acme", (), (span,), "UTC", announce))


async def planned(desk: Conversation, *found: Window) -> None:
    """These are the windows now, and no others."""
    alerting = replace(desk.config.alerting, windows={window.id: window for window in found})
    desk.config = replace(desk.config, alerting=alerting)
    await desk.store.write(lambda tx: windows.arm(tx, as_desk(tx, desk.config, "configuration")))


async def test_a_silence_hides_a_start_and_what_is_still_down_at_its_end_rings(desk: Conversation):
    await said(desk, "ben", "/silence matching=host=db-1 client=acme lasts=2h Disk is swapped")
    await down(desk, "db")
    assert await alerts(desk) == []
    assert "1 down and hidden" in await said(desk, "ben", "/silences")
    await desk.wait(7200)
    assert [a.title for a in await alerts(desk)] == ["db"]
    assert "▲ DOWN" in (await desk.post("acme-team", "alert/2")).words


async def test_the_answer_to_a_silence_says_how_much_it_hides(desk: Conversation):
    await down(desk, "db", "web")
    answer = await said(desk, "ben", "/silence matching=host=db-1 client=acme lasts=2h Disk is swapped")
    assert "Right now it hides 2 open alerts and 2 signals that fire." in answer
    assert "critical" not in answer


@pytest.mark.parametrize(
    ("matching", "why"),
    [
        ("severity=critical", "something critical rings"),
        ("severity=~.*", "and everything else"),
        ("host=web-1", "by whatever it is meant"),
    ],
)
async def test_what_hides_something_critical_is_asked_about_first_and_named(desk: Conversation, matching, why):
    watch(desk, "shop-door", severity="critical", host="web-1")
    await down(desk, "db", "shop-door")
    answer = await desk.say("ben", "acme-team", f'/silence matching="{matching}" client=acme lasts=2h everything goes')
    words = desk.words(answer.reply)
    assert "▲ 1 critical: 2 shop-door" in words, why
    assert "0 silences" in await said(desk, "ben", "/silences")
    assert "▲ DOWN" in (await desk.post("acme-team", "alert/2")).words
    (line,) = [button.line() for button in answer.reply.buttons if button.word == "silence"]
    told = await said(desk, "ben", line)
    assert "⊘ SILENCED" in told
    assert "▲ 1 critical: 2 shop-door" in told
    assert "⊘ SILENCED" in (await desk.post("acme-team", "alert/2")).words


@pytest.mark.parametrize(
    ("matching", "asks", "why"),
    [
        ("severity=~.*", True, "each has one"),
        ("severity=~.+,kind=~.+", True, "and one of these as well"),
        ("client=acme", True, "it is whose all of it is"),
        ("host!=db-1", True, "whatever has no host"),
        ("severity!=critical", False, "what is critical rings"),
        ("host=db-1", False, "one thing"),
        ("host=~db.*", False, "some things"),
    ],
)
async def test_what_is_about_everything_of_a_client_is_asked_about_first(desk: Conversation, matching, asks, why):
    """Also while nothing is down: it hides what may come."""
    answer = await said(desk, "ben", f'/silence matching="{matching}" client=acme lasts=2h everything goes')
    assert ("nearly everything of Acme Web Shops" in answer) is asks, why
    assert (f"{0 if asks else 1} silences" in await said(desk, "ben", "/silences")), why


async def test_the_alert_that_one_names_is_silenced_without_a_question_though_it_is_critical(desk: Conversation):
    watch(desk, "shop-door", severity="critical", host="web-1")
    await down(desk, "shop-door")
    assert "⊘ SILENCED" in await said(desk, "ben", "/silence 1 2h Disk is swapped")


async def test_the_form_of_a_chosen_alert_asks_only_for_how_long_and_why(desk: Conversation):
    await down(desk, "db")
    chosen = (await desk.say("ben", "acme-team", "/silence 1")).form
    assert [(f.name, f.kind) for f in chosen.fields] == [
        ("number", Kind.HIDDEN), ("lasts", Kind.TEXT), ("reason", Kind.TEXT),
    ]  # fmt: skip
    assert {"matching", "client"} < {f.name for f in (await desk.say("ben", "acme-team", "/silence")).form.fields}


async def test_a_silence_never_hides_an_end(desk: Conversation):
    """The message that something is up again is lost with no silence."""
    await down(desk, "db")
    await said(desk, "ben", "/silence 1 2h Disk is swapped")
    await up(desk, "db")
    assert "✓ UP" in (await desk.post("acme-team", "alert/1")).words
    assert "up again" in await thread(desk, 1)


async def test_what_ended_while_it_was_hidden_rings_nobody(desk: Conversation):
    await said(desk, "ben", "/silence matching=host=db-1 client=acme lasts=2h Disk is swapped")
    await down(desk, "db")
    await up(desk, "db")
    await desk.wait(7201)
    assert await alerts(desk) == []


async def test_silencing_what_rings_stops_its_path_and_its_end_goes_on_with_it(desk: Conversation):
    await down(desk, "db")
    assert "⊘ SILENCED" in await silenced(desk)
    await desk.wait(600)
    assert [p for p in await desk.posts("dm-rosa") if "DOWN" in p.words] == []
    over = desk.clock.now()
    await said(desk, "mia", "/unsilence 2")
    assert "still down, and nothing hides it any more" in await thread(desk, 1)
    await walked(desk, over)


async def walked(desk: Conversation, since: datetime) -> None:
    """Its path was gone through from its first step on, and nothing of it at once."""
    for _ in range(5):
        await desk.wait(60)
    assert await called(desk, 1, since) == [("mia", 0), ("ben", 120), ("mia", 120), ("rosa", 300)]
    assert "(late by" not in await thread(desk, 1)


async def test_what_had_called_everybody_before_it_was_silenced_calls_again_after_it(desk: Conversation):
    await down(desk, "db")
    await walked(desk, desk.clock.now())
    await silenced(desk)
    await desk.wait(7200)
    await walked(desk, desk.clock.now())


async def test_whoever_has_what_is_silenced_still_has_it_after_it(desk: Conversation):
    await down(desk, "db")
    await said(desk, "ben", "/ack 1")
    await said(desk, "ben", "/silence 1 10m Disk is swapped")
    await desk.wait(600)
    over = desk.clock.now()
    await desk.wait(60)
    assert [(a.acked_by, a.hold) for a in await alerts(desk)] == [("ben", None)]
    assert await called(desk, 1, over) == []


async def test_a_silence_quiets_every_alert_and_its_end_calls_for_every_one(
    desk: Conversation, monkeypatch: pytest.MonkeyPatch
):
    """However many are open: they are looked at in batches."""
    monkeypatch.setattr("handlers.quieting.BATCH", 2)
    names = [f"web-{n}" for n in range(5)]
    watch(desk, *names, site="berlin")
    await down(desk, *names)
    await said(desk, "ben", "/silence matching=site=berlin client=acme lasts=10m The line is cut")
    await desk.wait(0)
    assert [bool(a.hold) for a in await alerts(desk)] == [True] * 5
    over = desk.clock.now() + timedelta(seconds=600)
    await desk.wait(600)
    await desk.wait(0)
    assert [await called(desk, a.number, over) for a in await alerts(desk)] == [[("mia", 0.0)]] * 5


async def silenced(desk: Conversation) -> str:
    await said(desk, "ben", "/silence 1 2h Disk is swapped")
    return (await desk.post("acme-team", "alert/1")).words


async def test_what_is_silenced_while_it_waits_for_its_group_is_announced_once_nothing_hides_it(desk: Conversation):
    """It has rung nobody yet, so the silence hides its start."""
    route(desk, group_wait=30.0, group_by=("site",))
    await down(desk, "db")
    await said(desk, "ben", "/silence matching=host=db-1 client=acme lasts=2h Disk is swapped")
    await desk.wait(30)
    assert [p for p in await desk.posts("acme-team") if p.key == "alert/1"] == []
    await desk.wait(7200)
    assert "▲ DOWN" in (await desk.post("acme-team", "alert/1")).words
    await desk.wait(600)
    assert [p for p in await desk.posts("dm-rosa") if p.key == "alert/1"] != []


async def test_what_joins_a_silenced_group_and_is_not_silenced_itself_makes_it_ring(desk: Conversation):
    """Whether it was announced before or not; when only the silenced part is left, nobody is called again."""
    watch(desk, "mail", host="mail-1")
    route(desk, group_wait=30.0, group_by=("site",))
    await down(desk, "db")
    await said(desk, "ben", "/silence matching=host=db-1 client=acme lasts=2h Disk is swapped")
    await desk.wait(30)
    await down(desk, "mail")
    assert "▲ DOWN" in (await desk.post("acme-team", "alert/1")).words
    await up(desk, "mail")
    await desk.wait(1)
    assert "⊘ SILENCED" in (await desk.post("acme-team", "alert/1")).words
    assert "nobody is called: Disk is swapped" in await thread(desk, 1)
    await down(desk, "mail")
    await desk.wait(1)
    assert "mail is down, and nothing hides that (Disk is swapped)" in await thread(desk, 1)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/silence 1 2h", "reason"),
        ("/silence 1 200d Disk is swapped", "90 days at most"),
        ("/silence 1 yesterday Disk is swapped", "When is “yesterday”?"),
        ("/silence matching=host lasts=2h Disk is swapped", "no matcher"),
        ("/silence lasts=2h Disk is swapped", "What is to be silent?"),
        ("/silence matching=host=~(a+)+b lasts=2h Disk is swapped", "repeats a repeat"),
        ("/silence matching=host=~[ lasts=2h Disk is swapped", "no regular expression"),
        ("/silence 99 2h Disk is swapped", "99"),
    ],
)
async def test_a_silence_that_cannot_be_meant_is_refused_with_what_to_say(desk: Conversation, line: str, sentence: str):
    await down(desk, "db")
    answer = await desk.say("ben", "acme-team", line)
    form = answer.form
    told = (answer.error or "") + " ".join(f.error + f.name for f in form.fields) if form else answer.error or ""
    assert sentence.lower() in told.lower(), told
    assert "0 silences" in await said(desk, "ben", "/silences")


async def test_maintenance_is_told_before_at_its_start_and_at_its_end_with_what_is_still_down(desk: Conversation):
    await maintenance(desk)
    await desk.wait(1800)
    posts = [p.words for p in await desk.posts("acme-team")]
    assert any("Patch night" in p and "planned" in p for p in posts)
    await desk.wait(1800)
    await down(desk, "db", "web")
    await up(desk, "web")
    assert await alerts(desk) == [], "no page inside a window"
    await desk.wait(3600)
    over = next(p.words for p in await desk.posts("acme-team") if "is over" in p.words)
    assert "1 still down" in over
    assert "▲ db" in over
    assert "web" not in over
    assert [a.title for a in await alerts(desk)] == ["db"]


async def test_the_end_of_maintenance_names_each_thing_that_is_still_down_and_not_each_alert(desk: Conversation):
    """What is grouped counts for itself, and what is up again does not."""
    watch(desk, "mail", host="mail-1", site="ber")
    watch(desk, "vpn", host="vpn-1", site="ber")
    route(desk, group_by=("site",))
    await down(desk, "db", "web", "mail", "vpn")
    assert [a.total for a in await alerts(desk)] == [2, 2]
    await maintenance(desk, begins=60, lasts=600)
    await desk.wait(60)
    await up(desk, "vpn")
    await desk.wait(2)
    await desk.wait(598)
    over = next(p.words for p in await desk.posts("acme-team") if "is over" in p.words)
    assert "3 still down" in over
    assert [name for name in ("db", "web", "mail", "vpn") if f"▲ {name}" in over] == ["db", "web", "mail"]


async def test_what_hangs_on_a_parent_that_is_called_as_the_window_is_none_of_the_windows(desk: Conversation):
    shop = desk.config.monitors["db"]
    more = {"patches": replace(shop, id="patches", name="router"), "mail": replace(shop, id="mail", parent="patches")}
    desk.config = replace(desk.config, monitors={**desk.config.monitors, **more})
    await maintenance(desk, begins=60, lasts=600)
    await down(desk, "patches", "mail")
    assert [a.title for a in await alerts(desk)] == ["router"]
    await desk.wait(60)
    await up(desk, "patches")
    await down(desk, "patches")
    await desk.wait(600)
    over = next(p.words for p in await desk.posts("acme-team") if "is over" in p.words)
    assert "1 still down" in over
    assert "mail" not in over


async def test_what_was_down_before_the_window_calls_nobody_in_it_and_again_after_it(desk: Conversation):
    await down(desk, "db")
    await maintenance(desk, begins=60)
    await desk.wait(60)
    assert "⊘ MAINTENANCE" in (await desk.post("acme-team", "alert/1")).words
    await desk.wait(1800)
    assert [p for p in await desk.posts("dm-rosa") if p.key == "alert/1"] == []
    over = desk.clock.now() + timedelta(seconds=1800)
    await desk.wait(1800)
    assert "▲ DOWN" in (await desk.post("acme-team", "alert/1")).words
    await walked(desk, over)


async def test_planned_downtime_is_no_outage_and_what_outlasts_it_is_one_from_its_end_on(desk: Conversation):
    await maintenance(desk, begins=60, lasts=600)
    await desk.wait(60)
    await down(desk, "db", "web")
    await up(desk, "web")
    ended = desk.clock.now() + timedelta(seconds=600)
    await desk.wait(600)
    outages = await desk.store.read(
        lambda tx: tx.outages("acme", desk.clock.now() - timedelta(days=1), desk.clock.now() + timedelta(days=1))
    )
    assert [(o.monitor, o.start) for o in outages] == [("db", ended)]


async def outages(desk: Conversation) -> list[tuple[datetime, datetime | None]]:
    span = (desk.clock.now() - timedelta(days=1), desk.clock.now() + timedelta(days=1))
    return [(o.start, o.end) for o in await desk.store.read(lambda tx: tx.outages("acme", *span))]


async def test_what_is_silenced_first_and_planned_then_is_an_outage_until_the_window_begins(desk: Conversation):
    """It ends there, and whatever outlasts the window is another one."""
    began = desk.clock.now()
    await said(desk, "ben", "/silence matching=host=db-1 client=acme lasts=3h Disk is swapped")
    await down(desk, "db")
    await maintenance(desk, begins=60, lasts=600)
    await desk.wait(60)
    await down(desk, "db")
    assert [start for start, end in await outages(desk) if end is None] == []
    await desk.wait(600)
    await down(desk, "db")
    await up(desk, "db", step=60)
    assert [start for start, _ in await outages(desk)] == [began, began + timedelta(seconds=660)]
    assert [end for _, end in await outages(desk) if end is None] == []


async def test_a_window_that_is_taken_out_early_makes_nothing_begin_in_the_future(desk: Conversation):
    await maintenance(desk, begins=60, lasts=6 * 3600)
    await desk.wait(60)
    await down(desk, "db")
    await desk.wait(60)
    desk.config = replace(desk.config, alerting=replace(desk.config.alerting, windows={}))
    await down(desk, "db")
    assert [a.started_at for a in await alerts(desk)] == [desk.clock.now()]
