"""Two tickets about the same thing become one, and nobody's words are lost."""

from tests.conversation import Conversation

GOES_ON = "This is the same as 1, so we go on with it there. What you write here reaches us there too."


async def two(desk: Conversation) -> None:
    """Ann's ticket 1 and Carl's ticket 2."""
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    await desk.say("carl", "dm-carl", "/open No connection from home")


async def merged(desk: Conversation) -> None:
    await two(desk)
    answer = await desk.say("ben", "acme-team", "/merge 2 into 1 sure=yes")
    assert answer.status == 200, answer.error


async def test_it_is_asked_what_will_happen_before_anything_does(desk: Conversation):
    """Both subjects, who will read what, and that it is final; the button carries the line that does it."""
    await two(desk)
    asked = await desk.say("ben", "acme-team", "/merge 2 into 1")
    words = desk.words(asked.reply)
    assert "Merge 2 into 1?" in words
    assert "2: No connection from home" in words
    assert "1: VPN drops every hour" in words
    assert "Carl will read in 1 what its requester reads." in words
    assert "It cannot be taken back." in words
    assert "● new" in (await desk.post("acme-team", "ticket/2")).words
    assert [b.label for b in asked.reply.buttons] == ["Merge them"]
    done = await desk.say("ben", "acme-team", asked.reply.buttons[0].line())
    assert done.reply.number == 1
    assert "→ merged" in (await desk.post("acme-team", "ticket/2")).words


async def test_the_child_says_where_it_goes_on_and_the_parent_names_it(desk: Conversation):
    """On both cards, in both threads, and to the child's requester in plain words; the child's clocks have ended."""
    await merged(desk)
    child, parent = await desk.post("acme-team", "ticket/2"), await desk.post("acme-team", "ticket/1")
    assert "Merged into 1, where it goes on" in child.words
    assert child.buttons == ("Show 1",)
    assert "First answer: owed no more" in child.words
    assert "Also reported as 2" in parent.words
    assert "watched by Carl" in parent.words
    team = await desk.posts("acme-team")
    assert [p.words for p in team if p.under == "ticket/2"][-1] == "Ben: merged it into 1, where it goes on"
    assert "Ben: merged 2 into it: No connection from home" in [p.words for p in team if p.under == "ticket/1"]
    assert GOES_ON in (await desk.post("dm-carl", "ticket/2")).words
    assert [p.words for p in await desk.posts("dm-carl") if p.under == "ticket/2"] == [GOES_ON]
    assert "Ann asked for this, and you watch it." in (await desk.post("dm-carl", "ticket/1")).words
    rung = await desk.store.read(
        lambda tx: tx.rows("SELECT kind FROM deadlines WHERE subject = 'ticket/2' AND due_at IS NOT NULL")
    )
    assert rung == []


async def test_words_in_the_childs_thread_are_said_in_the_parents(desk: Conversation):
    """The requester's reach the team and the parent's requester; a note stays among staff, and stands at the parent."""
    await merged(desk)
    await desk.say("ben", "acme-team", "/pending 1 customer Which version?")
    await desk.say("carl", "dm-carl", "version 3, at home", thread="ticket/2", message="m1")
    for channel in ("acme-team", "dm-ann", "dm-carl"):
        heard = [p for p in await desk.posts(channel) if p.words == "version 3, at home"]
        assert [(p.under, p.author) for p in heard] == [("ticket/1", "carl")], channel
    assert "◐ open" in (await desk.post("acme-team", "ticket/1")).words
    await desk.say("ben", "acme-team", "their router is old", thread="ticket/2", message="m2")
    notes = [p for p in await desk.posts("acme-team") if p.words == "their router is old"]
    assert [p.under for p in notes] == ["ticket/1"]
    assert not [p for channel in ("dm-ann", "dm-carl") for p in await desk.posts(channel) if "router" in p.words]


async def test_an_edit_in_the_childs_thread_follows_the_words_into_the_parents(desk: Conversation):
    await merged(desk)
    await desk.say("carl", "dm-carl", "version 3", thread="ticket/2", message="m1")
    await desk.say("carl", "dm-carl", "version 4", thread="ticket/2", message="m1", kind="edit")
    assert [p.words for p in await desk.posts("acme-team") if p.author == "carl" and p.under] == ["version 4"]
    story = await desk.store.read(lambda tx: [e.words for e in tx.timeline(1)])
    assert story[-1] == "edited a message, which now says: version 4"


