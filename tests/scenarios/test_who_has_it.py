"""Who has a ticket: taken, given, given back, given to a team."""

from dataclasses import replace

from tests.conversation import Conversation


async def test_the_first_to_take_a_ticket_has_it_and_the_second_is_told_who_and_how_to_take_it_over(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    assert (await desk.say("ben", "acme-team", "/claim 1")).status == 200
    second = await desk.say("mia", "acme-team", "/claim 1")
    assert (second.status, second.error) == (409, "Ben has 1. `/assign 1 me` takes it over.")
    await desk.say("mia", "acme-team", "/assign 1 me")
    card = await desk.post("acme-team", "ticket/1")
    assert "Mia has it" in card.words
    assert [p.words for p in await desk.posts("acme-team")][-1] == "Mia: took it over from Ben"
    assert "Mia is on it" in (await desk.post("dm-ann", "ticket/1")).words


async def test_whoever_is_given_a_ticket_is_told_in_their_own_channel_and_can_give_it_back(desk: Conversation):
    """Taking one oneself tells nobody in private."""
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    await desk.say("ben", "acme-team", "/assign 1 ben")
    assert await desk.posts("dm-ben") == []
    await desk.say("ben", "acme-team", "/assign 1 @Mia")
    [told] = await desk.posts("dm-mia")
    assert told.words == "Ben gave you 1 (Acme Web Shops, VPN drops every hour)."
    assert told.buttons == ("Show", "Reply…", "Pending…", "Resolve…", "Give back")
    assert (await desk.say("mia", "dm-mia", "/unassign 1")).status == 200
    assert "Nobody has it yet" in (await desk.post("acme-team", "ticket/1")).words
    again = await desk.say("mia", "dm-mia", "/unassign 1")
    assert (again.status, again.error) == (409, "Nobody has 1. `/claim 1` takes it.")


async def test_a_team_gets_a_ticket_and_keeps_whoever_of_it_has_it(desk: Conversation):
    desk.config = replace(desk.config, teams={"desk": ("ben", "mia"), "network": ("mia", "tom")})
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    await desk.say("ben", "acme-team", "/claim 1")
    await desk.say("ben", "acme-team", "/assign 1 network")
    card = await desk.post("acme-team", "ticket/1")
    assert "Nobody has it yet · team network" in card.words, "Ben is not of that team"
    assert [p.words for p in await desk.posts("acme-team")][-1] == "Ben: gave it to team network"
    await desk.say("mia", "acme-team", "/claim 1")
    await desk.say("mia", "acme-team", "/assign 1 desk")
    assert "Mia has it" in (await desk.post("acme-team", "ticket/1")).words, "she is of both"


async def test_somebody_who_does_not_work_for_the_client_cannot_be_given_its_tickets(desk: Conversation):
    """Nor can a team of which nobody does; the answer names who can."""
    desk.config = replace(desk.config, teams={"desk": ("ben", "mia"), "sales": ("rosa",)})
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    for whom in ("ann", "rosa", "sales", "nobody-at-all"):
        refused = await desk.say("ben", "acme-team", f"/assign 1 {whom}")
        assert refused.status == 404, whom
        assert f"“{whom}” does not work for Acme Web Shops. These do: ben, mia, tom, olga, team desk." in refused.error
    form = (await desk.say("ben", "acme-team", "/assign 1")).form
    assert form, "without a name the form asks"
    assert [value for value, _ in form.fields[1].choices] == ["me", "ben", "mia", "tom", "olga", "desk"]


async def test_the_first_action_of_staff_is_when_it_was_touched_and_replies_are_counted(desk: Conversation):
    """What the requester does is no touch; a note and a reply are, and only replies are counted."""

    async def facts():
        return await desk.store.read(lambda tx: (tx.ticket(1).touched_at, tx.ticket(1).replies))

    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    await desk.say("ann", "dm-ann", "and the mail too", thread="ticket/1")
    assert await facts() == (None, 0)
    touched = desk.clock.step(60)
    await desk.say("ben", "acme-team", "/note 1 Looks like the firewall")
    desk.clock.step(60)
    await desk.say("ben", "acme-team", "/reply 1 Restart it")
    await desk.say("ann", "dm-ann", "that helped", thread="ticket/1")
    await desk.say("ben", "dm-ann", "Good", thread="ticket/1")
    assert await facts() == (touched, 2)
