"""What staff publish about an alert, and what everybody may read: from a look at a monitor to the page."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.acting import as_desk
from bot.boards import FRESH, Boards
from bot.store.results import append_results
from desk.alerts import Reading, Status
from desk.holds import Window
from desk.status import Component, Light, Page, Stage
from handlers.events import window as windows
from tests.conversation import Conversation


@pytest.fixture
def boards(desk: Conversation) -> Boards:
    return Boards(desk.store, lambda: desk.config, desk.clock)


@pytest.fixture
async def ringing(desk: Conversation) -> Conversation:
    """Alert 1: the shop is down, and what was seen is nobody's business."""
    for _ in range(2):
        await desk.look("shop", Status.FAILED, "zqsecret database db-7 refuses")
    return desk


async def done(desk, who, line):
    answer = await desk.say(who, "acme-team", line)
    assert answer.status == 200, answer.error
    return desk.words(answer.reply)


async def refused(desk, who, line, channel="acme-team"):
    answer = await desk.say(who, channel, line)
    assert answer.status != 200
    return answer.error


async def test_what_is_published_is_on_the_page_word_for_word_and_on_the_alerts_record(ringing, boards):
    said = await done(ringing, "ben", "/publish 1 Paying fails for some people. We look at it.")
    assert "Everybody reads it now on /status/acme." in said
    (incident,) = (await boards.board("acme")).incidents
    assert (incident.stage, incident.titles) == (Stage.INVESTIGATING, ("Web shop",))
    assert [update.words for update in incident.updates] == ["Paying fails for some people. We look at it."]
    assert "published (investigating): Paying fails" in (await ringing.posts("acme-team"))[-1].words


async def test_updates_follow_each_other_and_the_last_says_where_it_stands(ringing, boards):
    await done(ringing, "ben", "/publish 1 We look at it.")
    ringing.clock.step(FRESH)
    await done(ringing, "ben", "/publish 1 identified It is the database.")
    ringing.clock.step(1)
    await done(ringing, "ben", "/publish 1 We put it right.")
    ringing.clock.step(1)
    await done(ringing, "ben", "/publish 1 resolved It works again.")
    (incident,) = (await boards.board("acme")).incidents
    assert [(u.stage, u.words) for u in incident.updates] == [
        (Stage.RESOLVED, "It works again."), (Stage.IDENTIFIED, "We put it right."),
        (Stage.IDENTIFIED, "It is the database."), (Stage.INVESTIGATING, "We look at it."),
    ]  # fmt: skip
    assert incident.ended_at is None, "staff say so; the monitor does not yet"


async def test_when_the_monitor_sees_it_up_the_page_says_since_when(ringing, boards):
    await done(ringing, "ben", "/publish 1 We look at it.")
    for _ in range(2):
        await ringing.look("shop", Status.OK)
    (incident,) = (await boards.board("acme")).incidents
    assert incident.ended_at is not None
    assert incident.stage is Stage.INVESTIGATING


async def test_nothing_of_a_private_alert_is_on_the_page_but_that_it_is_down(ringing, boards):
    """Neither what was seen, nor the monitor's name, nor what the team wrote to each other."""
    await done(ringing, "ben", "/note 1 zqnote")
    await done(ringing, "ben", "/ack 1")
    board = await boards.board("acme")
    assert board.incidents == ()
    assert board.standings[0].light is Light.DOWN
    await done(ringing, "ben", "/publish 1 We look at it.")
    ringing.clock.step(FRESH)
    said = repr(await boards.board("acme"))
    assert "We look at it." in said
    assert not {"zqsecret", "zqnote", "checkout page", "shop.acme.example"} & set(said.replace("'", " ").split())
    assert "zq" not in said


async def test_what_is_withdrawn_is_read_by_nobody_any_more(ringing, boards):
    await done(ringing, "ben", "/publish 1 The wrong words")
    assert "Nobody reads of it any more" in await done(ringing, "ben", "/publish 1 withdrawn")
    assert (await boards.board("acme")).incidents == ()


