"""The web chat's door out: the promises that the outbox builds on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.platforms.contract import DeliveryRefused, MessageGone, Outgoing
from desk.cards import Card, text

SAID = Outgoing("k1", "acme-team", None, 1, "alert/42", None, Card("alert/42", "checkout page", "▲ DOWN", 42), (), ())


async def shown(http, channel="acme-team", **query):
    return (await http.get(f"/api/channels/{channel}/messages", params={"as": "ben", **query})).json()


async def test_a_post_repeated_with_its_key_is_one_message(chat, http):
    first = await chat.outbound.post(SAID)
    assert await chat.outbound.post(SAID) == first
    assert [(m["id"], m["card"]["state"]) for m in await shown(http)] == [(first, "▲ DOWN")]


async def test_an_edit_shows_the_newest_state_and_an_older_one_does_not_bring_back_the_past(chat, http):
    number = await chat.outbound.post(SAID)
    up = replace(SAID, version=3, card=Card("alert/42", "checkout page", "✓ UP", 42))
    await chat.outbound.edit(number, up)
    await chat.outbound.edit(number, replace(SAID, version=2))
    await chat.outbound.edit(number, up)
    assert [(m["version"], m["card"]["state"]) for m in await shown(http)] == [(3, "✓ UP")]


@pytest.mark.parametrize("number", ["99", "no-number"])
async def test_an_edit_of_a_message_that_is_gone_says_so(chat, number):
    with pytest.raises(MessageGone):
        await chat.outbound.edit(number, SAID)


@pytest.mark.parametrize("channel", ["nowhere", "slack/C012"])  # unknown; another platform's
async def test_a_channel_that_is_not_here_refuses_for_good(chat, channel):
    with pytest.raises(DeliveryRefused) as refused:
        await chat.outbound.post(replace(SAID, destination=channel))
    assert refused.value.permanent
    assert not refused.value.account


async def test_a_reply_stands_under_its_parent_and_only_in_the_same_channel(chat, http):
    parent = await chat.outbound.post(SAID)
    words = Outgoing("k2", "acme-team", parent, 1, "n/1", "mia", None, text("Looking."), ())
    await chat.outbound.post(words)
    assert [(m["text"], m["author"]) for m in await shown(http, thread=parent)] == [("Looking.", "mia")]
    with pytest.raises(DeliveryRefused):
        await chat.outbound.post(replace(words, send_key="k3", destination="noc"))
    with pytest.raises(DeliveryRefused):
        await chat.outbound.post(replace(words, send_key="k4", thread="999"))


async def test_a_key_is_found_where_and_when_it_was_posted(chat, clock):
    at = clock.now()
    number = await chat.outbound.post(SAID)
    found = await chat.outbound.find("acme-team", None, "k1", at)
    assert [(f.message_id, f.at) for f in found] == [(number, at)]
    assert await chat.outbound.find("acme-team", None, "k9", at) == []
    assert await chat.outbound.find("noc", None, "k1", at) == []
    assert await chat.outbound.find("acme-team", number, "k1", at) == []
    assert await chat.outbound.find("acme-team", None, "k1", at + timedelta(seconds=1)) == []


async def test_a_second_copy_says_that_it_is_one_and_has_no_buttons(chat, http):
    number = await chat.outbound.post(SAID)
    await chat.outbound.mark_copy(number, SAID)
    copy = (await shown(http))[0]
    assert (copy["copy_of_another"], copy["text"], copy["card"]) == (True, "A second copy of a message above.", None)
    assert copy["buttons"] == []
