"""A promise is broken: who is told, how often, until when; and what was the reason."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.conversation import Conversation


async def broken(desk: Conversation) -> None:
    """Two minutes after a P1 nobody has answered it: it is 09:02."""
    await desk.say("ann", "dm-ann", "/open priority=P1 nobody can log in")
    await desk.wait(121)


async def told(desk: Conversation, person: str) -> list[str]:
    return [p.words for p in await desk.posts(f"dm-{person}") if "has broken its promised" in p.words]


async def test_the_path_is_told_until_somebody_says_that_they_have_it(desk: Conversation):
    """On call at once, the team after two minutes, the manager after five; then nobody, because Ben has it."""
    await broken(desk)
    assert len(await told(desk, "mia")) == 1
    assert await told(desk, "ben") == []
    await desk.wait(120)
    assert len(await told(desk, "ben")) == 1
    answer = await desk.say("ben", "dm-ben", "/ack 1")
    assert answer.status == 200
    await desk.wait(900)
    assert await told(desk, "rosa") == []
    assert any("Ben: has it" in p.words for p in await desk.posts("acme-team"))


async def test_the_last_of_the_path_are_told_again_and_again(desk: Conversation):
    """Every half hour, each time in a message of its own, because an edit rings nobody."""
    await broken(desk)
    for _ in range(24):
        await desk.wait(300)
    assert len(await told(desk, "rosa")) >= 4


async def test_an_answer_ends_it_though_it_was_late(desk: Conversation):
    await broken(desk)
    await desk.say("ben", "acme-team", "/reply 1 We are on it")
    await desk.wait(900)
    assert await told(desk, "rosa") == []


async def test_ten_tickets_at_once_are_one_message_and_not_ten(desk: Conversation):
    """One person, one quarter of an hour, one client."""
    for number in range(10):
        await desk.say("ann", "dm-ann", f"/open priority=P1 trouble number {number}")
    await desk.wait(121)
    (message,) = [p for p in await desk.posts("dm-ben") if p.key.startswith("reminders/")]
    assert "reminders" in message.words
    assert message.buttons == ("Show 1", "Show 2", "Show 3", "Show 4", "Show 5")


async def test_one_reminder_says_what_it_is_about_and_what_one_can_do(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open priority=P1 nobody can log in")
    for _ in range(11):
        await desk.wait(11)
    (message,) = [p for p in await desk.posts("dm-mia") if p.key.startswith("reminders/")]
    assert "1 (Acme Web Shops, nobody can log in) has broken its promised first answer" in message.words
    assert message.buttons == ("Take it", "Acknowledge", "Reply…", "Why then?")


@pytest.fixture
def asleep(desk: Conversation) -> Conversation:
    """Globex's promises keep office hours, and so does Ben, who is on call; his begin an hour later."""
    late = replace(desk.config.calendars["berlin-office"], weekly=dict.fromkeys(range(5), ((10 * 3600, 18 * 3600),)))
    ben = replace(desk.config.people["ben"], hours="late")
    people = {**desk.config.people, "ben": ben}
    desk.config = replace(desk.config, people=people, calendars={**desk.config.calendars, "late": late})
    return desk


async def test_nobody_is_woken_for_a_promise_that_sleeps_too(asleep: Conversation):
    """Held until his hours open, said then, and not said at all if it has been settled meanwhile."""
    asleep.clock.at = datetime(2026, 11, 3, 7, 10, tzinfo=UTC)  # Tuesday, 08:10 in Berlin
    await asleep.say("gina", "dm-gina", "/open priority=P1 the gate is stuck")
    await asleep.say("gina", "dm-gina", "/open priority=P1 the crane is stuck")
    for _ in range(7):
        await asleep.wait(300)
    assert await told(asleep, "ben") == []
    await asleep.say("mia", "globex-team", "/reply 1 Somebody is on the way")
    await asleep.say("mia", "globex-team", "/resolve 1 Unstuck")
    while asleep.clock.at <= datetime(2026, 11, 3, 9, 1, tzinfo=UTC):
        await asleep.wait(300)
    heard = " ".join(p.words for p in await asleep.posts("dm-ben") if p.key.startswith("reminders/"))
    assert "the crane is stuck" in heard
    assert "the gate is stuck" not in heard


async def test_the_reason_is_asked_once_in_the_thread_and_kept(desk: Conversation):
    await broken(desk)
    asked = [p for p in await desk.posts("acme-team") if "What was the reason?" in p.words]
    assert [(p.under, p.buttons) for p in asked] == [("ticket/1", ("Say why…",))]
    answer = await desk.say("ben", "acme-team", "/reason 1 workload Three outages at once")
    assert answer.status == 200, answer.error
    (breach,) = await desk.store.read(lambda tx: tx.breaches(1))
    assert (breach.reason, breach.words, breach.reasoned_by) == ("workload", "Three outages at once", "ben")
    said = [p.words for p in await desk.posts("acme-team") if "Too much at once (Three outages at once)" in p.words]
    assert len(said) == 1
    assert not [p for p in await desk.posts("dm-ann") if "outages" in p.words], "what staff say of it is theirs"


async def test_a_reason_that_is_none_and_a_promise_that_holds_are_refused(desk: Conversation):
    await broken(desk)
    wrong = await desk.say("ben", "acme-team", "/reason 1 laziness")
    assert (wrong.status, "There are: workload, overlooked" in (wrong.error or "")) == (422, True)
    await desk.say("ann", "dm-ann", "/open priority=P4 a bigger screen")
    kept = await desk.say("ben", "acme-team", "/reason 2 workload")
    assert (kept.status, kept.error) == (409, "No promise of 2 was broken, so there is nothing to explain.")
