"""Discord's stand-in, talked to by the real discord.py over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO

import aiohttp
import discord
import pytest
from discord import ui

from tests.discord.standin.clients import pointed_at, running, stopped
from tests.discord.standin.faults import Fault
from tests.discord.standin.people import NoAnswerError, People
from tests.discord.standin.plain_bot import Bot
from tests.discord.standin.server import Server
from tests.discord.standin.state import Discord
from tests.discord.standin.things import Channel, Guild, User


class Time:
    """A clock that stands until a test puts it forward: three seconds are three seconds on a busy machine too."""

    ahead = timedelta()

    def now(self) -> datetime:
        return datetime(2026, 3, 2, 9, 0, tzinfo=UTC) + self.ahead


@dataclass
class There:
    """A guild with a desk, a bot in it, and Ann; `hears` waits for what the bot was told."""

    discord: Discord
    server: Server
    time: Time
    guild: Guild
    desk: Channel
    ann: User
    bot: Bot
    people: People

    async def hears(self, *lines: str) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                while not set(lines) <= set(self.bot.heard):
                    await asyncio.sleep(0.01)  # the bot is told over a socket: all one can do is look again
        assert set(lines) <= set(self.bot.heard)

    async def channel(self) -> discord.TextChannel:
        found = self.bot.get_channel(self.desk.id)
        assert isinstance(found, discord.TextChannel)
        return found


@pytest.fixture
async def there() -> AsyncIterator[There]:
    async with AsyncExitStack() as stack:
        time = Time()
        state = Discord(time.now, posts=5)
        guild = state.guild("Acme")
        desk, ann = state.text_channel(guild, "desk"), state.person("Ann", guild)
        server = await stack.enter_async_context(Server(state))
        bot = Bot(guild)
        await stack.enter_async_context(running(bot, server, state.token))
        yield There(state, server, time, guild, desk, ann, bot, People(state))


async def test_it_logs_in_and_knows_its_guild_its_channel_and_its_commands(there: There) -> None:
    assert [guild.name for guild in there.bot.guilds] == ["Acme"]
    assert (await there.channel()).permissions_for(there.bot.guilds[0].me).create_private_threads
    assert {each["name"] for each in there.discord.commands[there.guild.id]} >= {"hello", "slow", "Open a ticket"}


async def test_a_slash_command_is_answered_to_its_asker_alone(there: There) -> None:
    ben = there.discord.person("Ben", there.guild)
    asked = await there.people.answered(there.people.slash(there.ann, there.desk, "hello", name="Ann"))
    assert there.people.answer(asked).content == "hello Ann"
    assert [each.content for each in there.people.seen(there.ann, there.desk)] == ["hello Ann"]
    assert there.people.seen(ben, there.desk) == []


async def test_a_deferred_answer_says_that_it_thinks_until_it_is_edited(there: There) -> None:
    asked = await there.people.acknowledged(there.people.slash(there.ann, there.desk, "slow"))
    assert there.people.answer(asked).loading
    there.bot.hold.set()
    await there.people.answered(asked)
    assert [each.content for each in there.people.seen(there.ann, there.desk)] == ["thought"]


async def test_an_answer_after_three_seconds_is_unknown(there: There) -> None:
    asked = there.people.slash(there.ann, there.desk, "late")
    there.time.ahead += timedelta(seconds=3.5)
    there.bot.hold.set()
    await there.people.until(lambda: [each for each in there.discord.log if each["code"] == 10062])
    with pytest.raises(NoAnswerError):
        await there.people.acknowledged(asked, seconds=0.05)
    async with asyncio.timeout(5):
        while not there.bot.failed:
            await asyncio.sleep(0.01)
    assert isinstance(there.bot.failed[0], discord.NotFound)


async def test_a_form_opens_with_labels_and_selects_and_is_submitted(there: There) -> None:
    asked = await there.people.acknowledged(there.people.slash(there.ann, there.desk, "form"))
    assert (asked.heading(), list(asked.fields())) == ("Open a ticket", ["Summary", "How urgent"])
    sent = await there.people.answered(there.people.submit(there.ann, asked, Summary="VPN", urgent=["now"]))
    assert there.people.answer(sent).content == "opened VPN, now"


async def test_autocomplete_offers_what_fits(there: There) -> None:
    asked = await there.people.acknowledged(there.people.suggest(there.ann, there.desk, "ack", "ticket", "17"))
    assert asked.offered() == [("17 · VPN", 17)]


async def test_a_message_of_somebody_is_opened_from_its_menu(there: There) -> None:
    message = there.people.say(there.ann, there.desk, "my VPN drops")
    asked = await there.people.answered(there.people.menu(there.ann, message, "Open a ticket"))
    assert there.people.answer(asked).content == "opened from: my VPN drops"


async def test_a_pressed_button_edits_its_message(there: There) -> None:
    view = ui.View(timeout=None)
    view.add_item(ui.Button(label="Acknowledge", custom_id="p|1|abcd|alert/42"))
    await (await there.channel()).send("down", view=view)
    message = there.people.seen(there.ann, there.desk)[0]
    await there.people.answered(there.people.press(there.ann, message, "Acknowledge"))
    assert (message.content, message.buttons()) == ("Ann pressed p|1|abcd|alert/42", {})


async def test_what_people_say_edit_delete_and_react_is_told(there: There) -> None:
    message = there.people.say(there.ann, there.desk, "help", files={"log.txt": b"lines"})
    there.people.edit(there.ann, message, "help me")
    there.people.react(there.ann, message, "🎫")
    there.people.delete(there.ann, message)
    there.people.say(there.ann, there.ann, "privately")
    await there.hears("Ann: help", "edited: help me", "reacted: 🎫", "deleted", "Ann: privately")


async def test_files_are_uploaded_and_fetched(there: There) -> None:
    sent = await (await there.channel()).send("chart", file=discord.File(BytesIO(b"pixels"), filename="chart.png"))
    assert await sent.attachments[0].read() == b"pixels"
    there.people.say(there.ann, there.desk, "my log", files={"log.txt": b"lines"})
    async with aiohttp.ClientSession() as http:
        newest = await anext((await there.channel()).history(limit=1))
        async with http.get(newest.attachments[0].url) as answer:
            assert (newest.attachments[0].filename, await answer.read()) == ("log.txt", b"lines")


async def test_a_call_that_is_never_answered_is_given_up_and_what_was_taken_stands(there: There) -> None:
    there.discord.faults.add("POST /channels/{channel}/messages", Fault.HANG_TAKEN)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await (await there.channel()).send("taken")
    assert [each.content for each in there.people.seen(there.ann, there.desk)] == ["taken"]


async def test_a_bot_can_stop_before_it_is_ready() -> None:
    """With the library's own options, which wait two seconds for the last guild."""
    state = Discord(Time().now)
    async with Server(state) as server:
        with pointed_at(server):
            client = discord.AutoShardedClient(intents=discord.Intents(guilds=True))
            await client.login(state.token)
            connecting = asyncio.create_task(client.connect())
            await People(state).until(lambda: state.gateway.identified == 1)
            await stopped(client, connecting)
            assert connecting.done()


