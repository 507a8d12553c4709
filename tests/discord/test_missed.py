"""What was said outside threads of ours while nobody heard: fetched with the keys of its events, and done once.

Row of docs/reliability.md: `a socket drops; resuming is refused`.
"""

from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from bot.arrivals import Answer
from bot.platforms.discord.catching_up import AT_ONCE, Gap, _direct
from desk.cards import Card, text
from tests.discord.harness import connected
from tests.standin.faults import Fault

ANSWER = Answer(reply=Card("help", "What you can do", lines=(text("Ask me."),)))
TICKET = "🎫"


@asynccontextmanager
async def down(w):
    """In the block we are not running; at its end we are, and what was missed is fetched."""
    await w.door.until(lambda: w.door.heard)
    await w.platform.close()
    yield
    await w.new().start()
    await w.platform._fetching


def told(w, who):
    """What this person reads of us alone, in all their direct channel."""
    return [m.text() for m in w.people.seen(who, who) if m.author == w.discord.bot.id]


async def test_what_was_said_to_us_anywhere_is_fetched_with_the_keys_of_its_events():
    """A direct message, a mention in a channel and in a thread of others, a reaction; no line between people."""
    async with connected() as w:
        w.people.say(w.ann, w.ann, "heard already")
        await w.door.until(lambda: w.door.taken)
        async with down(w):
            asked = w.people.say(w.ann, w.ann, "my VPN drops")
            named = w.people.say(w.ben, w.team, f"{w.discord.bot.mention} status")
            lunch = w.people.say(w.ben, w.help, "lunch?")
            thread = w.people.start_thread(w.ben, lunch, "lunch")
            at_noon = w.people.say(w.ann, thread, f"{w.discord.bot.mention} list")
            leak = w.people.say(w.ann, w.help, "The boiler leaks")
            w.people.react(w.ben, leak, "👍")
            w.people.react(w.ben, leak, TICKET)
        keys = {f"discord/message/{m.id}": words for m, words in (
            (asked, "my VPN drops"), (named, "/status"), (at_noon, "/list"),
        )} | {f"discord/reaction/{w.help.id}/{leak.id}": ""}  # fmt: skip
        came = w.door.taken[1:]
        assert {a.key: a.text for a in came} == keys
        assert len(came) == len(keys)
        assert w.door.gaps[0][2] == len(keys)
        opened = next(a for a in came if a.kind == "submit")
        assert (opened.person, opened.values["subject"]) == ("ben", "The boiler leaks")
        assert ("ben", opened.values["about"]) in w.door.pointed
        assert opened.values["about"] == f"discord/{w.help.id}|{leak.id}|ann"


async def test_what_was_fetched_is_answered_once_and_not_again_after_the_next_start():
    async with connected() as w:
        w.door.answers = lambda _: ANSWER
        async with down(w):
            w.people.say(w.ann, w.ann, "my VPN drops")
            leak = w.people.say(w.ann, w.help, "The boiler leaks")
            w.people.react(w.ben, leak, TICKET)
        for _ in range(2):
            assert [len(told(w, who)) for who in (w.ann, w.ben)] == [1, 1]
            assert len(w.door.taken) == 2
            async with down(w):
                pass


async def test_a_new_session_fetches_what_was_said_in_the_gap():
    """The library is connected all along; the resume was refused."""
    async with connected() as w:
        w.discord.gateway.forget()
        w.discord.gateway.close(None)
        w.people.say(w.ann, w.ann, "my VPN drops")
        w.people.say(w.ben, w.team, f"{w.discord.bot.mention} status")
        await w.door.until(lambda: w.door.gaps)
        assert sorted(a.text for a in w.door.taken) == ["/status", "my VPN drops"]


async def test_of_several_who_reacted_one_who_may_act_opens_the_ticket():
    """Discord does not say who was first. Whoever may not act is not told so now: they may have been told then."""
    async with connected() as w:
        eve, bot = w.discord.person("Eve", w.guild), w.discord.person("Other bot", w.guild, bot=True)
        async with down(w):
            leak = w.people.say(w.ann, w.help, "The boiler leaks")
            for who in (bot, eve, w.ben):
                w.people.react(who, leak, TICKET)
            w.people.say(eve, w.help, f"{w.discord.bot.mention} status")
        assert [(a.kind, a.person) for a in w.door.taken] == [("submit", "ben")]
        assert told(w, eve) == []


async def test_a_code_of_before_is_not_said_again():
    """It is used up, or has lapsed: whoever said it would be told that it is wrong."""
    async with connected() as w:
        async with down(w):
            w.people.say(w.ann, w.ann, "!link 123-456")
            w.people.say(w.ann, w.ann, "hello")
        assert (w.door.codes, [a.text for a in w.door.taken]) == ([], ["hello"])


async def test_channels_in_which_nothing_was_said_are_not_read():
    """One call for each server and its threads, one for each person: whatever was said, and however much before."""
    async with connected() as w:
        for number in range(5):
            w.discord.text_channel(w.guild, f"quiet-{number}")
        before = len(w.discord.log)
        async with down(w):
            w.people.say(w.ann, w.ann, "my VPN drops")
        read = [c for c in w.discord.log[before:] if c["route"] == "GET /channels/{channel}/messages"]
        assert len(read) == 1


@pytest.mark.parametrize("route", ["GET /guilds/{guild}/channels", "POST /users/@me/channels"])
async def test_what_cannot_be_listed_keeps_nothing_else_from_being_fetched(route):
    async with connected() as w:
        async with down(w):
            w.discord.faults.add(route, Fault.REFUSE)
            w.people.say(w.ann, w.ann, "my VPN drops")
            w.people.say(w.ben, w.team, f"{w.discord.bot.mention} status")
            w.people.say(w.ben, w.ben, "hello")
        missing = {"/status"} if "guilds" in route else {"my VPN drops"}
        assert {a.text for a in w.door.taken} == {"my VPN drops", "/status", "hello"} - missing


async def test_many_direct_channels_are_not_opened_in_a_moment():
    class Waits:
        waited = 0

        async def sleep(self, seconds):
            assert seconds >= 1
            self.waited += 1

    async with connected() as w:
        for number in range(AT_ONCE):
            who = w.discord.person(f"Person {number}", w.guild)
            w.door.people[str(who.id)] = f"p{number}"
        clock, now = Waits(), datetime.now(UTC)
        assert await _direct(w.platform._rest, w.door, Gap(now, now), clock) == []
        assert clock.waited == 2
