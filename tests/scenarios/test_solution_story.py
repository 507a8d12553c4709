"""A ticket is solved, with a word for reports; its requester confirms it, or says that it is not."""

from desk.tickets import State
from tests.conversation import Conversation

DAY = 86_400


async def ticket(desk: Conversation):
    return await desk.store.read(lambda tx: tx.ticket(1))


async def solved(desk: Conversation, line: str = "/resolve 1 code=workaround Use the other gateway") -> None:
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    answer = await desk.say("ben", "acme-team", line)
    assert answer.status == 200, answer.error


async def test_the_requester_is_asked_to_confirm_and_their_yes_closes_at_once(desk: Conversation):
    await solved(desk)
    card = await desk.post("dm-ann", "ticket/1")
    assert "Ben: “Use the other gateway”" in card.words
    assert "It closes by itself Thu 09:00. Not solved? Write here, and it is open again." in card.words
    assert card.buttons == ("Solved, thanks", "Not solved…")
    assert "workaround" not in card.words, "the word for reports is ours"
    assert "Solved by Ben (A way around it was found): “Use" in (await desk.post("acme-team", "ticket/1")).words
    assert (await desk.press("ann", "dm-ann", "ticket/1", "/confirm number=1")).status == 200
    now = await ticket(desk)
    assert (now.state, now.code, now.closed_at) == (State.CLOSED, "workaround", desk.clock.now())
    assert (await desk.posts("acme-team"))[-1].words == "Ann: says that it is solved"
    again = await desk.say("ann", "dm-ann", "/confirm 1")
    assert (again.status, "1 is closed" in again.error) == (409, True)


async def test_not_solved_asks_for_a_word_opens_it_again_and_is_counted(desk: Conversation):
    await solved(desk)
    form = (await desk.press("ann", "dm-ann", "ticket/1", "/reopen number=1 ask=yes")).form
    assert form
    assert [f.label for f in form.fields] == ["Number", "What is still wrong"]
    await desk.submit("ann", "dm-ann", "reopen", number="1", words="It drops at noon")
    now = await ticket(desk)
    assert (now.state, now.code, now.reopens) == (State.OPEN, "", 1)
    assert (await desk.posts("acme-team"))[-1].words == "Ann: reopened it. It drops at noon"
    await desk.say("ben", "acme-team", "/resolve 1 Really fixed")
    await desk.say("ann", "dm-ann", "no", thread="ticket/1")
    assert (await ticket(desk)).reopens == 2, "a reply counts too"


async def test_without_an_answer_it_closes_after_three_working_days(desk: Conversation):
    await solved(desk)
    await desk.wait(3 * DAY - 1)
    assert (await ticket(desk)).state is State.RESOLVED
    await desk.wait(1)
    assert (await ticket(desk)).state is State.CLOSED


async def test_only_the_requester_confirms(desk: Conversation):
    """Staff are told what happens instead; and nothing is confirmed that is not solved."""
    await solved(desk)
    refused = await desk.say("ben", "acme-team", "/confirm 1")
    assert refused.error == "Only Ann, who asked, can say so. Without an answer 1 closes by itself."
    await desk.say("ann", "dm-ann", "/reopen 1")
    early = await desk.say("ann", "dm-ann", "/confirm 1")
    assert (early.status, early.error) == (
        409, "1 is open. Only what is resolved closes. `/resolve 1` says that it is solved.",
    )  # fmt: skip


async def test_how_it_ended_is_one_of_the_operators_words_and_the_first_where_none_is_said(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    refused = await desk.say("ben", "acme-team", "/resolve 1 code=magic It works")
    assert "“magic” is no such end. There are: fixed, workaround, duplicate" in refused.error
    form = (await desk.press("ben", "acme-team", "ticket/1", "/resolve number=1")).form
    assert form
    assert [(f.name, f.value) for f in form.fields] == [("number", "1"), ("code", "fixed"), ("words", "")]
    await desk.say("ben", "acme-team", "/resolve 1 It works")
    assert (await ticket(desk)).code == "fixed"


async def test_a_requester_who_says_it_is_solved_is_asked_for_no_word_of_ours_and_confirms_nothing(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    form = (await desk.say("ann", "dm-ann", "/resolve 1")).form
    assert form
    assert "code" not in [f.name for f in form.fields]
    await desk.say("ann", "dm-ann", "/resolve 1 Works again")
    assert (await ticket(desk)).code == ""
    assert (await desk.post("dm-ann", "ticket/1")).buttons == ("Not solved…",)
