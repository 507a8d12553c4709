"""`/why` and `/why not me` tell what the record has, and foretell no more than is known."""

from dataclasses import replace

import pytest

from desk.alerts import Severity
from desk.paths import Many, Path, Step
from desk.ways import Way
from tests.conversation import Conversation
from tests.scenarios.alerting import down, said, watch
from tests.scenarios.calling import MIA, NIGHT, NIGHTS, ring, set_up

pytestmark = pytest.mark.postgresql_in_deep  # what these rest on is tried there by others


def quick(desk: Conversation, *steps: Step) -> None:
    desk.config = replace(desk.config, paths={**desk.config.paths, "quick": Path("quick", steps)})
    watch(desk, "db")


async def test_who_took_it_gave_it_and_called_whom_is_told_as_it_was(desk: Conversation):
    """Mia never pressed anything: Ben handed it over. Tom was called by Ben, and by no step."""
    watch(desk, "db")
    await down(desk, "db")
    for person, line in (
        ("ben", "/ack 1"), ("ben", "/unack 1"), ("ben", "/page 1 tom Please look"), ("ben", "/handover 1 mia"),
        ("mia", "/snooze 1 1h"),
    ):  # fmt: skip
        desk.clock.step(5)
        await said(desk, person, line)
    told = await said(desk, "ben", "/why 1")
    for words in (
        "Ben: acknowledged it", "Ben: gave it back", "Ben: called Tom: Please look", "Ben: handed it over to Mia",
        "Mia: snoozed it until",
    ):  # fmt: skip
        assert words in told, f"{words!r} is not in\n{told}"
    for words in ("Mia acknowledged", "told Tom (step"):
        assert words not in told, f"{words!r} is in\n{told}"
    assert told.count("told Mia") == 2, f"once for each time that the path began\n{told}"


async def test_a_step_with_a_condition_is_foretold_with_it(desk: Conversation):
    quick(desk, Step(0, "person:ben"), Step(120, "person:rosa", many=Many(50, 600)))
    route_to(desk, "quick")
    await down(desk, "db")
    given = "if there are more than 50 alerts in 10 min then"
    assert f"Rosa will be told {given}" in await said(desk, "ben", "/why 1")
    assert f", {given}." in (await desk.post("acme-team", "alert/1")).words
    assert f"Rosa comes if nobody acts, {given}" in await said(desk, "ben", "/why not me 1")


def route_to(desk: Conversation, path: str) -> None:
    alerting = desk.config.alerting
    desk.config = replace(desk.config, alerting=replace(alerting, route=replace(alerting.route, path=path)))


async def test_a_channel_is_told_of_as_a_channel(desk: Conversation):
    quick(desk, Step(0, "person:ben"), Step(120, "channel:noc"))
    route_to(desk, "quick")
    await down(desk, "db")
    told = await said(desk, "mia", "/why not me 1")
    assert "channel noc comes if nobody acts: whoever reads it there hears of it, and it calls no person" in told


async def test_a_silence_is_named_with_its_number_its_author_and_its_end(desk: Conversation):
    watch(desk, "db")
    await down(desk, "db")
    await said(desk, "ben", "/silence 1 1h Everything goes")
    told = await said(desk, "mia", "/why 1")
    assert "Nobody is called now: silence 2 of Ben, until 10:00: Everything goes" in told


async def test_what_quiet_hours_held_is_still_to_come_only_until_it_went(desk: Conversation):
    """Mia is called twice in the night: the push comes once, at the end of her quiet hours."""
    set_up(desk, Severity.HIGH, mia=replace(MIA, usual=(Way("chat"), Way("push")), quiet=(NIGHTS,)))
    desk.clock.at = NIGHT
    await ring(desk)
    await desk.wait(121)
    assert (await said(desk, "mia", "/why not me 1")).count("by push: still to come, held by quiet hours") == 2
    await desk.wait(4 * 3600)
    told = await said(desk, "mia", "/why not me 1")
    assert "still to come" not in told
    assert "told by push" in told
    assert "by push: once, with a later call" in told


async def test_what_waits_behind_maintenance_is_not_told_as_over(desk: Conversation):
    set_up(desk, Severity.HIGH, mia=replace(MIA, usual=(Way("chat"), Way("push")), quiet=(NIGHTS,)))
    desk.clock.at = NIGHT
    await ring(desk)
    await said(desk, "ben", "/silence 1 1h Disk is swapped")
    told = await said(desk, "mia", "/why not me 1")
    assert "by push: waits for the end of what hides it (Disk is swapped)" in told
    assert "somebody had it" not in told
