"""From signals to alerts: what fires rings, joins what rings already, or is held; and what is over ends it."""

from dataclasses import replace
from datetime import datetime, timedelta

from desk import alerts, signals
from desk.alerts import Alert, AlertState
from desk.grouping import Route, common_labels, group_of, routes_of
from desk.holds import Hold, HoldKind
from desk.matchers import all_match
from desk.paths import Path
from desk.signals import RANK, Edge, Signal, SignalState, Turn
from desk.tickets import Item
from handlers import acknowledging, escalating, holding, saving
from handlers.context import Context, Tx
from handlers.pictures import alert as picture

REDRAW = timedelta(seconds=1)  # what joins an alert within it is one change of its card


def fires(tx: Tx, ctx: Context, signal: Signal, hold: Hold | None) -> Signal:
    """It fires, and is hidden or rings. Gives it as it is stored: held, or with the number of its alert."""
    before = tx.signal(signal.fingerprint)
    was_held = before is not None and before.state is SignalState.HELD
    if hold:
        return _hold(tx, ctx, signal, hold, before if was_held else None)
    return _ring(tx, ctx, signal, Turn.RELEASED if was_held else Turn.DOWN)


def ends(tx: Tx, ctx: Context, fingerprint: str, fixed_by: str = "") -> Alert | None:
    """It is over, whatever hid it. Gives its alert, if it had one that is open."""
    before = tx.signal(fingerprint)
    if before is None or before.state is SignalState.OVER:
        return None
    over = signals.over(before, ctx.at)
    tx.save_signal(over)
    _edge(tx, over, ctx.at, Turn.UP, fixed_by)
    if over.monitor and _counts(before):
        tx.outage(over)
    if tx.inhibits_no_more(fingerprint):
        tx.deadline(f"holds/{over.client}", "review/", ctx.now, over.client)
    alert = tx.alert(before.alert) if before.alert else None
    if alert is None or not alert.is_open:
        return None
    left = tx.firing_count(alert.number)
    return _changed(tx, ctx, replace(alert, firing=left)) if left else clear(tx, ctx, alert, fixed_by)


def clear(tx: Tx, ctx: Context, alert: Alert, fixed_by: str = "") -> Alert:
    """All of it is over: nobody is called any more, and whoever was told reads it."""
    cleared = saving.alert(tx, ctx, alerts.clear(alert, ctx.at, fixed_by or alert.fixed_by))
    saving.no_more(tx, cleared)
    words = fixed_by if fixed_by == picture.NOT_WATCHED else "up again" + (f", {fixed_by}" if fixed_by else "")
    saving.on_alert(tx, ctx, cleared, Item.CHANGE, words)
    saving.note_audit(tx, ctx, "alert.cleared", picture.key(cleared.number), cleared.client)
    return cleared


def flaps(tx: Tx, ctx: Context, fingerprint: str, *, flapping: bool) -> None:
    """It goes up and down so often that it is held open, or it is steady again."""
    signal = tx.signal(fingerprint)
    if signal is None or signal.state is SignalState.OVER or signal.flapping is flapping:
        return
    tx.save_signal(replace(signal, flapping=flapping))
    _edge(tx, signal, ctx.at, Turn.FLAPPING if flapping else Turn.STEADY, signal.sentence)
    alert = tx.alert(signal.alert) if signal.alert else None
    if alert and alert.is_open and alert.total == 1:
        saved = saving.alert(tx, ctx, replace(alert, flapping=flapping))
        words = "goes up and down: held open until it is steady" if flapping else "is steady again"
        saving.on_alert(tx, ctx, saved, Item.CHANGE, words)


def _counts(signal: Signal) -> bool:
    """Whether the time is an outage: what was planned is none."""
    return signal.hold is None or signal.hold.kind is not HoldKind.MAINTENANCE


def _hold(tx: Tx, ctx: Context, signal: Signal, hold: Hold, before: Signal | None) -> Signal:
    """That it does not ring is on the record, once for each thing that hides it, and on its parent's alert."""
    started = _counted_from(before, before.started_at, ctx.now) if before else signal.started_at
    kept = signals.held(replace(signal, started_at=started, alert=None), hold)
    tx.save_signal(kept)
    if kept.monitor and _counts(kept):
        tx.outage(kept)
    elif kept.monitor and before and _counts(before):
        tx.outage(replace(before, ended_at=ctx.at))  # from now on it is planned
    if before and before.hold and (before.hold.kind, before.hold.by) == (hold.kind, hold.by):
        return kept
    _edge(tx, kept, ctx.at, Turn.HELD, f"{hold.why}; {signal.sentence}")
    subject = f"monitor/{signal.monitor}" if signal.monitor else signal.fingerprint
    saving.note_audit(
        tx, ctx, "alert.held", subject, signal.client, behind=hold.by, why=hold.why, seen=signal.sentence
    )  # fmt: skip
    _say_on_parent(tx, ctx, kept)
    return kept


