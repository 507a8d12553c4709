"""`/home`: what concerns you now, whoever you are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from desk.cards import Button, Card, Field, Text, When, text
from desk.detail import Own, Subject, ours
from desk.people import Role, may, may_anywhere
from desk.runs import RunState
from desk.tickets import UNRESOLVED, State, Ticket
from handlers import finding
from handlers.commands.list import ALERTS, by_due, open_alerts, row_of
from handlers.context import Command, Context, Tx
from handlers.pictures import alert_row, name, promised, short
from handlers.pictures import ticket as ticket_picture
from handlers.pictures.numbers import at_risk, attained, is_missed

MOST = 10  # rows of one kind
COUNTING = frozenset({Role.MANAGER, Role.AUDITOR})  # whose business the numbers are
ASK = Button(Own("Ask for help…"), "open", primary=True)


class Args(BaseModel):
    """Nothing to say."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that concerns a person: a line that counts it, and rows that can be pressed."""

    line: Text
    rows: tuple[tuple[Text, ...], ...] = ()
    buttons: tuple[Button, ...] = ()
    fields: tuple[Field, ...] = ()
    bad: bool = False


def run(tx: Tx, ctx: Context, _args: Args) -> Card:
    """What is worse comes first. Help is asked for by everybody, and by whoever has nothing else to do here first."""
    kinds: list[Callable[[Tx, Context], Part]] = []
    kinds += [_alerts, _approvals, _waiting] if may_anywhere(ctx.person, "ticket.work") else []
    kinds += [_promises, _today] if ctx.person.all_roles() & COUNTING else []
    parts, own = [kind(tx, ctx) for kind in kinds], _own(tx, ctx)
    pressed = _in_turn([*parts, own])[:4]
    if own.rows or not parts:
        parts.append(own)
    return Card(
        "home", Own("What concerns you now"), lines=tuple(part.line for part in parts),
        fields=tuple(field for part in parts for field in part.fields),
        table=tuple(row for part in parts for row in part.rows),
        buttons=(*pressed, ASK) if kinds else (ASK, *pressed),
        tone="bad" if any(part.bad for part in parts) else "calm",
    )  # fmt: skip


def _in_turn(parts: list[Part]) -> list[Button]:
    """The first button of each part, then the second of each: none of them is crowded out."""
    return [button for rank in range(4) for part in parts for button in part.buttons[rank : rank + 1]]


def _own(tx: Tx, ctx: Context) -> Part:
    found = by_due(ctx, finding.theirs(tx, ctx, tuple(UNRESOLVED)))
    if not found:
        return Part(ours("You have no open tickets. Write what you need, and I open one."))
    rows = tuple(
        (
            ours(str(t.number)), text(Subject(short(t.subject, 60))), ours(ticket_picture.plain_state(t)),
            promised.promise(t, ctx.config, ctx.now),
        )
        for t in found[:MOST]
    )  # fmt: skip
    return Part(ours(f"{_count(len(found), 'open ticket')} of yours"), rows, _show(*(t.number for t in found)))


def _alerts(tx: Tx, ctx: Context) -> Part:
    found = open_alerts(tx, ctx)
    rows = tuple(alert_row.row(a, ctx.config) for a in found[:MOST])
    pressed = tuple(alert_row.buttons(found[:4], ctx.person))
    return Part(ours(alert_row.counts(found, ALERTS)), rows, pressed, bad=any(a.calls for a in found))


def _approvals(tx: Tx, ctx: Context) -> Part:
    """Those that this person may answer, and that have not lapsed: no older than an approval lives."""
    since = ctx.now - timedelta(seconds=ctx.config.desk.approval_lapses)
    asked = [tx.approval(r.approval) for r in tx.runs(since=since) if r.state is RunState.ASKED and r.approval]
    mine = [
        a
        for a in asked
        if a and ctx.person.roles_at(a.client) & finding.may_approve(ctx, a) and a.asked_by != ctx.person.id
    ]
    rows = tuple(
        (
            ours(str(a.number)), text(f"{name(ctx.config, a.asked_by)} asks to run {a.runbook} on {a.target}"),
            ours("◌ needs an approver"), ours("lapses ", When(a.lapses_at)),
        )
        for a in mine
    )  # fmt: skip
    line = ours(f"{_count(len(mine), 'request')} for you to approve or deny")
    return Part(line, rows, _show(*(a.number for a in mine)))


def _waiting(tx: Tx, ctx: Context) -> Part:
    found = finding.every(tx, states=(State.NEW, State.OPEN))
    seen = [t for t in found if may(ctx.person, "ticket.work", t.client)]
    mine = [t for t in seen if t.assignee == ctx.person.id]
    nobodys = [t for t in seen if t.assignee is None]
    shown = [*by_due(ctx, mine), *by_due(ctx, nobodys)]
    rows = tuple(row_of(ctx, t, staff=True) for t in shown[:MOST])
    line = ours(f"{_count(len(mine), 'ticket')} with you, {len(nobodys)} with nobody, of {len(seen)} that wait for us")
    return Part(line, rows, _show(*(t.number for t in shown)))


def _promises(tx: Tx, ctx: Context) -> Part:
    """What may still be kept comes before what is broken: that is where something can be done."""
    found = _counted(ctx, finding.every(tx, states=tuple(UNRESOLVED)))
    risky = by_due(ctx, (t for t in found if at_risk(t, ctx.config, ctx.now)))
    missed = by_due(ctx, (t for t in found if is_missed(t, ctx.config, ctx.now)))
    shown = list(dict.fromkeys((*risky, *missed)))  # one can be both
    rows = tuple(row_of(ctx, t, staff=True) for t in shown[:MOST])
    line = ours(f"{len(risky)} at risk and {len(missed)} broken, of {_count(len(found), 'open ticket')}")
    why = tuple(Button(f"Why {t.number}?", "why", (("number", str(t.number)),)) for t in shown[:4])
    return Part(line, rows, why, bad=bool(missed))


def _today(tx: Tx, ctx: Context) -> Part:
    """Since midnight where the reader is."""
    midnight = ctx.now.astimezone(ZoneInfo(ctx.person.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    opened = _counted(ctx, finding.every(tx, since=midnight))
    solved = sum(t.state not in UNRESOLVED for t in opened)
    line = ours(f"Today {_count(len(opened), 'ticket')} opened, {solved} of {len(opened)} solved")
    return Part(line, buttons=(Button(Own("This month"), "sla"),), fields=attained(opened, {}, ctx.config, ctx.now))


def _counted(ctx: Context, found: list[Ticket]) -> list[Ticket]:
    return [t for t in found if may(ctx.person, "numbers.see", t.client)]


def _show(*numbers: int) -> tuple[Button, ...]:
    return tuple(Button(f"Show {n}", "show", (("number", str(n)),)) for n in numbers[:4])


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


COMMAND = Command(
    word="home", summary="What concerns you now", group="Get help", example="/home", action="help.see", writes=False,
    args=Args, run=run,
)  # fmt: skip
