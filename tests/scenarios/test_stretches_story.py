"""Promises that are made again and again: the next answer, and the next update."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.configuration import DEMO, load_folder
from desk.calendars import ALWAYS
from desk.sla import Clock, Metric, Verdict, elapsed, verdict
from handlers import promises
from tests.conversation import Conversation
from tests.store_fixture import HandClock

OLD = "        resolution: {P1: 30m, P2: 2h, P3: 8h, P4: 3d}\n"
NEW = """\
        next_response: {P1: 5m, P2: 10m, P3: 20m, P4: 1h}
        periodic_update: {P1: 10m, P2: 30m, P3: 1h, P4: 2h}
        resolution: {P1: 30m, P2: 2h, P3: 8h, P4: 3d}
        by_category:
          question: {resolution: {P2: 5h}}
"""


@pytest.fixture
def desk(store, clock: HandClock, tmp_path: Path) -> Conversation:
    """The demo's desk, which also promises Acme the next answer and updates."""
    for path in Path(DEMO).iterdir():
        if path.suffix == ".yaml":
            (tmp_path / path.name).write_text(path.read_text())
    clients = tmp_path / "clients.yaml"
    assert OLD in clients.read_text()
    clients.write_text(clients.read_text().replace(OLD, NEW))
    return Conversation(store, clock, load_folder(tmp_path))


async def ticket(desk: Conversation, number: int = 1):
    return await desk.store.read(lambda tx: tx.ticket(number))


async def of(desk: Conversation, metric: Metric, number: int = 1) -> list[Clock]:
    return [clock for clock in (await ticket(desk, number)).clocks if clock.metric is metric]


def now(desk: Conversation, clocks: list[Clock]) -> list[Verdict]:
    """All hours of Acme are open."""
    return [verdict(clock, ALWAYS, desk.clock.now()) for clock in clocks]


async def answered(desk: Conversation) -> None:
    await desk.say("ann", "dm-ann", "/open priority=P1 nobody can log in")
    await desk.wait(60)
    await desk.say("ben", "acme-team", "/reply 1 I am looking at it")


async def writes(desk: Conversation, words: str) -> None:
    await desk.say("ann", "dm-ann", words, thread="ticket/1")


