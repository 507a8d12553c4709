"""A configuration is taken over: kept with its hash, and what changed is on the record and said to the admins."""

import difflib
import json

from bot.acting import as_desk
from bot.store.store import StoreTx
from bot.store.tables import to_us
from config.loaded import Config
from desk.cards import Post, text
from handlers.saving import note_audit

FILES = ("deskbell.yaml", "clients.yaml", "people.yaml", "monitors.yaml", "runbooks.yaml")
_LAST = "SELECT version, body FROM configurations ORDER BY loaded_at DESC LIMIT 1"
_KEEP = (
    "INSERT INTO configurations (version, loaded_at, body) VALUES (?, ?, ?)"
    " ON CONFLICT (version) DO UPDATE SET loaded_at = excluded.loaded_at"
)


def adopt(tx: StoreTx, config: Config) -> None:
    """Nothing, if it is the one that was loaded last."""
    rows = tx.rows(_LAST)
    version, before = (rows[0][0], json.loads(rows[0][1])) if rows else ("", {})
    if version == config.version:
        return
    after = {name: (config.folder / name).read_text(encoding="utf-8") for name in FILES}
    tx.execute(_KEEP, (config.version, to_us(tx.now), json.dumps(after)))
    ctx = as_desk(tx, config, "configuration")
    changes = difference(before, after) if before else "first configuration"
    note_audit(tx, ctx, "configuration.loaded", config.version[:12], None, difference=changes)
    if before:
        words = text(f"Configuration {config.version[:12]} is in force. Changed: {changes}")
        tx.post(Post(f"configuration/{config.version}/{to_us(tx.now)}", config.desk.admins_channel, None, words=words))


def difference(before: dict[str, str], after: dict[str, str]) -> str:
    """The changed lines of each file, as a person reads them: `- old`, `+ new`."""
    parts = []
    for name in sorted(after):
        old, new = before.get(name, "").splitlines(), after[name].splitlines()
        lines = [d for d in difflib.ndiff(old, new) if d[:2] in {"- ", "+ "}]
        if lines:
            parts.append("\n".join([name, *lines]))
    return "\n".join(parts)[:4000]
