"""What hides a signal right now, looked up in what is stored and configured."""

from collections.abc import Sequence

from desk import holds
from desk.alerts import Alert, Monitor, Phase, Status
from desk.holds import Hold, HoldKind, Silence
from desk.matchers import Labels, all_match
from desk.signals import Signal
from handlers import blindness
from handlers.context import Context, Tx

# What keeps an alert that rang already from calling anybody. A parent that goes down later is no reason to.
QUIETING = frozenset({HoldKind.MAINTENANCE, HoldKind.SILENCE})

MOST = 1000  # signals of an alert that are looked at


def of(tx: Tx, ctx: Context, signal: Signal) -> Hold | None:
    """What hides its start; None when nothing does."""
    monitor = ctx.config.monitors.get(signal.monitor)
    return (
        (blindness.hold(tx, ctx, monitor, signal.started_at) if monitor else None)
        or (_parent(tx, ctx, monitor) if monitor else None)
        or _inhibited(tx, ctx, signal.client, signal.labels, signal.fingerprint)
        or planned(tx, ctx, signal.client, signal.labels)
    )


def tried(tx: Tx, ctx: Context, client: str, labels: Labels) -> Hold | None:
    """What would hide something with these labels that fires now; the label `monitor` says whose parent it is about."""
    monitor = ctx.config.monitors.get(labels.get("monitor", ""))
    behind = _parent(tx, ctx, monitor) if monitor and monitor.client == client else None
    return behind or _inhibited(tx, ctx, client, labels, "") or planned(tx, ctx, client, labels)


def planned(tx: Tx, ctx: Context, client: str, labels: Labels) -> Hold | None:
    """Maintenance, or a silence."""
    return _planned(ctx, tx.silences(ctx.now, [client]), client, labels)


def _planned(ctx: Context, silences: Sequence[Silence], client: str, labels: Labels) -> Hold | None:
    windows = ctx.config.alerting.windows.values()
    return holds.in_maintenance(windows, client, labels, ctx.now) or holds.silenced(silences, labels, ctx.now)


def of_alert(tx: Tx, ctx: Context, alert: Alert) -> Hold | None:
    """What keeps the alert from calling anybody: all that fires of it must be planned or silenced."""
    silences = tx.silences(ctx.now, [alert.client])
    if not silences and not ctx.config.alerting.windows:
        return None  # its signals, which may be many, need not be read
    found: list[Hold | None] = []
    for most in (1, MOST + 1):  # of a thousand that fire the worst mostly tells
        firing = tx.signals_of(alert.number, firing_only=True, limit=most)
        found = [_planned(ctx, silences, signal.client, signal.labels) for signal in firing]
        if not found or None in found or len(found) > MOST:  # of more than can be looked at, one may not be hidden
            return None
    return min((hold for hold in found if hold), key=lambda hold: (hold.until is None, hold.until or ctx.now))


def _parent(tx: Tx, ctx: Context, monitor: Monitor) -> Hold | None:
    """The parent that is down, or on its way there: what hangs on it fails with it, whichever is looked at first.

    On its way there is a parent whose newest reading failed. One that cannot be looked at any more hides nothing.
    """
    if monitor.parent is None or monitor.parent not in ctx.config.monitors:
        return None
    parent = tx.watch(monitor.parent)
    failing = parent.phase is Phase.DOWN or (parent.failures > 0 and parent.seen is Status.FAILED)
    named = ctx.config.monitors[monitor.parent].name
    return Hold(HoldKind.PARENT, monitor.parent, f"{named} is down") if failing else None


def _inhibited(tx: Tx, ctx: Context, client: str, labels: Labels, fingerprint: str) -> Hold | None:
    for rule in ctx.config.alerting.inhibitions:
        if all_match(rule.target, labels):
            source = tx.inhibitor(client, rule.id, rule.key(labels), fingerprint)
            if source is not None:
                return Hold(HoldKind.INHIBITED, rule.id, f"{source} fires")
    return None
