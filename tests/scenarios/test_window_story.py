"""A maintenance window whose files change: what was due while the bot was down is told, and nothing that is not so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desk.holds import Window
from tests.conversation import Conversation
from tests.scenarios.alerting import alerts, down, watch
from tests.scenarios.test_silence_story import planned

HOUR = timedelta(hours=1)


@pytest.fixture
async def night(desk: Conversation) -> Window:
    """A window of an hour, begun a moment ago, in which `db` went down."""
    watch(desk, "db")
    begins = desk.clock.now() + timedelta(minutes=1)
    window = Window("patches", "Patch night", "acme", (), ((begins, begins + HOUR),), "UTC")
    await planned(desk, window)
    await desk.wait(60)
    await down(desk, "db")
    return window


async def said(desk: Conversation) -> list[str]:
    """What was told of windows, by their state."""
    posts = [post.words for post in await desk.posts("acme-team") if "Maintenance:" in post.words]
    return [state for words in posts for state in ("planned", "begins", "is over") if state in words]


def moved(window: Window, *hours: int, lasts: timedelta = HOUR) -> Window:
    """The window, that many hours after it was meant to be."""
    begins = window.spans[0][0]
    return replace(window, spans=tuple((begins + n * HOUR, begins + n * HOUR + lasts) for n in hours))


AFTER = [
    # the window of the files with which it starts three hours later; why the row is there
    (lambda night: (night,), "the same"),
    (lambda night: (replace(night, spans=()),), "its time is over, so it has none"),
    (lambda night: (moved(night, 0, 24),), "it comes again tomorrow"),
    (lambda night: (moved(night, 0, 2, 24),), "it has begun again just now"),
    (lambda night: (moved(night, 24),), "it is meant tomorrow instead"),
    (lambda _: (), "it was taken out, as what is over is"),
]


@pytest.mark.parametrize(("files", "why"), AFTER)
async def test_an_end_that_passed_while_the_bot_was_down_is_told_with_what_is_still_down(
    desk: Conversation, night, files, why
):
    desk.clock.step(2 * 3600 + 60)
    await planned(desk, *files(night))
    await desk.wait(1)
    assert await said(desk) == ["begins", "is over"], why
    (over,) = [post.words for post in await desk.posts("acme-team") if "is over" in post.words]
    assert "1 still down" in over, why
    assert "▲ db" in over, why


async def test_the_times_after_a_late_end_are_told_as_ever(desk: Conversation, night):
    desk.clock.step(3 * 3600)
    await planned(desk, moved(night, 0, 24))
    await desk.wait(1)
    await desk.wait(21 * 3600)
    await desk.wait(3600)
    assert await said(desk) == ["begins", "is over", "begins", "is over"]


async def test_a_window_that_was_made_longer_is_not_over_at_its_old_end(desk: Conversation, night):
    desk.clock.step(2 * 3600)
    await planned(desk, moved(night, 0, lasts=4 * HOUR))
    await desk.wait(1)
    assert (await said(desk), await alerts(desk)) == (["begins"], [])
    await desk.wait(2 * 3600)
    assert await said(desk) == ["begins", "is over"]


async def test_a_start_that_passed_while_the_bot_was_down_is_told_while_it_lasts_and_not_after(desk: Conversation):
    begins = desk.clock.now() + 2 * HOUR
    window = Window("patches", "Patch night", "acme", (), ((begins, begins + HOUR),), "UTC", announce=3600)
    for hours, told in ((2.5, ["begins"]), (1, ["begins", "is over"])):
        await planned(desk, window)
        desk.clock.step(hours * 3600)
        await planned(desk, replace(window, title="Patch night of all servers"))
        await desk.wait(0)
        assert await said(desk) == told


async def test_a_window_that_was_called_off_says_nothing_at_its_end(desk: Conversation):
    begins = desk.clock.now() + 2 * HOUR
    await planned(desk, Window("patches", "Patch night", "acme", (), ((begins, begins + HOUR),), "UTC"))
    await planned(desk)
    await desk.wait(4 * 3600)
    assert await said(desk) == []
