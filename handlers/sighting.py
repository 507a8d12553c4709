"""A reference was looked at: we may be blind from now on, or see again; and then one notice tells for how long."""

from dataclasses import replace
from datetime import datetime

from desk.alerts import Phase, Watch
from desk.cards import Post, When, span_of, text
from desk.detail import Own
from desk.holds import HoldKind
from desk.sight import blind_since
from desk.signals import fingerprint_of
from handlers import blindness, ringing, saving
from handlers.context import Context, Tx


def looked(tx: Tx, ctx: Context, before: list[Watch]) -> bool:
    """A reference was looked at; `before` are the watches as they were. What changes is on the record. Whether we were
    blind before.
    """
    was, now = blind_since(before), blind_since(blindness.references(tx, ctx))
    if was is None and now is not None:
        _forget(tx, ctx)
        saving.note_audit(tx, ctx, "desk.blind", "desk/network", None, since=now.isoformat())
    elif was is not None and now is None:
        saving.note_audit(tx, ctx, "desk.sees", "desk/network", None, since=was.isoformat())
        _tell(tx, ctx, was)
    return was is not None


def _forget(tx: Tx, ctx: Context) -> None:
    """What failed just before it was known that we are blind is evidence of nothing: each has to fail anew."""
    waiting = {s.monitor for s in tx.held_signals(limit=10_000) if s.hold and s.hold.kind is HoldKind.BLIND}
    for watch in tx.watches():
        monitor = ctx.config.monitors.get(watch.monitor)
        counted = watch.failures and (watch.phase is Phase.UP or watch.monitor in waiting)
        if monitor and counted and blindness.is_beyond(ctx, monitor):
            ringing.ends(tx, ctx, fingerprint_of(watch.monitor), "it may have been our own network")
            tx.save_watch(replace(watch, phase=Phase.UP, failures=0, successes=0, failing_since=None, held=False))


def _tell(tx: Tx, ctx: Context, since: datetime) -> None:
    lasted = span_of((ctx.at - since).total_seconds())
    beyond = sum(blindness.is_beyond(ctx, monitor) for monitor in ctx.config.monitors.values())
    words = text(
        Own("Our own network was down from "), When(since), " to ", When(ctx.at), f" ({lasted}): no reference answered."
        f" Of {beyond} monitors beyond it nothing is known for that time, and nothing rang for them.",
    )  # fmt: skip
    key = f"desk/blind/{since:%Y%m%dT%H%M%SZ}"
    tx.post(Post(key, ctx.config.desk.admins_channel, None, words=words, urgent=True))
