"""A ticket waits for somebody else, and goes on: by itself, by its requester's word, or by ours."""

from datetime import UTC, datetime, timedelta

from desk.sla import Metric
from desk.tickets import State
from handlers import promises
from tests.conversation import Conversation

HOUR = 3600


async def ticket(desk: Conversation):
    return await desk.store.read(lambda tx: tx.ticket(1))


async def opened(desk: Conversation) -> None:
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    await desk.say("ben", "acme-team", "/reply 1 I look at it")
    await desk.say("ben", "acme-team", "/claim 1")


async def test_a_wait_with_a_date_wakes_by_itself_and_the_clocks_run_on_from_that_time(desk: Conversation):
    """It is Monday 10:00 where Ben is. The card says what was understood, and the wait costs no promise."""
    await opened(desk)
    due = promises.due_at(await ticket(desk), desk.config, Metric.RESOLUTION)
    answer = await desk.say("ben", "acme-team", "/pending 1 vendor until=friday 4pm New switch is ordered")
    assert answer.status == 200, answer.error
    said = "Waits for the vendor: New switch is ordered · until Fri 06 Nov 2026, 16:00 Europe/Berlin (4 d 6 h left)"
    assert said in desk.words(answer.reply)
    assert said in (await desk.post("acme-team", "ticket/1")).words
    assert "switch" not in (await desk.post("dm-ann", "ticket/1")).words, "why is the team's"
    wake = datetime(2026, 11, 6, 15, 0, tzinfo=UTC)
    began = desk.clock.now()
    await desk.wait((wake - began).total_seconds() - 1)
    assert (await ticket(desk)).state is State.PENDING
    await desk.wait(1 + HOUR / 2)  # the clock looks late
    now = await ticket(desk)
    assert (now.state, now.pending, now.wake_at, now.reasons) == (State.OPEN, frozenset(), None, ())
    assert promises.due_at(now, desk.config, Metric.RESOLUTION) == due + (wake - began), "not a minute later"
    head = "1 (Acme Web Shops, VPN drops every hour): the wait is over (late by 30 min)."
    told = f"{head} It was for: New switch is ordered"
    for channel in ("acme-team", "dm-ben"):
        [post] = [p for p in await desk.posts(channel) if "/wake/" in p.key]
        assert (post.words, post.buttons) == (told, ("Reply…", "Wait on…", "Show"))


async def test_nobody_has_it_when_it_wakes_so_the_team_is_offered_to_take_it(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    await desk.say("ben", "acme-team", "/pending 1 approval until=2h The manager decides")
    await desk.wait(2 * HOUR)
    [post] = [p for p in await desk.posts("acme-team") if "/wake/" in p.key]
    assert post.buttons[0] == "Take it"


async def test_the_requesters_word_wakes_what_waits_for_them_and_nothing_rings_afterwards(desk: Conversation):
    await opened(desk)
    await desk.say("ben", "acme-team", "/pending 1 customer until=2h Which floor?")
    await desk.say("ann", "dm-ann", "the third", thread="ticket/1")
    now = await ticket(desk)
    assert (now.state, now.wake_at) == (State.OPEN, None)
    await desk.wait(3 * HOUR)
    assert not [p for p in await desk.posts("acme-team") if "/wake/" in p.key]


async def test_a_second_cause_joins_the_first_and_the_date_ends_both(desk: Conversation):
    await opened(desk)
    await desk.say("ben", "acme-team", "/pending 1 vendor until=2h New switch")
    await desk.say("ben", "acme-team", "/pending 1 change Sunday's window")
    words = (await desk.post("acme-team", "ticket/1")).words
    assert "Waits for a change window and the vendor: Sunday's window · until Mon 02 Nov 2026, 12:00" in words
    await desk.wait(2 * HOUR)
    assert (await ticket(desk)).state is State.OPEN


async def test_a_wait_needs_a_reason_and_a_time_ahead_that_has_one_meaning(desk: Conversation):
    """Each is asked about beside its field, with everything that was said filled in; nothing changes."""
    await opened(desk)
    before = await ticket(desk)
    rows = {
        "/pending 1 vendor": ("words", "What do we wait for?"),
        "/pending 1 vendor until=soon New switch": ("until", "When is “soon”? Write it like `friday 4pm`"),
        "/pending 1 vendor until=03/04 New switch": ("until", "Day 3 of month 4, or day 4 of month 3?"),
        "/pending 1 vendor until=9:30 New switch": ("until", "Mon 02 Nov 2026, 09:30 Europe/Berlin, which has passed"),
        "/pending 1 vendor New switch until=friday 4pm or so": ("until", "`until=` comes before your words"),
    }
    for line, (field, sentence) in rows.items():
        asked = await desk.say("ben", "acme-team", line)
        assert sentence in asked.error, line
        assert asked.form, line
        assert [f.name for f in asked.form.fields if f.error] == [field], line
    assert await ticket(desk) == before


async def test_a_wait_that_somebody_ends_does_not_wake(desk: Conversation):
    """And what is solved meanwhile stays solved."""
    await opened(desk)
    await desk.say("ben", "acme-team", "/pending 1 vendor until=2h New switch")
    await desk.say("ben", "acme-team", "/resolve 1 It came early")
    await desk.wait(3 * HOUR)
    assert (await ticket(desk)).state is State.RESOLVED
    await desk.say("ben", "acme-team", "/reopen 1")
    await desk.say("ben", "acme-team", "/pending 1 vendor until=2h Another switch")
    await desk.say("ben", "acme-team", "/pending 1 nobody It came")
    await desk.wait(3 * HOUR)
    assert not [p for p in await desk.posts("acme-team") if "/wake/" in p.key]


async def test_what_people_type_is_read_where_they_are(desk: Conversation):
    """Mia is in Berlin; the same words of somebody in Kyiv are an hour earlier."""
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    await desk.say("olga", "acme-team", "/pending 1 vendor until=end of day New switch")
    assert (await ticket(desk)).wake_at == datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
    await desk.say("olga", "acme-team", "/pending 1 nobody")
    await desk.say("mia", "acme-team", "/pending 1 vendor until=end of day New switch")
    assert (await ticket(desk)).wake_at == datetime(2026, 11, 2, 16, 0, tzinfo=UTC)
    assert (await ticket(desk)).wake_at - desk.clock.now() == timedelta(hours=7)