async def test_a_bot_can_stop_while_its_gateway_is_away() -> None:
    """It sleeps between two attempts then, and `connect` does not return by itself."""
    state = Discord(Time().now)
    away = Server(state)
    await away.__aenter__()
    with pointed_at(away):
        bot = Bot(state.guild())
        await bot.login(state.token)
        connecting = asyncio.create_task(bot.connect())
        await bot.wait_until_ready()
        await away.__aexit__()
        async with asyncio.timeout(5):
            while "away" not in bot.heard:
                await asyncio.sleep(0.01)
        await stopped(bot, connecting)
        assert connecting.done()


async def test_the_same_nonce_gives_the_first_message_for_a_few_minutes(there: There) -> None:
    channel = await there.channel()
    first = await channel.send("once", nonce="n1")
    assert (await channel.send("once", nonce="n1")).id == first.id
    assert [each.content for each in there.people.seen(there.ann, there.desk)] == ["once"]
    there.time.ahead += timedelta(minutes=4)
    assert (await channel.send("once", nonce="n1")).id != first.id


async def test_a_lost_reply_and_the_same_nonce_make_one_message(there: There) -> None:
    channel = await there.channel()
    there.discord.faults.add("POST /channels/{channel}/messages", Fault.LOSE_REPLY)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await channel.send("once", nonce="n1")
    await channel.send("once", nonce="n1")
    assert [each.content for each in there.people.seen(there.ann, there.desk)] == ["once"]


async def test_a_rate_limit_is_waited_out_by_discord_py(there: There) -> None:
    """429 with `retry_after`: the library sleeps and posts again, and the log has both calls."""
    there.discord.faults.add("POST /channels/{channel}/messages", Fault.RATE, retry_after=0.2)
    await (await there.channel()).send("hello")
    posts = [each["status"] for each in there.discord.log if each["route"].endswith("/messages")]
    assert posts == [None, 200]
    assert [each.content for each in there.people.seen(there.ann, there.desk)] == ["hello"]


async def test_an_unavailable_service_is_not_tried_again(there: There) -> None:
    there.discord.faults.add("POST /channels/{channel}/messages", Fault.ERROR, status=503)
    with pytest.raises(discord.DiscordServerError):
        await (await there.channel()).send("hello")
    assert there.people.seen(there.ann, there.desk) == []


