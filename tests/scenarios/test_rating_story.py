"""How was it? Asked once, answered by one press, and it can be told in words."""

from tests.conversation import Conversation

DAY = 86_400


async def solved(desk: Conversation) -> None:
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    await desk.say("ben", "acme-team", "/reply 1 Restart it")
    await desk.say("ben", "acme-team", "/resolve 1 code=fixed Updated the client")


async def asked(desk: Conversation) -> list:
    return [p for p in await desk.posts("dm-ann") if p.words.startswith("How was the help with 1")]


async def test_it_is_asked_once_when_the_ticket_closes_and_one_press_answers(desk: Conversation):
    await solved(desk)
    assert await asked(desk) == []
    await desk.wait(3 * DAY + 1)
    (question,) = await asked(desk)
    assert question.buttons == ("1 ★", "2 ★", "3 ★", "4 ★", "5 ★")
    assert question.under == "ticket/1"
    answer = await desk.press("ann", "dm-ann", question.key, "/rate number=1 stars=4")
    assert "4 of 5 for 1" in desk.words(answer.reply)
    assert [p for p in await desk.posts("acme-team") if p.words == "Ann: 4 of 5 stars"]
    assert (await desk.store.read(lambda tx: tx.ticket(1))).stars == 4


async def test_whoever_confirms_is_asked_at_once(desk: Conversation):
    await solved(desk)
    await desk.say("ann", "dm-ann", "/confirm 1")
    assert len(await asked(desk)) == 1


async def test_a_word_can_be_added_and_the_newest_counts(desk: Conversation):
    await solved(desk)
    first = await desk.say("ann", "dm-ann", "/rate 1 2")
    form = await desk.say("ann", "dm-ann", first.reply.buttons[0].line())
    assert form.form is not None
    await desk.submit("ann", "dm-ann", form.form.id, number="1", stars="5", words="So quick")
    assert (await desk.store.read(lambda tx: tx.ticket(1))).stars == 5
    assert [p for p in await desk.posts("acme-team") if p.words == "Ann: 5 of 5 stars: So quick"]
    assert "resolved" in (await desk.post("acme-team", "ticket/1")).words, "a word of thanks reopens nothing"


async def test_nobody_rates_for_another_nor_before_it_is_solved(desk: Conversation):
    await desk.say("ann", "dm-ann", "/open VPN drops")
    early = await desk.say("ann", "dm-ann", "/rate 1 5")
    assert (early.status, early.error) == (409, "1 is new. How it was is asked when it is solved.")
    await desk.say("ben", "acme-team", "/resolve 1 code=fixed Done")
    own = await desk.say("ben", "acme-team", "/rate 1 5")
    assert (own.status, own.error) == (403, "Only Ann, who asked, can say how it was.")
    odd = await desk.say("ann", "dm-ann", "/rate 1 stars=6")
    assert odd.status == 422
