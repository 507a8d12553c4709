"""Changing who is on call for a while: said, told, handed over, taken back. Mia has the week, Ben the next one.

Failure-table rows: person deactivated; a sleep of 90 s.
"""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.adoption import take_over
from desk.alerts import Status
from desk.oncall import Layer, Schedule
from tests.conversation import Conversation


@pytest.fixture
async def noc(desk: Conversation):
    """It is Monday 10:00 in Berlin; who is on call was noted."""
    await take_over(desk.store, desk.config)
    await desk.wait(1)
    return desk


async def board(desk, person="ben", line="/oncall"):
    answer = await desk.say(person, f"dm-{person}", line)
    assert answer.status == 200, answer.error
    return desk.words(answer.reply)


async def done(desk, person, line):
    answer = await desk.say(person, f"dm-{person}", line)
    assert answer.status == 200, answer.error
    return answer


async def refused(desk, person, line):
    answer = await desk.say(person, f"dm-{person}", line)
    assert answer.status >= 400, desk.words(answer.reply)
    return answer.error


async def told(desk, channel, key):
    return [post.words for post in await desk.posts(channel) if post.key.startswith(key)]


# --- who is on call


async def test_it_says_who_is_on_call_until_when_and_who_is_next(noc: Conversation):
    assert "desk-week · Mia until 09 Nov 2026 08:00 · then Ben from 09 Nov 2026 08:00" in await board(noc)


async def test_it_lists_the_coming_turns_and_what_each_comes_from(noc: Conversation):
    await done(noc, "ben", "/oncall override person=ben from=tuesday 6pm until=wednesday 9:00")
    lines = (await board(noc, line="/oncall next")).splitlines()
    assert lines[1:4] == [
        "desk-week: Mia has it now until Tue 17:00", "desk-week · Ben · Tue 17:00 until Wed 08:00 · override 1",
        "desk-week · Mia · Wed 08:00 until 09 Nov 2026 08:00 · layer-1",
    ]  # fmt: skip


async def test_a_requester_is_not_told_who_is_on_call(noc: Conversation):
    assert "not for you" in await refused(noc, "ann", "/oncall")


async def test_staff_of_one_client_see_the_schedules_of_its_path_alone(noc: Conversation):
    """Another one is as absent as one that does not exist."""
    own = replace(noc.config.schedules["desk-week"], id="secret")
    nia = replace(noc.config.people["ben"], id="nia", roles={"globex": noc.config.people["ben"].roles["*"]})
    noc.config = replace(
        noc.config, people={**noc.config.people, "nia": nia}, schedules={**noc.config.schedules, "secret": own}
    )
    assert "secret" not in await board(noc, "nia")
    assert "secret" in await board(noc, "ben")
    hidden = await refused(noc, "nia", "/oncall next secret")
    assert hidden.replace("secret", "nothing") == await refused(noc, "nia", "/oncall next nothing")


# --- overrides


async def test_an_override_counts_at_once_for_whoever_takes_it_and_both_are_told(noc: Conversation):
    """Alerts go to Ben from now on, and their cards say so."""
    await done(noc, "ben", "/oncall override desk-week person=me until=9pm")
    assert await told(noc, "dm-mia", "override/1") == [
        "Ben is on call in desk-week instead of you from 09:00 until 20:00 · by Ben"
    ]
    assert await told(noc, "dm-ben", "override/1") == []
    for _ in range(2):
        await noc.look("shop", Status.FAILED, "no answer")
    assert "told Ben" in (await noc.post("acme-team", "alert/2")).words
    assert await told(noc, "dm-mia", "alert/2") == []


async def test_the_card_of_an_alert_says_until_when_somebody_is_on_call_and_changes_with_the_turn(noc: Conversation):
    steps = replace(noc.config.paths["quick"].steps[0], after=3600)
    paths = {**noc.config.paths, "quick": replace(noc.config.paths["quick"], steps=(steps,))}
    noc.config = replace(noc.config, paths=paths)
    for _ in range(2):
        await noc.look("shop", Status.FAILED, "no answer")
    assert "On call: Mia until 09 Nov 2026 08:00 · nobody told yet" in (await noc.post("acme-team", "alert/1")).words
    await done(noc, "ben", "/oncall override person=me until=9pm")
    await noc.wait(1)
    assert "On call: Ben until 20:00 · nobody told yet" in (await noc.post("acme-team", "alert/1")).words


