"""What is known besides an alert itself: its signals, the last hour, its ticket's promise, what was like it before."""

from datetime import timedelta

from desk.alerts import Alert
from desk.cards import Card, Style, Text, When
from desk.detail import Own, ours
from desk.sla import Metric
from desk.sparklines import slowest, sparkline
from desk.tickets import UNRESOLVED
from handlers import duty, promises
from handlers.context import Context, Tx
from handlers.pictures import alert as picture
from handlers.pictures.alert import NAMED, Known
from handlers.pictures.ticket import LABELS

HOUR = timedelta(hours=1)
BEFORE = 6  # alerts of the past that are looked at
SINCE = timedelta(days=90)


def card(tx: Tx, ctx: Context, alert: Alert) -> Card:
    """The alert with what is known besides."""
    return picture.for_team(alert, ctx.config, known(tx, ctx, alert))


def known(tx: Tx, ctx: Context, alert: Alert) -> Known:
    """What its card shows besides. An alert that has ended needs none of it."""
    if not alert.is_open:
        return Known()
    if alert.total > 1:
        signals = tuple(tx.signals_of(alert.number, limit=NAMED))
        return Known(signals, promise=_promise(tx, ctx, alert), on_call=duty.for_alert(tx, ctx, alert))
    before, times = _before(tx, ctx, alert)
    promise, on_call = _promise(tx, ctx, alert), duty.for_alert(tx, ctx, alert)
    return Known((), _hour(tx, ctx, alert), promise, before, times, on_call)


def _hour(tx: Tx, ctx: Context, alert: Alert) -> str:
    """As letters, and the slowest answer of it."""
    looks = tx.looks(alert.monitor, ctx.now - HOUR, ctx.now) if alert.monitor else []
    drawn, longest = sparkline(looks, ctx.now - HOUR, ctx.now), slowest(looks)
    return drawn + (f" up to {longest * 1000:.0f} ms" if drawn and longest else "")


def _promise(tx: Tx, ctx: Context, alert: Alert) -> Text:
    """The promise of its ticket that is due next."""
    ticket = tx.ticket(alert.ticket) if alert.ticket else None
    if ticket is None or ticket.state not in UNRESOLVED:
        return ()
    dues = [(due, m) for m in Metric if (due := promises.due_at(ticket, ctx.config, m))]
    if not dues:
        return ours(f"Ticket {ticket.number} ", Own(ticket.priority), ": no promise runs now.")
    due, metric = min(dues)
    what = f"Ticket {ticket.number} {ticket.priority}: {LABELS[metric].lower()} by "
    return ours(what, When(due), " (", When(due, Style.LEFT), ")")


def _before(tx: Tx, ctx: Context, alert: Alert) -> tuple[Alert | None, int]:
    """The newest alert of the same thing that tells what fixed it, else the newest; and how many there were lately."""
    if not alert.monitor:
        return None, 0
    found = [
        a for a in tx.alerts(open_only=False, client=alert.client, monitor=alert.monitor, limit=BEFORE)
        if a.number < alert.number and a.cleared_at and a.total == 1 and a.started_at > ctx.now - SINCE
    ]  # fmt: skip
    return next((a for a in found if a.fixed_by), found[0] if found else None), len(found)