def _ring(tx: Tx, ctx: Context, signal: Signal, turn: Turn) -> Signal:
    before = tx.signal(signal.fingerprint)
    if before and before.state is SignalState.HELD:
        signal = replace(signal, started_at=_counted_from(before, signal.started_at, ctx.now))
    routes = routes_of(ctx.config.alerting.route, signal.labels)
    group = group_of(routes[0], signal.client, signal.fingerprint, signal.labels)
    alert = tx.open_alert(group)
    number = alert.number if alert else tx.number()
    rung = signals.released(signal, number)
    tx.save_signal(rung)
    _edge(tx, rung, ctx.at, turn, signal.sentence)
    if rung.monitor:
        tx.outage(rung)
    inhibits(tx, ctx, rung)
    if alert:
        _join(tx, ctx, alert, rung, routes, is_new=before is None or before.alert != number)
    else:
        _begin(tx, ctx, rung, routes, group)
    return rung


def _counted_from(before: Signal, started_at: datetime, now: datetime) -> datetime:
    """What was planned is no outage: it counts from the end of its window on, or from now, if that came earlier."""
    if before.hold is None or before.hold.kind is not HoldKind.MAINTENANCE:
        return started_at
    return max(started_at, min(before.hold.until or now, now))


def inhibits(tx: Tx, ctx: Context, rung: Signal) -> None:
    """It is a source of the rules that it matches, while it fires."""
    for rule in ctx.config.alerting.inhibitions:
        if all_match(rule.source, rung.labels):
            tx.inhibits(rung, rule.id, rule.key(rung.labels))


def _begin(tx: Tx, ctx: Context, signal: Signal, routes: tuple[Route, ...], group: str) -> None:
    first = routes[0]
    path = ctx.config.paths[first.path or ctx.config.clients[signal.client].path]
    alert = tx.save_alert(_raised(ctx, signal, routes, path, group))
    saving.tell(tx, ctx, alert, Item.OPENED, signal.sentence)
    key = picture.key(alert.number)
    saving.note_audit(tx, ctx, "alert.raised", key, alert.client, seen=signal.sentence)
    if first.group_wait:
        tx.deadline(key, "announce", ctx.now + timedelta(seconds=first.group_wait), alert.client)
    else:
        announce(tx, ctx, alert)


def _raised(ctx: Context, signal: Signal, routes: tuple[Route, ...], path: Path, group: str) -> Alert:
    labels = common_labels(routes[0], signal.labels)
    return Alert(
        signal.alert or 0, signal.client, signal.monitor, signal.title, signal.about, signal.severity,
        AlertState.FIRING, signal.started_at, ctx.now, signal.sentence, signal.failures, path.steps,
        group=group, labels=labels, route=routes[0].id, channels=_channels(routes), times=path.times,
        again=path.again, group_interval=routes[0].group_interval, repeat_interval=routes[0].repeat_interval,
        link=signal.link,
    )  # fmt: skip


def _channels(routes: tuple[Route, ...]) -> tuple[str, ...]:
    """Where it is shown by its routes."""
    return tuple(dict.fromkeys(route.channel or picture.TEAM for route in routes))


def announce(tx: Tx, ctx: Context, alert: Alert) -> Alert:
    """The first that anybody hears of it, and the first call; not yet, where something began to hide it since."""
    if hold := holding.of_alert(tx, ctx, alert):
        saving.tell(tx, ctx, alert, Item.CHANGE, f"not announced: {hold.why}")
        return tx.save_alert(replace(alert, hold=hold))
    alert = saving.alert(
        tx, ctx, replace(alert, announced_at=ctx.now, called_at=ctx.now, told=alert.total, hold=None)
    )  # fmt: skip
    escalating.arm_repeat(tx, ctx, alert)
    return escalating.call_next(tx, ctx, alert)


def quieted(tx: Tx, ctx: Context, alert: Alert) -> Alert:
    """What hides an alert may have changed: it is kept from calling, or calls again. What is still down after a silence
    is said. Gives it as it is now.
    """
    hold = holding.of_alert(tx, ctx, alert)
    if hold == alert.hold:
        return alert
    if alert.announced_at is None:
        return announce(tx, ctx, alert) if hold is None else tx.save_alert(replace(alert, hold=hold))
    if hold is None and alert.hold is not None:
        return _calls_again(tx, ctx, alert, f"still down, and nothing hides it any more ({alert.hold.why})")
    saved = saving.alert(tx, ctx, replace(alert, hold=hold))
    if alert.hold is None and hold is not None:
        saving.on_alert(tx, ctx, saved, Item.CHANGE, f"nobody is called: {hold.why}")
    return saved


