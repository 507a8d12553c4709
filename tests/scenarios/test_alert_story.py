"""An alert from the first failed look to a verified fix."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.store.tables import from_us
from desk.alerts import Status
from desk.runs import Ended, Ending, Outcome, Run, RunState
from handlers.pictures import alert as alert_picture
from tests.conversation import Conversation

OK, FAILED, UNKNOWN = Status.OK, Status.FAILED, Status.UNKNOWN
HOUR = timedelta(hours=1)


async def ring(desk: Conversation) -> None:
    await desk.look("shop", FAILED, "status 500, expected 200")
    await desk.look("shop", FAILED, "status 500, expected 200")


async def verifying(desk: Conversation) -> None:
    """The shop is down, and run 2, which was to repair it, has just ended."""
    await ring(desk)
    await desk.say("ben", "acme-team", "/run restart-shop shop-1 alert=1")
    await desk.say("mia", "acme-team", "/approve 3")
    await desk.start_run(2)
    await desk.end_run(2, Ended(Ending.EXIT, 0))


async def the_run(desk: Conversation, number: int = 2) -> Run:
    run = await desk.store.read(lambda tx: tx.run(number))
    assert run is not None
    return run


async def probes(desk: Conversation) -> list[datetime]:
    """From when on the looks are wanted that runs have asked for."""
    return [from_us(at) for (at,) in await desk.store.read(lambda tx: tx.rows("SELECT not_before FROM probes"))]


async def test_an_alert_rings_is_taken_fixed_by_a_run_and_verified(desk: Conversation):
    """Alert → runbook → approval → the same check again → fixed-and-verified, all on two cards."""
    await desk.look("shop", FAILED, "status 500, expected 200")
    assert await desk.posts("acme-team") == []
    await desk.look("shop", FAILED, "status 500, expected 200")
    card = await desk.post("acme-team", "alert/1")
    assert "▲ DOWN" in card.words
    assert "status 500, expected 200" in card.words
    assert card.buttons[:3] == ("Acknowledge", "Run restart-shop…", "Silence…")
    assert any("▲ DOWN" in p.words for p in await desk.posts("dm-mia")), "the first step of the path is told at once"
    await desk.press("ben", "acme-team", "alert/1", "/ack number=1")
    assert "◐ DOWN, Ben is on it" in (await desk.post("acme-team", "alert/1")).words
    asked = await desk.press("ben", "acme-team", "alert/1", "/run runbook=restart-shop target=shop-1 alert=1")
    assert "waiting for an approver" in desk.words(asked.reply)
    own = await desk.say("ben", "acme-team", "/approve 3")
    assert own.status == 403
    assert "you asked for this run yourself" in own.error
    yes = await desk.say("mia", "acme-team", "/approve 3")
    assert yes.status == 200, yes.error
    assert await desk.start_run(2)
    await desk.end_run(2, Ended(Ending.EXIT, 0))
    await desk.look("shop", OK, for_run=2)
    assert "checking again" in (await desk.post("acme-team", "run/2")).words
    await desk.look("shop", OK, for_run=2)
    assert "✓ fixed-and-verified" in (await desk.post("acme-team", "run/2")).words
    up = await desk.post("acme-team", "alert/1")
    assert "✓ UP" in up.words
    assert "fixed by restart-shop" in up.words
    assert up.buttons == ()


async def test_a_look_that_no_run_asked_for_proves_nothing(desk: Conversation):
    """A regular look may have begun before the run ended; only those that the poller started for the run count."""
    await verifying(desk)
    await desk.look("shop", OK)
    run = await the_run(desk)
    assert (run.state, run.successes) == (RunState.VERIFYING, 0)


async def test_a_wall_clock_set_back_keeps_no_verification_open(desk: Conversation):
    """Looks count by who asked for them, not by the hour, and the time to verify is at most begun anew."""
    await verifying(desk)
    desk.clock.at -= HOUR
    await desk.look("shop", OK, for_run=2)
    assert await probes(desk) == [desk.clock.now() - timedelta(seconds=4)], "the next look, a second after this one"
    assert (await the_run(desk)).successes == 1
    await desk.look("shop", OK, for_run=2)
    assert (await the_run(desk)).outcome is Outcome.FIXED
    assert await probes(desk) == []


async def test_a_wall_clock_set_back_moves_the_end_of_a_verification_by_no_more_than_its_own_length(desk: Conversation):
    """Still down after verify_within is said after verify_within, and not an hour later."""
    await verifying(desk)
    desk.clock.at -= HOUR
    for _ in range(5):
        await desk.look("shop", FAILED, "status 500, expected 200", for_run=2)
    await desk.wait(6)
    assert (await the_run(desk)).outcome is Outcome.STILL_DOWN


async def test_a_look_for_a_run_that_has_ended_is_asked_for_no_more(desk: Conversation):
    await verifying(desk)
    await desk.wait(31)
    await desk.store.write(lambda tx: tx.probe(2, "shop"))
    await desk.look("shop", OK, for_run=2)
    assert await probes(desk) == []


async def test_a_run_that_does_not_help_says_so_and_is_not_repeated(desk: Conversation):
    """`ran-but-still-down` after verify_within; `unknown` when the check could not look; a person decides."""
    await verifying(desk)
    await desk.look("shop", FAILED, "status 500, expected 200", for_run=2)
    await desk.wait(31)
    card = await desk.post("acme-team", "run/2")
    assert "▲ ran-but-still-down" in card.words
    assert "status 500, expected 200" in card.words
    assert "A person decides" in card.words


async def test_nobody_acknowledges_so_the_next_person_is_told_at_the_time_that_was_said(desk: Conversation):
    """The path's steps are frozen on the alert; an acknowledgement stops them."""
    await ring(desk)
    assert not [p for p in await desk.posts("dm-rosa") if "DOWN" in p.words]
    await desk.wait(2 * 60)
    assert [p for p in await desk.posts("dm-mia") if "DOWN" in p.words]
    await desk.wait(3 * 60)
    assert len([p for p in await desk.posts("dm-rosa") if "DOWN" in p.words]) == 1
    await desk.wait(60 * 60)
    assert len([p for p in await desk.posts("dm-rosa") if "DOWN" in p.words]) == 1


