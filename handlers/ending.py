"""Staff end what another system told us: it may never say that it is over. What we watch ourselves ends by itself."""

from dataclasses import replace

from desk.alerts import Alert
from desk.refusal import DeskError, Why
from desk.signals import Signal
from desk.tickets import Item
from handlers import ringing, saving
from handlers.context import Context, Tx
from handlers.pictures import alert as picture
from handlers.pictures import name

BATCH = 50  # signals that one transaction ends
LOOKED_AT = 1000


def check(tx: Tx, alert: Alert) -> None:
    if not alert.is_open:
        raise DeskError(f"{alert.number} is up again; there is nothing left to resolve.", why=Why.CONFLICT)
    if not _told(tx, alert):
        sentence = f"{alert.number} is watched and ends by itself once up; till then `/silence {alert.number} 2h`."
        raise DeskError(sentence, field="number", why=Why.CONFLICT)


def end(tx: Tx, ctx: Context, alert: Alert, words: str) -> Alert:
    """All that was told of it is over. What is watched, and in the same alert, keeps it open."""
    check(tx, alert)
    by = f"resolved by {name(ctx.config, ctx.person.id)}: {words}"
    saving.on_alert(tx, ctx, alert, Item.CHANGE, f"resolved it: {words}")
    saving.note_audit(tx, ctx, "alert.resolved", picture.key(alert.number), alert.client, words=words[:200])
    if len(_told(tx, alert)) > BATCH:
        alert = tx.save_alert(replace(alert, fixed_by=by))
    go_on(tx, ctx, alert, by)
    return tx.alert(alert.number) or alert


def go_on(tx: Tx, ctx: Context, alert: Alert, by: str = "") -> None:
    """The next of many."""
    told = _told(tx, alert)
    for signal in told[:BATCH]:
        ringing.ends(tx, ctx, signal.fingerprint, by or alert.fixed_by)
    if len(told) > BATCH:
        tx.deadline(picture.key(alert.number), "resolve", ctx.now, alert.client)


def _told(tx: Tx, alert: Alert) -> list[Signal]:
    return [s for s in tx.signals_of(alert.number, firing_only=True, limit=LOOKED_AT) if not s.monitor]
