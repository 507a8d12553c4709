"""`deskbell doctor`: is everything there that the desk needs? Configuration, database, each chat platform."""

import asyncio
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from bot.chatting import set_up
from bot.check import words_of
from bot.configuration import DEMO, load_folder
from bot.databases import FILE, database_at, held
from bot.doorkeeper import Doorkeeper
from bot.identity import Identity
from bot.platforms.contract import DeliveryRefused, Finding, Outgoing, Platform, PlatformRefused
from bot.ports import RealClock, RealIds
from bot.router import Router
from bot.serving import data_folder
from bot.store.databases import Database
from bot.store.errors import StoreBusy, StoreRefused
from bot.store.lock import AlreadyRunning
from bot.store.migrate import HEAD
from bot.store.store import Store
from config.loaded import Config, Mail, Slack
from config.problems import ConfigError
from config.secrets import (
    Secrets,
    missing_secrets,
    read_secrets,
    unnamed_gateways,
    unnamed_webhooks,
    unnamed_workspaces,
)
from config.tokens import DISCORD, SLACK, key_of, variable
from desk.ways import MAIL
from handlers.commands import commands
from remediation.runner import sandbox

GOOD, FAULT = 0, 1
WARNING = "warning"  # what is no fault, and yet to be looked at
PATIENCE = 30.0  # seconds for one platform
LITTLE_ROOM = 200_000_000  # bytes left on the disk


def doctor(folder: Path | None) -> int:
    """Print a line for each thing that was looked at. 1 when one is not well, whichever it is."""
    findings = examine(folder or DEMO)
    out = Console(soft_wrap=True, highlight=False, file=sys.stdout)
    for finding in findings:
        said = finding.sentence.removeprefix(f"{finding.what.partition(':')[0]}: ")
        mark = "!" if finding.what == WARNING else "✓" if finding.well else "▲"
        out.print(f"{mark} {finding.what}: {said}", markup=False)
    faults = sum(not finding.well for finding in findings)
    out.print("All is well." if not faults else f"{faults} fault{'' if faults == 1 else 's'}.", markup=False)
    return FAULT if faults else GOOD


def examine(folder: Path) -> list[Finding]:
    """Everything that can be looked at; what cannot be read makes only what hangs on it unknown."""
    config, found = _configuration(folder)
    secrets, settings = _secrets()
    found += settings
    data = (secrets.data if secrets else None) or data_folder()
    address = (secrets.database_url() if secrets else None) or (config.desk.database if config else None)
    found += _database(database_at(address, data), data)
    found.append(Finding("scripts", well=True, sentence=sandbox()))
    if config and secrets:
        unfit = [
            *unnamed_workspaces(config, secrets), *unnamed_gateways(config, secrets),
            *unnamed_webhooks(config, secrets),
        ]  # fmt: skip
        found += [Finding("environment", False, problem.sentence) for problem in unfit]
        found += _without_token(config, secrets)
        found += [Finding(f"{way}: token", False, lack) for way, lack in missing_secrets(config, secrets).items()]
        found += asyncio.run(_platforms(config, secrets))
        found += asyncio.run(_ways(config, secrets))
    return found


def _configuration(folder: Path) -> tuple[Config | None, list[Finding]]:
    try:
        config = load_folder(folder)
    except ConfigError as error:
        return None, [Finding("configuration", False, str(problem)) for problem in error.problems]
    warned = [Finding(WARNING, True, str(problem)) for problem in config.warnings]
    return config, [Finding("configuration", True, words_of(config)), *warned]


def _secrets() -> tuple[Secrets | None, list[Finding]]:
    try:
        return read_secrets(), []
    except ConfigError as error:
        return None, [Finding("environment", False, problem.sentence) for problem in error.problems]


