"""The one place where everything is built and tied together. Nothing is built when it is imported."""

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog

from bot import adoption, folding, reaching
from bot.acknowledging import Acknowledging
from bot.arrivals import Answer, Arrival
from bot.boards import Boards
from bot.bounds import raise_file_limit
from bot.chatting import Chat, set_up
from bot.checking import Checking
from bot.clock import AlarmClock
from bot.configuration import load_with_secrets
from bot.databases import database_of, held
from bot.doorkeeper import Doorkeeper
from bot.filing import Filing
from bot.folding import Folding
from bot.health import Vitals
from bot.hooks import Hooks
from bot.identity import Identity
from bot.launcher import Launcher
from bot.loops import Loop
from bot.outbox import Outbox
from bot.platforms.contract import Outbound, Pace, TakesHttp
from bot.platforms.webchat.bell import Bell
from bot.platforms.webchat.inbound import Door, api
from bot.platforms.webchat.outbound import WebOutbound
from bot.platforms.webchat.room import Room
from bot.plugins import starter
from bot.poller import Poller
from bot.ports import Clock, Ids, RealClock, RealIds
from bot.probing import world
from bot.reloading import Changes, Reloader
from bot.reports.reading import Reports
from bot.rostering import Rosters
from bot.router import Router
from bot.store.databases import Database
from bot.store.sealer import Sealer
from bot.store.store import Store
from bot.timelines import Timelines
from bot.watcher import Watcher
from bot.watching import Watching
from bot.web.app import Private, intake_app, private_app
from bot.web.hooks import Allowance, HookDoor
from bot.web.ical import Calendars
from bot.web.intake import Intake
from bot.web.listener import Listener
from bot.web.operator import Operator
from bot.web.readers import Readers
from bot.web.reports import Desk, reports
from bot.web.schedules import schedules
from bot.web.timelines import timelines
from config.loaded import Config
from config.secrets import Secrets
from desk.cards import Post
from handlers.commands import commands
from monitors.engine import Engine
from monitors.probe import Probe
from remediation.masking import Mask

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """How this process runs: where its data lies, on which port, and whether one may act as somebody.

    `read` reads the configuration again; without it the folder that it came from is read. `masks` is told which secrets
    there are then.
    """

    data: Path
    port: int
    act_as: bool = False
    intake_bind: str | None = None
    database: Database | None = None  # None: where the configuration says
    platforms: Mapping[str, Outbound] = field(default_factory=dict)  # besides the web chat
    paces: Mapping[str, Pace] = field(default_factory=dict)
    clock: Clock = field(default_factory=RealClock)
    ids: Ids = field(default_factory=RealIds)
    read: Callable[[], tuple[Config, Secrets]] | None = None
    masks: Callable[[Sequence[str]], None] = lambda _secrets: None


