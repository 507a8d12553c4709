"""A ticket from a message, with the whole desk behind it: who points at one is believed, who only says so is not.

Row of docs/reliability.md: `a socket drops; all sockets are gone`.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.platforms.slack.payloads import ABOUT
from tests.platforms.harness import HELP, showing, tickets
from tests.platforms.on_discord import OnDiscord, on_discord
from tests.platforms.on_slack import OnSlack, on_slack

WORDS = "The boiler leaks"


@pytest.fixture
async def slack(database_file: Path) -> AsyncIterator[OnSlack]:
    async with on_slack(database_file.parent, lambda door: door) as there:
        assert isinstance(there, OnSlack)
        yield there


@pytest.fixture
async def discord(database_file: Path) -> AsyncIterator[OnDiscord]:
    async with on_discord(database_file.parent, lambda door: door) as there:
        assert isinstance(there, OnDiscord)
        yield there


async def ended(h: OnSlack) -> None:
    await h._ended()


async def test_on_slack_everybody_who_reacts_is_shown_the_one_ticket_that_they_may_see(slack: OnSlack) -> None:
    """Ann wrote it and Ben of the staff reacted; Mia sees it too, and Carl, who may not, is told nothing."""
    message = await slack.there.say(slack.users["ann"], slack.rooms[HELP], WORDS)
    for name in ("ben", "mia", "carl", "ann"):
        await slack.there.react(slack.users[name], message, "ticket")
        await ended(slack)
    assert await tickets(slack) == 1
    for name, read in (("ben", 1), ("mia", 1), ("carl", 0), ("ann", 1)):
        told = slack.there.eyes.ephemerals(slack.users[name])
        assert sum(WORDS in sight.words for sight in told) == len(told) == read, name


async def test_on_discord_everybody_who_reacts_is_shown_the_one_ticket_that_they_may_see(discord: OnDiscord) -> None:
    message = discord.people.say(discord.users["ann"], discord.rooms[HELP], WORDS)

    def told(name: str) -> list[str]:
        who = discord.users[name]
        return [m.text() for m in discord.people.seen(who, who) if m.author == discord.discord.bot.id]

    for name in ("ben", "mia", "carl"):
        heard = discord.replies.heard.total()
        discord.people.react(discord.users[name], message, "🎫")
        await discord.people.until(lambda before=heard: discord.replies.heard.total() > before)
        await discord.replies.idle()
    assert await tickets(discord) == 1
    for name, read in (("ben", 1), ("mia", 1), ("carl", 0)):
        assert sum(WORDS in text for text in told(name)) == len(told(name)) == read, name


async def test_on_slack_the_menu_of_a_message_is_believed_and_a_typed_line_is_not(slack: OnSlack) -> None:
    """The typed one is the very line that the menu stands for, by whoever wrote the message."""
    ann, room = slack.users["ann"], slack.rooms[HELP]
    message = await slack.there.say(ann, room, WORDS)
    about = f"slack/{room}|{message.ts}|ann"
    told = await slack.say("ann", HELP, f"/open about='{about}' {WORDS}")
    assert (told.status, "own menu" in told.error, await tickets(slack)) == (409, True, 0)
    await slack.there.message_shortcut(ann, message, ABOUT)
    await ended(slack)
    assert (await slack.there.submit(ann, {"subject": WORDS})).fields == {}
    await ended(slack)
    await slack.web.until(lambda: showing(slack, WORDS, HELP, message.ts))
    assert await tickets(slack) == 1


async def test_what_was_asked_directly_in_a_gap_is_answered_once(slack: OnSlack) -> None:
    """By the history, and not again when Slack says it anew."""
    ann = slack.users["ann"]
    direct = slack.there.ws.direct(ann).id
    async with slack.cut():
        said, deliveries = slack.there.people.say(ann, direct, "the kettle is broken")

    def answers() -> int:
        return sum(s.metadata is None and s.user == slack.there.ws.bot for s in slack.there.eyes.direct(ann))

    await slack.there.until(answers)
    await slack.web.until(lambda: slack.web.count("SELECT COUNT(*) FROM inbox WHERE state = 'done'"))
    for delivery in deliveries:
        assert (await slack.there.deliver(delivery)).error == ""
    await ended(slack)
    assert answers() == 1
    key = f"slack/message/{direct}/{said.ts}"
    assert await slack.web.count("SELECT COUNT(*) FROM inbox WHERE key = ?", key) == 1