async def test_somebody_else_is_put_on_call_at_once_only_after_a_question(noc: Conversation):
    asked = (await done(noc, "ben", "/oncall override person=tom until=9pm")).reply
    assert "Mia is on call now. Tom would be from 09:00 until 20:00" in noc.words(asked)
    assert "Mia until" in await board(noc)
    await done(noc, "ben", asked.buttons[0].line())
    assert "Tom until 20:00" in await board(noc)
    assert await told(noc, "dm-tom", "override/") == ["You are on call in desk-week from 09:00 until 20:00 · by Ben"]
    assert len(await told(noc, "dm-mia", "override/")) == 1


async def test_later_it_needs_no_question(noc: Conversation):
    answer = await done(noc, "ben", "/oncall override desk-week person=tom from=friday 6pm until=2026-11-07 9:00")
    assert "Tom is on call from Fri 17:00 until Sat 08:00" in noc.words(answer.reply)


async def test_of_two_at_once_the_later_one_counts_and_the_other_goes_on_after_it(noc: Conversation):
    await done(noc, "ben", "/oncall override person=ben from=tuesday 9:00 until=tuesday 18:00")
    await done(noc, "tom", "/oncall override person=tom from=tuesday 12:00 until=tuesday 13:00")
    lines = await board(noc, line="/oncall next")
    assert "Tue 08:00 until Tue 11:00 · override 1" in lines
    assert "Tom · Tue 11:00 until Tue 12:00 · override 2" in lines
    assert "Ben · Tue 12:00 until Tue 17:00 · override 1" in lines
    assert await told(noc, "dm-ben", "override/2") == [
        "Tom is on call in desk-week instead of you from Tue 11:00 until Tue 12:00 · by Tom"
    ]


async def test_it_is_taken_back_and_both_are_told(noc: Conversation):
    await done(noc, "ben", "/oncall override person=ben from=tuesday 9:00 until=tuesday 18:00")
    assert "cancelled by Olga" in noc.words((await done(noc, "olga", "/oncall cancel 1")).reply)
    assert await told(noc, "dm-ben", "override/1") == [
        "1 was cancelled: you are not on call by it in desk-week from Tue 08:00 until Tue 17:00 · by Olga"
    ]
    assert (await told(noc, "dm-mia", "override/1"))[1] == (
        "1 was cancelled: you are on call in desk-week from Tue 08:00 until Tue 17:00 · by Olga"
    )
    assert await refused(noc, "ben", "/oncall cancel 1") == "1 was cancelled by Olga already."
    assert "override" not in await board(noc, line="/oncall next")


async def test_one_that_leaves_nobody_on_call_is_cancelled_only_after_a_question(noc: Conversation):
    nobody = replace(noc.config.schedules["desk-week"], layers=(Layer("none", ()),))
    noc.config = replace(noc.config, schedules={"desk-week": nobody})
    await done(noc, "ben", "/oncall override person=ben from=tuesday 9:00 until=tuesday 18:00")
    asked = (await done(noc, "ben", "/oncall cancel 1")).reply
    assert "Nobody would be on call from Tue 08:00 until Tue 17:00." in noc.words(asked)
    assert "Ben" in await board(noc, line="/oncall next")
    await done(noc, "ben", asked.buttons[0].line())
    assert "Ben" not in await board(noc, line="/oncall next")


REFUSED = [
    # who, line, part of the sentence, why the row is there
    ("rosa", "person=ben until=9pm", "changed by staff who work for all of its clients", "a manager reads"),
    ("ben", "person=ann until=9pm", "There is no “ann” here", "nobody who may not be told about the clients"),
    ("ben", "noc person=ben until=9pm", "There is no schedule “noc”; there is `desk-week`.", "a wrong name"),
    ("ben", "person=ben from=5pm until=4pm", "before it begins", "the wrong way round"),
    ("ben", "person=ben until=9am", "which has passed", "in the past"),
    ("ben", "person=ben until=someday", "When is “someday”?", "no date"),
    ("ben", "person=mia until=9pm", "Mia is on call then already.", "it would change nothing"),
]


@pytest.mark.parametrize(("who", "rest", "part", "why"), REFUSED)
async def test_what_cannot_be_is_refused_with_a_sentence(noc: Conversation, who, rest, part, why):
    assert part in await refused(noc, who, f"/oncall override {rest}"), why
    assert await noc.store.read(lambda tx: tx.overrides("desk-week", noc.clock.now())) == []


