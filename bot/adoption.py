"""A configuration is taken over: kept with its hash, what changed is on the record and said to the admins, and what is
open follows it.

The last is done in batches after the version is stored. Until all of them are, the stored version carries a mark, so
that a start after a crash goes on with it.
"""

import difflib
import json
from collections.abc import Mapping, Sequence
from functools import partial

from bot.acting import as_desk
from bot.store.store import Lane, Store, StoreTx
from bot.store.tables import to_us
from config.files import clients
from config.loaded import Config
from config.yaml_lines import parse
from desk.cards import Post, text
from desk.detail import Own
from handlers.events import adopted, handover, scheduled, turn, window
from handlers.events.adopted import Adopted
from handlers.saving import note_audit

UNDER_WAY = "taking over"  # beside the names of the files
_LAST = "SELECT version, body FROM configurations ORDER BY loaded_at DESC LIMIT 1"
_KEEP = (
    "INSERT INTO configurations (version, loaded_at, body) VALUES (?, ?, ?)"
    " ON CONFLICT (version) DO UPDATE SET loaded_at = excluded.loaded_at, body = excluded.body"
)
_DONE = "UPDATE configurations SET body = ? WHERE version = ?"


async def take_over(store: Store, config: Config) -> None:
    """At the start. Nothing, if it is the configuration that was in force when the desk stopped."""
    if await store.write(lambda tx: adopt(tx, config)):
        await follow(store, config)


async def follow(store: Store, config: Config) -> None:
    """What is open follows the version that is kept; the mark goes when all of it has. The alarms are set only now that
    everybody goes by it: one that rang by the old one would find that nothing has changed. One of them looks at what is
    held again, so what hides others goes by the new rules before.
    """
    since: str | None = ""
    while since is not None:
        since = await store.write(partial(_fires, config=config, since=since), lane=Lane.EVENT)
    await store.write(partial(_arm, config=config), lane=Lane.EVENT)
    while await store.write(lambda tx: adopted.unwatched(tx, as_desk(tx, config, "configuration")), lane=Lane.EVENT):
        pass
    while await store.write(lambda tx: adopted.renamed(tx, as_desk(tx, config, "configuration")), lane=Lane.EVENT):
        pass
    batch: Adopted | None = Adopted()
    while batch:
        batch = await store.write(partial(_follow, config=config, batch=batch), lane=Lane.EVENT)
    await store.write(lambda tx: tx.execute(_DONE, (json.dumps(dict(config.files)), config.version)))


def _fires(tx: StoreTx, *, config: Config, since: str) -> str | None:
    return adopted.fires(tx, as_desk(tx, config, "configuration"), since)


def _arm(tx: StoreTx, *, config: Config) -> None:
    ctx = as_desk(tx, config, "configuration")
    for event in (handover, window, scheduled, turn):
        event.arm(tx, ctx)


def _follow(tx: StoreTx, *, config: Config, batch: Adopted) -> Adopted | None:
    return adopted.run(tx, as_desk(tx, config, "configuration"), batch)


def adopt(tx: StoreTx, config: Config, *, by: str = "start", needs: Sequence[str] = ()) -> bool:
    """Keep the version and say what changed. Whether what is open has yet to follow it. `needs` a restart."""
    rows = tx.rows(_LAST)
    version, before = (rows[0][0], json.loads(rows[0][1])) if rows else ("", {})
    under_way = bool(before.pop(UNDER_WAY, ""))
    if version == config.version:
        return under_way
    tx.execute(_KEEP, (config.version, to_us(tx.now), json.dumps({**config.files, UNDER_WAY: "yes"})))
    ctx = as_desk(tx, config, "configuration")
    changes = (difference(before, config.files) or "a calendar's feed") if before else "first configuration"
    note_audit(tx, ctx, "configuration.loaded", config.version[:12], None, difference=changes, by=by)
    if before:
        told = Own(" ".join([f"Configuration {config.version[:12]} is in force.", *restart_words(needs)]))
        words = text(told, f" Changed: {changes}")
        tx.post(Post(f"configuration/{config.version}/{to_us(tx.now)}", config.desk.admins_channel, None, words=words))
    adopted.retired(tx, ctx, _clients(before))
    return True


def restart_words(needs: Sequence[str]) -> tuple[str, ...]:
    return (f"Restart for: {', '.join(needs)}.",) if needs else ()


def _clients(files: Mapping[str, str]) -> list[str]:
    """Those that an earlier configuration served."""
    return list(parse(clients.FILE, files.get(clients.FILE, "").encode(), []).entries("clients"))


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """The changed lines of each file, as a person reads them: `- old`, `+ new`."""
    parts = []
    for name in sorted({*before, *after}):
        old, new = before.get(name, "").splitlines(), after.get(name, "").splitlines()
        lines = [*difflib.unified_diff(old, new, lineterm="", n=0)][2:]
        if lines:
            parts.append("\n".join([name, *(f"{line[0]} {line[1:]}" for line in lines if line[0] in "+-")]))
    return "\n".join(parts)[:4000]
