"""A ticket from open to closed, as its people live it."""

from tests.conversation import Conversation


async def test_a_ticket_is_opened_answered_solved_and_closed(desk: Conversation):
    """The whole life, with the words each side sees."""
    answer = await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    assert answer.status == 200, answer.error
    assert "VPN drops every hour" in desk.words(answer.reply)
    assert "We answer by 09:03 (3 min left)" in desk.words(answer.reply)
    team = await desk.post("acme-team", "ticket/1")
    assert "Nobody has it yet" in team.words
    assert team.buttons == ("Take it", "Reply…", "Pending…", "Resolve…", "Escalate…")
    await desk.press("ben", "acme-team", "ticket/1", "/assign number=1")
    assert "Ben is on it" in (await desk.post("dm-ann", "ticket/1")).words
    await desk.say("ben", "acme-team", "looks like the new firewall", thread="ticket/1")
    assert not [p for p in await desk.posts("dm-ann") if "firewall" in p.words]
    await desk.say("ben", "acme-team", "/reply 1 Please restart the VPN client")
    heard = [p for p in await desk.posts("dm-ann") if "restart the VPN client" in p.words]
    assert heard[0].author == "ben"
    assert heard[0].under == "ticket/1"