async def test_what_is_missing_is_asked_for_by_a_form_about_this_alone(noc: Conversation):
    form = (await done(noc, "ben", "/oncall override")).form
    assert [field.name for field in form.fields if field.kind != "hidden"] == [
        "what", "schedule", "person", "start", "until"
    ]  # fmt: skip
    assert [label for _, label in form.fields[2].choices] == [
        "Ben Okoro", "Mia Lindqvist", "Tom Novak", "Rosa Marin", "Olga Petrenko", "Ivo Horvat"
    ]  # fmt: skip
    sent = await noc.submit("ben", "dm-ben", "oncall", what="override", person="ben", until="9pm")
    assert sent.status == 200
    form = (await done(noc, "ben", "/oncall cancel")).form
    assert [field.name for field in form.fields if field.kind != "hidden"] == ["what", "number"]


async def test_a_person_who_has_left_the_configuration_has_no_turn_any_more(noc: Conversation):
    await done(noc, "tom", "/oncall override person=tom until=9pm")
    people = {id_: person for id_, person in noc.config.people.items() if id_ != "tom"}
    noc.config = replace(noc.config, people=people)
    assert "Mia until" in await board(noc)


# --- hand-overs


async def test_at_a_change_both_are_told_and_each_team_reads_what_is_open_at_its_client_alone(noc: Conversation):
    await noc.say("ann", "dm-ann", "/open priority=P1 VPN is down")
    await noc.say("gina", "dm-gina", "/open priority=P1 the gate is stuck")
    await noc.say("ann", "dm-ann", "/open priority=P4 a bigger screen")
    for _ in range(2):
        await noc.look("shop", Status.FAILED, "no answer")
    noc.clock.at = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
    await noc.alarm.turn()
    (acme,), (globex,) = await told(noc, "acme-team", "turn/"), await told(noc, "globex-team", "turn/")
    assert "Acme Web Shops: on call in desk-week: Mia → Ben" in acme
    assert "Open: 1 alert, 1 of P1 and P2" in acme
    assert "4 · critical · ▲ checkout page" in acme
    assert "1 · P1 · VPN is down" in acme
    assert "screen" not in acme
    assert "gate" in globex
    assert "VPN" not in globex
    (comes, *details), (goes, *_) = await told(noc, "dm-ben", "turn/"), await told(noc, "dm-mia", "turn/")
    assert "You are on call in desk-week, after Mia" in comes
    assert "What is open is in this thread." in comes
    assert "You are no longer on call in desk-week: Ben is" in goes
    assert [("VPN" in words, "gate" in words) for words in details] == [(True, False), (False, True)]


async def test_what_was_snoozed_is_handed_over_with_when_it_calls_again(noc: Conversation):
    for _ in range(2):
        await noc.look("shop", Status.FAILED, "no answer")
    await done(noc, "mia", "/snooze 1 2h")
    await done(noc, "ben", "/oncall override person=me until=9pm")
    await noc.wait(1)
    (words,) = await told(noc, "acme-team", "turn/")
    assert "Mia has it, snoozed until 11:00" in words


async def test_a_change_that_is_made_now_is_handed_over_now(noc: Conversation):
    await done(noc, "ben", "/oncall override person=me until=9pm")
    await noc.wait(1)
    assert "You are on call in desk-week, after Mia" in (await told(noc, "dm-ben", "turn/"))[0]
    await done(noc, "mia", "/oncall cancel 1")
    await noc.wait(1)
    assert "You are on call in desk-week, after Ben" in (await told(noc, "dm-mia", "turn/"))[1]


async def test_one_that_comes_late_says_so_and_one_that_came_and_went_is_not_said(noc: Conversation):
    """Three weeks away: Mia has it again. A week and ten minutes more: Ben has it since ten minutes."""
    week = 7 * 86_400
    await noc.wait(3 * week - 2 * 3600)
    assert await told(noc, "dm-ben", "turn/") == []
    noc.clock.at = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)
    await noc.alarm.turn()
    assert "You are on call in desk-week, after Mia (said 10 min late)" in (await told(noc, "dm-ben", "turn/"))[0]
    noted = await noc.store.read(lambda tx: tx.duties("desk-week", datetime(2026, 11, 1, tzinfo=UTC), noc.clock.now()))
    assert [(f"{duty.since:%d %H:%M}", duty.person) for duty in noted[1:]] == [
        ("09 08:00", "ben"), ("16 08:00", "mia"), ("23 08:00", "ben")
    ]  # fmt: skip


