"""From a press in Slack to the card's edit in Discord, and the other way round: the whole bot, real sockets.

`python -m bench.across` takes a quarter of a minute. Ben takes tickets whose cards stand in both; each way has a bot of
its own, whose budget of edits a minute is not used up.
"""

import asyncio
import contextlib
import logging
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog
import uvloop

from bench.both import BEN, TEAM, Both, both
from bench.figures import Figure
from bot.app import Bot, Settings, running
from bot.arrivals import Arrival
from bot.door import Account
from bot.platforms.discord.platform import DiscordPlatform
from bot.platforms.slack.platform import SlackPlatform
from config.secrets import Secrets
from tests.discord.standin.things import Message
from tests.slack.standin.eyes import Sight

PRESSES, WARM_UP = 25, 3  # each way
BETWEEN = 0.1  # seconds
TAKE, TAKEN = "Take it", "Take over…"
PACES = {  # so that the cards are there at once; edits have their real budget
    "slack": replace(SlackPlatform.pace, post_interval=0.0), "discord": replace(DiscordPlatform.pace, post_interval=0.0)
}  # fmt: skip
Press = Callable[[Both, str], Awaitable[None]]


@contextlib.asynccontextmanager
async def desk(there: Both) -> AsyncIterator[list[str]]:
    """Running, Ben known in both; the subjects of the tickets, whose cards are there."""
    secrets = Secrets(DESKBELL_SLACK=there.for_slack(), DESKBELL_DISCORD=there.for_discord())
    with tempfile.TemporaryDirectory() as data:
        async with running(there.config(), secrets, Settings(Path(data), 0, paces=PACES)) as bot:
            assert not bot.chat.faults, bot.chat.faults
            for account in Account("slack", there.slack.ws.team, BEN), Account("discord", "", str(there.ben.id)):
                assert await bot.identity.link(account, f"/link {await bot.identity.code_for('ben')}")
            subjects = [await opened(bot, number) for number in range(WARM_UP + PRESSES)]
            await there.slack.until(lambda: len(in_slack(there, "VPN")) == len(subjects))
            await there.people.until(lambda: len(in_discord(there, "VPN")) == len(subjects))
            yield subjects


async def opened(bot: Bot, number: int) -> str:
    subject = f"VPN drops, number {number};"
    arrival = Arrival(f"bench/{number}", "say", "webchat", "ann", "dm-ann", datetime.now(UTC), f"/open {subject}")
    answer = await bot.router.take(arrival)
    assert answer.status == 200, answer.error
    return subject


def in_slack(there: Both, words: str) -> list[Sight]:
    return [card for card in there.slack.eyes.seen(BEN, TEAM) if words in card.words and card.buttons]


def in_discord(there: Both, words: str) -> list[Message]:
    return [card for card in there.people.seen(there.ben, there.team) if words in card.text() and card.buttons()]


async def from_slack(there: Both, subject: str) -> None:
    """Returns when the card in Discord shows it."""
    (shown,), (pressed,) = in_discord(there, subject), in_slack(there, subject)
    await there.slack.press(BEN, pressed, TAKE)
    await there.people.until(lambda: TAKEN in shown.buttons())


async def from_discord(there: Both, subject: str) -> None:
    (pressed,) = in_discord(there, subject)
    there.people.press(there.ben, pressed, TAKE)
    await there.slack.until(lambda: any(b.label == TAKEN for card in in_slack(there, subject) for b in card.buttons))


async def measured(press: Press) -> list[float]:
    """Seconds of each press."""
    took: list[float] = []
    async with both() as there, desk(there) as subjects:
        for subject in subjects:
            began = time.perf_counter()
            await press(there, subject)
            took.append(time.perf_counter() - began)
            await asyncio.sleep(BETWEEN)
    return took[WARM_UP:]


async def figures() -> list[Figure]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    found: list[Figure] = []
    both_ways: list[float] = []
    for name, press in {"Slack to Discord": from_slack, "Discord to Slack": from_discord}.items():
        took = sorted(await measured(press))
        both_ways += took
        found.append(Figure(f"a press to the edit elsewhere, {name}: p50", took[len(took) // 2] * 1000, "ms"))
    both_ways.sort()
    p99 = both_ways[len(both_ways) * 99 // 100]
    return [*found, Figure(f"a press to the edit elsewhere, {len(both_ways)} presses: p99", p99 * 1000, "ms", 2000)]


if __name__ == "__main__":
    for figure in uvloop.run(figures()):
        print(figure)
