"""Connecting to Discord, being cut off, and coming back, through the real discord.py.

Rows of docs/reliability.md: `a socket drops; resuming is refused`.
"""

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import discord
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.arrivals import Answer
from bot.platforms.contract import PlatformRefused, UnknownPlaces
from bot.platforms.discord import rest
from bot.platforms.discord.connection import Hearing
from tests.discord.harness import connected, world
from tests.standin.faults import Fault

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


async def resumed(w, times=1):
    await w.people.until(lambda: w.discord.gateway.resumed >= times)


async def test_a_start_returns_when_people_can_talk_to_us():
    """The commands are there by then, in the guilds that the environment names and nowhere else."""
    async with world() as w:
        await w.new().start()
        assert "status" in {c["name"] for c in w.discord.commands[w.guild.id]}
        assert w.discord.commands[None] == []
        assert w.discord.gateway.identified == 1


async def test_without_named_guilds_the_commands_hold_everywhere():
    async with world() as w:
        await w.new(guild_ids=()).start()
        assert {"status", "Open a ticket"} <= {c["name"] for c in w.discord.commands[None]}
        assert w.discord.commands[w.guild.id] == []


async def test_a_guild_that_is_not_there_does_not_keep_us_from_starting():
    async with world() as w:
        await w.new(guild_ids=(1, w.guild.id)).start()
        assert w.discord.commands[w.guild.id] != []


async def test_a_wrong_token_is_one_sentence_with_the_remedy():
    async with world() as w:
        with pytest.raises(PlatformRefused) as refused:
            await w.new(token="wrong").start()
        assert "DESKBELL_DISCORD__TOKEN" in refused.value.sentence
        assert "wrong" not in refused.value.sentence


async def test_an_unknown_channel_of_the_configuration_is_refused_with_the_nearest_name():
    async with world() as w:
        channels = dict(w.config.channels)
        channels["acme-team"] = replace(channels["acme-team"], name="acme team", places={"discord": "4711"})
        w.config = replace(w.config, channels=channels)
        with pytest.raises(UnknownPlaces) as refused:
            await w.new().start()
        assert "`acme-team`" in refused.value.sentence
        assert "Nearest: #acme-team" in refused.value.sentence


async def test_a_start_that_was_given_up_can_be_made_again():
    """Discord does not answer, whoever waits gives up, and the next try is a whole one."""
    async with world() as w:
        w.discord.faults.add("GET /users/@me", Fault.HANG)
        platform = w.new()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(platform.start(), 0.5)
        await platform.start()
        w.people.say(w.ann, w.ann, "hello")
        await w.door.until(lambda: w.door.taken)


async def test_where_message_content_is_refused_we_connect_without_it():
    """Direct messages and mentions are heard all the same."""
    async with connected(privileged=()) as w:
        w.people.say(w.ann, w.ann, "my VPN drops")
        await w.door.until(lambda: w.door.taken)
        assert w.door.taken[0].text == "my VPN drops"


async def test_a_lost_socket_is_resumed_and_nothing_is_missed():
    """Discord plays back what was said meanwhile, so there is no gap to tell of."""
    async with connected() as w:
        number = await w.ticket()
        w.discord.gateway.close(None)
        w.people.say(w.ben, int(number), "said into the gap")
        await w.door.until(lambda: w.door.taken)
        assert ([a.text for a in w.door.taken], w.door.gaps) == (["said into the gap"], [])
        await resumed(w)


async def test_a_refused_resume_is_a_gap_that_is_fetched_and_told():
    """What was written in threads of ours comes in with the key of its event; the gap says how much it was."""
    async with connected() as w:
        number = await w.ticket()
        card = await w.post(destination=w.direct(w.ann), key="ticket/17/dm")
        w.door.threads[w.direct(w.ann), card] = "ticket/17"
        heard = w.people.say(w.ben, int(number), "before")
        await w.door.until(lambda: w.door.taken)
        w.discord.gateway.forget()
        w.discord.gateway.close(None)
        missed = w.people.say(w.ben, int(number), "in the gap")
        direct = w.people.say(w.ann, w.ann, "me too", to=w.discord.messages[int(card)])
        await w.door.until(lambda: w.door.gaps)
        keys = {a.key: (a.text, a.thread_key) for a in w.door.taken}
        assert keys == {
            f"discord/message/{heard.id}": ("before", "ticket/17"),
            f"discord/message/{missed.id}": ("in the gap", "ticket/17"),
            f"discord/message/{direct.id}": ("me too", "ticket/17"),
        }
        [(since, until, fetched)] = w.door.gaps
        assert (since <= until, fetched) == (True, 2)


async def test_what_was_written_while_we_were_not_running_is_fetched_at_the_start():
    async with connected() as w:
        number = await w.ticket()
        await w.door.until(lambda: w.door.heard)
        await w.platform.close()
        stopped = w.door.heard
        said = w.people.say(w.ben, int(number), "are you there?")
        await w.new().start()
        await w.door.until(lambda: w.door.gaps)
        assert [a.key for a in w.door.taken] == [f"discord/message/{said.id}"]
        assert (w.door.gaps[0][0], w.door.gaps[0][2]) == (stopped, 1)


