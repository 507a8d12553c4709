"""`deskbell run`: from the environment and a folder of YAML to a bot that is up, and down again in good order."""

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path

import structlog
import uvloop
from rich.console import Console

from bot.app import Bot, Settings, running
from bot.bounds import look_for_garbage_seldom
from bot.configuration import DEMO, load_with_secrets
from bot.databases import database_of, held
from bot.logs import set_up_logs
from bot.platforms.contract import UnknownPlaces
from bot.store.databases import Database
from bot.store.errors import StoreBusy, StoreRefused
from bot.store.lock import AlreadyRunning
from bot.store.migrate import prepare
from bot.systemd import Systemd
from config.loaded import Config
from config.problems import ConfigError
from config.secrets import Secrets
from remediation.runner import sandbox

GOOD, REFUSED = 0, 2
log = structlog.get_logger(__name__)
Around = Callable[[Bot], AbstractAsyncContextManager[None]]


def data_folder(default: str = "var") -> Path:
    return Path(os.environ.get("DESKBELL_DATA", default))


@asynccontextmanager
async def nothing_more(_bot: Bot) -> AsyncIterator[None]:
    yield


def serve(folder: Path | None, *, act_as: bool) -> int:
    """Run the configuration of a folder until a signal comes. 2 when it is refused, with every reason."""
    try:
        config, secrets = load_with_secrets(folder or DEMO)
    except ConfigError as error:
        Console(stderr=True, soft_wrap=True, highlight=False).print(str(error), markup=False)
        return REFUSED
    again = partial(load_with_secrets, config.folder)
    return serve_config(config, secrets, act_as=act_as, data=secrets.data or data_folder(), read=again)


def serve_config(
    config: Config,
    secrets: Secrets,
    *,
    act_as: bool,
    data: Path,
    database: Database | None = None,
    around: Around = nothing_more,
    before: AbstractAsyncContextManager[None] | None = None,
    level: int = logging.INFO,
    read: Callable[[], tuple[Config, Secrets]] | None = None,
) -> int:
    """Run this configuration; `before` is up before the bot is, and `around` lives as long as it does. `read` reads it
    again.
    """
    masks = set_up_logs(secrets.values(), level)
    port = config.desk.port if secrets.port is None else secrets.port
    settings = Settings(data, port, act_as, secrets.intake_bind, database, read=read, masks=masks)
    err = Console(stderr=True, soft_wrap=True, highlight=False)
    try:
        uvloop.run(_serve(config, secrets, settings, around, before or nullcontext()))
    except (AlreadyRunning, StoreRefused, StoreBusy, UnknownPlaces) as error:
        err.print(error.sentence, markup=False)
        return REFUSED
    except OSError as error:
        where = f"port {port} or the folder {data}"
        err.print(f"Cannot use {where}: {error.strerror}. Set DESKBELL_PORT or DESKBELL_DATA.", markup=False)
        return REFUSED
    return GOOD


async def _serve(
    config: Config, secrets: Secrets, settings: Settings, around: Around, before: AbstractAsyncContextManager[None]
) -> None:
    stop, systemd = asyncio.Event(), Systemd(os.environ)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, lambda: None)  # the start reads everything anyway
    async with before, running(config, secrets, settings) as bot, around(bot):
        loop.add_signal_handler(signal.SIGHUP, bot.reloader.soon, "signal", systemd.reloading)
        print(f"ready http://127.0.0.1:{bot.port}", flush=True)  # noqa: T201 - the one line that others wait for
        look_for_garbage_seldom()
        systemd.say("READY=1")
        log.info("scripts", sandbox=await asyncio.to_thread(sandbox))
        auditor = bot.auditor
        alive = asyncio.create_task(
            systemd.watch(auditor.is_turning, lambda: [each.sentence for each in auditor.broken])
        )
        await stop.wait()
        alive.cancel()
        systemd.say("STOPPING=1")
        log.info("stopping")


def migrate(folder: Path | None) -> int:
    """Bring the database to this release. The lock says that no bot is running on it."""
    err = Console(stderr=True, soft_wrap=True, highlight=False)
    try:
        config, secrets = load_with_secrets(folder or DEMO)
        data = secrets.data or data_folder()
        database = database_of(config, secrets, data)
        with held(database, data):
            prepare(database)
    except ConfigError as error:
        err.print(str(error), markup=False)
        return REFUSED
    except (AlreadyRunning, StoreRefused, StoreBusy) as error:
        err.print(error.sentence, markup=False)
        return REFUSED
    Console(soft_wrap=True, highlight=False).print(f"{database.name} is ready for this release.", markup=False)
    return GOOD
