"""The configuration is read again while the bot runs: only what changed is touched, and a bad one changes nothing.

The rows come first, in one transaction: places, version, record, what has left. Then everybody who asks for the
configuration gets the new one, the poller takes over its monitors, and what is open follows in batches.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import structlog

from bot import adoption
from bot.acting import as_desk
from bot.identity import Identity
from bot.store.store import Store, StoreTx
from bot.store.tables import to_us
from config.loaded import Config
from config.problems import ConfigError, Problem
from config.secrets import PREFIX, Secrets
from desk.alerts import Monitor, is_same_check
from desk.cards import Post, Text, text
from desk.detail import Own
from handlers.events import adopted
from handlers.saving import note_audit

SHOWN = 20  # problems that a message lists
NIGHT = timedelta(hours=2, minutes=30)  # after midnight UTC: when holidays and feeds are renewed
Read = Callable[[], tuple[Config, Secrets]]
Took = Callable[[Config, Secrets, "Changes"], Awaitable[None]]
# Of the secrets; the others are taken once.
IN_FORCE_AT_ONCE = {"heartbeat", "hook", "monitor", "oncall", "oncall_person", "outside_heartbeat", "data", "webhook"}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What came of it: whether the files are in force now, and sentences for whoever asked."""

    taken: bool
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Of the monitors, by id. `anew`: those of the changed ones that look at something else."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    anew: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    kept: int = 0

    def words(self) -> str:
        counts = {"new": len(self.new), "changed": len(self.changed), "gone": len(self.gone), "as before": self.kept}
        return "Monitors: " + (", ".join(f"{count} {what}" for what, count in counts.items() if count) or "none") + "."


def compare(before: Mapping[str, Monitor], after: Mapping[str, Monitor]) -> Changes:
    both = [(before[name], after[name]) for name in after if name in before]
    changed = [(one, other) for one, other in both if one != other]
    return Changes(
        new=tuple(name for name in after if name not in before),
        changed=tuple(other.id for _, other in changed),
        anew=tuple(other.id for one, other in changed if not is_same_check(one, other)),
        gone=tuple(name for name in before if name not in after),
        kept=len(both) - len(changed),
    )


