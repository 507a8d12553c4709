"""A ticket's own thread at our door: found again or made once, its requester let in, and what is told of it."""

from datetime import timedelta

import aiohttp
import discord
import pytest

from bot.door import Requester
from bot.platforms.contract import DeliveryRefused, Outgoing
from bot.platforms.discord import private
from desk.cards import Card
from tests.discord.harness import World, connected, world
from tests.discord.standin.things import PRIVATE, PUBLIC, Channel
from tests.standin.faults import Fault

BEGIN, SEND = "POST /channels/{channel}/threads", "POST /channels/{channel}/messages"
LONG = "The printer is on fire " * 9


def card(w: World, subject: str = "VPN drops", root: str = "private:17", key: str = "ticket/17") -> Outgoing:
    return Outgoing("send-key", place(w), root, 1, key, None, Card(key, subject, "new"), (), ())


def place(w: World) -> str:
    return f"discord/{w.help.id}"


def asked_by(w: World, *accounts: str) -> None:
    w.door.requesters[17] = Requester(accounts or (str(w.ann.id),), w.discord.now())


def made(w: World) -> list[Channel]:
    return [each for each in w.discord.channels.values() if each.type == PRIVATE]


async def test_the_thread_is_there_before_the_card_and_the_store_knows_it():
    async with connected() as w:
        asked_by(w)
        number = int(await w.platform.out.post(card(w)))
        [thread] = made(w)
        assert (thread.parent, w.discord.messages[number].channel) == (w.help.id, thread.id)
        assert w.door.roots == {(place(w), "private:17"): str(thread.id)}
        assert w.people.threads(w.ann, w.help) == [thread]
        assert w.people.threads(w.ben, w.help) == []


@pytest.mark.parametrize("archived", [False, True])
async def test_after_a_crash_the_thread_that_was_made_is_the_one(archived):
    """It was made and not remembered, whether or not anybody had been let in."""
    async with connected() as w:
        asked_by(w)
        made_before = await w.platform.out._rest.start_private_thread(str(w.help.id), "17 · VPN drops")
        w.people.archive(w.discord.channels[int(made_before)], archived=archived)
        await w.platform.out.post(card(w))
        [thread] = made(w)
        assert (w.door.roots[place(w), "private:17"], thread.archived) == (str(thread.id), False)
        assert w.ann.id in thread.members


NOT_THE_ONE = [
    ("another ticket's", {"name": "171 · VPN drops"}),
    ("without a number", {"name": "17 VPN drops"}),
    ("somebody else's", {"owner": "ben"}),
    ("one that all see", {"type": PUBLIC}),
    ("of another channel", {"parent": "team"}),
    ("older than the ticket, so of another one with this number", {"age": timedelta(minutes=5)}),
]


@pytest.mark.parametrize(("why", "differs"), NOT_THE_ONE, ids=[why for why, _ in NOT_THE_ONE])
async def test_a_thread_that_only_looks_like_it_is_left_alone(why, differs):
    async with connected() as w:
        asked_by(w)
        begun = w.discord.now() - differs.get("age", timedelta(0))
        other = Channel(
            discord.utils.time_snowflake(begun) + 1, differs.get("type", PRIVATE),
            differs.get("name", "17 · VPN drops"), guild=w.guild.id,
            parent=w.team.id if "parent" in differs else w.help.id,
            owner=w.ben.id if "owner" in differs else w.discord.bot.id, members={w.discord.bot.id: begun},
        )  # fmt: skip
        w.discord.channels[other.id] = other
        await w.platform.out.post(card(w))
        assert w.door.roots[place(w), "private:17"] != str(other.id), why
        assert w.ann.id not in other.members


async def test_what_continues_a_ticket_goes_to_the_thread_that_is_there():
    async with connected() as w:
        asked_by(w)
        await w.platform.out.post(card(w))
        second = card(w, key="ticket/20")
        await w.platform.out.post(Outgoing("another", *(getattr(second, n) for n in Outgoing.__slots__[1:])))
        [thread] = made(w)
        assert len([m for m in w.people.seen(w.ann, thread) if m.embeds]) == 2


