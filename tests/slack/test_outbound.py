"""The door out against the stand-in: what is posted, what is refused and how, and looking for what may be there.

Rows of docs/reliability.md: `429; 5xx; timeout; reply lost after accept; connection reset`.
"""

from datetime import UTC, datetime, timedelta

import pytest

from bot.platforms.contract import DeliveryRefused, HistoryUnreadable, MessageGone, Outgoing
from desk.cards import Button, Card, text
from tests.slack.harness import slack_desk
from tests.standin.faults import Fault

CARD = Card("alert/42", "Checkout", "▲ DOWN", 42, buttons=(Button("Acknowledge", "ack", (("number", "42"),)),))
BEFORE = timedelta(minutes=1)


def outgoing(desk, key="k1", **more):
    given = {"destination": f"slack/{desk.room}", "thread": None, "card": CARD, "words": (), "author": None, **more}
    return Outgoing(send_key=key, version=3, key="alert/42", buttons=(), **given)


async def test_a_post_carries_its_random_key_and_nothing_else_to_be_read():
    async with slack_desk() as desk:
        ts = await desk.platform.out.post(outgoing(desk))
        [sent] = desk.calls("chat.postMessage")
        [seen] = desk.there.eyes.seen(desk.ann, desk.room)
        assert seen.ts == ts
        assert seen.metadata == {"event_type": "deskbell_post", "event_payload": {"key": "k1"}}
        assert [sent[name] for name in ("unfurl_links", "unfurl_media", "link_names")] == [False] * 3
        assert sent["parse"] == "none"


async def test_a_post_stands_in_its_thread_and_names_its_author():
    async with slack_desk() as desk:
        head = await desk.platform.out.post(outgoing(desk))
        reply = outgoing(desk, "k2", thread=head, card=None, words=text("on it"), author="ben")
        await desk.platform.out.post(reply)
        [seen] = desk.there.eyes.seen(desk.ann, desk.room, head)
        assert seen.words.startswith("Ben ")
        assert "on it" in seen.words
        assert len(desk.there.eyes.seen(desk.ann, desk.room)) == 1


async def test_a_direct_place_is_opened_once_and_kept():
    async with slack_desk() as desk:
        for number in range(2):
            await desk.platform.out.post(outgoing(desk, f"k{number}", destination=f"slack/@{desk.ann}"))
        assert len(desk.there.eyes.direct(desk.ann)) == 2
        assert len(desk.calls("conversations.open")) == 1


async def test_an_edit_and_a_copys_mark_change_the_message_that_is_there():
    async with slack_desk() as desk:
        ts = await desk.platform.out.post(outgoing(desk))
        await desk.platform.out.edit(ts, outgoing(desk, card=None, words=text("the second state")))
        [seen] = desk.there.eyes.seen(desk.ann, desk.room)
        assert (seen.ts, seen.words) == (ts, "the second state")
        assert seen.metadata["event_payload"] == {"key": "k1"}, "it can still be found"
        assert desk.calls("chat.update")[0]["metadata"], "said again, since nothing promises that Slack keeps it"
        await desk.platform.out.mark_copy(ts, outgoing(desk))
        [marked] = desk.there.eyes.seen(desk.ann, desk.room)
        assert "second copy" in marked.words
        assert marked.buttons == ()


@pytest.mark.parametrize("error", ["message_not_found", "cant_update_message", "edit_window_closed"])
async def test_an_edit_of_what_is_gone_says_so(error):
    async with slack_desk() as desk:
        ts = await desk.platform.out.post(outgoing(desk))
        desk.ws.troubles.add(Fault.GONE, "chat.update", error=error)
        with pytest.raises(MessageGone):
            await desk.platform.out.edit(ts, outgoing(desk))


@pytest.mark.parametrize(
    ("error", "permanent", "account"),
    [
        ("channel_not_found", True, False),
        ("not_in_channel", True, False),
        ("is_archived", True, False),
        ("thread_not_found", True, False),
        ("invalid_blocks", True, False),
        ("msg_too_long", True, False),
        ("invalid_auth", False, True),
        ("token_revoked", False, True),
        ("account_inactive", False, True),
        ("missing_scope", False, True),
        ("message_limit_exceeded", False, False),
    ],
)
async def test_a_definite_no_says_what_kind_of_no_it_is(error, permanent, account):
    async with slack_desk() as desk:
        desk.ws.troubles.add(Fault.REFUSE, error=error)
        with pytest.raises(DeliveryRefused) as refused:
            await desk.platform.out.post(outgoing(desk))
        assert (refused.value.permanent, refused.value.account) == (permanent, account)
        assert refused.value.reason.startswith(error)


async def test_too_many_posts_name_the_seconds_to_wait():
    async with slack_desk() as desk:
        desk.ws.troubles.add(Fault.RATE, retry_after=7)
        with pytest.raises(DeliveryRefused) as refused:
            await desk.platform.out.post(outgoing(desk))
        assert (refused.value.permanent, refused.value.retry_after, refused.value.account) == (False, 7.0, False)
        assert len(desk.calls("chat.postMessage")) == 1, "the outbox waits, not the SDK"


