"""The chat platforms that are set up: each is connected, and tried again when it will not have us; the others go on."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from bot.arrivals import Answer, Arrival
from bot.door import Door
from bot.platforms.contract import Platform, PlatformRefused, UnknownPlaces
from bot.ports import Clock
from config.loaded import Config, Slack
from config.secrets import Secrets
from desk.cards import Card, Post
from desk.detail import Own, ours
from handlers.context import Command

FIRST_TRY = 15.0  # seconds that the start waits for a platform
WAITS = (15.0, 60.0, 300.0)  # seconds between tries; the last one repeats

log = structlog.get_logger(__name__)


def set_up(
    config: Callable[[], Config], secrets: Secrets, door: Door, clock: Clock, commands: Mapping[str, Command]
) -> dict[str, Platform]:
    """Those with a token, by name. A platform's library is imported only here, where it is wanted."""
    made: dict[str, Platform] = {}
    for name, settings in config().platforms.items():
        if isinstance(settings, Slack):
            if slack := secrets.slack(name):
                from bot.platforms.slack.platform import SlackPlatform  # noqa: PLC0415 - see above

                made[name] = SlackPlatform(name, slack, settings, door, config, clock, commands)
        elif discord := secrets.discord():
            from bot.platforms.discord.platform import DiscordPlatform  # noqa: PLC0415 - see above

            made[name] = DiscordPlatform(discord, settings, door, config, clock, commands)
    return made


class Chat:
    """`faults` says of each platform that is not connected why, and what to do about it."""

    def __init__(
        self, platforms: Mapping[str, Platform], clock: Clock, tell: Callable[[Post], Awaitable[None]],
        admins: Callable[[], str],
    ) -> None:  # fmt: skip
        self.platforms = platforms
        self.faults: dict[str, str] = {}
        self._clock, self._tell, self._admins = clock, tell, admins
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Returns when each is connected or has refused us once. Raises UnknownPlaces."""
        tried = [asyncio.create_task(self._try(platform)) for platform in self.platforms.values()]
        try:
            await asyncio.gather(*tried)
        except BaseException:
            for task in tried:
                task.cancel()
            await asyncio.gather(*tried, return_exceptions=True)
            raise
        self._tasks = [asyncio.create_task(self._again(self.platforms[name]), name=name) for name in self.faults]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, *(p.close() for p in self.platforms.values()), return_exceptions=True)

    async def answer(self, arrival: Arrival, answer: Answer) -> None:
        """To somebody who no longer waits for it. It is not settled: it is never the only place of a fact."""
        platform = self.platforms.get(arrival.platform)
        if platform is None:
            return
        try:
            await platform.answer(arrival, answer)
        except Exception:
            log.exception("an answer did not reach its asker", arrival=arrival.key)

    async def _try(self, platform: Platform) -> None:
        try:
            async with asyncio.timeout(FIRST_TRY):
                await platform.start()
        except UnknownPlaces:
            raise
        except PlatformRefused as error:
            await self._refused(platform, error.sentence)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on and this one is tried again
            log.warning("a platform could not be connected", platform=platform.name, error=repr(error)[:300])
            said = f"{platform.name} cannot be reached ({type(error).__name__}). It is tried again by itself."
            await self._refused(platform, said)
        else:
            if self.faults.pop(platform.name, ""):
                await self._say(platform, "✓ CONNECTED", "It works again.", "good")
            log.info("connected", platform=platform.name)

    async def _again(self, platform: Platform) -> None:
        waits = iter(WAITS)
        wait = 0.0
        while platform.name in self.faults:
            wait = next(waits, wait)
            await self._clock.sleep(wait)
            try:
                await self._try(platform)
            except UnknownPlaces as error:  # changed there while we run: said, and tried again
                await self._refused(platform, error.sentence)

    async def _refused(self, platform: Platform, sentence: str) -> None:
        if self.faults.get(platform.name) != sentence:
            log.error("a platform refuses us", platform=platform.name, sentence=sentence)
            self.faults[platform.name] = sentence
            await self._say(platform, "▲ NOT CONNECTED", sentence, "bad")

    async def _say(self, platform: Platform, state: str, sentence: str, tone: str) -> None:
        key = f"connection/{platform.name}"
        card = Card(key, Own(platform.name), state, lines=(ours(sentence),), tone=tone)
        await self._tell(Post(key, self._admins(), None, card, live=True))
