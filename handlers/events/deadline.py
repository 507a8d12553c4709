"""A time that was set has come: a reminder, a broken promise, a page, a lapse, a close."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from config.loaded import dm
from desk import approvals, tickets
from desk.approvals import ApprovalState
from desk.cards import Post, span_of, text
from desk.runs import Outcome, RunState, gave_up
from desk.sla import Metric
from desk.tickets import UNRESOLVED, Item, State, Ticket
from handlers import (
    acknowledging,
    breaching,
    ending,
    escalating,
    promises,
    rating,
    reminding,
    ringing,
    saving,
    swapping,
    waking,
    ways,
)
from handlers.context import Context, Tx
from handlers.events import handover, scheduled, turn, way, webhook, window
from handlers.paging import people_of
from handlers.pictures import reminder
from handlers.pictures import run as run_picture
from handlers.records import Deadline

GRACE = timedelta(seconds=5)  # within it, a deadline is on time


def run(tx: Tx, ctx: Context, due: Deadline) -> None:
    """The row was claimed in this transaction, so it rings once; for nothing, where its subject has moved on or its
    client has left the configuration.
    """
    if due.client is not None and due.client not in ctx.config.clients:
        return
    kind, _, number = due.subject.partition("/")
    what: dict[str, Callable[[Tx, Context, int, Deadline], None]] = {
        "ticket": _ticket, "alert": _alert, "approval": _approval, "run": _run,
    }  # fmt: skip
    if kind in what:
        what[kind](tx, ctx, int(number), due)
    else:
        {
            "coverage": handover.run, "person": reminding.rung, "report": scheduled.run, "silence": window.silence,
            "maintenance": window.run, "holds": window.review, "schedule": turn.run, "swap": swapping.lapse,
            "signal": webhook.lapse,
        }[kind](tx, ctx, due)  # fmt: skip


def late(ctx: Context, due: Deadline, moved: datetime | None = None) -> str:
    """Said on whatever rings late, because that is then no fault of the people. What was `moved` into the past, by a
    shorter promise, is late only from then on.
    """
    by = ctx.now - max(due.due_at, moved or due.due_at)
    return f" (late by {span_of(by.total_seconds())})" if by > GRACE else ""


def _ticket(tx: Tx, ctx: Context, number: int, due: Deadline) -> None:
    ticket = tx.ticket(number)
    if ticket is None:
        return
    if due.kind == "close":
        if ticket.state is State.RESOLVED:
            saved = saving.ticket(tx, ctx, tickets.closed(ticket, due.due_at))
            saving.tell(tx, ctx, saved, Item.CHANGE, "closed by itself", public=True)
            saving.note_audit(tx, ctx, "ticket.closed", due.subject, ticket.client)
            rating.ask(tx, ctx, saved)
        return
    if due.kind == "wake":
        waking.wake(tx, ctx, ticket, due, late(ctx, due))
    elif due.kind.startswith(breaching.KIND):
        breaching.climb(tx, ctx, ticket, due.kind.partition("/")[2])
    elif ticket.state in UNRESOLVED:
        _remind(tx, ctx, ticket, due)


def _remind(tx: Tx, ctx: Context, ticket: Ticket, due: Deadline) -> None:
    """A reminder or a broken promise. Of several overdue reminders of one clock the latest speaks for the others."""
    metric, share = promises.parse_kind(due.kind)
    folded: list[Deadline] = []
    if share < 1:
        same = [d for d in tx.due(due.subject, f"sla/{metric}/", ctx.now) if promises.parse_kind(d.kind)[1] < 1]
        folded = [d for d in same if d.kind != due.kind]
        latest = max([due, *folded], key=lambda d: promises.parse_kind(d.kind)[1])
        for other in folded:
            tx.deadline(due.subject, other.kind, None, ticket.client)
        folded = [d for d in (due, *folded) if d is not latest]
        due, share = latest, promises.parse_kind(latest.kind)[1]
    given = {**dict(ticket.warned), **{d.kind: d.due_at for d in (due, *folded)}}
    saved = saving.ticket(tx, ctx, replace(ticket, warned=tuple(given.items())))
    tail = late(ctx, due, promises.moved_at(saved, metric))
    _say(tx, ctx, saved, due, share, folded, tail)
    detail = {"late": "yes"} if tail else {}
    saving.note_audit(tx, ctx, "promise.broken" if share >= 1 else "promise.reminded", due.subject, ticket.client,
                      kind=due.kind, folded=" ".join(d.kind for d in folded), **detail)  # fmt: skip


def _say(tx: Tx, ctx: Context, ticket: Ticket, due: Deadline, share: float, folded: list[Deadline], tail: str) -> None:
    """In the team's channel, to whoever has it, and up the client's path: a step further with each reminder."""
    metric, _ = promises.parse_kind(due.kind)
    words = reminder.words(ticket, metric, share, ctx.config, ctx.now)
    named = ", ".join(f"{promises.parse_kind(d.kind)[1] * 100:.0f} %" for d in folded)
    tail += f" Stands also for the reminders at {named}." if named else ""
    broken = share >= 1
    buttons = reminder.buttons(ticket, broken=broken)
    key = f"{due.subject}/{due.kind}/{due.epoch}" if broken else _warning_key(ticket, metric)
    team = ctx.config.clients[ticket.client].team_channel
    tx.post(Post(key, team, ticket.client, words=(*words, tail), buttons=buttons, live=not broken, urgent=broken))
    if ticket.assignee and ticket.assignee in ctx.config.people:
        reminding.remind(tx, ctx, ticket.assignee, ticket, due.kind, (*words, tail))
    if broken:
        breaching.broke(tx, ctx, ticket, metric, due.due_at, tail)
        return
    shares = ctx.config.clients[ticket.client].contract.warnings
    steps = ctx.config.paths[ctx.config.clients[ticket.client].path].steps
    step = shares.index(share) - 1 if share in shares else 0
    for person in people_of(tx, ctx, steps[min(step, len(steps) - 1)].target, ticket.client) if step >= 0 else ():
        reminding.remind(tx, ctx, person, ticket, due.kind, (*words, tail))


def _warning_key(ticket: Ticket, metric: Metric) -> str:
    """The team's channel has one message for all reminders of one run of a clock: it changes, and the old ones do not
    pile up. A promise that is broken is another, so that it is heard.
    """
    clock = promises.clock_of(ticket, metric)
    began = f"{clock.started_at:%Y%m%dT%H%M%SZ}/{len(clock.stops)}" if clock else "none"
    return f"ticket/{ticket.number}/sla/{metric}/{began}"


def _alert(tx: Tx, ctx: Context, number: int, due: Deadline) -> None:
    alert = tx.alert(number)
    if alert is None or not alert.is_open:
        return
    tail = late(ctx, due)
    if due.kind.startswith(ways.FAMILY):
        way.run(tx, ctx, alert, due, tail)
        return
    what: dict[str, Callable[[], object]] = {
        "announce": lambda: ringing.announce(tx, ctx, alert),
        "page": lambda: escalating.call_next(tx, ctx, alert, tail),
        "redraw": lambda: ringing.redraw(tx, ctx, alert),
        "joined": lambda: ringing.say_what_joined(tx, ctx, alert),
        "repeat": lambda: escalating.say_again(tx, ctx, alert),
        "ask": lambda: acknowledging.ask(tx, ctx, alert),
        "lapse": lambda: acknowledging.lapse(tx, ctx, alert, tail),
        "snooze": lambda: acknowledging.wake(tx, ctx, alert, tail),
        "resolve": lambda: ending.go_on(tx, ctx, alert),
    }  # fmt: skip
    what[due.kind]()


def _approval(tx: Tx, ctx: Context, number: int, due: Deadline) -> None:
    asked = tx.approval(number)
    if asked is None or asked.state is not ApprovalState.ASKED:
        return
    lapsed = saving.approval(tx, ctx, approvals.lapse(asked, ctx.now))
    run = tx.run(asked.run)
    if run and run.state is RunState.ASKED:
        saving.run(tx, ctx, replace(run, state=RunState.ENDED, outcome=Outcome.LAPSED, ended_at=ctx.now))
    saving.note_audit(tx, ctx, "run.lapsed", run_picture.approval_key(lapsed.number), asked.client)
    words = text(f"Nobody answered {number} in time, so it lapsed{late(ctx, due)}. Ask again if it is still needed.")
    tx.post(Post(f"{due.subject}/lapsed", dm(asked.asked_by), asked.client, words=words))


def _run(tx: Tx, ctx: Context, number: int, _due: Deadline) -> None:
    """`verify_within` is over. After that only a person can say whether it helped."""
    run = tx.run(number)
    if run is None or run.state is not RunState.VERIFYING:
        return
    tx.probe(number, None)
    ended = saving.run(tx, ctx, gave_up(run))
    saving.note_audit(tx, ctx, "run.ended", run_picture.key(number), run.client, outcome=str(ended.outcome))
    alert = tx.alert(run.alert) if run.alert else None
    if alert:
        saving.on_alert(tx, ctx, alert, Item.CHANGE, f"run {number}: {ended.outcome}; {ended.seen}")
