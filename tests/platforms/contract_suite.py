"""What any platform must do. Each check is a function of a harness and raises AssertionError when it does not hold.

A platform joins by writing a harness and adding it to `tests/platforms/test_contract.py`; see CONTRIBUTING.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.platforms.contract import DeliveryRefused, MessageGone, Outgoing
from desk.cards import Button, Card, Field, Post, text
from tests.platforms.harness import (
    ASKER,
    COLLEAGUE,
    DM,
    HELP,
    NOWHERE,
    STAFF,
    SUBJECT,
    TEAM,
    Harness,
    Told,
    ended,
    opened,
    post,
    settled,
    showing,
    taking,
    tickets,
)
from tests.standin.faults import Fault

Check = Callable[[Harness], Awaitable[None]]
LONG = "A long line about the boiler in the cellar. " * 2000
HOSTILE = "<!channel> <!here> @everyone <@U0123> <script>alert(1)</script> *bold* `code` &amp; =cmd() \u202eevil\u200b"
CARD = Card(
    "check/card", "Boiler", "▲ DOWN", 7, lines=(text("Since this morning."),), fields=(Field("Owner", text("Ben")),),
    buttons=(Button("Status", "status"), Button("Help", "help")), tone="bad",
)  # fmt: skip


def _post(key: str, words: str = "", **more: Any) -> Post:
    return Post(key, more.pop("destination", TEAM), "acme", words=(words or key,), **more)


async def a_card_shows_all_its_words_and_its_buttons(h: Harness) -> None:
    await post(h, Post("check/card", TEAM, "acme", CARD))
    await ended(h, "check/card", TEAM)
    [seen] = await showing(h, "Boiler")
    assert all(words in seen.text for words in ("Boiler", "▲ DOWN", "7", "Since this morning.", "Owner", "Ben"))
    assert seen.buttons == ("/status", "/help")


async def a_post_is_there_once(h: Harness) -> None:
    """Each of several posts is one message, in the order in which they were asked for."""
    for number in range(3):
        await post(h, _post(f"once/{number}"))
    await settled(h)
    assert [m.text for m in await showing(h, "once/")] == ["once/0", "once/1", "once/2"]


async def an_edit_changes_the_message_that_is_there(h: Harness) -> None:
    await post(h, _post("check/live", "the first state", live=True))
    row = await ended(h, "check/live", TEAM)
    await post(h, _post("check/live", "the second state", live=True))
    await settled(h)
    assert await showing(h, "the first state") == []
    [seen] = await showing(h, "the second state")
    assert (seen.id, seen.version) == (row.message_id, 2)


async def a_reply_stands_in_its_thread_and_nowhere_else(h: Harness) -> None:
    await post(h, _post("check/head", live=True))
    await post(h, _post("check/reply", "a word in the thread", under="check/head"))
    await settled(h)
    [head] = await showing(h, "check/head")
    [reply] = await showing(h, "a word in the thread", thread=head.id)
    assert reply.thread == head.id
    assert await showing(h, "a word in the thread") == []


async def a_direct_message_reaches_its_person(h: Harness) -> None:
    await post(h, _post("check/dm", "only for you", destination=DM))
    await ended(h, "check/dm", DM)
    assert [m.text for m in await h.seen(ASKER, DM) if "only" in m.text] == ["only for you"]
    assert await showing(h, "only for you") == []


async def a_private_reply_is_seen_by_nobody_else(h: Harness) -> None:
    """What only the asker is told is in no channel, thread or direct message of another."""
    told = await h.say(ASKER, HELP, "/help")
    assert told.status == 200
    assert told.reply is not None
    title = told.reply["title"]
    await post(h, _post("check/after", "something after it", destination=HELP))
    await ended(h, "check/after", HELP)
    for person in (COLLEAGUE, STAFF):
        assert all(title not in m.text for m in await h.seen(person, HELP))
    assert await showing(h, title) == []


async def a_command_that_lacks_arguments_opens_its_form(h: Harness) -> None:
    told = await h.say(ASKER, HELP, "/open")
    assert told.form is not None
    assert told.form["id"].startswith("open")
    assert {f["name"] for f in told.form["fields"] if f["required"]} >= {"subject"}


async def a_form_with_a_wrong_field_comes_back_and_names_it(h: Harness) -> None:
    """Every refused field carries its sentence; what was filled in is kept; nothing was done. An empty one may be
    refused by the platform's own window, one that is too short only by the desk.
    """
    for subject in ("", "ab"):
        told = await h.submit(ASKER, HELP, "open", {"subject": subject, "details": "It leaks."})
        assert told.status == 422
        assert told.form is not None
        fields = {f["name"]: f for f in told.form["fields"]}
        assert fields["subject"]["error"]
        assert not fields["details"]["error"]
        assert fields["details"]["value"] == "It leaks."
    assert await tickets(h) == 0


async def a_ticket_opened_from_a_form_is_shown_to_its_person_and_to_the_team(h: Harness) -> None:
    await opened(h)
    assert len(await showing(h, SUBJECT)) == 1
    assert any(SUBJECT in m.text for m in await h.seen(ASKER, DM))


async def a_button_runs_the_line_it_stands_for(h: Harness) -> None:
    card = await opened(h)
    told = await h.press(STAFF, card, taking(card))
    assert told.status == 200
    await settled(h)
    [after] = await showing(h, SUBJECT)
    assert after.id == card.id
    assert after.version > card.version


async def the_same_event_delivered_four_times_has_one_effect_and_the_same_answer(h: Harness) -> None:
    values = {"subject": SUBJECT}
    answers = [await h.submit(ASKER, HELP, "open", values, event="e-1") for _ in range(4)]
    assert [a.status for a in answers] == [200] * 4
    assert len({json.dumps(_still(a), sort_keys=True) for a in answers}) == 1
    await settled(h)
    assert await tickets(h) == 1
    assert len(await showing(h, SUBJECT)) == 1


async def an_event_id_used_again_with_other_content_is_refused(h: Harness) -> None:
    assert (await h.submit(ASKER, HELP, "open", {"subject": "One thing"}, event="e-2")).status == 200
    assert (await h.submit(ASKER, HELP, "open", {"subject": "Another"}, event="e-2")).status == 409
    assert await tickets(h) == 1


async def a_stale_button_answers_with_the_present_state_and_changes_nothing(h: Harness) -> None:
    card = await opened(h)
    line = taking(card)
    await h.press(STAFF, card, line)
    await settled(h)
    [after] = await showing(h, SUBJECT)
    if line not in after.buttons:
        told = await h.press("mia", card, line)
        assert told.status == 200
        assert told.reply is not None
    await settled(h)
    assert (await showing(h, SUBJECT))[0].version == after.version


async def a_button_that_the_newest_card_does_not_carry_is_refused(h: Harness) -> None:
    card = await opened(h)
    told = await h.press(STAFF, card, "/resolve number=1 solution=nothing")
    assert (told.status, bool(told.error)) == (409, True)


async def buttons_live_on_after_a_restart(h: Harness) -> None:
    card = await opened(h)
    await h.restart()
    told = await h.press(STAFF, card, taking(card))
    assert told.status == 200
    await settled(h)
    assert (await showing(h, SUBJECT))[0].version > card.version


async def a_card_over_every_limit_is_fitted_and_delivered(h: Harness) -> None:
    fields = tuple(Field(f"Field {n}", text(LONG)) for n in range(60))
    buttons = tuple(Button("Press me " * 20, "status", (("n", str(n)),)) for n in range(5))
    card = Card("check/long", "A long card", "▲ DOWN", lines=(text(LONG),) * 10, fields=fields, buttons=buttons)
    await post(h, Post("check/long", TEAM, "acme", card))
    await ended(h, "check/long", TEAM)
    assert len(await showing(h, "A long card")) == 1


async def hostile_text_stays_text(h: Harness) -> None:
    """Mentions, markup, scripts and invisible characters of a person's reach nobody and format nothing."""
    card = Card("check/hostile", HOSTILE, lines=(text(HOSTILE, "\ud800 alone"),))
    await post(h, Post("check/hostile", TEAM, "acme", card))
    await ended(h, "check/hostile", TEAM)
    [seen] = await showing(h, "alert(1)")
    visible = HOSTILE.replace("\u202e", "").replace("\u200b", "")
    shown = seen.text.replace("\u202e", "").replace("\u200b", "")
    assert visible in shown
    assert seen.active == ()
    seen.text.encode()


