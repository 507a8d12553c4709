"""A check came back with something that may change what people must know."""

from dataclasses import replace
from datetime import timedelta

from desk import alerts
from desk.alerts import Alert, AlertState, Judgement, Monitor, Move, Phase, Reading, Status, Watch
from desk.cards import span_of
from desk.refusal import DeskError
from desk.runs import Outcome, Run, RunState, may_run_by_itself, verified
from desk.tickets import Item
from handlers import running, saving
from handlers.context import Context, Tx
from handlers.events import deadline
from handlers.pictures import alert as picture

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
    judgement = alerts.judge(watch, reading, monitor, hidden_by=_hidden_by(tx, ctx, monitor))
    if judgement.move is Move.RAISE:
        judgement = _raise(tx, ctx, monitor, judgement)
    elif judgement.move is Move.CLEAR and watch.alert is not None:
        _clear(tx, ctx, watch.alert)
    elif judgement.move is Move.HOLD and judgement.watch.failures == monitor.failures:
        _hold(tx, ctx, monitor, judgement)
    elif watch.alert is not None and reading.status is Status.FAILED and watch.sentence != reading.sentence:
        _say_what_is_seen(tx, ctx, watch.alert, reading)
    tx.save_watch(judgement.watch)
    return judgement.watch


def _hidden_by(tx: Tx, ctx: Context, monitor: Monitor) -> str:
    """The parent that is down, or on its way there: what hangs on it fails with it, whichever is looked at first.

    On its way there is a parent whose newest reading failed. One that cannot be looked at any more hides nothing.
    """
    if monitor.parent is None or monitor.parent not in ctx.config.monitors:
        return ""
    parent = tx.watch(monitor.parent)
    failing = parent.phase is Phase.DOWN or (parent.failures > 0 and parent.seen is Status.FAILED)
    return ctx.config.monitors[monitor.parent].name if failing else ""


def _raise(tx: Tx, ctx: Context, monitor: Monitor, judgement: Judgement) -> Judgement:
    watch = judgement.watch
    path = ctx.config.paths[ctx.config.clients[monitor.client].path]
    alert = Alert(
        tx.number(), monitor.client, monitor.id, monitor.name, monitor.about, monitor.severity, AlertState.FIRING,
        watch.failing_since or ctx.at, ctx.now, watch.sentence, watch.failures,
        tuple((step.after, step.target) for step in path.steps),
    )  # fmt: skip
    alert = saving.alert(tx, ctx, alert)
    tx.outage(alert)
    saving.tell(tx, ctx, alert, Item.OPENED, alert.sentence)
    saving.note_audit(tx, ctx, "alert.raised", picture.key(alert.number), alert.client, seen=alert.sentence)
    _say_what_it_hides(tx, ctx, monitor, alert)
    alert = deadline.page_next(tx, ctx, alert)
    _run_by_itself(tx, ctx, monitor, alert)
    return replace(judgement, watch=replace(watch, alert=alert.number))


def _run_by_itself(tx: Tx, ctx: Context, monitor: Monitor, alert: Alert) -> None:
    """The dull part, where the runbook allows it and its budget is not used up; else a person decides."""
    runbook = running.runbook_of(ctx, monitor)
    if runbook is None or monitor.target is None or not runbook.by_itself:
        return
    today = tx.last_runs_on(runbook.id, monitor.target, ctx.now - DAY)
    own = sum(fact.by == ctx.person.id for fact in today)
    refusal = may_run_by_itself(runbook, alert.auto_ran, own)
    if not refusal:
        try:
            started = replace(alert, auto_ran=True)
            running.ask(tx, ctx, runbook, monitor.target, {}, alert.client, started)
        except DeskError as error:
            refusal = error.sentence
    if refusal:
        saving.on_alert(tx, ctx, alert, Item.CHANGE, refusal)


def _clear(tx: Tx, ctx: Context, number: int) -> None:
    alert = tx.alert(number)
    if alert is None or alert.state is AlertState.CLEARED:
        return
    run = tx.run(alert.run) if alert.run else None
    fixed = _fixed_by(run) if run and run.outcome is Outcome.FIXED else alert.fixed_by
    cleared = saving.alert(tx, ctx, alerts.clear(alert, ctx.at, fixed))
    tx.outage(cleared)
    tx.deadline(picture.key(number), "page", None, alert.client)
    saving.on_alert(tx, ctx, cleared, Item.CHANGE, "up again" + (f", {fixed}" if fixed else ""))
    saving.note_audit(tx, ctx, "alert.cleared", picture.key(number), alert.client)


def _fixed_by(run: Run) -> str:
    took = ""
    if run.started_at and run.ended_at:
        took = f" in {span_of((run.ended_at - run.started_at).total_seconds())}"
    return f"fixed by {run.runbook}{took}, verified {run.successes} times"


def _hold(tx: Tx, ctx: Context, monitor: Monitor, judgement: Judgement) -> None:
    """That it does not ring is on the record, and on the parent's alert, now or once there is one."""
    subject, seen = f"monitor/{monitor.id}", judgement.watch.sentence
    saving.note_audit(tx, ctx, "alert.held", subject, monitor.client, behind=monitor.parent or "", seen=seen)
    parent = tx.watch(monitor.parent or "")
    alert = tx.alert(parent.alert) if parent.alert else None
    if alert:
        _say_it_is_hidden(tx, ctx, alert, monitor)


def _say_what_it_hides(tx: Tx, ctx: Context, monitor: Monitor, alert: Alert) -> None:
    """What was held before its parent rang."""
    for child in ctx.config.monitors.values():
        if child.parent == monitor.id:
            watch = tx.watch(child.id)
            if watch.phase is Phase.UP and watch.failures >= child.failures:
                _say_it_is_hidden(tx, ctx, alert, child)


def _say_it_is_hidden(tx: Tx, ctx: Context, alert: Alert, child: Monitor) -> None:
    """Where the parent's client is served, and so only if the child is that client's too."""
    if child.client == alert.client:
        saving.on_alert(tx, ctx, alert, Item.CHANGE, f"{child.name} fails too and is not rung: it hangs on this one")


def _say_what_is_seen(tx: Tx, ctx: Context, number: int, reading: Reading) -> None:
    """The card shows the newest value seen; an unchanged sentence is not said again."""
    alert = tx.alert(number)
    if alert and alert.state is not AlertState.CLEARED:
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
        if alert.state is AlertState.CLEARED:  # a plain check saw it up before the run was proven
            saving.alert(tx, ctx, replace(alert, fixed_by=_fixed_by(run)))