@pytest.mark.parametrize(
    "fault", [Fault.ERROR, Fault.ERROR_TAKEN, Fault.LOSE_REPLY, Fault.RESET], ids=lambda fault: fault.value
)
async def test_an_unclear_outcome_is_left_unclear_and_not_repeated(fault):
    """No call is made twice: the SDK by itself would."""
    async with slack_desk() as desk:
        desk.ws.troubles.add(fault)
        with pytest.raises(Exception, match=r".") as failed:
            await desk.platform.out.post(outgoing(desk))
        assert not isinstance(failed.value, DeliveryRefused | MessageGone)
        assert len(desk.calls("chat.postMessage")) == 1


@pytest.mark.parametrize("place", ["slack/C0NOWHERE", "acme-team", "discord/1", "slack/", "slack/@U0NOBODY"])
async def test_a_place_that_is_not_there_is_a_refusal_for_good(place):
    async with slack_desk() as desk:
        with pytest.raises(DeliveryRefused) as refused:
            await desk.platform.out.post(outgoing(desk, destination=place))
        assert (refused.value.permanent, refused.value.account) == (True, False)


@pytest.mark.parametrize("where", ["channel", "thread", "direct"])
async def test_a_post_is_found_by_its_key_among_many_and_only_there(where):
    async with slack_desk(echo=False) as desk:
        out, since = desk.platform.out, datetime.now(UTC) - BEFORE
        head = await out.post(outgoing(desk, "head"))
        place = {"direct": f"slack/@{desk.ann}"}.get(where, f"slack/{desk.room}")
        thread = head if where == "thread" else None
        for number in range(3):
            await out.post(outgoing(desk, f"other{number}", destination=place, thread=thread))
        twice = [await out.post(outgoing(desk, "k9", destination=place, thread=thread)) for _ in range(2)]
        found = await out.find(place, thread, "k9", since)
        assert [f.message_id for f in found] == twice, "oldest first"
        assert abs(found[0].at - datetime.now(UTC)) < BEFORE
        assert await out.find(place, thread, "k9", datetime.now(UTC) + BEFORE) == []
        assert await out.find(place, thread, "another", since) == []
        assert await out.find(f"slack/{desk.room}", head, "head", since) == [], "a head does not stand in its thread"
        elsewhere = f"slack/@{desk.ben}"
        assert await out.find(elsewhere, None, "k9", since) == []


async def test_a_look_reads_every_page():
    async with slack_desk(echo=False) as desk:
        out, since = desk.platform.out, datetime.now(UTC) - BEFORE
        first = await out.post(outgoing(desk, "k9"))
        for number in range(200):  # the newest come first, two hundred to a page
            await out.post(outgoing(desk, f"other{number}"))
        assert [f.message_id for f in await out.find(f"slack/{desk.room}", None, "k9", since)] == [first]
        assert len(desk.calls("conversations.history")) == 2


@pytest.mark.parametrize("error", ["missing_scope", "not_in_channel", "channel_not_found"])
async def test_a_history_that_is_not_shown_is_unreadable(error):
    async with slack_desk() as desk:
        desk.ws.troubles.add(Fault.UNREADABLE, "conversations.history", error=error)
        with pytest.raises(HistoryUnreadable):
            await desk.platform.out.find(f"slack/{desk.room}", None, "k9", datetime.now(UTC))


@pytest.mark.parametrize("fault", [Fault.RATE, Fault.ERROR], ids=lambda fault: fault.value)
async def test_a_look_that_fails_for_now_is_no_history_that_cannot_be_read(fault):
    """It is repeated: whoever sends without having looked may say it twice."""
    async with slack_desk() as desk:
        desk.ws.troubles.add(fault, "conversations.history")
        with pytest.raises(Exception, match=r".") as failed:
            await desk.platform.out.find(f"slack/{desk.room}", None, "k9", datetime.now(UTC))
        assert not isinstance(failed.value, DeliveryRefused | HistoryUnreadable)


async def test_a_look_with_a_revoked_token_is_the_accounts_refusal():
    """The account is paused, and looks again when its token works."""
    async with slack_desk() as desk:
        desk.ws.troubles.add(Fault.ACCOUNT, "conversations.history")
        with pytest.raises(DeliveryRefused) as refused:
            await desk.platform.out.find(f"slack/{desk.room}", None, "k9", datetime.now(UTC))
        assert (refused.value.reason, refused.value.account) == ("token_revoked", True)


async def test_a_thread_that_is_not_there_holds_nothing():
    async with slack_desk() as desk:
        assert await desk.platform.out.find(f"slack/{desk.room}", "1.000001", "k9", datetime.now(UTC)) == []
