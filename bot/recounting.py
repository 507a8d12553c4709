"""`deskbell rebuild-summaries`: what the reports add up, counted anew from the tickets themselves."""

import asyncio
from pathlib import Path

from rich.console import Console

from bot.configuration import DEMO, load_with_secrets
from bot.databases import database_of, held
from bot.ports import RealClock, RealIds
from bot.serving import GOOD, REFUSED, data_folder
from bot.store.databases import Database
from bot.store.errors import StoreBusy, StoreRefused
from bot.store.lock import AlreadyRunning
from bot.store.store import Lane, Store
from config.loaded import Config
from config.problems import ConfigError
from handlers import measuring


def rebuild(folder: Path | None) -> int:
    """The lock says that no bot is running on the database."""
    try:
        config, secrets = load_with_secrets(folder or DEMO)
        data = secrets.data or data_folder()
        database = database_of(config, secrets, data)
        with held(database, data):
            count = asyncio.run(_rebuilt(config, database))
    except ConfigError as error:
        return _refused(str(error))
    except (AlreadyRunning, StoreRefused, StoreBusy) as error:
        return _refused(error.sentence)
    Console(soft_wrap=True, highlight=False).print(f"{count:,} tickets were counted.", markup=False)
    return GOOD


async def _rebuilt(config: Config, database: Database) -> int:
    async with Store.open(database, clock=RealClock(), ids=RealIds(), inline=True) as store:
        return await store.write(lambda tx: measuring.rebuilt(tx, config), lane=Lane.BULK)


def _refused(why: str) -> int:
    Console(stderr=True, soft_wrap=True, highlight=False).print(why, markup=False)
    return REFUSED