async def test_an_answer_to_the_parent_reaches_whoever_asked_in_a_child(desk: Conversation):
    """By either number, and it counts as the parent's first answer. A solution is told to both."""
    await merged(desk)
    await desk.say("ben", "acme-team", "/reply 2 Please restart the client")
    for channel in ("dm-ann", "dm-carl"):
        heard = [p for p in await desk.posts(channel) if "restart the client" in p.words]
        assert [(p.under, p.author) for p in heard] == [("ticket/1", "ben")], channel
    assert "First answer: ✓ in time" in (await desk.post("acme-team", "ticket/1")).words
    await desk.say("ben", "acme-team", "/resolve 1 A new release")
    assert any("A new release" in p.words for p in await desk.posts("dm-carl"))
    assert "✓ resolved" in (await desk.post("dm-carl", "ticket/1")).words


async def test_what_the_childs_requester_writes_once_all_is_closed_opens_a_ticket_of_their_own(desk: Conversation):
    await merged(desk)
    await desk.say("ben", "acme-team", "/resolve 1 A new release")
    await desk.wait(4 * 86400)
    answer = await desk.say("carl", "dm-carl", "it drops again", thread="ticket/2")
    assert answer.reply.number == 3
    ticket = await desk.store.read(lambda tx: tx.ticket(3))
    assert (ticket.requester, ticket.follows) == ("carl", 1)


async def test_a_chain_of_merges_leads_to_the_one_that_goes_on(desk: Conversation):
    """3 into 2 into 1: words in the thread of 3 are said in 1, and everybody watches that."""
    await two(desk)
    await desk.say("ann", "dm-ann", "/open VPN is gone")
    await desk.say("ben", "acme-team", "/merge 3 into 2 sure=yes")
    assert (await desk.say("ben", "acme-team", "/merge 2 1 sure=yes")).status == 200
    await desk.say("ann", "dm-ann", "still gone", thread="ticket/3")
    assert [p.under for p in await desk.posts("acme-team") if p.words == "still gone"] == ["ticket/1"]


async def test_a_merge_that_makes_no_sense_is_refused_with_what_would(desk: Conversation):
    """Nothing changes, whichever way it is tried."""
    await merged(desk)
    await desk.say("ann", "dm-ann", "/open Printer is on fire")
    await desk.say("gina", "dm-gina", "/open Lorry is lost")
    refusals = {
        "/merge 3 into 3": "cannot be merged into itself",
        "/merge 3 into 2": "`/merge 3 into 1` does what you want",
        "/merge 1 into 2": "2 was merged into 1 itself.",
        "/merge 2 into 3": "2 was merged into 1 already.",
        "/merge 3 into 4": "only tickets of one client are merged",
        "/merge 3 into 99": "There is no 99 that you can see",
    }
    for line, part in refusals.items():
        answer = await desk.say("ben", "noc", f"{line} sure=yes")
        assert answer.status >= 400, line
        assert part in answer.error, line
    await desk.say("ben", "acme-team", "/resolve 1 Works")
    assert "`/reopen 1` comes first" in (await desk.say("ben", "noc", "/merge 3 into 1 sure=yes")).error
    await desk.wait(4 * 86400)
    answer = await desk.say("ben", "noc", "/merge 3 into 1 sure=yes")
    assert "`/relate 3 duplicate 1` links them instead" in answer.error
    assert (await desk.say("ann", "dm-ann", "/merge 3 into 1 sure=yes")).status == 403


async def test_who_may_see_nothing_of_the_client_is_not_made_to_watch(desk: Conversation):
    """Somebody who has left the configuration, or belongs to another client by now, is told no more."""
    from dataclasses import replace

    await two(desk)
    carl = replace(desk.config.people["carl"], client="globex")
    desk.config = replace(desk.config, people={**desk.config.people, "carl": carl})
    asked = await desk.say("ben", "acme-team", "/merge 2 into 1")
    assert "Carl" not in desk.words(asked.reply)
    await desk.say("ben", "acme-team", "/merge 2 into 1 sure=yes")
    assert (await desk.store.read(lambda tx: tx.ticket(1))).watchers == ()
