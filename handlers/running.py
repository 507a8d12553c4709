"""Asking for a run: the same rules whether a person asked or an alert did."""

from dataclasses import replace
from datetime import timedelta

from config.loaded import dm
from desk.alerts import Alert, Monitor
from desk.approvals import Approval
from desk.cards import span_of
from desk.people import may
from desk.refusal import DeskError, Why
from desk.runs import Run, Runbook, RunState, cooling_down, recipe
from handlers import acknowledging, finding, saving
from handlers.context import Context, Tx
from handlers.pictures import run as picture
from remediation.catalogue import bind

SEE = "alert.see"


def ask(
    tx: Tx, ctx: Context, runbook: Runbook, target: str, arguments: dict[str, str], client: str, alert: Alert | None
) -> Run:
    """Queue a run, or ask for its approval first. Refusals are sentences; nothing starts here."""
    bind(runbook, target, arguments)
    refuse_if_busy(tx, ctx, runbook, target, client)
    number = tx.number()
    monitor = alert.monitor if alert else runbook.monitor
    run = Run(
        number, client, runbook.id, runbook.digest, recipe(runbook), target, tuple(sorted(arguments.items())),
        RunState.QUEUED, ctx.person.id, ctx.at, alert.number if alert else None, monitor=monitor,
    )  # fmt: skip
    if runbook.needs_approval:
        asked = _ask_approval(tx, ctx, runbook, run)
        run = replace(run, state=RunState.ASKED, approval=asked.number)
    saved = saving.run(tx, ctx, run)
    saving.note_audit(
        tx, ctx, "run.asked", picture.key(number), client, runbook=runbook.id, target=target, digest=runbook.digest
    )
    if alert:
        acknowledging.sign(tx, ctx, saving.alert(tx, ctx, replace(alert, run=number)))
    return saved


def refuse_if_busy(tx: Tx, ctx: Context, runbook: Runbook, target: str, client: str) -> None:
    """One run per target at a time, and none before the cool-down is over, whichever client it was for."""
    cooled = ctx.now - timedelta(seconds=runbook.cool_down)
    for earlier in tx.last_runs_on(runbook.id, target, cooled):
        if earlier.state is not RunState.ENDED:
            which = _under_way(tx, ctx, runbook, target, client) or "it"
            state = picture.STATES[earlier.state][2:]
            raise DeskError(f"{runbook.id} on {target} is under way already: {which} is {state}.", why=Why.CONFLICT)
        if left := cooling_down(runbook, earlier.started_at, ctx.now):
            wait = span_of(left.total_seconds())
            raise DeskError(f"{runbook.id} ran on {target} a moment ago. Try again in {wait}.", why=Why.CONFLICT)


def _under_way(tx: Tx, ctx: Context, runbook: Runbook, target: str, client: str) -> str:
    """The number of the run that is under way, for whoever may know it. What the desk itself is told goes into the
    channel of `client`, so it is told no other client's.
    """
    running = [r for r in tx.runs(runbook=runbook.id, target=target) if r.state is not RunState.ENDED]
    known = [
        r for r in running if r.client == client or (ctx.person is not saving.DESK and may(ctx.person, SEE, r.client))
    ]
    return str(known[0].number) if known else ""


def _ask_approval(tx: Tx, ctx: Context, runbook: Runbook, run: Run) -> Approval:
    lapses = ctx.now + timedelta(seconds=ctx.config.desk.approval_lapses)
    asked = Approval(
        tx.number(), run.client, run.number, runbook.id, run.digest, run.arguments, run.target, run.asked_by,
        run.asked_at, lapses,
    )  # fmt: skip
    saved = saving.approval(tx, ctx, asked)
    subject = picture.approval_key(saved.number)
    tx.deadline(subject, "lapse", lapses, run.client)
    for person in ctx.config.people.values():
        if person.roles_at(run.client) & runbook.may_approve and person.id != run.asked_by:
            saving.tell_approver(tx, ctx, saved, dm(person.id))
    return saved


def changed(ctx: Context, asked: Approval, run: Run) -> str:
    """Empty while the script, and how it is called, are what the approval was asked for; else the sentence."""
    runbook = ctx.config.runbooks.get(asked.runbook)
    if runbook is None or (runbook.digest, recipe(runbook)) == (asked.digest, run.recipe):
        return ""
    what = "The script" if runbook.digest != asked.digest else "How the script is called"
    return f"{what} changed since it was asked for"


def runbook_named(ctx: Context, name: str, client: str) -> Runbook:
    """A runbook that this person may ask for at this client. DeskError names those there are."""
    runbook = ctx.config.runbooks.get(name)
    if runbook is None or not _may(ctx, runbook, client):
        mine = ", ".join(r.id for r in ctx.config.runbooks.values() if _may(ctx, r, client)) or "none"
        sentence = f"There is no runbook “{name[:40]}” you may run. Yours: {mine}."
        raise DeskError(sentence, why=Why.NOT_FOUND, field="runbook")
    return runbook


def _may(ctx: Context, runbook: Runbook, client: str) -> bool:
    return client in runbook.clients and bool(ctx.person.roles_at(client) & runbook.may_run)


def offered(ctx: Context) -> list[Runbook]:
    return [r for r in ctx.config.runbooks.values() if any(_may(ctx, r, c) for c in finding.clients_of(ctx))]


def runbook_of(ctx: Context, monitor: Monitor) -> Runbook | None:
    return ctx.config.runbooks.get(monitor.runbook or "")
