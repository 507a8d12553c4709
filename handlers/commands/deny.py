"""`/deny 51`: no; or, by whoever asked, never mind."""

from dataclasses import replace
from functools import partial

from pydantic import BaseModel

from desk import approvals
from desk.approvals import Approval
from desk.cards import Card
from desk.runs import Outcome, RunState
from handlers import finding, saving
from handlers.arguments import Number
from handlers.context import Command, Context, Tx
from handlers.pictures import name
from handlers.pictures import run as picture


class Args(BaseModel):
    number: Number


def check(tx: Tx, ctx: Context, args: Args) -> None:
    _denied(tx, ctx, args)


def _denied(tx: Tx, ctx: Context, args: Args) -> Approval:
    asked = finding.approval(tx, ctx, args.number)
    allowed = finding.may_approve(ctx, asked)
    able = finding.approvers(ctx, allowed, asked.client, asked.asked_by)
    started = finding.run(tx, ctx, asked.run).state not in {RunState.ASKED, RunState.QUEUED}
    named = partial(name, ctx.config)
    return approvals.deny(asked, ctx.person, allowed, ctx.now, started=started, approvers=able, name=named)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    answered = saving.approval(tx, ctx, _denied(tx, ctx, args))
    subject = picture.approval_key(answered.number)
    tx.deadline(subject, "lapse", None, answered.client)
    asked = finding.run(tx, ctx, answered.run)
    saving.run(tx, ctx, replace(asked, state=RunState.ENDED, outcome=Outcome.DENIED, ended_at=ctx.now))
    saving.note_audit(tx, ctx, "run.denied", subject, answered.client)
    return picture.for_approvers(answered, ctx.config)


COMMAND = Command(
    word="deny", summary="Refuse a run, or take back your own request", group="Work alerts", example="/deny 51",
    action="run.ask", shown_for="alert.work", writes=True, args=Args, run=run, check=check, title="Which request?",
    submit="Deny",
)  # fmt: skip
