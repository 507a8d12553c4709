"""`/approve 51`: yes, this script, these arguments, this target, once."""

from dataclasses import replace
from functools import partial

from pydantic import BaseModel

from desk import approvals
from desk.approvals import Approval
from desk.cards import Card
from desk.refusal import DeskError, Why
from desk.runs import RunState
from handlers import finding, running, saving
from handlers.arguments import Number
from handlers.context import Command, Context, Tx
from handlers.pictures import name
from handlers.pictures import run as picture


class Args(BaseModel):
    number: Number


def check(tx: Tx, ctx: Context, args: Args) -> None:
    _approved(tx, ctx, args)


def _approved(tx: Tx, ctx: Context, args: Args) -> Approval:
    asked = finding.approval(tx, ctx, args.number)
    allowed = finding.may_approve(ctx, asked)
    able = finding.approvers(ctx, allowed, asked.client, asked.asked_by)
    answered = approvals.approve(asked, ctx.person, allowed, ctx.now, able, name=partial(name, ctx.config))
    if changed := running.changed(ctx, asked, finding.run(tx, ctx, asked.run)):
        new = f"{changed}. `/deny {asked.number}` and ask again, so that an approver sees the new one."
        raise DeskError(new, why=Why.CONFLICT)
    return answered


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    answered = saving.approval(tx, ctx, _approved(tx, ctx, args))
    subject = picture.approval_key(answered.number)
    tx.deadline(subject, "lapse", None, answered.client)
    saving.run(tx, ctx, replace(finding.run(tx, ctx, answered.run), state=RunState.QUEUED))
    saving.note_audit(tx, ctx, "run.approved", subject, answered.client, digest=answered.digest)
    return picture.for_approvers(answered, ctx.config)


COMMAND = Command(
    word="approve", summary="Allow a run that somebody else asked for", group="Work alerts", example="/approve 51",
    action="run.ask", shown_for="run.approve", writes=True, args=Args, run=run, check=check, title="Which request?",
    submit="Approve",
)  # fmt: skip
