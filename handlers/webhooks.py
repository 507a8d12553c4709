"""What goes on the record is told to the webhooks that want it: a message of the outbox for each."""

import hashlib
import zlib

from desk.audit import Entry
from desk.cards import Post
from desk.events import KINDS, PLATFORM, SIDE_BY_SIDE, Event
from handlers.context import Context, Tx
from handlers.pictures import event as picture


def tell(tx: Tx, ctx: Context, entry: Entry) -> None:
    """What it is about is told as it is stored now; nothing, where nobody asked for it."""
    hooks = [hook for hook in ctx.config.desk.webhooks.values() if hook.wants(entry.action, entry.client)]
    if not hooks or entry.action not in KINDS:
        return
    event = picture.of_entry(entry, _about(tx, ctx, entry.subject), ctx.config)
    key, lane = _key(event), zlib.crc32(entry.subject.encode()) % SIDE_BY_SIDE
    for hook in hooks:
        tx.post(Post(key, f"{PLATFORM}{hook.name}/{lane}", entry.client, alone=True, event=event))


def _about(tx: Tx, ctx: Context, subject: str) -> picture.About | None:
    kind, _, name = subject.partition("/")
    if kind == "maintenance":
        return ctx.config.alerting.windows.get(name)
    number = int(name) if name.isdigit() else 0
    match kind:
        case "ticket":
            return tx.ticket(number)
        case "alert":
            return tx.alert(number)
        case "run":
            return tx.run(number)
        case "approval":
            return tx.approval(number)
        case "silence":
            return tx.silence(number)
    return None


def _key(event: Event) -> str:
    """One for each thing that happened: what is told twice within one call is told once."""
    said = repr((event.kind, event.by, sorted(event.facts.items(), key=lambda fact: fact[0])))
    digest = hashlib.sha256(said.encode()).hexdigest()[:12]
    return f"event/{event.kind}/{event.subject}/{event.at:%Y%m%dT%H%M%S%f}/{digest}"
