"""Whose words answer, ask again, or are only kept: the desk's, those who ask, those who watch."""

from tests.conversation import Conversation


async def clocks(desk: Conversation) -> dict[str, bool]:
    ticket = await desk.store.read(lambda tx: tx.ticket(1))
    return {str(clock.metric): clock.met_at is not None for clock in ticket.clocks}


async def test_a_contacts_words_are_no_answer_of_the_desks(desk: Conversation):
    """Dora speaks for Acme: what she adds asks, as Ann's own words do."""
    await desk.say("ann", "dm-ann", "/open VPN drops")
    assert (await desk.say("dora", "dm-dora", "/reply 1 It hurts us all")).status == 200
    assert (await clocks(desk))["first_response"] is False
    await desk.say("ben", "acme-team", "/reply 1 On it")
    assert (await clocks(desk))["first_response"] is True


async def test_a_contacts_ticket_for_a_colleague_is_owed_an_answer(desk: Conversation):
    """The client has asked; only what the desk opens by itself owes none until somebody writes."""
    await desk.say("dora", "dm-dora", "/open --for carl A new screen")
    assert "first_response" in await clocks(desk)
    await desk.say("ben", "acme-team", "/open --for ann A new mouse")
    ticket = await desk.store.read(lambda tx: tx.ticket(2))
    assert "first_response" not in {str(clock.metric) for clock in ticket.clocks}


async def test_thanks_of_one_who_only_watches_reopen_nothing(desk: Conversation):
    await desk.say("carl", "dm-carl", "/open VPN drops")
    await desk.say("ben", "acme-team", "/watch 1 ann")
    await desk.say("ben", "acme-team", "/resolve 1 code=fixed Restarted")
    assert (await desk.say("ann", "dm-ann", "/reply 1 thanks all")).status == 200
    assert "resolved" in (await desk.post("acme-team", "ticket/1")).words
    assert [p for p in await desk.posts("dm-carl") if "thanks all" in p.words]
    await desk.say("carl", "dm-carl", "/reply 1 not solved")
    assert "open" in (await desk.post("acme-team", "ticket/1")).words


async def test_what_a_requester_says_when_it_opens_again_stays_in_their_story(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open VPN drops")
    await desk.say("ben", "acme-team", "/resolve 1 code=fixed Restarted")
    await desk.say("ann", "dm-ann", "/reopen 1 It drops again at noon")
    assert "It drops again at noon" in desk.words((await desk.say("ann", "dm-ann", "/show 1")).reply)


async def test_a_wait_can_be_moved_without_its_clock_noticing(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open VPN drops")
    await desk.say("ben", "acme-team", "/pending 1 vendor until=2h A part is ordered")
    first = await desk.store.read(lambda tx: tx.ticket(1))
    moved = await desk.say("ben", "acme-team", "/pending 1 vendor until=4h It comes later")
    assert moved.status == 200, moved.error
    after = await desk.store.read(lambda tx: tx.ticket(1))
    assert (after.wake_at - first.wake_at).total_seconds() == 2 * 3600
    assert after.clocks == first.clocks
    assert "It comes later" in (await desk.post("acme-team", "ticket/1")).words


async def test_a_cause_is_not_caused_by_what_it_causes(desk: Conversation):
    for subject in ("VPN drops", "The firewall is old"):
        await desk.say("ann", "dm-ann", f"/open {subject}")
    assert (await desk.say("ben", "acme-team", "/relate 1 caused_by 2")).status == 200
    refused = await desk.say("ben", "acme-team", "/relate 2 caused_by 1")
    assert refused.status == 409
    assert "it cannot be both" in refused.error