class Bot:
    """A running desk. Made by `running`, which also takes it down."""

    def __init__(self, config: Config, secrets: Secrets, settings: Settings, store: Store) -> None:
        self.store = store
        self._settings, self._secrets = settings, secrets
        clock, ids = settings.clock, settings.ids
        self.identity = Identity(store, config)
        self.router = Router(store, self._config, commands(), self._tell_later)
        self.door = Doorkeeper(store, self.identity, self.router, commands())
        chats = set_up(self._config, secrets, self.door, clock, commands())
        self.chat = Chat(chats, clock, self._post, self._admins)
        self.alarm = AlarmClock(store, self._config, clock)
        self.launcher = Launcher(store, self._config, secrets.values())
        self.watching = Watching(store, self._config)
        self.poller: Poller | None = None  # from `start` on
        self.filing = Filing(store, chats, settings.data, self._config)
        self.bell = Bell()
        store.listen(self.bell.moved)
        outs: dict[str, Outbound] = {"webchat": WebOutbound(store, self._config), **settings.platforms}
        outs |= {name: chat.out for name, chat in chats.items()}
        links = Acknowledging(store, self._config, self.router, clock, ids)
        outs |= reaching.set_up(self._config, secrets, clock, links.link)
        paces = {**{name: chat.pace for name, chat in chats.items()}, **settings.paces}
        self.outbox = Outbox(
            store, outs, platform_of, lambda _: self._admins(), clock, ids, paces=paces,
            ended=reaching.Settling(self._config),
        )  # fmt: skip
        self._open_webhooks()
        self._platforms = frozenset(outs) - {"webchat"}
        self.sealer = Sealer(store)
        signed = {name: chat.handle_http for name, chat in chats.items() if isinstance(chat, TakesHttp)}
        self._beats = _tokens(config, secrets)
        self.hooks = Hooks(store, self._config, clock, ids, hook_tokens(config, secrets), mask=Mask(secrets.values()))
        door = HookDoor(self.hooks.keep, self.hooks.tokens, self.hooks.kind, ids.token, Allowance(clock.monotonic))
        self._rosters = Rosters(store, self._config)
        turns = Calendars(self._rosters.calendar, self._oncall_token)
        boards = Boards(store, self._config, clock)
        self._intake = Intake(self._ping, self._beats, signed, turns, door, links, config.desk.name, boards)
        read = settings.read or (lambda: load_with_secrets(config.folder))
        self.reloader = Reloader(store, self.identity, self._platforms, secrets, read, self._took)
        self._operator = Operator(settings.data, self.identity.code_for, self._reload)
        self._tasks: list[asyncio.Task[None]] = []
        self._listeners: list[Listener] = []
        self.web = Engine()
        self.watcher = Watcher(
            store, self._config, clock, settings.data, self.web, outs, platform_of, secrets.outside_token()
        )
        self.port = settings.port

    @property
    def config(self) -> Config:
        """What the files say, and everybody whom a client's channel lets in."""
        return self.identity.config()

    def _config(self) -> Config:
        return self.identity.config()

    def _oncall_token(self, name: str) -> str | None:
        return self._secrets.oncall_token(name)

    def _admins(self) -> str:
        return self.config.desk.admins_channel

    def _open_webhooks(self) -> None:
        for hook in reaching.webhooks(self._config, lambda: self._secrets, self._settings.clock):
            self.outbox.add(hook, reaching.WEBHOOKS)

    async def _reload(self) -> tuple[bool, tuple[str, ...]]:
        done = await self.reloader.reload("operator")
        return done.taken, done.lines

    async def _took(self, config: Config, secrets: Secrets, changes: Changes) -> None:
        """Another configuration is in force: what was taken once is taken again."""
        self._secrets = secrets
        self._settings.masks(secrets.values())
        self.launcher.secrets = secrets.values()
        self.watcher.outside.token = secrets.outside_token()
        self._beats.clear()
        self._beats.update(_tokens(config, secrets))
        self.hooks.tokens.clear()
        self.hooks.tokens.update(hook_tokens(config, secrets))
        self._open_webhooks()
        self.hooks.mask = Mask(secrets.values())
        self.watching.begin_anew((*changes.anew, *changes.gone))
        if self.poller is not None:
            self.poller.adopt(config.monitors.values(), await self.watching.watches(), self._world(config, secrets))

    async def _post(self, post: Post) -> None:
        await self.store.write(lambda tx: tx.post(post))

    async def _tell_later(self, arrival: Arrival, answer: Answer) -> None:
        await self.chat.answer(arrival, answer)

    async def _ping(self, monitor: str) -> None:
        await self.watching.ping(monitor)

    async def start(self) -> None:
        """The store's rows first, then those who act on them, the doors last: nobody is let in before all is ready."""
        await self.identity.settle(self._platforms)
        await adoption.take_over(self.store, self.config)
        await self.launcher.recover()
        if sentence := raise_file_limit():
            log.warning(sentence)
        self.poller = await self._poller()
        self.vitals = Vitals(
            self.store, self.outbox, self.poller, self.alarm, self.watching, self.watcher.senses,
            self._config, self._settings.clock.now,
            lambda: _quiet_for(self.config), self.chat.faults,
        )
        self.auditor = self.watcher.auditor(self.vitals.readiness)
        self.checking = Checking(self.store, self._config, self.poller)
        self.watching.watch_with(self.poller)
        self._drive()
        await self._open_doors()
        await self.chat.start()
        self.poller.start()

    def _world(self, config: Config, secrets: Secrets) -> Probe:
        clock = self._settings.clock
        return world(config, secrets, self.web, clock, self.watching, starter(secrets.values()))

    async def _poller(self) -> Poller:
        watches = await self.watching.watches()
        return Poller(
            self.config.monitors.values(), self._world(self.config, self._secrets), watches, self.watching.changed,
            self.watching.plain, monotonic=self._settings.clock.monotonic,
        )  # fmt: skip

    def _drive(self) -> None:
        clock = self._settings.clock
        loops = [
            (Loop("outbox", self.outbox.turn, clock, at_most=5), ["posts"]),
            (Loop("launcher", self._launch, clock, at_most=5), ["runs"]),
            (Loop("verification", self.watching.turn, clock, at_most=5), ["probes"]),
            (Loop("checks", self._check, clock, at_most=5), ["asked_looks"]),
            (Loop("inbox", self._retry, clock, at_most=5), []),
            (Loop("hooks", self.hooks.turn, clock, at_most=5), ["deliveries"]),
            (Loop("sums", Folding(self.store).turn, clock, at_most=folding.EVERY), []),
            (Loop("files", self.filing.turn, clock, at_most=600), ["kept_files"]),
            (Loop("nights", self.reloader.turn, clock, at_most=3600), []),
            (Loop("auditor", self.auditor.turn, clock, at_most=60), []),
        ]
        for loop, tables in loops:
            loop.listen(self.store, tables)
            self._tasks.append(asyncio.create_task(loop.run(), name=loop.name))
        self.alarm.start()
        self._tasks.append(asyncio.create_task(self.alarm.run(), name="alarm"))
        self._tasks.append(asyncio.create_task(self._seal(), name="sealer"))

    async def _launch(self, _now: datetime) -> datetime | None:
        await self.launcher.turn()
        return None

    async def _check(self, now: datetime) -> datetime | None:
        await self.checking.turn(now)
        return None

    async def _retry(self, now: datetime) -> datetime | None:
        await self.router.turn(now)
        return None

    async def _seal(self) -> None:
        while True:
            try:
                wait = await self.sealer.turn()
            except Exception:
                log.exception("the audit chain could not be sealed")
                wait = 1.0
            await self._settings.clock.sleep(wait)

    async def _open_doors(self) -> None:
        settings = self._settings
        room = Room(self.store, self._config, settings.clock)
        door = Door(room, self.store, self.router, self.bell, settings.ids, settings.act_as)
        readers = Readers(self.config.desk.name, room.person, settings.act_as)
        alone = settings.intake_bind is not None
        private = Private(
            self.config.desk.name, api(door), self.vitals.readiness, self.vitals.registry(), settings.act_as,
            None if alone else self._intake, self._operator,
            reports(Desk(self.config.desk.name, Reports(self.store, self._config), room.person, settings.act_as)),
            schedules(readers, self._rosters), timelines(readers, Timelines(self.store, self._config)),
        )  # fmt: skip
        listener = Listener(private_app(private), "127.0.0.1", settings.port)
        self.port = await listener.start()
        self._listeners.append(listener)
        if settings.intake_bind:
            host, _, port = settings.intake_bind.rpartition(":")
            outer = Listener(intake_app(self._intake), host.strip("[]"), int(port))
            await outer.start()
            self._listeners.append(outer)

    async def stop(self) -> None:
        """The doors first; what is under way ends or is cut off, and every cut leaves a row that tells of it."""
        self.bell.close()
        await self.reloader.close()
        await self.chat.close()
        await asyncio.gather(*(listener.stop() for listener in self._listeners))
        if self.poller is not None:
            await self.poller.close()
            await self.checking.close()
        self.alarm.close()
        await self.launcher.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.web.aclose()
        await self.outbox.close()
        await self.watcher.close()
        self._operator.close()


