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
    assert team.buttons == ("Take it", "Reply…", "Pending…", "Resolve…", "More")
    await desk.press("ben", "acme-team", "ticket/1", "/claim number=1")
    assert "Ben is on it" in (await desk.post("dm-ann", "ticket/1")).words
    await desk.say("ben", "acme-team", "looks like the new firewall", thread="ticket/1")
    assert not [p for p in await desk.posts("dm-ann") if "firewall" in p.words]
    await desk.say("ben", "acme-team", "/reply 1 Please restart the VPN client")
    heard = [p for p in await desk.posts("dm-ann") if "restart the VPN client" in p.words]
    assert heard[0].author == "ben"
    assert heard[0].under == "ticket/1"
    await desk.say("ben", "acme-team", "/pending 1 customer Is it better?")
    assert "waiting for you" in (await desk.post("dm-ann", "ticket/1")).words
    assert "paused: waiting for the customer" in (await desk.post("acme-team", "ticket/1")).words
    await desk.say("ann", "dm-ann", "yes, better", thread="ticket/1")
    assert "◐ open" in (await desk.post("acme-team", "ticket/1")).words
    assert [p.author for p in await desk.posts("acme-team") if p.words == "yes, better"] == ["ann"]
    solved = await desk.say("ben", "acme-team", "/resolve 1 Updated the VPN client")
    assert solved.status == 200
    assert "✓ resolved" in (await desk.post("dm-ann", "ticket/1")).words
    await desk.wait(3 * 86400 - 60)
    assert "✓ resolved" in (await desk.post("dm-ann", "ticket/1")).words
    await desk.wait(61)
    assert "■ closed" in (await desk.post("dm-ann", "ticket/1")).words
    again = await desk.say("ann", "dm-ann", "it drops again", thread="ticket/1")
    assert again.reply is not None
    assert again.reply.number == 2
    assert "Continues 1, which is closed" in (await desk.post("acme-team", "ticket/2")).words


async def test_a_reply_to_what_is_resolved_opens_it_again(desk: Conversation):
    """`resolved → open` when the requester writes; the solution's clock runs on from what was used."""
    await desk.say("ann", "dm-ann", "/open printer is on fire")
    await desk.say("ben", "acme-team", "/resolve 1 Poured water on it")
    await desk.say("ann", "dm-ann", "still burning", thread="ticket/1")
    card = await desk.post("acme-team", "ticket/1")
    assert "◐ open" in card.words
    assert "Solution: by" in card.words


async def test_staff_in_the_requesters_own_thread_reach_the_requester(desk: Conversation):
    """Only `reply`, or staff writing in the requester's own thread, satisfies a response."""
    await desk.say("ann", "dm-ann", "/open cannot print")
    await desk.say("ben", "acme-team", "her driver is old", thread="ticket/1")
    assert "First answer: by" in (await desk.post("acme-team", "ticket/1")).words
    await desk.say("ben", "dm-ann", "Your driver is old, I send you a new one", thread="ticket/1")
    assert "First answer: ✓ in time" in (await desk.post("acme-team", "ticket/1")).words
    assert any(p.author == "ben" and "driver is old, I send" in p.words for p in await desk.posts("acme-team"))


async def test_a_solved_ticket_refuses_what_only_an_open_one_takes(desk: Conversation):
    """Every transition that is not legal is refused with a sentence, and nothing changes."""
    await desk.say("ann", "dm-ann", "/open cannot print")
    await desk.say("ben", "acme-team", "/resolve 1 Works now")
    before = await desk.post("acme-team", "ticket/1")
    lines = ("/claim 1", "/assign 1 mia", "/unassign 1", "/priority 1 P1 all", "/pending 1 vendor", "/escalate 1 hurry")
    for line in (*lines, "/resolve 1 again"):
        refused = await desk.say("ben", "acme-team", line)
        assert refused.status == 409, line
        assert "1 is resolved" in refused.error
    assert await desk.post("acme-team", "ticket/1") == before


async def test_a_colleagues_ticket_is_as_absent_as_one_that_does_not_exist(desk: Conversation):
    """Word for word the same answer, for every command that takes a number."""
    await desk.say("ann", "dm-ann", "/open my salary looks wrong")
    for word in ("show", "reply", "escalate", "resolve", "reopen", "why"):
        tail = "" if word in {"show", "reopen", "why"} else " some words"
        theirs = await desk.say("carl", "dm-carl", f"/{word} 1{tail}")
        none = await desk.say("carl", "dm-carl", f"/{word} 99{tail}")
        stranger = await desk.say("gina", "dm-gina", f"/{word} 1{tail}")
        assert theirs.status == none.status == stranger.status == 404, word
        assert theirs.error.replace("1", "N") == none.error.replace("99", "N") == stranger.error.replace("1", "N")