async def an_unknown_channel_or_thread_is_a_refusal_for_good(h: Harness) -> None:
    """Not an unclear outcome: the outbox must not look and send again, but say where it can be heard that it failed."""
    for lost in ({"destination": h.place(NOWHERE)}, {"thread": "987654"}):
        with pytest.raises(DeliveryRefused) as refused:
            await h.outbound.post(replace(_outgoing(h, "check/lost"), **lost))
        assert (refused.value.permanent, refused.value.account) == (True, False)


async def an_edit_of_a_message_that_is_gone_says_so(h: Harness) -> None:
    with pytest.raises(MessageGone):
        await h.outbound.edit("987654", _outgoing(h, "check/gone"))


async def a_post_can_be_found_by_its_key_where_it_was_put_and_only_there(h: Harness) -> None:
    before = datetime.now(UTC) - timedelta(minutes=1)
    sent = _outgoing(h, "check/found")
    number = await h.outbound.post(sent)
    assert [f.message_id for f in await h.outbound.find(h.place(TEAM), None, sent.send_key, before)] == [number]
    assert await h.outbound.find(h.place(TEAM), None, "another-key", before) == []
    assert await h.outbound.find(h.place(DM), None, sent.send_key, before) == []
    assert await h.outbound.find(h.place(TEAM), None, sent.send_key, datetime.now(UTC) + timedelta(hours=1)) == []


