"""Reminders before a promise breaks, and the numbers afterwards."""

from dataclasses import replace
from datetime import timedelta

from tests.conversation import Conversation


async def reminders(desk: Conversation, channel: str = "acme-team") -> list[str]:
    return [p.words for p in await desk.posts(channel) if "/sla/" in p.key]


async def test_a_reminder_comes_before_the_promise_breaks_and_each_fires_once(desk: Conversation):
    """50, 75 and 90 % of the first answer are one message that changes, so that they do not pile up; its breach is
    another, which is heard. However often the clock turns.
    """
    await desk.say("ann", "dm-ann", "/open priority=P1 nobody can log in")
    warned: list[str] = []
    for _ in range(13):
        await desk.wait(10)
        await desk.alarm.turn()
        warned += (await reminders(desk))[:1]
    assert [" ".join(words.split()[8:10]) for words in dict.fromkeys(warned)] == ["60 s", "30 s", "10 s"]
    said = await reminders(desk)
    assert len(said) == 2, said
    assert said[0].startswith("1 (Acme Web Shops, nobody can log in): 10 s until the promised first answer")
    assert "Nobody has it." in said[0]
    assert "the promised first answer is late" in said[1]


async def test_who_has_the_ticket_is_reminded_too_and_the_path_is_told_step_by_step(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open priority=P1 nobody can log in")
    await desk.say("ben", "acme-team", "/assign 1 ben")
    await desk.wait(61)
    assert [p for p in await desk.posts("dm-ben") if "until the promised first answer" in p.words]
    await desk.wait(60)
    assert [p for p in await desk.posts("dm-mia") if "has broken" in p.words]
    assert not await desk.posts("dm-rosa")
    await desk.wait(300)
    assert [p for p in await desk.posts("dm-rosa") if "has broken" in p.words], "five minutes after the breach"


async def test_overdue_reminders_of_one_clock_are_one_post_that_names_the_others(desk: Conversation):
    """After a sleep: the latest reminder speaks for the earlier ones; the breach is never folded."""
    await desk.say("ann", "dm-ann", "/open priority=P1 nobody can log in")
    await desk.wait(115)
    said = await reminders(desk)
    assert len(said) == 1, said
    assert "50 %, 75 %" in said[0]
    await desk.wait(90)
    assert len(await reminders(desk)) == 2


async def test_a_breach_after_a_sleep_is_said_once_and_marked_late(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open priority=P1 nobody can log in")
    await desk.wait(210)
    assert len(await reminders(desk)) == 2
    breach = next(p.words for p in await desk.posts("acme-team") if "/breach/" in p.key)
    assert "late by 90 s" in breach


async def test_an_answer_in_time_silences_the_reminders_of_the_answer(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open priority=P1 nobody can log in")
    await desk.say("ben", "acme-team", "/reply 1 I am looking at it")
    await desk.wait(120)
    assert await reminders(desk) == []


async def test_a_wall_clock_that_steps_back_does_not_repeat_a_reminder(desk: Conversation):
    """±1 h: nothing that rang rings again."""
    await desk.say("ann", "dm-ann", "/open priority=P1 nobody can log in")
    await desk.wait(61)
    assert len(await reminders(desk)) == 1
    desk.clock.at -= timedelta(hours=1)
    await desk.say("ben", "acme-team", "/claim 1")
    for _ in range(8):
        await desk.wait(600)
    said = await reminders(desk)
    assert len([w for w in said if "Stands also" not in w and "until the promised first answer" in w]) <= 2
    kinds = [p.key for p in await desk.posts("acme-team") if "/sla/first_response/" in p.key]
    assert len(kinds) == len({k.rsplit("/", 1)[0] for k in kinds}), kinds


async def test_a_paused_clock_is_silent_and_runs_on_afterwards(desk: Conversation):
    """The resolution waits for the customer; the first answer never does."""
    await desk.say("ann", "dm-ann", "/open priority=P1 nobody can log in")
    await desk.say("ben", "acme-team", "/reply 1 Which floor?")
    await desk.say("ben", "acme-team", "/pending 1 customer Which floor?")
    await desk.wait(60 * 60)
    assert await reminders(desk) == []
    await desk.say("ann", "dm-ann", "third floor", thread="ticket/1")
    await desk.wait(15 * 60 + 1)
    assert len(await reminders(desk)) == 1


async def test_a_manager_gets_numbers_with_their_denominator(desk: Conversation):
    for n in range(4):
        await desk.say("ann", "dm-ann", f"/open priority=P1 question number {n}")
    for n in (1, 2, 3):
        await desk.say("ben", "acme-team", f"/reply {n} Here is the answer")
    await desk.wait(121)
    answer = await desk.say("rosa", "dm-rosa", "/sla acme")
    assert "First answer: 75.0 % (3 of 4; target 95 %) ▲" in desk.words(answer.reply)
    assert "Solved in time: nothing judged yet (4 running)" in desk.words(answer.reply)
    both = await desk.say("rosa", "dm-rosa", "/sla")
    assert "no data" in desk.words(both.reply), "a client without tickets has no data, neither 0 % nor 100 %"


async def test_why_adds_up_to_the_target(desk: Conversation):
    """The table's last row is the sum of the counted ones, from the same values as the verdict."""
    await desk.say("gina", "dm-gina", "/open priority=P3 the forklift tablet is slow")
    answer = await desk.say("ben", "globex-team", "/why 1")
    words = desk.words(answer.reply)
    assert "= · 4 h · of 4 h" in words
    assert "Europe/Berlin" in words


async def test_a_question_that_is_taken_back_owes_no_answer_until_it_is_asked_again(desk: Conversation):
    """The requester's own "solved" satisfies no response: that promise counts nowhere, and starts anew on reopening."""
    await desk.say("ann", "dm-ann", "/open priority=P1 nobody can log in")
    await desk.say("ann", "dm-ann", "/resolve 1 It works again")
    await desk.wait(300)
    answer = await desk.say("rosa", "dm-rosa", "/sla acme")
    assert "First answer: no data" in desk.words(answer.reply)
    assert await reminders(desk) == []
    await desk.say("ann", "dm-ann", "no, it does not", thread="ticket/1")
    await desk.wait(121)
    assert "First answer: 0.0 % (0 of 1" in desk.words((await desk.say("rosa", "dm-rosa", "/sla acme")).reply)


async def test_why_and_the_verdict_move_together_when_one_interval_is_another(desk: Conversation):
    """The wait of an hour becomes one of a minute: the same row, the due time, the sum and the verdict say so."""
    await desk.say("ann", "dm-ann", "/open priority=P1 nobody can log in")
    await desk.say("ben", "acme-team", "/reply 1 Which floor?")
    await desk.say("ben", "acme-team", "/pending 1 customer Which floor?")
    await desk.wait(3600)
    await desk.say("ann", "dm-ann", "third floor", thread="ticket/1")
    await desk.wait(600)
    before = desk.words((await desk.say("ben", "acme-team", "/why 1")).reply)
    assert "· paused · 60 min ·" in before or "· paused · 1 h ·" in before
    assert "30 min for P1: due" in before
    assert "· running" in before.split("Solution")[-1]

    def shortened(tx):
        ticket = tx.ticket(1)
        clocks = tuple(
            replace(c, pauses=tuple(replace(i, end=i.start + timedelta(minutes=1)) for i in c.pauses))
            for c in ticket.clocks
        )
        tx.save_ticket(replace(ticket, clocks=clocks))

    await desk.store.write(shortened)
    after = desk.words((await desk.say("ben", "acme-team", "/why 1")).reply)
    assert "· paused · 60 s ·" in after or "· paused · 1 min ·" in after
    assert "over by" in after
    assert "· missed" in after.split("Solution")[-1]
    shown = desk.words((await desk.say("ben", "acme-team", "/show 1")).reply)
    assert "Solution: ▲ late: promised by 09:31 (39 min ago)" in shown


async def test_what_missed_its_first_answer_can_still_be_at_risk_and_the_overview_says_both(desk: Conversation):
    """One promise that is lost takes no attention from the other, which can still be kept."""
    await desk.say("ann", "dm-ann", "/open priority=P1 nobody can log in")
    ticket = await desk.store.read(lambda tx: tx.ticket(1))
    await desk.wait(max(clock.target for clock in ticket.clocks) * 0.8)
    card = (await desk.say("rosa", "dm-rosa", "/sla")).reply
    assert [b.label for b in card.buttons if b.word == "report"] == [
        "Report: Acme Web Shops", "Report: Globex Logistics",
    ]  # fmt: skip
    both = desk.words(card)
    assert "1 at risk now: 1 · Broken and still open: 1" in both
    risk = desk.words((await desk.say("rosa", "dm-rosa", "/sla risk")).reply)
    assert "1 at risk and 1 broken, of 1 open ticket" in risk
    assert risk.count("nobody can log in") == 1, "it is one row"