async def test_a_connection_that_ends_is_resumed_and_nothing_is_missed(there: There) -> None:
    there.discord.gateway.close(None)
    there.people.say(there.ann, there.desk, "while you were away")
    await there.hears("resumed", "Ann: while you were away")
    assert (there.discord.gateway.identified, there.discord.gateway.resumed) == (1, 1)


async def test_a_request_to_reconnect_is_followed(there: There) -> None:
    there.discord.gateway.reconnect()
    await there.hears("resumed")


async def test_a_refused_resume_begins_a_new_session_and_what_was_said_meanwhile_is_missed(there: There) -> None:
    there.discord.gateway.forget()
    there.discord.gateway.close(1001)
    there.people.say(there.ann, there.desk, "missed")
    await there.people.until(lambda: there.discord.gateway.identified == 2)
    there.people.say(there.ann, there.desk, "back")
    await there.hears("Ann: back")
    assert "Ann: missed" not in there.bot.heard
    assert [each.content async for each in (await there.channel()).history()] == ["back", "missed"]


async def test_an_event_may_come_twice_and_events_out_of_order(there: There) -> None:
    there.discord.gateway.repeat()
    there.people.say(there.ann, there.desk, "twice")
    with there.discord.gateway.out_of_order():
        there.people.say(there.ann, there.desk, "first")
        there.people.say(there.ann, there.desk, "second")
    await there.hears("Ann: first")
    assert there.bot.heard == ["Ann: twice", "Ann: twice", "Ann: second", "Ann: first"]


async def test_a_thread_under_a_message_has_its_id_and_there_is_one(there: There) -> None:
    message = await (await there.channel()).send("ticket 17")
    thread = await message.create_thread(name="17 · VPN")
    assert thread.id == message.id
    with pytest.raises(discord.HTTPException, match="160004"):
        await message.create_thread(name="again")
    there.people.say(there.ann, thread.id, "it still drops")
    await there.hears("Ann: it still drops")
    assert [each.name for each in there.people.threads(there.ann, there.desk)] == ["17 · VPN"]


async def test_a_private_thread_is_seen_by_its_members(there: There) -> None:
    thread = await (await there.channel()).create_thread(name="17", type=discord.ChannelType.private_thread)
    assert there.people.threads(there.ann, there.desk) == []
    await thread.add_user(discord.Object(there.ann.id))
    await thread.send("yours")
    assert [each.content for each in there.people.seen(there.ann, thread.id)] == ["yours"]


async def test_a_message_in_an_archived_thread_is_edited_only_once_that_is_open_again(there: There) -> None:
    message = await (await there.channel()).send("ticket 17")
    thread = await message.create_thread(name="17")
    card = await thread.send("card")
    there.people.archive(there.discord.channels[thread.id])
    with pytest.raises(discord.HTTPException, match="50083"):
        await card.edit(content="new card")
    await thread.edit(archived=False)
    await card.edit(content="new card")
    there.people.archive(there.discord.channels[thread.id])
    await thread.send("wakes it")
    assert not there.discord.channels[thread.id].archived


async def test_somebody_who_takes_no_direct_messages_is_a_refusal(there: There) -> None:
    shy = there.discord.person("Shy", there.guild, takes_dms=False)
    channel = await there.bot.create_dm(discord.Object(shy.id))
    with pytest.raises(discord.Forbidden, match="50007"):
        await channel.send("hello")


async def test_without_the_content_intent_a_message_is_empty_but_for_mentions_and_direct_ones() -> None:
    state = Discord(Time().now, privileged=())
    guild = state.guild()
    desk, ann = state.text_channel(guild, "desk"), state.person("Ann", guild)
    people, bot = People(state), Bot(guild, intents=discord.Intents(guilds=True, messages=True))
    async with Server(state) as server, running(bot, server, state.token):
        people.say(ann, desk, "secret")
        people.say(ann, desk, f"{state.bot.mention} help")
        people.say(ann, ann, "direct")
        async with asyncio.timeout(5):
            while len(bot.heard) < 3:
                await asyncio.sleep(0.01)
    assert [each.partition(": ")[2] for each in bot.heard] == ["", f"{state.bot.mention} help", "direct"]


async def test_an_intent_that_is_not_switched_on_ends_the_connection() -> None:
    state = Discord(Time().now, privileged=())
    async with Server(state) as server:
        with pytest.raises(discord.PrivilegedIntentsRequired):
            async with running(Bot(state.guild()), server, state.token):
                pass


async def test_a_wrong_token_is_refused() -> None:
    state = Discord(Time().now)
    async with Server(state) as server:
        with pytest.raises(discord.LoginFailure):
            async with running(Bot(state.guild()), server, "wrong"):
                pass
