"""One life of the bot on Discord, all but the sockets: from the event that the library reads to its calls in answer."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from discord.user import ClientUser

from bot.app import platform_of
from bot.arrivals import Answer, Arrival
from bot.doorkeeper import Doorkeeper
from bot.identity import Identity
from bot.loops import Loop
from bot.outbox import Outbox
from bot.platforms.contract import Found, Outgoing
from bot.platforms.discord.connection import Connection, Gateway
from bot.platforms.discord.outbound import DiscordOutbound
from bot.platforms.discord.platform import DiscordPlatform
from bot.platforms.discord.rest import Http, Rest
from bot.ports import Clock, Ids
from bot.router import Router
from bot.store.store import Store
from config.loaded import Config
from config.loaded import Discord as Settings
from config.tokens import DiscordSecrets
from desk.cards import Text
from handlers.commands import commands
from tests.discord.standin import shapes
from tests.discord.standin.state import Discord
from tests.sim.discord_line import Line, client
from tests.sim.night import SteppedStore

Step = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class Parts:
    """What a planted bug may put another one in the place of."""

    router: type[Router] = Router
    door: type[Doorkeeper] = Doorkeeper


class Seat(Connection):
    """The gateway without its sockets: greeted by the guilds, and told what happens by `hear`."""

    def seated(self, discord: Discord, http: Http) -> "Seat":
        self._discord, self._http = discord, http
        return self

    async def start(self) -> None:
        gateway = Gateway(self._hears, self._lives, self._hearing, self._clock, content=True, up=self._up.set)
        await gateway._async_setup_hook()
        gateway.http = gateway._connection.http = self._http
        gateway._connection.user = ClientUser(state=gateway._connection, data=shapes.user(self._discord.bot))
        for guild in self._discord.guilds.values():
            seen = shapes.guild_create(self._discord, guild, everybody=False)
            gateway._connection._add_guild_from_data(seen)
        self._client = gateway
        self._hearing.began(0)
        self._up.set()
        self._tasks = [asyncio.create_task(self._live())]

    def hear(self, event: str, data: bytes) -> None:
        if self._client is not None:
            self._client._connection.parsers[event](orjson.loads(data))


class Elsewhere:
    """The web chat takes everything at once: what stands there is no matter of a day on Discord."""

    name = "webchat"

    def __init__(self) -> None:
        self._posted = 0

    async def post(self, outgoing: Outgoing) -> str:  # noqa: ARG002 - as a platform has it
        self._posted += 1
        return f"web-{self._posted}"

    async def edit(self, message_id: str, outgoing: Outgoing) -> None: ...

    async def find(self, destination: str, thread: str | None, send_key: str, since: datetime) -> list[Found]:  # noqa: ARG002 - as a platform has it
        return []

    async def mark_copy(self, message_id: str, outgoing: Outgoing) -> None: ...

    def rest(self, outgoing: Outgoing) -> Text:  # noqa: ARG002 - as a platform has it
        return ()


class Bot:
    """The bot may die at each step of its way in: a commit of the door, the router or the identity, a call in answer.
    What the outbox does goes on without steps: it has its own nights.
    """

    def __init__(
        self, store: Store, config: Config, discord: Discord, lines: tuple[Line, Line], step: Step, clock: Clock,
        ids: Ids, parts: Parts,
    ) -> None:  # fmt: skip
        inward, outward = lines
        stepped, known = SteppedStore(step, store), commands()
        self._identity = Identity(stepped, config)
        self._router = parts.router(stepped, self._identity.config, known, self._tell)
        door = parts.door(stepped, self._identity, self._router, known)
        self._platform = DiscordPlatform(
            DiscordSecrets("standin", (), None), Settings("discord"), door, self._identity.config, clock, known
        )
        http, application = client(inward), {"id": discord.application}
        self._platform._rest.adopt(http, discord.bot.id, application)
        self._seat = Seat("standin", self._platform._inbound, self._platform, clock).seated(discord, http)
        self._platform._connection = self._seat
        rest = Rest("discord")
        rest.adopt(client(outward), discord.bot.id, application)
        outs = {"discord": DiscordOutbound(rest, door, self._identity.config, clock), "webchat": Elsewhere()}
        self._outbox = Outbox(store, outs, platform_of, lambda _: config.desk.admins_channel, clock, ids)
        self._loops = [
            Loop("outbox", self._outbox.turn, clock, at_most=600), Loop("inbox", self._retry, clock, at_most=5),
        ]  # fmt: skip
        self._loops[0].listen(store, ["posts"])
        self.hear = self._seat.hear

    @property
    def failures(self) -> int:
        return sum(loop.failures for loop in self._loops)

    async def live(self) -> None:
        """Until it is cancelled."""
        await self._identity.settle(frozenset({"discord"}))
        await self._platform.start()
        await asyncio.gather(*(loop.run() for loop in self._loops))

    async def _tell(self, arrival: Arrival, answer: Answer) -> None:
        await self._platform.answer(arrival, answer)

    async def _retry(self, now: datetime) -> datetime | None:
        await self._router.turn(now)
        return None


async def killed(bot: "asyncio.Task[None]", others: set["asyncio.Task[Any]"]) -> None:
    """Nothing that it had begun goes on; what others do does."""
    begun = {task for task in asyncio.all_tasks() if task not in others and task is not asyncio.current_task()}
    tasks = sorted({bot, *begun}, key=lambda task: (len(task.get_name()), task.get_name()))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    if not bot.cancelled():
        await bot  # it ended by itself: raise why


def begun(work: Coroutine[Any, Any, None], of: set["asyncio.Task[Any]"]) -> "asyncio.Task[None]":
    """A task that is not the bot's: it outlives a kill."""
    task = asyncio.create_task(work)
    of.add(task)
    task.add_done_callback(of.discard)
    return task