async def test_acknowledging_stops_the_path(desk: Conversation):
    await ring(desk)
    await desk.say("ben", "acme-team", "/ack 1")
    await desk.wait(25 * 60)
    assert not [p for p in await desk.posts("dm-rosa") if "DOWN" in p.words]


async def test_a_second_press_changes_nothing_and_tells_how_things_stand(desk: Conversation):
    """A stale button is answered with the present state; another's alert is refused by name."""
    await ring(desk)
    seen = (await desk.post("acme-team", "alert/1")).version
    await desk.press("ben", "acme-team", "alert/1", "/ack number=1", seen)
    before = await desk.post("acme-team", "alert/1")
    late = await desk.press("mia", "acme-team", "alert/1", "/ack number=1", seen)
    assert late.status == 200
    assert "Ben is on it" in desk.words(late.reply)
    typed = await desk.say("mia", "acme-team", "/ack 1")
    assert typed.status == 409
    assert "Ben has 1 already" in typed.error
    assert await desk.post("acme-team", "alert/1") == before


async def test_a_button_that_the_newest_card_never_had_is_refused(desk: Conversation):
    """Pressing is not a way around the card: the line must be on it."""
    await ring(desk)
    forged = await desk.press("ben", "acme-team", "alert/1", "/resolve number=1 words=ha")
    assert forged.status == 409


async def test_an_unknown_reading_neither_rings_nor_clears(desk: Conversation):
    """Not being able to look is evidence of nothing."""
    for _ in range(5):
        await desk.look("shop", UNKNOWN, "no permission to look")
    assert await desk.posts("acme-team") == []
    await ring(desk)
    await desk.look("shop", UNKNOWN)
    assert "▲ DOWN" in (await desk.post("acme-team", "alert/1")).words


async def test_an_approval_lapses_and_whoever_asked_is_told(desk: Conversation):
    await ring(desk)
    await desk.say("ben", "acme-team", "/run restart-shop shop-1 alert=1")
    await desk.wait(10 * 60 + 1)
    late = await desk.say("mia", "acme-team", "/approve 3")
    assert late.status == 409
    assert "lapsed" in (await desk.post("acme-team", "run/2")).words
    assert any("lapsed" in p.words for p in await desk.posts("dm-ben"))


async def test_a_line_in_an_alerts_thread_is_a_note_and_a_command_there_needs_no_number(desk: Conversation):
    await ring(desk)
    said = await desk.say("ben", "acme-team", "disk looks full", thread="alert/1")
    assert said.status == 200
    taken = await desk.say("ben", "acme-team", "/ack", thread="alert/1")
    assert taken.status == 200, taken.error
    shown = await desk.say("mia", "acme-team", "/show 1")
    assert "disk looks full" in desk.words(shown.reply)


async def test_a_ticket_opened_for_an_alert_is_named_on_its_card(desk: Conversation):
    await ring(desk)
    opened = await desk.say("ben", "acme-team", "/open alert=1 client=acme priority=P1 Checkout is down")
    assert opened.status == 200, opened.error
    assert "Ticket 2" in (await desk.post("acme-team", "alert/1")).words
    assert "For alert 1" in (await desk.post("acme-team", "ticket/2")).words


async def test_the_card_says_whose_the_thing_is(desk: Conversation):
    """A team by its name, a person as others call them; and nobody where nobody was named."""
    await ring(desk)
    alert = await desk.store.read(lambda tx: tx.alert(1))
    shop = desk.config.monitors["shop"]
    for owner, words in (("desk", " · belongs to team desk"), ("ben", " · belongs to Ben"), ("", "")):
        config = replace(desk.config, monitors={"shop": replace(shop, owner=owner)})
        card = alert_picture.for_team(alert, config)
        assert "".join(card.lines[0]) == f"Acme Web Shops · critical{words}"