async def test_words_before_the_first_answer_wait_for_that_one_and_no_other(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open priority=P1 nobody can log in")
    await writes(desk, "the printer neither")
    assert await of(desk, Metric.NEXT_RESPONSE) == []


async def test_the_oldest_words_that_nobody_answered_wait_for_the_next_answer(desk: Conversation):
    """Not the newest: who asks twice is not put back. The answer ends it, the next words start another."""
    await answered(desk)
    asked = desk.clock.step(60)
    await writes(desk, "any news?")
    await desk.wait(120)
    await writes(desk, "hello?")
    (clock,) = await of(desk, Metric.NEXT_RESPONSE)
    assert clock.started_at == asked
    assert promises.due_at(await ticket(desk), desk.config, Metric.NEXT_RESPONSE) == asked + timedelta(minutes=5)
    await desk.say("ben", "acme-team", "/reply 1 Still at it")
    await desk.wait(60)
    await writes(desk, "and now?")
    ended, running = await of(desk, Metric.NEXT_RESPONSE)
    assert now(desk, [ended, running]) == [Verdict.MET, Verdict.RUNNING]
    assert running.started_at == desk.clock.now()


async def test_what_we_say_by_ourselves_and_notes_answer_nothing(desk: Conversation):
    """A note, a claim, a new priority, a reminder, the wake-up of a wait: none of them is an answer or an update."""
    await answered(desk)
    await writes(desk, "any news?")
    before = await ticket(desk)
    for words in ("/note 1 she is angry", "/claim 1", "/tag 1 vpn", "/pending 1 vendor until=1m waits for a part"):
        assert (await desk.say("ben", "acme-team", words)).status == 200, words
        await desk.wait(40)
    await desk.wait(100)
    after = await ticket(desk)
    for metric in (Metric.NEXT_RESPONSE, Metric.PERIODIC_UPDATE):
        was, is_ = promises.clock_of(before, metric), promises.clock_of(after, metric)
        assert (is_.started_at, is_.met_at) == (was.started_at, None), metric


async def test_a_requester_hears_from_us_again_and_again_until_it_is_solved(desk: Conversation):
    """Each word of staff ends one stretch, in time or not, and starts the next; the solution ends the last."""
    await answered(desk)
    await desk.wait(9 * 60)
    await desk.say("ben", "acme-team", "/reply 1 It is the switch")
    await desk.wait(11 * 60)
    await desk.say("ben", "acme-team", "/reply 1 A new one is on its way")
    await desk.wait(60)
    await desk.say("ben", "acme-team", "/resolve 1 New switch")
    assert now(desk, await of(desk, Metric.PERIODIC_UPDATE)) == [Verdict.MET, Verdict.MISSED, Verdict.MET]
    await desk.say("ben", "acme-team", "/reply 1 Tell us if it is not")
    assert len(await of(desk, Metric.PERIODIC_UPDATE)) == 3, "what is solved needs no updates"
    await desk.wait(600)
    await writes(desk, "it is not")
    running = (await of(desk, Metric.PERIODIC_UPDATE))[-1]
    assert (running.started_at, running.met_at) == (desk.clock.now(), None)
    assert now(desk, await of(desk, Metric.NEXT_RESPONSE)) == [Verdict.RUNNING]


async def test_an_update_and_the_next_answer_wait_with_the_ticket(desk: Conversation):
    """Only a first answer never waits."""
    await answered(desk)
    await desk.wait(60)
    await desk.say("ben", "acme-team", "/pending 1 vendor a part is ordered")
    await writes(desk, "any news?")
    await desk.wait(3600)
    (update,) = await of(desk, Metric.PERIODIC_UPDATE)
    assert now(desk, [update]) == [Verdict.PAUSED]
    assert elapsed(update, ALWAYS, desk.clock.now()) == 60
    assert now(desk, await of(desk, Metric.NEXT_RESPONSE)) == [Verdict.PAUSED]
    await desk.say("ben", "acme-team", "/reply 1 The part comes tomorrow")
    assert now(desk, await of(desk, Metric.PERIODIC_UPDATE)) == [Verdict.MET, Verdict.PAUSED]


async def test_each_stretch_reminds_and_breaks_for_itself(desk: Conversation):
    """A second next answer that is late is told like the first, and the climb of the first has ended."""
    await answered(desk)
    for _ in range(2):
        await writes(desk, "any news?")
        await desk.wait(151)
        await desk.wait(150)
        await desk.say("ben", "acme-team", "/reply 1 Still at it")
        await desk.wait(1)
    keys = [p.key for p in await desk.posts("acme-team") if "/sla/next_response/" in p.key]
    broken = [key for key in keys if "/breach/" in key]
    assert (len(broken), len(keys) - len(broken)) == (2, 2), "of each, one message that warned and one that told"
    told = len(await desk.posts("dm-rosa"))
    await writes(desk, "any news?")
    await desk.wait(200)
    assert not [p for p in (await desk.posts("dm-rosa"))[told:] if "next answer" in p.words], "the old ones are over"


async def test_numbers_count_each_stretch(desk: Conversation):
    await answered(desk)
    for late in (60, 400, 60):
        await writes(desk, "any news?")
        await desk.wait(late)
        await desk.say("ben", "acme-team", "/reply 1 Still at it")
    answer = await desk.say("rosa", "dm-rosa", "/sla acme")
    assert "Next answers: 66.7 % (2 of 3)" in desk.words(answer.reply)


async def test_why_explains_the_last_stretch_and_tells_how_the_earlier_ones_ended(desk: Conversation):
    await answered(desk)
    await writes(desk, "any news?")
    await desk.wait(360)
    await desk.say("ben", "acme-team", "/reply 1 Still at it")
    await writes(desk, "and now?")
    words = desk.words((await desk.say("ben", "acme-team", "/why 1")).reply)
    assert "6 min of 5 min · missed" in words
    assert words.count("= · 5 min · of 5 min · running") == 1


async def test_a_card_has_a_line_for_each_promise_however_often_it_was_made(desk: Conversation):
    await answered(desk)
    for _ in range(4):
        await writes(desk, "any news?")
        await desk.wait(60)
        await desk.say("ben", "acme-team", "/reply 1 Still at it")
    card = (await desk.post("acme-team", "ticket/1")).words
    assert [card.count(label) for label in ("First answer", "Next answer", "Next update", "Solution")] == [1, 1, 1, 1]


async def test_a_question_that_is_taken_back_owes_no_next_answer_and_no_update(desk: Conversation):
    """What was broken by then stays broken, and is counted so."""
    await answered(desk)
    await writes(desk, "any news?")
    await desk.wait(301)
    await desk.say("ann", "dm-ann", "/resolve 1 It works again")
    assert now(desk, await of(desk, Metric.NEXT_RESPONSE)) == [Verdict.MISSED]
    assert await of(desk, Metric.PERIODIC_UPDATE) == []
    answer = desk.words((await desk.say("rosa", "dm-rosa", "/sla acme")).reply)
    assert "Next answers: 0.0 % (0 of 1)" in answer


async def test_what_is_merged_ends_its_running_clocks_as_merged_and_counts_them_nowhere(desk: Conversation):
    """What was broken before stays broken."""
    await answered(desk)
    await writes(desk, "any news?")
    await desk.wait(301)
    await desk.say("ann", "dm-ann", "/open priority=P1 no mail either")
    await desk.say("ben", "acme-team", "/merge 1 into 2 sure=yes")
    found = {clock.metric: verdict(clock, ALWAYS, desk.clock.now()) for clock in (await ticket(desk)).clocks}
    assert found == {
        Metric.FIRST_RESPONSE: Verdict.MET, Metric.NEXT_RESPONSE: Verdict.MISSED,
        Metric.PERIODIC_UPDATE: Verdict.MERGED, Metric.RESOLUTION: Verdict.MERGED,
    }  # fmt: skip
    armed = await desk.store.read(
        lambda tx: tx.rows("SELECT kind FROM deadlines WHERE subject = 'ticket/1' AND due_at IS NOT NULL")
    )
    assert [kind for (kind,) in armed if kind.startswith("sla/")] == []
    words = desk.words((await desk.say("rosa", "dm-rosa", "/sla acme")).reply)
    assert "Solved in time: nothing judged yet (1 running)" in words


async def test_a_category_has_its_own_target(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open category=question priority=P2 the printer smokes")
    await desk.say("ann", "dm-ann", "/open priority=P2 the printer smokes")
    question, plain = [(await of(desk, Metric.RESOLUTION, number))[0] for number in (1, 2)]
    assert (question.target, plain.target) == (5 * 3600, 2 * 3600)


async def test_another_category_or_none_applies_from_the_start_of_the_clock(desk: Conversation):
    """Elapsed time is kept; a promise that is no longer made counts nowhere."""
    await answered(desk)
    before = await ticket(desk)
    config = desk.config
    changed = promises.retargeted(replace(before, category="question"), config, desk.clock.now())
    assert changed == replace(before, category="question"), "P1 has the plain numbers there"
    terms = replace(config.clients["acme"].contract, by_category={("question", "resolution", "P1"): 7200})
    terms = replace(terms, targets={k: s for k, s in terms.targets.items() if k[0] != "periodic_update"})
    other = replace(config, clients={**config.clients, "acme": replace(config.clients["acme"], contract=terms)})
    changed = promises.retargeted(replace(before, category="question"), other, desk.clock.now())
    assert promises.clock_of(changed, Metric.PERIODIC_UPDATE) is None
    solution = promises.clock_of(changed, Metric.RESOLUTION)
    assert promises.due_at(changed, other, Metric.RESOLUTION) == solution.started_at + timedelta(hours=2)