async def test_only_who_works_alerts_publishes(ringing, boards):
    """A requester and the client's own manager may not speak for the desk."""
    for who, channel in (("ann", "dm-ann"), ("rosa", "dm-rosa")):
        assert await refused(ringing, who, "/publish 1 All is well", channel)
    assert (await boards.board("acme")).incidents == ()


async def test_what_is_on_no_page_cannot_be_published_and_it_says_why(ringing):
    ringing.config = replace(ringing.config, status={})
    assert "Nothing of 1 is on a public page" in await refused(ringing, "ben", "/publish 1 We look at it.")


async def test_no_words_are_no_update(ringing):
    assert "Say what everybody is to read" in await refused(ringing, "ben", "/publish 1 resolved")


async def test_a_page_is_about_its_client_alone(desk, boards):
    """Another client's alert is published on that client's pages or not at all."""
    other = Page("globex", "Globex", "globex", "UTC", (Component("host", "Host", ("host-cpu",)),))
    desk.config = replace(desk.config, status={**desk.config.status, "globex": other})
    for _ in range(4):
        await desk.look("host-cpu", Status.FAILED, "99 %")
    answer = await desk.say("ben", "globex-team", "/publish 1 We look at it.")
    assert answer.status == 200, answer.error
    assert (await boards.board("acme")).incidents == ()
    assert len((await boards.board("globex")).incidents) == 1


async def test_a_board_is_made_once_for_all_who_read_it_in_a_while(ringing, boards):
    first = await boards.board("acme")
    await done(ringing, "ben", "/publish 1 We look at it.")
    assert await boards.board("acme") is first
    ringing.clock.step(FRESH)
    assert len((await boards.board("acme")).incidents) == 1


async def test_a_page_that_the_configuration_lists_no_more_is_gone_at_once(ringing, boards):
    assert await boards.board("acme")
    ringing.config = replace(ringing.config, status={})
    assert await boards.board("acme") is None


async def test_a_page_that_is_written_anew_is_shown_as_it_is_written_at_once(ringing, boards):
    """What was taken off it must not be public for another moment."""
    page = (await boards.board("acme")).page
    ringing.config = replace(ringing.config, status={"acme": replace(page, components=())})
    assert (await boards.board("acme")).standings == ()


async def test_the_figures_are_those_of_the_outages_and_of_the_time_of_which_there_is_data(desk, boards):
    """Eighty minutes of looks each ten seconds, and five minutes down; the other eighty-nine days are not known."""
    start = desk.clock.now()
    looks = [Reading("shop", Status.OK, start + timedelta(seconds=10 * n)) for n in range(480)]
    await desk.store.write(lambda tx: append_results(tx, looks))
    desk.clock.step(3600)
    for _ in range(2):
        await desk.look("shop", Status.FAILED, "no answer", step=150)
    for _ in range(2):
        await desk.look("shop", Status.OK, step=5)
    (standing,) = (await boards.board("acme")).standings
    assert standing.down == 305, "from the first look that failed to the one by which it was up"
    assert standing.known == 3910
    assert [day.light for day in standing.days][-2:] == [Light.UNKNOWN, Light.PARTLY]


async def test_maintenance_is_told_ahead_shown_while_it_lasts_and_kept_when_its_window_is_gone(desk, boards):
    """Another configuration does not change what was; its title, which is the team's, is nowhere."""
    now = desk.clock.now()
    span = (now + timedelta(hours=1), now + timedelta(hours=3))
    window = Window("patches", "zqpatches of db-7", "acme", (), (span,), "UTC")
    without = desk.config.alerting
    desk.config = replace(desk.config, alerting=replace(without, windows={"patches": window}))
    await desk.store.write(lambda tx: windows.arm(tx, as_desk(tx, desk.config, "configuration")))
    board = await boards.board("acme")
    assert board.planned == ((span, ("Web shop",)),)
    assert "zq" not in repr(board)
    await desk.wait(3600)
    assert (await boards.board("acme")).standings[0].light is Light.MAINTENANCE
    await desk.wait(2 * 3600)
    desk.config = replace(desk.config, alerting=without)
    desk.clock.step(FRESH)
    board = await boards.board("acme")
    assert board.standings[0].days[-1].planned == 2 * 3600
    assert board.planned == ()
