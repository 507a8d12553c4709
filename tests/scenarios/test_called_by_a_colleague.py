"""A colleague calls somebody with `/page`: by every way it begins with who calls, and why."""

import pytest

from desk.ways import Ways
from tests.conversation import Conversation
from tests.scenarios.alerting import said
from tests.scenarios.calling import MIA, ring, set_up

pytestmark = pytest.mark.postgresql_in_deep  # what these rest on is tried there by others

WHY = "Tom calls you to 1"


async def test_whoever_is_called_reads_who_calls_and_why_first_by_every_way(desk: Conversation):
    """Ben has it already: that must not read as if nobody were needed."""
    await ring(set_up(desk, mia=MIA))
    await desk.say("ben", "acme-team", "/ack 1")
    desk.clock.step(5)
    await said(desk, "tom", "/page 1 mia The database is full")
    for place in ("push/mia", "mail/mia"):
        words = (await desk.posts(place))[-1].words
        assert words.split("\n")[:2] == [WHY, "The database is full"], place
        assert "◐ DOWN, Ben is on it" in words
    (chat,) = [p for p in await desk.posts("dm-mia") if p.key.startswith("alert/1/told/")]
    assert chat.words.startswith(f"{WHY}: The database is full\ncheckout page")
    assert "Ben has it" in chat.words
    assert chat.buttons == ("Take it over", "More")


async def test_nobody_has_it_and_no_word_was_given(desk: Conversation):
    """The first that they hear of it, too: the card alone would not say that they are meant."""
    await ring(set_up(desk, ben=Ways()))
    await said(desk, "tom", "/page 1 ben")
    (chat,) = [p for p in await desk.posts("dm-ben") if p.key.startswith("alert/1/told/")]
    assert chat.words.startswith(f"{WHY}\n")
    assert "nobody has it" in chat.words
    assert chat.buttons == ("Acknowledge", "More")


async def test_whoever_calls_reads_who_was_called_and_by_which_ways(desk: Conversation):
    await ring(set_up(desk, ben=MIA))
    answer = await said(desk, "tom", "/page 1 ben")
    assert "Ben is called by push, chat; by mail at 09:01." in answer


async def test_a_later_way_says_who_called_too(desk: Conversation):
    await ring(set_up(desk, ben=MIA))
    await said(desk, "tom", "/page 1 ben It burns")
    await desk.wait(61)
    assert (await desk.posts("mail/ben"))[-1].words.startswith(f"{WHY}\nIt burns")


async def test_what_a_step_tells_by_push_says_what_comes_after_that_step(desk: Conversation):
    """As the chat does: the team is told two minutes after whoever is on call, the manager after five."""
    await ring(set_up(desk, mia=MIA, ben=MIA))
    assert "If nobody acknowledges: team desk is told at" in (await desk.posts("push/mia"))[0].words
    await desk.wait(121)
    assert "If nobody acknowledges: Rosa is told at" in (await desk.posts("push/ben"))[0].words