async def test_a_quick_restart_that_missed_nothing_is_not_told():
    """What was heard before it is neither done again nor counted."""
    async with connected() as w:
        number = await w.ticket()
        w.people.say(w.ben, int(number), "heard already")
        await w.door.until(lambda: w.door.taken and w.door.heard)
        await w.platform.close()
        new = w.new()
        await new.start()
        await new._fetching
        assert (len(w.door.taken), w.door.gaps) == (1, [])


async def test_we_do_not_count_as_hearing_before_what_was_missed_is_fetched():
    """A crash in between would forget the gap."""
    async with connected() as w:
        number = await w.ticket()
        await w.door.until(lambda: w.door.heard)
        await w.platform.close()
        stopped = w.door.heard
        w.discord.faults.add("GET /channels/{channel}/messages", Fault.HANG, channel=int(number))
        await w.new().start()
        w.people.say(w.ann, w.ann, "hello")
        await w.door.until(lambda: w.door.taken)
        assert (w.door.heard, w.door.gaps) == (stopped, [])


async def test_the_first_start_of_all_has_no_gap():
    async with connected() as w:
        w.people.say(w.ann, w.ann, "hello")
        await w.door.until(lambda: w.door.taken)
        assert w.door.gaps == []


async def test_a_thread_that_cannot_be_read_does_not_keep_the_others_from_being_fetched():
    async with connected() as w:
        number = await w.ticket()
        w.door.threads = {(w.here, "987654"): "ticket/3", **w.door.threads}
        await w.door.until(lambda: w.door.heard)
        await w.platform.close()
        w.people.say(w.ben, int(number), "are you there?")
        await w.new().start()
        await w.door.until(lambda: w.door.gaps)
        assert [a.text for a in w.door.taken] == ["are you there?"]


async def test_a_revoked_token_ends_the_connection_and_the_platform_can_still_be_closed():
    async with connected() as w:
        w.discord.revoke()
        await w.people.until(lambda: not w.discord.gateway.connections)
        await asyncio.wait_for(w.platform.close(), 10)


async def test_closing_lets_what_is_being_handled_end():
    async with connected() as w:
        began, go = asyncio.Event(), asyncio.Event()

        async def slowly(_):
            began.set()
            await go.wait()
            return Answer()

        w.door.answers = slowly
        w.people.say(w.ann, w.ann, "my VPN drops")
        await began.wait()
        closing = asyncio.create_task(w.platform.close())
        await asyncio.sleep(0)
        go.set()
        await closing
        assert [a.text for a in w.door.taken] == ["my VPN drops"]


def test_a_resumed_shard_has_missed_nothing_and_a_new_session_has():
    """A shard's first session is no gap; its next one is, since the shard was lost."""
    hearing = Hearing()
    assert (hearing.whole, hearing.began(0), hearing.whole) == (False, None, True)
    hearing.lost(0, NOON)
    hearing.lost(0, NOON + timedelta(minutes=1))
    assert not hearing.whole
    hearing.resumed(0)
    assert hearing.whole
    hearing.lost(0, NOON + timedelta(minutes=2))
    hearing.lost(0, NOON + timedelta(minutes=3))
    assert hearing.began(0) == NOON + timedelta(minutes=2)
    assert hearing.whole


def test_one_of_several_shards_that_is_lost_is_a_gap_of_its_own():
    hearing = Hearing()
    for shard in (0, 1):
        hearing.began(shard)
    hearing.lost(1, NOON)
    assert not hearing.whole
    assert hearing.began(1) == NOON


def test_the_librarys_address_is_where_we_look_for_it():
    """Discord's own address is the library's default; when the library moves it, this fails. Asked of a new process:
    in this one other tests have aimed it elsewhere.
    """
    told = (
        "from discord.http import Route; from discord.gateway import DiscordWebSocket as Socket;"
        "print(Route.BASE, Socket.DEFAULT_GATEWAY)"
    )
    fresh = subprocess.run([sys.executable, "-W", "ignore", "-c", told], capture_output=True, text=True, check=True)
    assert fresh.stdout.split() == [rest.OFFICIAL, rest.GATEWAY]
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    try:
        rest.aim("http://127.0.0.1:9/api/v10")
        assert Route("GET", "/users/@me").url == "http://127.0.0.1:9/api/v10/users/@me"
        rest.aim(None)
        assert Route("GET", "/users/@me").url == f"{rest.OFFICIAL}/users/@me"
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


async def test_only_a_wait_that_has_to_be_is_raised():
    """Inside a window of five minutes the second of fifty calls goes on; the one over the limit says how long."""
    bucket = rest.Bucket(rest.LONGEST_WAIT)
    bucket.limit, bucket.remaining, bucket.reset_after = 50, 49, 300.0
    bucket.expires = asyncio.get_running_loop().time() + 300.0
    await bucket.acquire()
    bucket.remaining = 0
    with pytest.raises(discord.RateLimited) as waits:
        await bucket.acquire()
    assert 299 < waits.value.retry_after <= 300
