"""Discord as the composition root sees it: both its doors, and what goes on between a start and an end."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import discord
import structlog

from bot.arrivals import Answer, Arrival
from bot.door import Door
from bot.platforms.contract import Finding, Pace, UnknownPlaces
from bot.platforms.discord import examining, options
from bot.platforms.discord.answering import Answers
from bot.platforms.discord.catching_up import UNNOTICED, Gap, catch_up
from bot.platforms.discord.connection import HEARTBEAT, Connection
from bot.platforms.discord.inbound import Inbound
from bot.platforms.discord.interactions import Interactions
from bot.platforms.discord.outbound import DiscordOutbound
from bot.platforms.discord.rest import FAILS, Rest, aim
from bot.platforms.fetching import fetch
from bot.ports import Clock
from config.loaded import Config
from config.loaded import Discord as Settings
from config.tokens import DiscordSecrets
from handlers.context import Command

FILES = frozenset({"cdn.discordapp.com", "media.discordapp.net"})  # where Discord keeps what is attached

# A gap that lost nothing and was no longer than a sign of life of ours tells is not worth a word.
SHORT = timedelta(seconds=HEARTBEAT + 5)

log = structlog.get_logger(__name__)


class DiscordPlatform:
    pace = Pace(1.0, 100, same_within=110.0)  # Discord knows a nonce again for some minutes

    def __init__(
        self,
        secrets: DiscordSecrets,
        settings: Settings,
        door: Door,
        config: Callable[[], Config],
        clock: Clock,
        commands: Mapping[str, Command],
    ) -> None:
        aim(secrets.api_url)
        self.name = settings.name
        self._secrets, self._door, self._config = secrets, door, config
        self._clock, self._commands = clock, commands
        self._rest = Rest(settings.name)
        self._answers = Answers(self._rest, door, config, clock)
        interactions = Interactions(
            self._rest, door, self._answers, clock, readable=lambda: self._connection.content
        )  # fmt: skip
        self._inbound = Inbound(
            self._rest, door, self._answers, interactions, commands, clock, reaction=settings.reaction,
            pin=settings.pin, readable=lambda: self._connection.content,
        )  # fmt: skip
        self._connection = Connection(secrets.token, self._inbound, self, clock)
        self._out = DiscordOutbound(self._rest, door, config, clock)
        self._fetching: asyncio.Task[None] | None = None
        self._behind = 0  # gaps that are not fetched yet

    @property
    def out(self) -> DiscordOutbound:
        return self._out

    async def start(self) -> None:
        """What was missed while we were not running is fetched beside what goes on."""
        since = await self._door.last_alive(self.name)
        self._behind = int(since is not None)
        try:
            await self._connection.start()
        except BaseException:
            await self.close()
            raise
        if since is not None:
            self._fetching = asyncio.create_task(self._fetch(since, since, self._clock.now()))

    async def close(self) -> None:
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)
        await self._connection.close()
        await self._rest.close()

    async def fetch(self, source: str, limit: int) -> bytes:
        """The address is its own key, good for a day; it takes no token."""
        return await fetch(source, limit, hosts=FILES, api=self._secrets.api_url)

    async def answer(self, arrival: Arrival, answer: Answer) -> None:
        try:
            await self._answers.again(arrival, answer)
        except FAILS as error:
            log.warning("an answer could not be given", arrival=arrival.key, error=str(error))

    async def examine(self) -> list[Finding]:
        """Nothing is connected: what the REST API says is enough."""
        rest, found = Rest(self.name), list[Finding]()
        try:
            found.append(await examining.token(rest, self._secrets.token))
            if found[0].well:
                found += [examining.content(rest), *await examining.guilds(rest, self._secrets.guild_ids)]
                channels = examining.configured(self.name, self._config().channels)
                found += [await examining.channel(rest, each) for each in channels]
        except FAILS as error:
            sentence = f"Discord did not answer: {type(error).__name__}. Try again in a minute."
            found.append(Finding(f"{self.name}: answers", False, sentence))
        finally:
            await rest.close()
        return found

    async def prepare(self) -> None:
        """The commands are put before anybody is heard, so that the first person who types sees them. Raises
        UnknownPlaces.
        """
        if not self._rest.ready:
            await self._rest.login(self._secrets.token)
            await self._put_commands()
            unknown = await examining.unknown(self._rest, self._config().channels)
            if unknown:
                raise UnknownPlaces(f"{self.name}: {' '.join(unknown)}")

    async def alive(self, now: datetime) -> None:
        """Not said while something is still to be fetched: a crash would forget it."""
        if not self._behind:
            await self._door.alive(self.name, now)

    async def missed(self, since: datetime, until: datetime) -> None:
        """What is known to have arrived is not counted again."""
        self._behind += 1
        await self._fetch(since, since - UNNOTICED, until)

    async def _fetch(self, since: datetime, counted: datetime, until: datetime) -> None:
        """Fetch what was written, then say how much it was. When that fails, the next start does it."""
        try:
            gap = Gap(since - UNNOTICED, counted, self._secrets.guild_ids)
            fetched = await catch_up(self._connection, self._rest, self._door, self._inbound, gap, self._clock)
            if fetched or until - since > SHORT:
                await self._door.gap(self.name, since, until, fetched)
        except Exception:
            log.exception("what was missed could not be fetched", platform=self.name)
        else:
            self._behind -= 1

    async def _put_commands(self) -> None:
        """A server that does not want them (we were let in without that scope) does not keep the others waiting."""
        payloads = options.command_payloads(self._commands)
        for guild in self._secrets.guild_ids or (None,):
            try:
                await self._rest.put_commands(guild, payloads)
            except discord.DiscordException as error:
                log.warning("the commands could not be put", server=guild, error=str(error))

