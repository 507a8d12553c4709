"""What follows when a monitor's signal rings: what hangs on it is named, and what may be fixed by itself is tried."""

from dataclasses import replace
from datetime import timedelta

from desk.alerts import Alert, Monitor
from desk.refusal import DeskError
from desk.runs import may_run_by_itself
from desk.signals import SignalState, fingerprint_of
from desk.tickets import Item
from handlers import running, saving
from handlers.context import Context, Tx

DAY = timedelta(days=1)


def rang(tx: Tx, ctx: Context, monitor: Monitor, number: int) -> None:
    """The alert with this number rings for it: at its start, or when nothing hides it any more."""
    alert = tx.alert(number)
    if alert is None:
        return
    _say_what_it_hides(tx, ctx, monitor, alert)
    if alert.total == 1:
        _run_by_itself(tx, ctx, monitor, alert)


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


def _say_what_it_hides(tx: Tx, ctx: Context, monitor: Monitor, alert: Alert) -> None:
    """What was held before its parent rang."""
    for child in ctx.config.monitors.values():
        if child.parent == monitor.id:
            held = tx.signal(fingerprint_of(child.id))
            if held and held.state is SignalState.HELD:
                _say_it_is_hidden(tx, ctx, alert, child)


def _say_it_is_hidden(tx: Tx, ctx: Context, alert: Alert, child: Monitor) -> None:
    """Where the parent's client is served, and so only if the child is that client's too."""
    if child.client == alert.client:
        saving.on_alert(tx, ctx, alert, Item.CHANGE, f"{child.name} fails too and is not rung: it hangs on this one")
