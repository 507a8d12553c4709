"""The gateway: what people do arrives here, and what was said while it could not is known.

Reconnecting and resuming are the library's. It makes good for whatever Discord plays back to us; what is not, because
the session was lost or we were not running, is a gap, and we fetch it.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any, Protocol

import discord
import structlog

from bot.platforms.contract import PlatformRefused
from bot.platforms.discord.permissions import intents
from bot.ports import Clock

HEARTBEAT = 30.0  # seconds between two signs of life
GRACE = 5.0  # seconds for what is being handled when the connection is given up
LONGEST_PAUSE = 60.0  # seconds between two attempts
REFUSED = (
    "Discord does not take the token. Make a new one in the developer portal under Bot, Reset Token, and set "
    "DESKBELL_DISCORD__TOKEN to it."
)

log = structlog.get_logger(__name__)


class Hears(Protocol):
    """What is done about that which the gateway says."""

    async def message(self, message: discord.Message) -> object: ...
    async def edited(self, event: discord.RawMessageUpdateEvent) -> None: ...
    async def deleted(self, event: discord.RawMessageDeleteEvent) -> None: ...
    async def reaction(self, event: discord.RawReactionActionEvent) -> None: ...
    async def interaction(self, event: discord.Interaction) -> None: ...


class Lives(Protocol):
    """What is done about the connection itself."""

    async def prepare(self) -> None:
        """Before each attempt to connect. Raises what the library raises."""
        ...

    async def alive(self, now: datetime) -> None: ...
    async def missed(self, since: datetime, until: datetime) -> None:
        """Nothing was heard between the two, and nothing of it will be played back."""
        ...


class Hearing:
    """Which shards can be heard, and since when those that cannot."""

    def __init__(self) -> None:
        self._lost: dict[int, datetime] = {}
        self._known: set[int] = set()

    @property
    def whole(self) -> bool:
        return bool(self._known) and not self._lost

    def lost(self, shard: int, now: datetime) -> None:
        self._lost.setdefault(shard, now)

    def all_lost(self, now: datetime) -> None:
        for shard in self._known:
            self.lost(shard, now)

    def resumed(self, shard: int) -> None:
        """Discord has played back all that was said."""
        self._lost.pop(shard, None)

    def began(self, shard: int) -> datetime | None:
        """A new session. Since when nothing was heard that will not be played back; None for a shard's first."""
        known = shard in self._known
        self._known.add(shard)
        since = self._lost.pop(shard, None)
        return since if known else None


class Gateway(discord.AutoShardedClient):
    """The library's client with our ears. Without a number of shards it asks Discord for it, and where to connect."""

    def __init__(
        self, hears: Hears, lives: Lives, hearing: Hearing, clock: Clock, *, content: bool, up: Callable[[], None]
    ) -> None:
        super().__init__(
            intents=intents(content=content), allowed_mentions=discord.AllowedMentions.none(), max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(), chunk_guilds_at_startup=False, guild_ready_timeout=0.2,
        )  # fmt: skip
        self._hears, self._lives, self._hearing, self._clock, self._up = hears, lives, hearing, clock, up
        self._busy: set[asyncio.Task[Any]] = set()

    async def on_ready(self) -> None:
        self._up()

    async def on_message(self, message: discord.Message) -> None:
        await self._work(self._hears.message(message))

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        await self._work(self._hears.edited(event))

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        await self._work(self._hears.deleted(event))

    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        await self._work(self._hears.reaction(event))

    async def on_interaction(self, event: discord.Interaction) -> None:
        await self._work(self._hears.interaction(event))

    async def on_shard_disconnect(self, shard: int) -> None:
        self._hearing.lost(shard, self._clock.now())

    async def on_shard_resumed(self, shard: int) -> None:
        self._hearing.resumed(shard)

    async def on_shard_connect(self, shard: int) -> None:
        since = self._hearing.began(shard)
        if since is not None:
            await self._work(self._lives.missed(since, self._clock.now()))

    async def leave(self) -> None:
        """Close, let what is being handled end, and drop what does not: the next start does it from the inbox."""
        await self.close()
        if self._busy:
            _, late = await asyncio.wait(self._busy, timeout=GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _work(self, work: Awaitable[object]) -> None:
        task = asyncio.ensure_future(work)
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)
        try:
            await task
        except Exception:  # what was not stored is not acknowledged, and the person sees that it failed
            log.exception("an event could not be handled")


class Connection:
    """The gateway for as long as it is wanted, in one task. `content`: whether guild messages can be read."""

    def __init__(self, token: str, hears: Hears, lives: Lives, clock: Clock) -> None:
        self._token, self._hears, self._lives, self._clock = token, hears, lives, clock
        self._hearing = Hearing()
        self._client: Gateway | None = None
        self._tasks: list[asyncio.Task[Any]] = []
        self._up = asyncio.Event()
        self.content = True

    async def start(self) -> None:
        """Returns when we are heard. Raises PlatformRefused; whoever gives up waiting must `close`."""
        self._up = asyncio.Event()
        keep, up = asyncio.create_task(self._keep()), asyncio.create_task(self._up.wait())
        self._tasks = [keep, up, asyncio.create_task(self._live())]
        await asyncio.wait([keep, up], return_when=asyncio.FIRST_COMPLETED)
        if keep.done():
            await keep

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def history(self, channel: str, since: datetime) -> AsyncIterator[discord.Message]:
        """What was written in a channel or thread since then, oldest first."""
        if self._client is not None:
            known = self._client.get_channel(int(channel))
            there = known if isinstance(known, discord.abc.Messageable) else None
            where = there or self._client.get_partial_messageable(int(channel))
            async for message in where.history(after=since, oldest_first=True, limit=None):
                yield message

    async def _keep(self) -> None:
        """One client after the other; the library's own reconnecting is inside of each."""
        failures = 0
        while True:
            try:
                await self._once()
            except discord.PrivilegedIntentsRequired:
                self.content = False
                log.warning("Discord refuses Message Content: replies in threads cannot be read; see docs/discord.md")
                continue
            except PlatformRefused:
                raise
            except Exception as error:
                if _unauthorised(error) and not self._up.is_set():
                    raise PlatformRefused(REFUSED) from error
                log.warning("the connection to Discord ended", error=f"{type(error).__name__}: {error}")
            failures += 1
            await self._clock.sleep(_pause(failures))

    async def _once(self) -> None:
        await self._lives.prepare()
        client = Gateway(
            self._hears, self._lives, self._hearing, self._clock, content=self.content, up=self._up.set
        )  # fmt: skip
        self._client = client
        try:
            await client.start(self._token)
        finally:
            self._hearing.all_lost(self._clock.now())
            await client.leave()

    async def _live(self) -> None:
        await self._up.wait()
        while True:
            if self._hearing.whole:
                try:
                    await self._lives.alive(self._clock.now())
                except Exception:
                    log.exception("the sign of life could not be stored")
            await self._clock.sleep(HEARTBEAT)


def _unauthorised(error: Exception) -> bool:
    return isinstance(error, discord.LoginFailure) or getattr(error, "code", 0) == 4004


def _pause(failures: int) -> float:
    """Seconds until the next attempt: twice as long each time, and never in step with others."""
    longest = min(LONGEST_PAUSE, 2.0 ** min(failures, 6))
    return random.uniform(longest / 2, longest)  # noqa: S311 - jitter is no secret
