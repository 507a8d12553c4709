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
        _say_what_hides_it(tx, ctx, monitor)
    elif watch.alert is not None and reading.status is Status.FAILED and watch.sentence != reading.sentence:
        _say_what_is_seen(tx, ctx, watch.alert, reading)
    tx.save_watch(judgement.watch)
    return judgement.watch


def _hidden_by(tx: Tx, ctx: Context, monitor: Monitor) -> str:
    """The parent that is down, or on its way there: what hangs on it fails with it, whichever is looked at first."""
    if monitor.parent is None or monitor.parent not in ctx.config.monitors:
        return ""
    parent = tx.watch(monitor.parent)
    failing = parent.phase is Phase.DOWN or parent.failures > 0
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
    alert = deadline.page_next(tx, ctx, alert)
    _run_by_itself(tx, ctx, monitor, alert)
    return replace(judgement, watch=replace(watch, alert=alert.number))


def _run_by_itself(tx: Tx, ctx: Context, monitor: Monitor, alert: Alert) -> None:
    """The dull part, where the runbook allows it and its budget is not used up; else a person decides."""
    runbook = running.runbook_of(ctx, monitor)
    if runbook is None or monitor.target is None or not runbook.by_itself:
        return
    today = tx.runs(runbook=runbook.id, target=monitor.target, since=ctx.now - DAY, limit=1000)
    own = sum(r.asked_by == ctx.person.id for r in today)
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


def _say_what_hides_it(tx: Tx, ctx: Context, monitor: Monitor) -> None:
    parent = tx.watch(monitor.parent or "")
    alert = tx.alert(parent.alert) if parent.alert else None
    if alert:
        saving.on_alert(tx, ctx, alert, Item.CHANGE, f"{monitor.name} fails too and is not rung: it hangs on this one")


def _say_what_is_seen(tx: Tx, ctx: Context, number: int, reading: Reading) -> None:
    """The card shows the newest value seen; an unchanged sentence is not said again."""
    alert = tx.alert(number)
    if alert and alert.state is not AlertState.CLEARED:
        saving.alert(tx, ctx, replace(alert, sentence=reading.sentence))


def _verify(tx: Tx, ctx: Context, reading: Reading, monitor: Monitor) -> None:
    """One look of the same check after a run. A look that began before the run ended proves nothing."""
    run = tx.run(reading.for_run or 0)
    if run is None or run.state is not RunState.VERIFYING or run.ended_at is None or reading.started_at < run.ended_at:
        return
    ok = None if reading.status is Status.UNKNOWN else reading.status is Status.OK
    looked = saving.run(tx, ctx, verified(run, ok, reading.sentence or "a plain OK", monitor.successes))
    if looked.state is RunState.VERIFYING:
        runbook = ctx.config.runbooks.get(run.runbook)
        tx.probe(run.number, monitor.id, ctx.now + timedelta(seconds=runbook.verify_every if runbook else 5))
        return
    tx.probe(run.number, None)
    tx.deadline(f"run/{run.number}", "verify", None, run.client)
    saving.note_audit(tx, ctx, "run.ended", f"run/{run.number}", run.client, outcome=str(looked.outcome))
    alert = tx.alert(run.alert) if run.alert else None
    if alert:
        saving.tell(tx, ctx, alert, Item.CHANGE, f"run {run.number}: {looked.outcome}")
        if alert.state is AlertState.CLEARED:  # a plain check saw it up before the run was proven
            saving.alert(tx, ctx, replace(alert, fixed_by=_fixed_by(looked)))
