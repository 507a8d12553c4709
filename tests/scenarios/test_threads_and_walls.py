"""What is said in which thread, and what stays behind the wall between clients and between staff and requesters."""

import pytest

from desk.alerts import Status
from tests.conversation import Conversation


async def under_a_reminder(desk: Conversation) -> str:
    await desk.say("ann", "dm-ann", "/open priority=P1 nobody can log in")
    await desk.wait(61)
    return next(p.key for p in await desk.posts("acme-team") if "/sla/" in p.key)


async def test_a_line_under_a_reminder_is_a_note_on_its_ticket(desk: Conversation):
    """A reminder, a page and a reply are about the same number as the card they come from."""
    key = await under_a_reminder(desk)
    said = await desk.say("ben", "acme-team", "calling her now", thread=key)
    assert said.status == 200, said.error
    shown = await desk.say("ben", "acme-team", "/show", thread=key)
    assert "note: calling her now" in desk.words(shown.reply)


async def test_a_line_under_a_page_is_a_note_on_its_alert(desk: Conversation):
    for _ in range(2):
        await desk.look("shop", Status.FAILED, "status 500, expected 200")
    assert (await desk.say("mia", "dm-mia", "on my way", thread="alert/1")).status == 200
    assert "on my way" in desk.words((await desk.say("mia", "dm-mia", "/show 1")).reply)


@pytest.mark.parametrize("line", ["/list mine here=yes", "/list here=yes", "/show 1 here=yes", "/why 1 here=yes"])
async def test_what_is_shown_to_a_clients_channel_holds_nothing_of_another_clients(desk: Conversation, line):
    """Ben's own Globex ticket does not appear in Acme's channel, whichever answer he shows there."""
    await desk.say("ben", "globex-team", "/open client=globex secret merger laptop")
    await desk.say("ben", "acme-team", line)
    assert not [p for p in await desk.posts("acme-team") if "merger" in p.words]


