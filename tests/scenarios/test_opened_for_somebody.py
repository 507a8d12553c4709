"""A ticket that staff open for somebody who called."""

from datetime import timedelta

from desk.sla import Metric
from handlers import promises
from tests.conversation import Conversation


async def ticket(desk: Conversation):
    return await desk.store.read(lambda tx: tx.ticket(1))


async def test_it_is_theirs_and_they_are_told_in_their_own_channel(desk: Conversation):
    """With its card. Both may see it; the team's card says who opened it."""
    answer = await desk.say("ben", "noc", "/open --for @ann Her phone rings no more")
    assert answer.status == 200, answer.error
    now = await ticket(desk)
    assert (now.requester, now.opened_by, now.client) == ("ann", "ben", "acme"), "the client follows from the person"
    card, line = await desk.posts("dm-ann")
    assert "Her phone rings no more" in card.words
    assert "Ben opened this for you." in card.words
    assert (line.under, line.words) == (
        "ticket/1", "Ben opened this for you. Write here if something is missing.",
    )  # fmt: skip
    assert "Acme Web Shops · Ann (opened by Ben)" in (await desk.post("acme-team", "ticket/1")).words
    for person in ("ann", "ben"):
        assert (await desk.say(person, f"dm-{person}", "/show 1")).status == 200


async def test_no_answer_is_promised_before_its_requester_writes(desk: Conversation):
    """Then it is, from that moment; the solution's clock runs from the start."""
    await desk.say("ben", "acme-team", "/open for=ann Her phone rings no more")
    assert promises.clock_of(await ticket(desk), Metric.FIRST_RESPONSE) is None
    assert "We solve it by" in (await desk.post("dm-ann", "ticket/1")).words
    await desk.wait(3600)
    await desk.say("ben", "acme-team", "/reply 1 A new one is on its way")
    await desk.say("ben", "acme-team", "/resolve 1 New phone")
    await desk.say("ben", "acme-team", "/reopen 1")
    assert promises.clock_of(await ticket(desk), Metric.FIRST_RESPONSE) is None, "staff reopened it"
    wrote = desk.clock.step(60)
    await desk.say("ann", "dm-ann", "which model?", thread="ticket/1")
    due = promises.due_at(await ticket(desk), desk.config, Metric.FIRST_RESPONSE)
    assert due == wrote + timedelta(minutes=3)


async def test_a_name_will_do_and_one_that_is_nobody_of_the_client_is_refused(desk: Conversation):
    assert (await desk.say("ben", "acme-team", "/open for='Ann Lee' Her phone")).status == 200
    refused = await desk.say("ben", "acme-team", "/open for=zoe Her phone")
    assert refused.error == "“zoe” is nobody of Acme Web Shops. There are: ann, carl, dora."
    assert refused.form
    other = await desk.say("ben", "acme-team", "/open for=gina client=acme Her phone")
    assert "“gina” is nobody of Acme Web Shops" in other.error


async def test_a_requester_opens_tickets_for_nobody_else(desk: Conversation):
    """Whether the other exists or not; and is not asked in the form."""
    for whom in ("carl", "gina", "zoe"):
        refused = await desk.say("ann", "dm-ann", f"/open for={whom} His phone")
        assert (refused.status, "Only the team opens tickets for others." in refused.error) == (403, True)
    form = (await desk.say("ann", "dm-ann", "/open")).form
    assert form
    assert "requester" not in [f.name for f in form.fields]
    assert await desk.store.read(lambda tx: tx.tickets()) == []
