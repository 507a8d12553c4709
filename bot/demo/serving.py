"""`deskbell demo`: the shop's host as a second process, the bot beside it, and the guide that follows along."""

import asyncio
import logging
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

from bot.app import Bot
from bot.configuration import DEMO, load_folder
from bot.databases import database_at
from bot.demo.guide import Facts, guide
from bot.loops import Loop
from bot.ports import RealClock
from bot.serving import REFUSED, data_folder, serve_config
from bot.store.store import StoreTx
from config.loaded import Config
from config.problems import ConfigError
from config.secrets import Secrets, read_secrets
from desk.cards import Post

SHOP, CONTROL = 8089, 8088
_FACTS = """SELECT
 EXISTS (SELECT 1 FROM runs WHERE runbook = 'stop-shop' AND started_at IS NOT NULL),
 EXISTS (SELECT 1 FROM alerts WHERE monitor = 'shop'),
 EXISTS (SELECT 1 FROM audit WHERE action = 'alert.acknowledged'),
 EXISTS (SELECT 1 FROM runs WHERE runbook = 'restart-shop'),
 EXISTS (SELECT 1 FROM audit WHERE action = 'run.ended' AND detail LIKE '%fixed-and-verified%'),
 EXISTS (SELECT 1 FROM tickets WHERE client_id = 'acme'),
 EXISTS (SELECT 1 FROM audit WHERE action = 'ticket.urged'),
 EXISTS (SELECT 1 FROM audit WHERE action IN ('promise.reminded', 'promise.broken'))"""


def serve_demo() -> int:
    """Data in a folder of its own; a second start carries on where the first one stopped."""
    try:
        secrets = read_secrets()
        shop, control = _free(SHOP), _free(CONTROL)
        config = with_shop(load_folder(DEMO), shop, control)
    except ConfigError as error:
        print(error, file=sys.stderr)  # noqa: T201 - this command's answer
        return REFUSED

    @asynccontextmanager
    async def around(bot: Bot) -> AsyncIterator[None]:
        async with _guided(bot, f"http://127.0.0.1:{shop}/"):
            yield

    def again() -> tuple[Config, Secrets]:
        return with_shop(load_folder(DEMO), shop, control), read_secrets()

    data = secrets.data or data_folder("var/demo")
    own = database_at(None, data)  # never among what a real desk keeps
    # The shop is up before anybody looks at it; and a newcomer reads one line, not a log.
    return serve_config(
        config, secrets, act_as=True, data=data, database=own, around=around, before=_shop(shop, control),
        level=logging.WARNING, read=again,
    )  # fmt: skip


def with_shop(config: Config, shop: int, control: int) -> Config:
    """The shipped configuration with the ports that are free here."""
    url = f"http://127.0.0.1:{shop}/health"
    monitor = config.monitors["shop"]
    monitors = {**config.monitors, "shop": replace(monitor, settings=monitor.settings.model_copy(update={"url": url}))}
    environment = {"SHOP_CONTROL": f"http://127.0.0.1:{control}", "SHOP_HEALTH": url}
    runbooks = {
        name: replace(book, environment=environment) if name in {"restart-shop", "stop-shop"} else book
        for name, book in config.runbooks.items()
    }
    return replace(config, monitors=monitors, runbooks=runbooks)


def _free(wanted: int) -> int:
    """The port we would like, or any other one that is free."""
    for port in (wanted, 0):
        with socket.socket() as sock:
            try:
                sock.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(sock.getsockname()[1])
    return 0


@asynccontextmanager
async def _shop(shop: int, control: int) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.demo.host", str(shop), str(control),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None  # noqa: S101 - it was asked for
    await process.stdout.readline()
    try:
        yield
    finally:
        assert process.stdin is not None  # noqa: S101 - it was asked for
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def _guided(bot: Bot, shop: str) -> AsyncIterator[None]:
    """The card is a picture of the store, so posting it after every change is harmless."""

    def show(tx: StoreTx) -> None:
        facts = Facts(*(bool(fact) for fact in tx.rows(_FACTS)[0]))
        tx.post(Post("demo/welcome", "welcome", None, guide(facts, shop), live=True))

    async def turn(_now: datetime) -> None:
        await bot.store.write(show)

    loop = Loop("guide", turn, RealClock(), at_most=60)
    loop.listen(bot.store, ["runs", "alerts", "tickets", "audit"])
    task = asyncio.create_task(loop.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
