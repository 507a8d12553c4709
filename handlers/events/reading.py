"""A check came back with something that may change what people must know."""

from dataclasses import replace
from datetime import timedelta

from desk import alerts
from desk.alerts import Judgement, Monitor, Move, Phase, Reading, Status, Watch
from desk.cards import span_of
from desk.holds import HoldKind
from desk.runs import Outcome, Run, RunState, verified
from desk.signals import Signal, fingerprint_of, labels_of
from desk.tickets import Item
from handlers import blindness, consequences, holding, quieting, ringing, saving, sighting
from handlers.context import Context, Tx

DAY = timedelta(days=1)
CENTURY = 36_500 * DAY  # later than any deadline


def run(tx: Tx, ctx: Context, reading: Reading) -> Watch:
    """Judge one reading and give the new watch. A reading for a run proves, or does not, that the run helped."""
    watch = tx.watch(reading.monitor)
    monitor = ctx.config.monitors.get(reading.monitor)
    if monitor is None:
        return watch
    if reading.for_run is not None:
        _verify(tx, ctx, reading, monitor)
    references = blindness.references(tx, ctx) if monitor.reference else []
    reading = blindness.seen(tx, ctx, monitor, reading)
    judged = _judged(tx, ctx, watch, reading, monitor)
    after, fingerprint = judged.watch, fingerprint_of(monitor.id)
    if judged.move in {Move.RAISE, Move.HOLD}:
        after = _fires(tx, ctx, monitor, judged)
    elif judged.move is Move.CLEAR:
        _clear(tx, ctx, watch, fingerprint)
    elif watch.alert is not None and reading.status is Status.FAILED and watch.sentence != reading.sentence:
        _say_what_is_seen(tx, ctx, watch.alert, reading)
    if after.flapping is not watch.flapping and after.phase is Phase.DOWN:
        ringing.flaps(tx, ctx, fingerprint, flapping=after.flapping)
    tx.save_watch(after)
    if monitor.reference:
        was_blind = sighting.looked(tx, ctx, references)
        _see_again(tx, ctx, after, was_blind=was_blind)
    return after


def _see_again(tx: Tx, ctx: Context, reference: Watch, *, was_blind: bool) -> None:
    """A way out was seen: what waited for that alone rings. After we were blind its own next look has to tell."""
    if reference.seen is Status.OK and not was_blind:
        held = {s.client for s in tx.held_signals(limit=500) if s.hold and s.hold.kind is HoldKind.BLIND}
        for client in sorted(held):
            quieting.review(tx, ctx, client)


def _judged(tx: Tx, ctx: Context, watch: Watch, reading: Reading, monitor: Monitor) -> Judgement:
    """What hides it is looked up only where it would ring else."""
    judged = alerts.judge(watch, reading, monitor)
    hold = holding.of(tx, ctx, _signal(monitor, judged.watch, ctx)) if judged.move is Move.RAISE else None
    return alerts.judge(watch, reading, monitor, hold=hold) if hold else judged


def _signal(monitor: Monitor, watch: Watch, ctx: Context) -> Signal:
    return Signal(
        fingerprint_of(monitor.id), monitor.client, monitor.name, monitor.severity, watch.failing_since or ctx.at,
        watch.sentence, monitor.about, labels_of(monitor), monitor=monitor.id, failures=watch.failures,
        flapping=watch.flapping,
    )  # fmt: skip


def _fires(tx: Tx, ctx: Context, monitor: Monitor, judged: Judgement) -> Watch:
    """It rings or is held; what it holds itself is said on its alert."""
    watch = judged.watch
    rung = ringing.fires(tx, ctx, _signal(monitor, watch, ctx), judged.hold)
    if rung.alert is None:
        return watch
    consequences.rang(tx, ctx, monitor, rung.alert)
    return replace(watch, alert=rung.alert)


def _clear(tx: Tx, ctx: Context, watch: Watch, fingerprint: str) -> None:
    alert = tx.alert(watch.alert) if watch.alert else None
    run = tx.run(alert.run) if alert and alert.run else None
    fixed = _fixed_by(run) if run and run.outcome is Outcome.FIXED else ""
    ringing.ends(tx, ctx, fingerprint, fixed)


def _fixed_by(run: Run) -> str:
    took = ""
    if run.started_at and run.ended_at:
        took = f" in {span_of((run.ended_at - run.started_at).total_seconds())}"
    return f"fixed by {run.runbook}{took}, verified {run.successes} times"


def _say_what_is_seen(tx: Tx, ctx: Context, number: int, reading: Reading) -> None:
    """The card shows the newest value seen; an unchanged sentence is not said again."""
    alert = tx.alert(number)
    if alert and alert.is_open and alert.total == 1:
        saving.alert(tx, ctx, replace(alert, sentence=reading.sentence))


def _verify(tx: Tx, ctx: Context, reading: Reading, monitor: Monitor) -> None:
    """One look of the same check after a run.

    Only a look that was started on the run's request carries its number, and a run asks when it has ended: so it began
    afterwards, whatever the wall clock says.
    """
    number = reading.for_run or 0
    run = tx.run(number)
    if run is None or run.state is not RunState.VERIFYING:
        tx.probe(number, None)
        return
    ok = None if reading.status is Status.UNKNOWN else reading.status is Status.OK
    looked = saving.run(tx, ctx, verified(run, ok, reading.sentence or "a plain OK", monitor.successes))
    if looked.state is RunState.VERIFYING:
        _look_again(tx, ctx, looked, monitor)
    else:
        _proven(tx, ctx, looked)


def _look_again(tx: Tx, ctx: Context, run: Run, monitor: Monitor) -> None:
    """In a while; and when the wall clock was set back meanwhile, the time to verify begins anew instead of waiting."""
    runbook = ctx.config.runbooks.get(run.runbook)
    every, within = (runbook.verify_every, runbook.verify_within) if runbook else (5, 60)
    tx.probe(run.number, monitor.id, ctx.now + timedelta(seconds=every))
    latest = ctx.now + timedelta(seconds=within)
    for due in tx.due(f"run/{run.number}", "verify", ctx.now + CENTURY):
        if due.due_at > latest:
            tx.deadline(due.subject, due.kind, latest, run.client)


def _proven(tx: Tx, ctx: Context, run: Run) -> None:
    tx.probe(run.number, None)
    tx.deadline(f"run/{run.number}", "verify", None, run.client)
    saving.note_audit(tx, ctx, "run.ended", f"run/{run.number}", run.client, outcome=str(run.outcome))
    alert = tx.alert(run.alert) if run.alert else None
    if alert:
        saving.tell(tx, ctx, alert, Item.CHANGE, f"run {run.number}: {run.outcome}")
        if not alert.is_open:  # a plain check saw it up before the run was proven
            saving.alert(tx, ctx, replace(alert, fixed_by=_fixed_by(run)))
