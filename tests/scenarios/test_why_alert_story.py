"""Why it rang, whom it called and why not me: replayed from the record, with times."""

from dataclasses import replace

import pytest

from desk.paths import Many, Path, Step
from tests.conversation import Conversation
from tests.scenarios.alerting import alerts, down, matching, route, said, up, watch

pytestmark = pytest.mark.postgresql_in_deep  # what these rest on is tried there by others


async def test_why_it_rang_tells_what_was_seen_where_it_went_and_whom_it_called(desk: Conversation):
    watch(desk, "db", severity="critical", site="berlin")
    route(desk, matching("severity=normal"), matching("severity=critical", channel="noc"))
    await down(desk, "db")
    told = await said(desk, "ben", "/why 1")
    for words in (
        "rang after 1 failure in a row", "db went down: no answer", "told Mia (step 1)", "route severity=critical",
        'severity="normal": severity is "critical", asked for severity="normal"', "shown in", "noc",
        "will be told", "its card in noc is pending",
    ):  # fmt: skip
        assert words in told, f"{words!r} is not in\n{told}"


async def test_what_hid_it_before_it_rang_is_told_with_its_time(desk: Conversation):
    watch(desk, "db")
    await said(desk, "ben", "/silence matching=monitor=db client=acme lasts=10m Disk is swapped")
    await down(desk, "db")
    await desk.wait(601)
    told = await said(desk, "ben", "/why 2")
    assert "db rang nobody: Disk is swapped" in told
    assert "db was hidden no more" in told


async def test_why_not_me_goes_through_the_path(desk: Conversation):
    """Of each step whom it meant at its time, and of those that were not reached what ended them."""
    watch(desk, "db")
    await down(desk, "db")
    told = await said(desk, "ben", "/why not me 1")
    assert "1: you were not told" in told
    assert "whoever is on call: Mia; you are not among them" in told
    assert "team desk comes if nobody acts: Ben, Mia; you are among them" in told
    await said(desk, "mia", "/ack 1")
    told = await said(desk, "ben", "/why not me 1")
    assert "team desk is not told: Mia has it" in told
    await up(desk, "db")
    assert "it was up again before" in await said(desk, "ben", "/why not me 1")


async def test_whoever_was_told_is_told_when(desk: Conversation):
    watch(desk, "db")
    await down(desk, "db")
    told = await said(desk, "mia", "/why not me 1")
    assert "1: you were told" in told
    assert "you were called" in told
    assert "told by chat" in told


async def test_a_step_that_was_passed_over_says_why(desk: Conversation):
    path = Path("quick", (Step(0, "person:rosa", many=Many(5, 600)), Step(0, "person:ben")))
    desk.config = replace(desk.config, paths={**desk.config.paths, "quick": path})
    watch(desk, "db")
    await down(desk, "db")
    await desk.wait(0)
    reason = "it is for more than 5 alerts in 10 min, there were 1"
    assert f"did not tell Rosa: {reason}" in await said(desk, "ben", "/why 1")
    assert reason in await said(desk, "rosa", "/why not me 1")
    assert [page.person for page in (await alerts(desk))[0].pages] == ["ben"]


async def test_a_route_can_be_tried_out(desk: Conversation):
    route(desk, matching("severity=critical", channel="noc"), matching('site=~"ber.*"'), group_by=("client", "site"))
    told = await said(desk, "ben", "/test route severity=low site=berlin")
    assert 'severity is "low", asked for severity="critical"' in told
    assert 'site=~"ber.*": fits' in told
    assert "grouped by · client, site" in told
    assert "Nothing rang." in told
    assert "is no matcher" in (await desk.say("ben", "acme-team", "/test route berlin")).error


async def test_a_card_shows_the_promise_the_past_and_what_fixed_it(desk: Conversation):
    watch(desk, "db")
    await down(desk, "db")
    await desk.wait(300)
    await up(desk, "db")
    await down(desk, "db")
    card = (await desk.post("acme-team", "alert/2")).words
    assert "Seen before: 1 (" in card
    assert "5 min)" in card
    await said(desk, "ben", "/open alert=2 client=acme priority=P1 Database is down")
    card = (await desk.post("acme-team", "alert/2")).words
    assert "Ticket 3 P1: first answer by" in card


async def test_a_timeline_is_markdown_in_which_what_people_wrote_is_text(desk: Conversation):
    watch(desk, "db")
    await down(desk, "db")
    await desk.say("ben", "acme-team", "# not a heading, *not* [a link](x)", thread="alert/1")
    told = await said(desk, "ben", "/timeline 1")
    assert "# 1 · db" in told
    assert r"Ben: \# not a heading, \*not\* \[a link\]\(x\)" in told
