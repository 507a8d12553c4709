"""Time spent on a ticket: the team's business, corrected by a minus, never below nothing."""

import pytest

from tests.conversation import Conversation


async def spent(desk: Conversation) -> int:
    return await desk.store.read(lambda tx: tx.ticket(1).spent)


@pytest.fixture
async def opened(desk: Conversation) -> Conversation:
    await desk.say("ann", "dm-ann", "/open VPN drops every hour")
    return desk


async def test_time_adds_up_and_a_minus_takes_it_back(opened: Conversation):
    for typed, total in [("25m New cable", 1500), ("1h30", 6900), ("0.5h", 8700), ("90", 14_100), ("-10m", 13_500)]:
        answer = await opened.say("ben", "acme-team", f"/time 1 {typed}")
        assert answer.status == 200, answer.error
        assert await spent(opened) == total
    assert "3 h 45 min of work" in (await opened.post("acme-team", "ticket/1")).words
    said = [p.words for p in await opened.posts("acme-team")]
    assert "Ben: spent 25 min (25 min in all): New cable" in said
    assert "Ben: took back 10 min (3 h 45 min in all)" in said


async def test_more_than_there_is_more_than_a_day_and_no_length_at_all_are_refused(opened: Conversation):
    await opened.say("ben", "acme-team", "/time 1 5m")
    rows = {
        "-10m": "5 min is there for 1, so 10 min cannot be taken back.",
        "25h": "25 h is more than a day. Say it day by day.",
        "soon": "How long is “soon”? Write it like `25m`, `1h30` or `0.5h`.",
    }
    for typed, sentence in rows.items():
        refused = await opened.say("ben", "acme-team", f"/time 1 {typed}")
        assert refused.error == sentence
        assert refused.form
    assert await spent(opened) == 300


async def test_a_requester_neither_says_nor_sees_it(opened: Conversation):
    """Not on the card, not in its story, not in their channel."""
    await opened.say("ben", "acme-team", "/time 1 25m Gossip about the cable")
    refused = await opened.say("ann", "dm-ann", "/time 1 25m")
    assert refused.status == 403
    shown = opened.words((await opened.say("ann", "dm-ann", "/show 1")).reply)
    seen = [shown, *(p.words for p in await opened.posts("dm-ann"))]
    assert not [words for words in seen if "25 min" in words or "Gossip" in words or "of work" in words]


async def test_time_is_told_for_what_is_closed_too(opened: Conversation):
    """People write it down afterwards."""
    await opened.say("ben", "acme-team", "/resolve 1 New cable")
    await opened.say("ann", "dm-ann", "/confirm 1")
    assert (await opened.say("ben", "acme-team", "/time 1 25m")).status == 200