async def test_a_private_answer_can_be_shown_in_a_teams_channel_and_nowhere_else(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open printer")
    answer = await desk.say("ben", "acme-team", "/show 1")
    assert answer.reply is not None
    button = answer.reply.buttons[-1]
    assert button.label == "Show here"
    assert (await desk.say("ben", "acme-team", button.line())).status == 200
    assert any(p.author == "ben" and "printer" in p.words for p in await desk.posts("acme-team"))
    assert (await desk.say("ann", "acme-help", "/show 1 here=yes")).status == 403


async def test_words_among_staff_do_not_reach_the_requester(desk: Conversation):
    """Notes, and the reasons staff give when they escalate or reopen; try every command that takes words."""
    await desk.say("ann", "dm-ann", "/open cannot print")
    await desk.say("ben", "acme-team", "SECRET note", thread="ticket/1")
    await desk.say("ben", "acme-team", "/escalate 1 SECRET reason")
    await desk.say("ben", "acme-team", "/pending 1 vendor SECRET part")
    await desk.say("ben", "acme-team", "/pending 1 nobody SECRET rest")
    await desk.say("ben", "acme-team", "/resolve 1 Works now")
    await desk.say("ben", "acme-team", "/reopen 1 SECRET doubt")
    assert not [p for p in await desk.posts("dm-ann") if "SECRET" in p.words]
    assert "SECRET" not in desk.words((await desk.say("ann", "dm-ann", "/show 1")).reply)
    assert len([p for p in await desk.posts("acme-team") if "SECRET" in p.words]) >= 4


async def test_the_first_action_of_staff_opens_a_ticket_escalating_included(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open cannot print")
    await desk.say("ann", "dm-ann", "/escalate 1 it is urgent")
    assert "● new" in (await desk.post("acme-team", "ticket/1")).words
    await desk.say("ben", "acme-team", "/escalate 1 it is urgent indeed")
    assert "◐ open" in (await desk.post("acme-team", "ticket/1")).words


async def test_escalating_ends_with_the_last_people_of_the_path(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open cannot print")
    people = ("ann", "ben", "mia", "olga")
    said = [(await desk.say(person, f"dm-{person}", "/escalate 1 please hurry")).status for person in people]
    assert said == [200, 200, 200, 409]


async def test_a_number_inside_a_thread_is_not_taken_for_another_ticket(desk: Conversation):
    """In the thread of 1, "2 cables" are cables; `#2` is a number."""
    for words in ("first thing", "second thing"):
        await desk.say("ann", "dm-ann", f"/open {words}")
    await desk.say("ben", "acme-team", "/resolve 2 cables were swapped", thread="ticket/1")
    assert "✓ resolved" in (await desk.post("acme-team", "ticket/1")).words
    assert "● new" in (await desk.post("acme-team", "ticket/2")).words
    await desk.say("ben", "acme-team", "/resolve #2 as well", thread="ticket/1")
    assert "✓ resolved" in (await desk.post("acme-team", "ticket/2")).words


async def test_a_manager_may_write_a_note_where_she_may_read(desk: Conversation):
    """A line that was shown in the team's thread is on the record, whoever of its readers wrote it."""
    await desk.say("ann", "dm-ann", "/open cannot print")
    assert (await desk.say("rosa", "acme-team", "the customer called me", thread="ticket/1")).status == 200
    assert "the customer called me" in desk.words((await desk.say("ben", "acme-team", "/show 1")).reply)


async def test_staff_cannot_go_on_with_a_closed_ticket_in_the_requesters_name(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open cannot print")
    await desk.say("ben", "acme-team", "/resolve 1 Works now")
    await desk.wait(3 * 86400 + 60)
    refused = await desk.say("ben", "acme-team", "/reply 1 one more thing")
    assert refused.status == 409
    assert "Only its requester" in refused.error


async def test_two_who_take_a_ticket_do_not_take_it_from_each_other(desk: Conversation):
    """The second press is answered with how things stand; taking over is another line and asks first."""
    await desk.say("ann", "dm-ann", "/open cannot print")
    seen = (await desk.post("acme-team", "ticket/1")).version
    await desk.press("ben", "acme-team", "ticket/1", "/claim number=1", seen)
    late = await desk.press("mia", "acme-team", "ticket/1", "/claim number=1", seen)
    assert "Ben has it" in desk.words(late.reply)
    typed = await desk.say("mia", "acme-team", "/claim 1")
    assert (typed.status, "`/assign 1 me` takes it over" in typed.error) == (409, True)
    await desk.press("mia", "acme-team", "ticket/1", "/assign number=1 person=me")
    assert "Mia has it" in (await desk.post("acme-team", "ticket/1")).words


async def test_a_slip_is_only_answered_with_what_one_may_do(desk: Conversation):
    """Ann, who may approve nothing, is asked what she needs; Mia is asked whether she meant /approve."""
    anns = await desk.say("ann", "dm-ann", "/aprove 3")
    assert anns.form is not None
    mias = await desk.say("mia", "dm-mia", "/aprove 3")
    assert mias.reply is not None
    assert "Did you mean /approve?" in desk.words(mias.reply)
    assert mias.reply.buttons[0].line() == "/approve number=3"


async def test_what_is_broken_from_last_month_is_still_told(desk: Conversation):
    """`sla` counts what was opened this month; what is broken or at risk now is named whenever it was opened."""
    await desk.say("ann", "dm-ann", "/open priority=P1 nobody can log in")
    desk.clock.step(30 * 86400)
    answer = desk.words((await desk.say("rosa", "dm-rosa", "/sla acme")).reply)
    assert "0 tickets opened in December so far" in answer
    assert "Broken and still open: 1" in answer


async def test_a_form_is_sent_once_however_often_its_button_is_pressed(desk: Conversation):
    """Each form has an id of its own, the same for the same question; a platform without event ids uses it as one."""
    one = await desk.say("ann", "dm-ann", "my screen is black", key="k1")
    again = await desk.say("ann", "dm-ann", "my screen is black", key="k1")
    other = await desk.say("ann", "dm-ann", "my screen is black", key="k2")
    assert one.form
    assert again.form
    assert other.form
    assert one.form.id == again.form.id != other.form.id
    wrong = await desk.submit("ann", "dm-ann", one.form.id, subject="")
    assert wrong.form
    assert wrong.form.id == one.form.id
    assert (await desk.submit("ann", "dm-ann", one.form.id, subject="my screen is black")).status == 200
