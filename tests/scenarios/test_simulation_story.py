"""A promise is tried on past tickets before it is made."""

from tests.conversation import Conversation


async def past(desk: Conversation) -> None:
    """October: three tickets, solved after one, three and five hours; now it is November."""
    for number, hours in ((1, 1), (2, 3), (3, 5)):
        await desk.say("ann", "dm-ann", f"/open priority=P3 trouble number {number}")
        await desk.wait(hours * 3600)
        await desk.say("ben", "acme-team", f"/reply {number} I see")
        await desk.say("ben", "acme-team", f"/resolve {number} code=fixed Done")


async def test_a_shorter_target_says_what_would_have_been_missed(desk: Conversation):
    await past(desk)
    answer = await desk.say("rosa", "dm-rosa", "/simulate acme target=4h priority=P3 period=2026-11")
    words = desk.words(answer.reply)
    assert "As promised: 100.0 % (3 of 3; target 90 %) ✓" in words
    assert "Then: 66.7 % (2 of 3; target 90 %) ▲" in words
    assert "1 would have been missed: 3" in words
    assert "Nothing was changed." in words


async def test_what_cannot_be_tried_is_asked_about(desk: Conversation):
    """Nothing to try, a length that is none, a calendar that is none: each with what would work."""
    for line, sentence in (
        ("/simulate acme", "What is to be tried? Say target=4h, or calendar=NAME."),
        ("/simulate acme target=soon", "How long is “soon”?"),
        ("/simulate acme calendar=nights", "There are: around-the-clock, berlin-office."),
        ("/simulate acme target=4h period=yesteryear", "is no month or quarter that I know"),
    ):
        answer = await desk.say("rosa", "dm-rosa", line)
        assert answer.status == 422, line
        assert sentence in answer.error, line


async def test_only_who_may_see_the_numbers_may_try_them(desk: Conversation):
    assert (await desk.say("ann", "dm-ann", "/simulate acme target=4h")).status == 403