class Reloader:
    """`read` reads the files and the secrets again, `took` makes the parts go by them. One reload at a time."""

    def __init__(
        self, store: Store, identity: Identity, platforms: frozenset[str], secrets: Secrets, read: Read, took: Took
    ) -> None:
        self._store, self._identity, self._platforms = store, identity, platforms
        self._read, self._took = read, took
        self._started_with = (identity.base, secrets)
        self._one = asyncio.Lock()
        self._under_way: set[asyncio.Task[None]] = set()
        self._night: datetime | None = None
        self._said = ""  # the version about which the night has said already that it waits

    async def reload(self, by: str) -> Reloaded:
        """Take over what the files say now. `by` says who asked: `operator`, `signal`."""
        async with self._one:
            try:
                config, secrets = await asyncio.to_thread(self._read)
            except ConfigError as error:
                return await self._refused(by, error)
            return await self._take(by, config, secrets)

    def soon(self, by: str, around: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        """For a signal: what comes of it is said in the log and in the admins' channel, and by whoever is `around`."""
        task = asyncio.create_task(self._told(by, around))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _told(self, by: str, around: Callable[[], AbstractContextManager[None]]) -> None:
        try:
            with around():
                await self.reload(by)
        except Exception:
            log.exception("the configuration could not be reloaded", by=by)

    async def close(self) -> None:
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def turn(self, now: datetime) -> datetime:
        """Renew once a night; not at the start, which has just read everything. Returns when the next night is."""
        due, self._night = self._night, next_night(now)
        if due is not None and now >= due:
            await self.renew()
        return self._night

    async def renew(self) -> None:
        """Once a night holidays are worked out further ahead and feeds are read again, if nobody has changed the files:
        what somebody is still writing must not come into force by itself.
        """
        async with self._one:
            try:
                config, secrets = await asyncio.to_thread(self._read)
            except ConfigError as error:
                await self._refused("night", error)
            else:
                if config.files == self._identity.base.files:
                    await self._take("night", config, secrets)
                elif self._said != config.version:
                    self._said = config.version
                    words = "The files were changed since they were loaded, so holidays and feeds were not renewed."
                    await self._tell(text(Own(f"{words} `deskbell reload` takes them over.")))

    async def _take(self, by: str, config: Config, secrets: Secrets) -> Reloaded:
        before = self._identity.base
        changes = compare(before.monitors, config.monitors)
        needs = tuple(restart_for(*self._started_with, config, secrets))

        def rows(tx: StoreTx) -> bool:
            self._identity.settled(tx, config, self._platforms)
            follows = adoption.adopt(tx, config, by=by, needs=needs)
            adopted.anew(tx, changes.anew)
            return follows

        follows = await self._store.write(rows)
        await self._identity.adopt(config)
        await self._took(config, secrets, changes)
        if follows:
            await adoption.follow(self._store, config)
        log.info("configuration in force", version=config.version[:12], by=by, restart_for=needs)
        told, warned = f"Configuration {config.version[:12]} is in force.", _new(before.warnings, config.warnings)
        if config.version == before.version:
            told = f"Configuration {config.version[:12]} is in force already: the files say the same."
        return Reloaded(taken=True, lines=(told, changes.words(), *adoption.restart_words(needs), *warned))

    async def _refused(self, by: str, error: ConfigError) -> Reloaded:
        stays = self._identity.base.version[:12]
        problems = [str(problem) for problem in error.problems]
        more = [f"and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
        said = "\n".join([*problems[:SHOWN], *more])
        log.error("configuration refused", by=by, problems=problems[:SHOWN])

        def work(tx: StoreTx) -> None:
            config = self._identity.config()
            ctx = as_desk(tx, config, "configuration")
            note_audit(tx, ctx, "configuration.refused", stays, None, by=by, problems=said[:4000])
            words = text(Own(f"The files were refused, and configuration {stays} stays in force."), f"\n{said}")
            key = f"configuration/refused/{to_us(tx.now)}"
            tx.post(Post(key, config.desk.admins_channel, None, words=words))

        await self._store.write(work)
        return Reloaded(taken=False, lines=(*problems, f"Configuration {stays} stays in force."))

    async def _tell(self, words: Text) -> None:
        admins = self._identity.config().desk.admins_channel
        key = f"configuration/waits/{self._said}"
        await self._store.write(lambda tx: tx.post(Post(key, admins, None, words=words)))


def _new(before: Sequence[Problem], after: Sequence[Problem]) -> list[str]:
    """What was warned of before is not said again, though it may stand in another line now."""
    known = {(problem.file, problem.sentence) for problem in before}
    return [str(problem) for problem in after if (problem.file, problem.sentence) not in known]


def next_night(now: datetime) -> datetime:
    """When holidays and feeds are renewed next."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return min(at for at in (midnight + NIGHT, midnight + timedelta(days=1) + NIGHT) if at > now)


def restart_for(started: Config, had: Secrets, config: Config, secrets: Secrets) -> Iterator[str]:
    """What is in force only after a restart: it was taken once, when the bot started."""
    if config.desk.name != started.desk.name:
        yield "`name` on the web pages"
    if config.desk.port != started.desk.port and secrets.port is None:
        yield "`port`"
    if config.desk.database != started.desk.database and secrets.database is None:
        yield "`database`"
    for section in ("mail", "push"):
        if getattr(config.desk, section) != getattr(started.desk, section):
            yield f"`{section}`"
    for name in sorted({*config.platforms, *started.platforms}):
        if _taken_once(config, name) != _taken_once(started, name) and (secrets.slack(name) or secrets.discord()):
            yield f"`platforms.{name}`"
    for setting in sorted(Secrets.model_fields.keys() - IN_FORCE_AT_ONCE):
        if getattr(secrets, setting) != getattr(had, setting):
            yield f"`{PREFIX}{setting.rstrip('_').upper()}`"


def _taken_once(config: Config, platform: str) -> dict[str, object]:
    known = config.platforms.get(platform)
    return {key: value for key, value in asdict(known).items() if key != "copy_files"} if known else {}