async def test_when_nobody_is_on_call_any_more_the_administrators_read_it_too(noc: Conversation):
    schedule = noc.config.schedules["desk-week"]
    nobody = Schedule(schedule.id, schedule.zone, (Layer("none", ()),))
    noc.config = replace(noc.config, version="gap", schedules={"desk-week": nobody})
    await take_over(noc.store, noc.config)
    await noc.wait(1)
    for channel in ("noc", "acme-team"):
        (words,) = await told(noc, channel, "turn/")
        assert "▲ nobody is on call" in words


async def test_another_configuration_that_changes_who_is_on_call_hands_over_at_once(noc: Conversation):
    schedule = noc.config.schedules["desk-week"]
    (layer,) = schedule.layers
    other = replace(schedule, layers=(replace(layer, turns=replace(layer.turns, people=("tom",))),))
    noc.config = replace(noc.config, version="other", schedules={"desk-week": other})
    await take_over(noc.store, noc.config)
    await noc.wait(1)
    assert "You are on call in desk-week, after Mia" in (await told(noc, "dm-tom", "turn/"))[0]


async def test_a_schedule_that_has_left_the_configuration_rings_for_nothing(noc: Conversation):
    noc.config = replace(noc.config, schedules={}, paths={})
    await noc.wait(8 * 86_400)
    assert await told(noc, "dm-ben", "turn/") == []


# --- who would be


def rows(answer):
    return [tuple("".join(map(str, cell)) for cell in row) for row in answer.reply.table]


async def test_a_time_is_tried_out_with_what_each_override_and_layer_says_of_it(noc: Conversation):
    """In the zone of whoever asks: 03:00 in Berlin is 02:00 UTC."""
    schedule = noc.config.schedules["desk-week"]
    (layer,) = schedule.layers
    later = replace(layer, name="later", turns=replace(layer.turns, start=date(2027, 1, 4)))
    noc.config = replace(noc.config, schedules={"desk-week": replace(schedule, layers=(later, layer))})
    plain = await done(noc, "ben", "/test schedule desk-week 2026-12-25 03:00")
    assert "desk-week at Fri 25 Dec 2026, 03:00 Europe/Berlin" in noc.words(plain.reply)
    assert "Ben is on call then from 21 Dec 2026 08:00 until 28 Dec 2026 08:00" in noc.words(plain.reply)
    assert rows(plain) == [("later", "nobody", "it begins later"), ("layer-1", "Ben", "counts")]
    await done(noc, "tom", "/oncall override person=tom from=2026-12-24 18:00 until=2026-12-26 8:00")
    changed = await done(noc, "ben", "/test schedule desk-week 2026-12-25 03:00")
    below = "does not count: there is somebody above it"
    assert rows(changed) == [
        ("override 1", "Tom", "counts (made by Tom)"), ("later", "nobody", below), ("layer-1", "Ben", below)
    ]  # fmt: skip


async def test_a_time_that_comes_twice_is_answered_for_both_each_with_its_offset(noc: Conversation):
    words = noc.words((await done(noc, "ben", "/test schedule desk-week 2027-10-31 02:30")).reply)
    assert "02:30 Europe/Berlin, which comes twice" in words
    assert "+02:00: " in words
    assert "+01:00: " in words
    one = noc.words((await done(noc, "ben", "/test schedule desk-week 2027-10-31T02:30+01:00")).reply)
    assert "02:30 Europe/Berlin" in one
    assert "twice" not in one


async def test_a_time_at_which_nobody_is_on_call_says_so(noc: Conversation):
    none = replace(noc.config.schedules["desk-week"], layers=(Layer("none", ()),))
    noc.config = replace(noc.config, schedules={"desk-week": none})
    words = noc.words((await done(noc, "ben", "/test schedule desk-week 2026-12-25 03:00")).reply)
    assert "▲ nobody is on call then" in words
    assert "none · nobody · its calendar names nobody" in words


@pytest.mark.parametrize(
    ("rest", "part"),
    [
        ("noc 9pm", "There is no schedule “noc”; there is `desk-week`."),
        ("desk-week", "When? Write it after the schedule"),
        ("desk-week soon", "When is “soon”?"),
        ("desk-week 2026-03-29 04:30", "which has passed"),
        ("desk-week 2027-03-28 02:30", "is left out on Sun 28 Mar 2027, when the clocks go forward"),
    ],
)
async def test_a_time_that_cannot_be_tried_is_refused(noc: Conversation, rest, part):
    assert part in await refused(noc, "ben", f"/test schedule {rest}")
