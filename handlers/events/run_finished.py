"""A run starts, says how far it is, and ends; each as an event, because doing it is somebody else's job."""

from dataclasses import dataclass, replace
from datetime import timedelta

from desk.approvals import holds
from desk.runs import Ended, Ending, Outcome, Run, RunState, ran, recipe
from desk.tickets import Item
from handlers import saving
from handlers.context import Context, Tx
from handlers.pictures import run as picture


@dataclass(frozen=True, slots=True)
class Started:
    number: int


@dataclass(frozen=True, slots=True)
class Progressed:
    number: int
    lines: int
    last: str


@dataclass(frozen=True, slots=True)
class Finished:
    number: int
    ended: Ended


def start(tx: Tx, ctx: Context, event: Started) -> Run | None:
    """Claim a queued run: the one moment at which everything that was approved is looked at again.

    None when it is not to be started: somebody else has it, or what was approved no longer holds.
    """
    run = tx.run(event.number)
    if run is None or run.state is not RunState.QUEUED:
        return None
    refusal = _refusal(tx, ctx, run)
    if refusal:
        refused = Ended(Ending.KILLED, reason=refusal)
        _end(tx, ctx, replace(run, state=RunState.ENDED, outcome=Outcome.FAILED, ended=refused, ended_at=ctx.now))
        return None
    started = saving.run(tx, ctx, replace(run, state=RunState.RUNNING, started_at=ctx.now))
    saving.note_audit(tx, ctx, "run.started", picture.key(run.number), run.client, digest=run.digest)
    return started


def _refusal(tx: Tx, ctx: Context, run: Run) -> str:
    runbook = ctx.config.runbooks.get(run.runbook)
    if runbook is None:
        return "The runbook is no longer in the configuration."
    if (runbook.digest, recipe(runbook)) != (run.digest, run.recipe):
        changed = "The script, or how it is called, changed after it was asked for."
        return f"{changed} Ask again, so that an approver sees the new one."
    approval = tx.approval(run.approval) if run.approval else None
    if runbook.needs_approval and approval is None:
        return "It needs an approval and has none."
    return holds(approval, run, ctx.now) if approval else ""


def progress(tx: Tx, ctx: Context, event: Progressed) -> None:
    run = tx.run(event.number)
    if run and run.state is RunState.RUNNING:
        saving.run(tx, ctx, replace(run, lines=event.lines, progress=event.last))


def finish(tx: Tx, ctx: Context, event: Finished) -> Run | None:
    """It has ended. After a clean exit the same check looks again; anything else is an outcome at once."""
    run = tx.run(event.number)
    if run is None or run.state is not RunState.RUNNING:
        return None
    done = ran(run, event.ended, ctx.at)
    if done.state is not RunState.VERIFYING:
        return _end(tx, ctx, done)
    runbook = ctx.config.runbooks.get(run.runbook)
    saved = saving.run(tx, ctx, done)
    tx.probe(run.number, run.monitor, ctx.now)
    within = timedelta(seconds=runbook.verify_within if runbook else 60)
    tx.deadline(picture.key(run.number), "verify", ctx.now + within, run.client)
    return saved


def _end(tx: Tx, ctx: Context, done: Run) -> Run:
    saved = saving.run(tx, ctx, done)
    outcome = str(saved.outcome)
    saving.note_audit(tx, ctx, "run.ended", picture.key(saved.number), saved.client, outcome=outcome)
    alert = tx.alert(saved.alert) if saved.alert else None
    if alert:
        saving.tell(tx, ctx, alert, Item.CHANGE, f"run {saved.number}: {outcome}")
    return saved


run = finish