async def test_its_name_is_the_tickets_number_and_as_much_of_the_subject_as_fits():
    async with connected() as w:
        asked_by(w)
        await w.platform.out.post(card(w, LONG))
        [thread] = made(w)
        assert thread.name.startswith("17 · The printer")
        assert private.THREAD_NAME - 20 < len(thread.name) <= private.THREAD_NAME


async def test_whoever_has_an_account_on_the_server_is_let_in_by_it():
    """The requester has one here and one elsewhere, which Discord does not know on this server."""
    async with connected() as w:
        elsewhere = w.discord.person("Ann elsewhere")
        asked_by(w, str(elsewhere.id), str(w.ann.id))
        await w.platform.out.post(card(w))
        assert set(made(w)[0].members) == {w.discord.bot.id, w.ann.id}


@pytest.mark.parametrize("accounts", [(), ("elsewhere",)])
async def test_a_thread_that_nobody_could_read_is_refused_and_told_of(accounts):
    async with connected() as w:
        known = {"elsewhere": str(w.discord.person("Ann elsewhere").id)}
        w.door.requesters[17] = Requester(tuple(known[each] for each in accounts), w.discord.now())
        with pytest.raises(DeliveryRefused) as refused:
            await w.platform.out.post(card(w))
        assert refused.value.permanent
        assert w.door.homeless_posts == [(place(w), "ticket/17")]
        assert (w.door.roots, len(made(w))) == ({}, len(accounts))


async def test_the_making_of_a_thread_is_tried_once_whatever_the_library_would_do():
    """It tries everything again after an error of Discord's, and that would be a second thread."""
    async with connected() as w:
        w.discord.faults.add(BEGIN, Fault.ERROR_TAKEN)
        with pytest.raises(ConnectionError):
            await w.platform.out._rest.start_private_thread(str(w.help.id), "17 · VPN drops")
        assert len(made(w)) == 1


@pytest.mark.parametrize(("fault", "root", "told"), [
    (Fault.REFUSE, "thread", True), (Fault.ACCOUNT, "thread", False), (Fault.RESET, "thread", False),
    (Fault.REFUSE, None, False), (Fault.REFUSE, "direct", False),
])  # fmt: skip
async def test_a_home_is_only_lost_by_a_refusal_for_good(fault, root, told):
    """Not by a card of the channel itself, nor by what is refused in a direct channel."""
    async with connected() as w:
        head = await w.ticket()
        where, thread = (w.direct(w.ann), head) if root == "direct" else (w.here, head if root else None)
        w.discord.faults.add(SEND, fault, times=5)
        given = Outgoing("key", where, thread, 1, "ticket/17/2", None, None, ("Water is coming",), ())
        with pytest.raises((DeliveryRefused, aiohttp.ClientError, OSError)):
            await w.platform.out.post(given)
        assert w.door.homeless_posts == ([(w.here, "ticket/17/2")] if told else [])


async def test_nothing_is_looked_for_in_a_thread_that_is_not_there_yet():
    async with connected() as w:
        calls = len(w.discord.log)
        assert await w.platform.out.find(place(w), "private:17", "send-key", w.discord.now()) == []
        assert len(w.discord.log) == calls


@pytest.mark.parametrize(("where", "denied", "privileged", "expected"), [
    ("help", (), ("members", "message_content"), True), ("direct", (), ("members", "message_content"), False),
    ("help", ("create_private_threads",), ("members", "message_content"), False),
    ("help", ("send_messages_in_threads",), ("members", "message_content"), False),
    ("help", (), ("members",), False),
])  # fmt: skip
async def test_it_is_said_of_a_command_whether_there_can_be_a_thread_of_its_own(where, denied, privileged, expected):
    async with world(privileged=privileged) as w:
        await w.new(guild_ids=()).start()
        w.help.denied |= set(denied)
        asked = w.people.slash(w.ann, w.help if where == "help" else w.ann, "open", subject="VPN drops")
        await w.people.acknowledged(asked)
        await w.door.until(lambda: w.door.taken)
        assert [arrival.private for arrival in w.door.taken] == [expected]