def goes_on(tx: Tx, ctx: Context, alert: Alert, signal: Signal, before: Signal) -> None:
    """What rings already is told again: its card shows the newest of it, and what is worse than all before calls."""
    tx.save_signal(signal)
    if (signal.sentence, signal.severity) == (before.sentence, before.severity):
        return
    alone, worse = alert.total == 1, RANK[signal.severity] < RANK[alert.severity]
    changed = replace(
        alert, sentence=signal.sentence if alone else alert.sentence,
        severity=signal.severity if alone or worse else alert.severity,
    )  # fmt: skip
    if worse and alert.announced_at:
        _calls_again(tx, ctx, changed, f"{signal.title} is {signal.severity}: it calls again")
    else:
        _changed(tx, ctx, changed)


def _calls_again(tx: Tx, ctx: Context, alert: Alert, why: str) -> Alert:
    """From the first step on, where nobody has it: what was hidden till now, or what is worse than all before. Whoever
    has what is only hidden no more keeps it.
    """
    if alert.state is AlertState.ACKNOWLEDGED and alert.hold:
        saved = saving.alert(tx, ctx, replace(alert, hold=None))
        saving.on_alert(tx, ctx, saved, Item.CHANGE, why)
        return saved
    if alert.state is AlertState.ACKNOWLEDGED:
        return acknowledging.let_go(tx, ctx, alert, why)
    return escalating.anew(tx, ctx, replace(alert, hold=None), why)


def _join(
    tx: Tx, ctx: Context, alert: Alert, signal: Signal, routes: tuple[Route, ...], *, is_new: bool
) -> None:  # fmt: skip
    """One more of the same, or one that was in it before. It calls anew where it is worse than all before, and where
    all before was hidden, which this is not.
    """
    worse = RANK[signal.severity] < RANK[alert.severity]
    joined = replace(
        alert, firing=alert.firing + 1, total=alert.total + is_new, started_at=min(alert.started_at, signal.started_at),
        severity=signal.severity if worse else alert.severity,
        channels=tuple(dict.fromkeys((*alert.channels, *_channels(routes)))),
    )  # fmt: skip
    saving.tell(tx, ctx, joined, Item.CHANGE, f"{signal.title}: {signal.sentence}")
    if joined.announced_at is None:
        announce(tx, ctx, joined) if joined.hold else tx.save_alert(joined)
        return
    if joined.hold:
        saved = _calls_again(tx, ctx, joined, f"{signal.title} is down, and nothing hides that ({joined.hold.why})")
    elif worse:
        saved = _calls_again(tx, ctx, joined, f"{signal.title} is {signal.severity}: it calls again")
    else:
        saved = _changed(tx, ctx, joined)
    if saved.total == saved.told + 1:
        due = max(joined.announced_at, ctx.now) + timedelta(seconds=saved.group_interval)
        tx.deadline(picture.key(saved.number), "joined", due, saved.client)


def _changed(tx: Tx, ctx: Context, alert: Alert) -> Alert:
    """Keep it; its card follows within a second, so that a thousand changes in a storm are a few edits."""
    pending = alert.redraw_at is not None and alert.redraw_at > ctx.now - 10 * REDRAW
    if alert.announced_at is None or pending:
        return tx.save_alert(alert)
    due = ctx.now + REDRAW
    tx.deadline(picture.key(alert.number), "redraw", due, alert.client)
    return tx.save_alert(replace(alert, redraw_at=due))


def redraw(tx: Tx, ctx: Context, alert: Alert) -> None:
    """Its card shows what came and went meanwhile. What is left of it may be silenced, or not be any more."""
    saving.alert(tx, ctx, replace(quieted(tx, ctx, alert), redraw_at=None))


def say_what_joined(tx: Tx, ctx: Context, alert: Alert) -> None:
    """The thread learns how many came since it was told last; the card names them."""
    more = alert.total - alert.told
    if more > 0:
        saved = saving.alert(tx, ctx, replace(alert, told=alert.total))
        words = f"{more} more since: {alert.firing} of {alert.total} are down now"
        saving.on_alert(tx, ctx, saved, Item.CHANGE, words)


def _edge(tx: Tx, signal: Signal, at: datetime, turn: Turn, why: str) -> None:
    tx.edge(Edge(signal.fingerprint, signal.client, at, turn, signal.alert, why[:500]))


def _say_on_parent(tx: Tx, ctx: Context, signal: Signal) -> None:
    """Where the parent's client is served, and so only if the child is that client's too."""
    if signal.hold is None or signal.hold.kind is not HoldKind.PARENT:
        return
    parent = tx.watch(signal.hold.by)
    alert = tx.alert(parent.alert) if parent.alert else None
    if alert and alert.is_open and alert.client == signal.client:
        hidden = f"{signal.title} fails too and is not rung: it hangs on this one"
        saving.on_alert(tx, ctx, alert, Item.CHANGE, hidden)
