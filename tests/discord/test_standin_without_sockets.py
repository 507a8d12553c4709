"""The real discord.py on the stand-in in virtual time: hours pass in no time, and nothing is left to chance."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import discord
import pytest

from tests.discord.standin.carrier import Carrier
from tests.discord.standin.clients import stopped
from tests.discord.standin.faults import Fault
from tests.discord.standin.people import People
from tests.discord.standin.plain_bot import Bot
from tests.discord.standin.state import Discord
from tests.discord.standin.without_sockets import seat
from tests.sim.loop import VirtualClock, VirtualLoop

Story = Callable[[Discord, People, Bot], Awaitable[None]]


def told(story: Story) -> list[tuple[str, int | None]]:
    """Run a story with a bot that is ready; the calls it came to."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(asyncio.wait_for(_told(story), 3600))
    finally:
        loop.close()


async def _told(story: Story) -> list[tuple[str, int | None]]:
    state = Discord(VirtualClock().now)
    guild = state.guild()
    state.text_channel(guild, "desk")
    state.person("Ann", guild)
    carrier, bot = Carrier(state), Bot(guild)
    seat(bot, carrier)
    await bot.login(state.token)
    connecting = asyncio.create_task(bot.connect())
    await bot.wait_until_ready()
    await story(state, People(state), bot)
    await stopped(bot, connecting)
    await carrier.let_go()
    return [(each["route"], each["status"]) for each in state.log]


def desk(state: Discord, bot: Bot) -> discord.TextChannel:
    found = bot.get_channel(next(each.id for each in state.channels.values() if each.name == "desk"))
    assert isinstance(found, discord.TextChannel)
    return found


async def a_busy_hour(state: Discord, people: People, bot: Bot) -> None:
    ann, place = next(each for each in state.users.values() if each.name == "Ann"), desk(state, bot)
    for n in range(7):  # two more than five seconds allow: discord.py waits
        await place.send(f"{n}")
    asked = await people.answered(people.slash(ann, place.id, "hello", name="Ann"))
    assert people.answer(asked).content == "hello Ann"
    state.gateway.close(None)
    people.say(ann, place.id, "while you were away")
    state.faults.add("POST /channels/{channel}/messages", Fault.HANG_TAKEN)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(10):
            await place.send("unclear", nonce="n1")
    assert (await place.send("unclear", nonce="n1")).content == "unclear"
    assert "Ann: while you were away" in bot.heard
    assert [each.content for each in people.seen(ann, place.id)].count("unclear") == 1
    assert state.now() - VirtualClock.START > timedelta(seconds=15)


async def a_file(state: Discord, people: People, bot: Bot) -> None:
    await desk(state, bot).send("chart", file=discord.File(__file__, filename="chart.png"))
    (message,) = people.seen(next(each for each in state.users.values() if each.name == "Ann"), desk(state, bot).id)
    assert [each.name for each in message.attachments] == ["chart.png"]


def test_a_hung_post_a_reset_gateway_and_a_rate_limit_come_to_the_same_calls_every_time() -> None:
    first = told(a_busy_hour)
    assert told(a_busy_hour) == first
    assert ("POST /channels/{channel}/messages", 429) not in first  # discord.py reads the headers and never gets there


def test_a_file_is_uploaded() -> None:
    told(a_file)