async def a_second_copy_is_marked_as_one(h: Harness) -> None:
    sent = _outgoing(h, "check/copy")
    number = await h.outbound.post(sent)
    await h.outbound.mark_copy(number, sent)
    assert [m.copy for m in await h.seen(STAFF, TEAM) if m.id == number] == [True]


async def too_many_requests_are_waited_out(h: Harness) -> None:
    await _through(h, Fault.RATE)


async def a_lost_reply_is_found_and_not_posted_again(h: Harness) -> None:
    await _through(h, Fault.LOSE_REPLY)


async def an_error_after_the_post_was_taken_is_found_and_not_posted_again(h: Harness) -> None:
    await _through(h, Fault.ERROR_TAKEN)


async def a_post_that_was_not_taken_is_sent_again(h: Harness) -> None:
    await _through(h, Fault.RESET)


async def _through(h: Harness, fault: Fault) -> None:
    """An urgent post, for it does not wait: there once, delivered."""
    if fault not in h.menu:
        pytest.skip("this platform cannot be made to show it")
    await h.fault(fault)
    await post(h, _post("check/fault", "through it all", urgent=True))
    await ended(h, "check/fault", TEAM)
    assert len(await showing(h, "through it all")) == 1


def _outgoing(h: Harness, key: str) -> Outgoing:
    return Outgoing(f"key-of-{key}", h.place(TEAM), None, 1, key, None, None, (key,), ())


def _still(told: Told) -> Any:
    """An answer without the words that tick, such as `42 min left`."""
    return [told.status, told.error, told.reply and (told.reply["key"], told.reply["title"], told.reply["state"])]


CHECKS: tuple[Check, ...] = (
    a_card_shows_all_its_words_and_its_buttons,
    a_post_is_there_once,
    an_edit_changes_the_message_that_is_there,
    a_reply_stands_in_its_thread_and_nowhere_else,
    a_direct_message_reaches_its_person,
    a_private_reply_is_seen_by_nobody_else,
    a_command_that_lacks_arguments_opens_its_form,
    a_form_with_a_wrong_field_comes_back_and_names_it,
    a_ticket_opened_from_a_form_is_shown_to_its_person_and_to_the_team,
    a_button_runs_the_line_it_stands_for,
    the_same_event_delivered_four_times_has_one_effect_and_the_same_answer,
    an_event_id_used_again_with_other_content_is_refused,
    a_stale_button_answers_with_the_present_state_and_changes_nothing,
    a_button_that_the_newest_card_does_not_carry_is_refused,
    buttons_live_on_after_a_restart,
    a_card_over_every_limit_is_fitted_and_delivered,
    hostile_text_stays_text,
    an_unknown_channel_or_thread_is_a_refusal_for_good,
    an_edit_of_a_message_that_is_gone_says_so,
    a_post_can_be_found_by_its_key_where_it_was_put_and_only_there,
    a_second_copy_is_marked_as_one,
    too_many_requests_are_waited_out,
    a_lost_reply_is_found_and_not_posted_again,
    an_error_after_the_post_was_taken_is_found_and_not_posted_again,
    a_post_that_was_not_taken_is_sent_again,
)
