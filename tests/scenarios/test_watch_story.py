"""Who watches a ticket is told what happens to it, in their own channel, and sees no more than they may."""

from dataclasses import replace

from tests.conversation import Conversation


async def watched(desk: Conversation) -> None:
    """Carl watches Ann's ticket 1, because Ben let him."""
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    answer = await desk.say("ben", "acme-team", "/watch 1 @carl")
    assert answer.status == 200, answer.error


async def test_a_colleague_who_watches_is_told_what_is_public_and_may_see_it(desk: Conversation):
    """A card of his own that follows, the words between both sides, and never a note."""
    await watched(desk)
    card = await desk.post("dm-carl", "ticket/1")
    assert "Ann asked for this, and you watch it." in card.words
    assert card.buttons == ("Add something…", "Stop watching")
    await desk.say("ben", "acme-team", "their firewall is a sieve", thread="ticket/1")
    await desk.say("ben", "acme-team", "/reply 1 Please restart the client")
    await desk.say("ben", "acme-team", "/pending 1 customer Is it better?")
    said = [p.words for p in await desk.posts("dm-carl")]
    assert any("restart the client" in words for words in said)
    assert not any("sieve" in words for words in said)
    assert "We wait for Ann: “Is it better?”" in (await desk.post("dm-carl", "ticket/1")).words
    shown = await desk.say("carl", "dm-carl", "/show 1")
    assert shown.status == 200
    assert "sieve" not in desk.words(shown.reply)
    await desk.say("ben", "acme-team", "/resolve 1 A new release")
    assert "A new release" in (await desk.post("dm-carl", "ticket/1")).words


async def test_a_colleague_who_watches_writes_to_both_sides(desk: Conversation):
    """In his own thread or by `/reply`: the customer has written, so a wait for the customer is over. He is not the
    requester, and reads the card of those who follow.
    """
    await watched(desk)
    for line, thread in (("it drops for me, too", "ticket/1"), ("/reply 1 at noon, mostly", None)):
        await desk.say("ben", "acme-team", "/pending 1 customer Is it better?")
        answer = await desk.say("carl", "dm-carl", line, thread=thread)
        assert answer.status == 200, answer.error
        words = line.removeprefix("/reply 1 ")
        for channel in ("acme-team", "dm-ann"):
            assert [p.author for p in await desk.posts(channel) if p.words == words] == ["carl"], channel
        assert "◐ open" in (await desk.post("acme-team", "ticket/1")).words
    assert "Ann asked for this, and you watch it." in desk.words(answer.reply)
    assert [b.label for b in answer.reply.buttons] == ["Add something…", "Stop watching"]
    assert "nobody has it" not in desk.words(answer.reply).lower()


async def test_the_words_of_whoever_watches_answer_nothing(desk: Conversation):
    await watched(desk)
    await desk.say("carl", "dm-carl", "/reply 1 at noon, mostly")
    assert "First answer: by" in (await desk.post("acme-team", "ticket/1")).words


async def test_a_colleague_who_watches_decides_nothing(desk: Conversation):
    """To solve, reopen, escalate or work it stays with its requester and the team."""
    await watched(desk)
    for line in ("/resolve 1 Fine now", "/escalate 1 Nobody can work", "/note 1 hello", "/tag 1 vpn", "/assign 1 me"):
        assert (await desk.say("carl", "dm-carl", line)).status in {403, 404}, line


async def test_who_stops_watching_is_told_no_more_and_sees_it_no_more(desk: Conversation):
    """The card that stood there says so; a number that one does not watch is as absent as any."""
    await watched(desk)
    assert (await desk.say("carl", "dm-carl", "/unwatch 1")).status == 200
    card = await desk.post("dm-carl", "ticket/1")
    assert "You watch this no more." in card.words
    await desk.say("ben", "acme-team", "/reply 1 Please restart the client")
    assert not [p for p in await desk.posts("dm-carl") if "restart" in p.words]
    assert await desk.post("dm-carl", "ticket/1") == card
    hers = await desk.say("carl", "dm-carl", "/show 1")
    none = await desk.say("carl", "dm-carl", "/show 99")
    assert hers.status == 404
    assert hers.error.replace("1", "99", 1) == none.error


async def test_staff_who_watch_have_the_teams_card_in_their_own_channel(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    await desk.say("mia", "acme-team", "/watch 1")
    card = await desk.post("dm-mia", "ticket/1")
    assert "Acme Web Shops · Ann" in card.words
    assert card.buttons[-1] == "Stop watching"
    assert "watched by Mia" in (await desk.post("acme-team", "ticket/1")).words
    await desk.say("ben", "acme-team", "/claim 1")
    assert "Ben has it" in (await desk.post("dm-mia", "ticket/1")).words
    await desk.say("rosa", "acme-team", "/watch 1")
    assert (await desk.post("dm-rosa", "ticket/1")).buttons == ("More", "Stop watching")


async def test_a_watch_that_makes_no_sense_is_refused_with_what_would(desk: Conversation):
    await watched(desk)
    refusals = [
        ("ann", "/watch 1", "its requester hears of it anyway"),
        ("carl", "/watch 1", "watched by you already"),
        ("carl", "/watch 1 @ann", "You choose for yourself alone"),
        ("ben", "/watch 1 @carl", "watched by Carl already"),
        ("ben", "/unwatch 1", "not watched by you"),
        ("ben", "/watch 1 @gina", "There is no “@gina” here"),
        ("ben", "/watch 1 @nobody-at-all", "There is no “@nobody-at-all” here"),
        ("ben", "/watch 1 crl", "did you mean `carl`?"),
        ("gina", "/watch 1", "There is no 1 that you can see"),
    ]
    for person, line, part in refusals:
        answer = await desk.say(person, f"dm-{person}", line)
        assert answer.status >= 400, line
        assert part in answer.error, line


async def test_who_has_gone_to_another_client_watches_no_more(desk: Conversation):
    """The ticket still names him; the desk looks at who he is now."""
    await watched(desk)
    carl = replace(desk.config.people["carl"], client="globex")
    desk.config = replace(desk.config, people={**desk.config.people, "carl": carl})
    before = await desk.posts("dm-carl")
    await desk.say("ben", "acme-team", "/reply 1 Please restart the client")
    assert await desk.posts("dm-carl") == before
    assert (await desk.say("carl", "dm-carl", "/show 1")).status == 404


async def test_a_watcher_is_not_asked_how_the_help_was(desk: Conversation):
    """That question is its requester's."""
    await watched(desk)
    await desk.say("ben", "acme-team", "/resolve 1 A new release")
    await desk.say("ann", "dm-ann", "/confirm 1")
    assert [p for p in await desk.posts("dm-ann") if p.key.startswith("rate") or "How was" in p.words]
    assert not [p for p in await desk.posts("dm-carl") if p.key.startswith("rate") or "How was" in p.words]