def _database(database: Database, folder: Path) -> list[Finding]:
    """Looked at without touching it: whether it can be had, is in use, and what it is; and the folder's room."""
    try:
        running = _running(database, folder)
        at = database.revision()
        free = shutil.disk_usage(folder).free
    except (StoreRefused, StoreBusy) as error:
        return [Finding("database", False, error.sentence)]
    except OSError as error:
        return [Finding("database", False, f"{folder} cannot be used: {error.strerror}. Set DESKBELL_DATA.")]
    state = "is made at the first start" if at is None else f"is of this release ({at})"
    if at not in (None, HEAD):
        state = f"is of an earlier release ({at}) and is brought to this one at the next start"
    room = f"{free // 1_000_000:,} MB free in {folder}"
    return [Finding("database", free > LITTLE_ROOM, f"{database.name} {state}; {room}.{running}")]


def _running(database: Database, folder: Path) -> str:
    if not folder.exists():
        return ""
    try:
        with held(database, folder):
            return ""
    except AlreadyRunning:
        return " A Deskbell is running on it."


def _without_token(config: Config, secrets: Secrets) -> list[Finding]:
    """The platforms that the configuration names, or where a channel has its place, and that nobody can log in to."""
    found, placed = [], {name for channel in config.channels.values() for name in channel.places}
    for name, settings in config.platforms.items():
        slack = isinstance(settings, Slack)
        named = name not in (SLACK, DISCORD) or settings != type(settings)(name)
        if (named or name in placed) and (secrets.slack(name) if slack else secrets.discord()) is None:
            key = f"{key_of(name)}__bot_token".removeprefix("__")
            missing = variable(SLACK, key) if slack else variable(DISCORD, "token")
            found.append(Finding(f"{name}: token", False, f"there is none. Set `{missing}`, or take {name} out of it."))
    return found


async def _platforms(config: Config, secrets: Secrets) -> list[Finding]:
    """The real platforms, on an empty store of their own: nothing of the desk's is touched."""
    clock = RealClock()
    with TemporaryDirectory() as folder:
        async with Store.open(Path(folder) / FILE, clock=clock, ids=RealIds()) as store:
            identity = Identity(store, config)
            door = Doorkeeper(store, identity, Router(store, identity.config, commands()), commands())
            platforms = set_up(identity.config, secrets, door, clock, commands())
            looked = await asyncio.gather(*(_examined(platform) for platform in platforms.values()))
    if not platforms:
        none = Finding("chat platforms", True, "none has a token; the web chat is there without one.")
        return [] if _without_token(config, secrets) else [none]
    return [finding for findings in looked for finding in findings]


async def _examined(platform: Platform) -> list[Finding]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await platform.examine()
    except PlatformRefused as error:
        return [Finding(platform.name, False, error.sentence)]
    except Exception as error:  # noqa: BLE001 - whatever kept it from answering is what the doctor has to say
        return [Finding(platform.name, False, f"cannot be reached: {type(error).__name__}. Is there a way out?")]
    finally:
        await platform.close()


async def _ways(config: Config, secrets: Secrets) -> list[Finding]:
    """The mail server is greeted and sent nothing. Of a push only a real one would tell anything."""
    lacking, found = missing_secrets(config, secrets), []
    if config.desk.mail and MAIL not in lacking:
        found.append(await _mail(config, config.desk.mail, secrets))
    tried = "is set up; whether it works is told by `/test page me`."
    return [*found, *(Finding(name, True, tried) for name in sorted(config.desk.push.keys() - lacking.keys()))]


async def _mail(config: Config, mail: Mail, secrets: Secrets) -> Finding:
    from bot.platforms.mail.outbound import MailOutbound  # noqa: PLC0415 - imported only where it is wanted

    door = MailOutbound(mail, secrets.password(), lambda: config, RealClock(), _no_link)
    try:
        await door.greet()
    except DeliveryRefused as error:
        return Finding(MAIL, False, error.reason)
    return Finding(MAIL, True, f"{mail.host} is there and takes us; nothing was sent.")


async def _no_link(_outgoing: Outgoing) -> str:
    return ""
