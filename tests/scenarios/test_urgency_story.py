"""How urgent a ticket is, why, and who decides."""

from dataclasses import replace
from datetime import timedelta

from desk.sla import Metric
from desk.tickets import Priority
from handlers import promises
from tests.conversation import Conversation


async def ticket(desk: Conversation):
    return await desk.store.read(lambda tx: tx.ticket(1))


async def test_impact_and_urgency_make_the_priority_and_the_card_says_why(desk: Conversation):
    """The clocks get the new target from their start: what has passed stays passed."""
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    assert "P2 (usual)" in (await desk.post("acme-team", "ticket/1")).words
    opened = desk.clock.now()
    desk.clock.step(60)
    answer = await desk.say("ben", "acme-team", "/priority 1 impact=medium urgency=medium The whole second floor")
    assert answer.status == 200, answer.error
    words = (await desk.post("acme-team", "ticket/1")).words
    assert "P3 (a group can work, with trouble. The whole second floor)" in words
    now = await ticket(desk)
    assert (now.priority, now.impact, now.urgency) == (Priority.P3, "medium", "medium")
    assert promises.due_at(now, desk.config, Metric.FIRST_RESPONSE) == opened + timedelta(minutes=10)
    said = [p.words for p in await desk.posts("dm-ann")]
    assert said[-1] == "What we promise has changed: the card above says by when."
    assert not [words for words in said if "second floor" in words], "why is the team's"


async def test_a_priority_can_be_said_with_a_reason_and_not_without(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    refused = await desk.say("ben", "acme-team", "/priority 1 p1")
    assert refused.error.startswith("Why?")
    assert refused.form, "the form asks for the reason"
    await desk.say("ben", "acme-team", "/priority 1 p1 The board meets at noon")
    assert "P1 (The board meets at noon)" in (await desk.post("acme-team", "ticket/1")).words
    both = await desk.say("ben", "acme-team", "/priority 1 P1 impact=high The board")
    assert "Either a priority and why" in both.error
    half = await desk.say("ben", "acme-team", "/priority 1 impact=high")
    assert "How long can it wait" in half.error


async def test_without_anything_said_a_form_asks_and_nothing_changes(desk: Conversation):
    """Staff see what it is now; a requester is not asked for a priority."""
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    before = await ticket(desk)
    staff = (await desk.say("ben", "acme-team", "/priority 1")).form
    own = (await desk.press("ann", "dm-ann", "ticket/1", "/priority number=1 ask=yes")).form
    assert staff
    assert own
    assert staff.intro == (("It is P2 (usual) now.",),)
    assert [f.name for f in staff.fields] == ["number", "priority", "impact", "urgency", "words"]
    assert [f.name for f in own.fields] == ["number", "impact", "urgency", "words"]
    assert await ticket(desk) == before


async def test_a_requester_asks_for_more_urgency_and_the_team_decides_with_one_press(desk: Conversation):
    """No promise moves by a requester's word alone; whoever has the ticket is told besides the team."""
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    await desk.say("ben", "acme-team", "/claim 1")
    before = await ticket(desk)
    answer = await desk.submit(
        "ann", "dm-ann", "priority", number="1", impact="high", urgency="high", words="Nobody can sell"
    )
    assert "The team was asked, and decides." in desk.words(answer.reply)
    assert await ticket(desk) == before
    asked = (await desk.posts("acme-team"))[-1]
    assert asked.words == (
        "Ann says that it got urgent: the whole company or site cannot work at all. Nobody can sell"
        " It is P2 now."
    )
    assert (asked.under, asked.buttons) == (None, ("Make it P1", "Reply…"))
    assert (await desk.posts("dm-ben"))[-1].words == asked.words
    line = "/priority number=1 impact=high urgency=high"
    assert (await desk.press("ben", "acme-team", asked.key, line)).status == 200
    assert (await ticket(desk)).priority is Priority.P1


async def test_a_requester_whose_ticket_is_that_urgent_already_is_told_so(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    answer = await desk.say("ann", "dm-ann", "/priority 1 impact=low urgency=low I can wait")
    assert "treated as that urgent already" in desk.words(answer.reply)
    said = (await desk.posts("acme-team"))[-1]
    assert (said.under, said.buttons) == ("ticket/1", ()), "in the thread, as there is nothing to decide"
    refused = await desk.say("ann", "dm-ann", "/priority 1 P1 please")
    assert (refused.status, "The team sets it." in refused.error) == (403, True)


async def test_a_matrix_of_ones_own_decides(desk: Conversation):
    """The operator's, not ours."""
    flat = dict.fromkeys(desk.config.desk.matrix, Priority.P4)
    desk.config = replace(desk.config, desk=replace(desk.config.desk, matrix=flat))
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    await desk.say("ben", "acme-team", "/priority 1 impact=high urgency=high")
    assert (await ticket(desk)).priority is Priority.P4


async def test_a_rule_and_a_person_are_named_as_the_reason(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open category=question How do I print?")
    await desk.say("ann", "dm-ann", "/open priority=P1 Nobody can print")
    assert "P4 (by the rule “questions can wait”)" in (await desk.post("acme-team", "ticket/1")).words
    assert "P1 (chosen by Ann)" in (await desk.post("acme-team", "ticket/2")).words
