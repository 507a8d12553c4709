"""A run starts, says how far it is, and ends; each as an event, because doing it is somebody else's job."""

from dataclasses import dataclass, replace
from datetime import timedelta

from config.loaded import dm
from desk.approvals import Approval, holds
from desk.cards import Post, span_of, text
from desk.people import Role
from desk.runs import Ended, Ending, Outcome, Run, Runbook, RunState, ran, recipe
from desk.tickets import Item
from handlers import saving
from handlers.context import Context, Tx
from handlers.pictures import run as picture

LAPSES_AFTER = 600  # seconds that a queued run waits at least: a short stop of the desk takes nothing back


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
    approval = tx.approval(run.approval) if run.approval else None
    if late := _too_late(ctx, run, approval):
        _refuse(tx, ctx, run, Outcome.LAPSED, late)
        if run.asked_by in ctx.config.people:
            words = text(f"{run.runbook} on {run.target} did not start ({run.number}): {late}")
            tx.post(Post(f"{picture.key(run.number)}/lapsed", dm(run.asked_by), run.client, words=words))
        return None
    if refusal := _refusal(ctx, run, approval):
        _refuse(tx, ctx, run, Outcome.FAILED, refusal)
        return None
    started = saving.run(tx, ctx, replace(run, state=RunState.RUNNING, started_at=ctx.now))
    saving.note_audit(tx, ctx, "run.started", picture.key(run.number), run.client, digest=run.digest)
    return started


def _refuse(tx: Tx, ctx: Context, run: Run, outcome: Outcome, why: str) -> None:
    refused = Ended(Ending.KILLED, reason=why)
    _end(tx, ctx, replace(run, state=RunState.ENDED, outcome=outcome, ended=refused, ended_at=ctx.now))


def _too_late(ctx: Context, run: Run, approval: Approval | None) -> str:
    """What was queued when the desk stopped must not start when nobody expects it any more."""
    since = approval.answered_at if approval and approval.answered_at else run.asked_at
    patience = timedelta(seconds=max(ctx.config.desk.approval_lapses, LAPSES_AFTER))
    lapsed = approval is not None and ctx.now >= approval.lapses_at
    if not lapsed and ctx.now - since <= patience:
        return ""
    ago = span_of((ctx.now - run.asked_at).total_seconds())
    return f"It was asked for {ago} ago and could not start in time. Ask again if it is still needed."


def _refusal(ctx: Context, run: Run, approval: Approval | None) -> str:
    runbook = ctx.config.runbooks.get(run.runbook)
    if runbook is None:
        return "The runbook is no longer in the configuration."
    if (runbook.digest, recipe(runbook)) != (run.digest, run.recipe):
        changed = "The script, or how it is called, changed after it was asked for."
        return f"{changed} Ask again, so that an approver sees the new one."
    if runbook.clients and run.client not in runbook.clients:
        return "The runbook no longer serves this client."
    if runbook.needs_approval and approval is None:
        return "It needs an approval and has none."
    not_held = holds(approval, run, ctx.now) if approval else ""
    return not_held or _may_no_longer(ctx, run, runbook, approval)


def _may_no_longer(ctx: Context, run: Run, runbook: Runbook, approval: Approval | None) -> str:
    """Whether one of those who said yes has lost the right to since, in words."""
    if run.asked_by == saving.DESK.id:
        asked = "" if runbook.by_itself else "The runbook no longer runs by itself. A person decides."
    else:
        asked = _lost(ctx, run, run.asked_by, runbook.may_run, "asked for")
    if asked or approval is None:
        return asked
    return _lost(ctx, run, approval.answered_by or "", runbook.may_approve, "approved")


def _lost(ctx: Context, run: Run, who: str, roles: frozenset[Role], did: str) -> str:
    person = ctx.config.people.get(who)
    if person is None:
        return f"Whoever {did} it ({who}) may no longer do so: the configuration names them no more. Ask again."
    if not person.roles_at(run.client) & roles:
        return f"{person.name}, who {did} it, may no longer do so. Ask again."
    return ""


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