def platform_of(destination: str) -> str:
    """A place is `PLATFORM/ID`; what is no place is a channel's own in the web chat."""
    return destination.partition("/")[0] if "/" in destination else "webchat"


def _quiet_for(config: Config) -> float:
    """Seconds without any check that are too many: the liveliest monitor's beat and its time limit, and some grace."""
    return min((m.interval + m.time_limit for m in config.monitors.values()), default=math.inf) + 30


def _tokens(config: Config, secrets: Secrets) -> dict[str, str]:
    beats: Sequence[str] = [m.id for m in config.monitors.values() if m.kind == "heartbeat"]
    return {name: token for name in beats if (token := secrets.heartbeat_token(name))}


def hook_tokens(config: Config, secrets: Secrets) -> dict[str, str]:
    """Of the hooks that have one: the others take nothing."""
    return {name: token for name in config.hooks if (token := secrets.hook_token(name))}


@contextlib.asynccontextmanager
async def running(config: Config, secrets: Secrets, settings: Settings) -> AsyncIterator[Bot]:
    """A bot that is up for as long as the block runs. Raises AlreadyRunning, StoreRefused, OSError for a taken port."""
    database = settings.database or database_of(config, secrets, settings.data)
    with held(database, settings.data):
        store = Store.open(database, clock=settings.clock, ids=settings.ids)
        async with store:
            bot = Bot(config, secrets, settings, store)
            try:
                await bot.start()
                yield bot
            finally:
                await bot.stop()
