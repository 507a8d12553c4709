"""`/status`: what is up, what is down, who is on call."""

from pydantic import BaseModel

from desk.alerts import Alert, Phase, Status, Watch
from desk.cards import Button, Card, Field, Text, When, text
from desk.detail import Own, ours
from desk.people import Role, may
from desk.signals import Signal
from desk.tickets import UNRESOLVED, Ticket
from handlers import counted, duty, finding
from handlers.context import Command, Context, Tx
from handlers.pictures.numbers import about, at_risk, is_missed

MOST = 20
CLIENTS = 5


class Args(BaseModel):
    """Nothing to say."""


def run(tx: Tx, ctx: Context, _args: Args) -> Card:
    clients = finding.clients_of(ctx)
    watches = {watch.monitor: watch for watch in tx.watches()}
    mine = {m.id: watches.get(m.id, Watch(m.id)) for m in ctx.config.monitors.values() if m.client in clients}
    down = [w for w in mine.values() if w.phase is Phase.DOWN]
    held = {s.monitor: s for s in tx.held_signals(limit=500)} if down else {}
    blind = [w for w in mine.values() if w not in down and w.seen in {None, Status.UNKNOWN}]
    lines = [ours(f"{len(mine) - len(down) - len(blind)} of {len(mine)} monitors up, {len(down)} down")]
    lines += [ours(f"? {len(blind)} of {len(mine)} cannot be seen")] if blind else []
    staff = any(may(ctx.person, "alert.see", client) for client in clients)
    lines += _work(tx, ctx, clients) if staff else []
    rows = tuple(_row(ctx, w, held.get(w.monitor)) for w in (*down, *blind)[:MOST])
    alerts = [a for a in tx.alerts(limit=500) if may(ctx.person, "alert.see", a.client)] if staff else []
    fields = _promises(tx, ctx) if ctx.person.all_roles() & {Role.MANAGER, Role.AUDITOR} else ()
    tone = "bad" if down else "warn" if blind else "good"
    state = "▲ DOWN" if down else "? not all seen" if blind else "✓ all up"
    buttons = (*_buttons(alerts), *((Button(Own("And the promises?"), "sla"),) if fields else ()))[-5:]
    return Card(
        "status", Own("How things stand"), state, lines=tuple(lines), fields=fields, table=rows, buttons=buttons,
        tone=tone,
    )  # fmt: skip


def _promises(tx: Tx, ctx: Context) -> tuple[Field, ...]:
    """For whoever answers for them: what is open at each client and how its promises do, the worst first."""
    waiting: dict[str, list[Ticket]] = {client: [] for client in counted.clients(ctx)}
    for ticket in finding.every(tx, states=tuple(UNRESOLVED)):
        if ticket.client in waiting:
            waiting[ticket.client].append(ticket)
    told = []
    for client, found in waiting.items():
        broken, risky = (sum(f(t, ctx.config, ctx.now) for t in found) for f in (is_missed, at_risk))
        told.append((-broken, -risky, ctx.config.clients[client].name, len(found)))
    return tuple(
        Field(client, text(f"{about(count, 'open ticket')}, {-risky} at risk, {-broken} broken"))
        for broken, risky, client, count in sorted(told)[:CLIENTS]
    )


def _work(tx: Tx, ctx: Context, clients: list[str]) -> list[Text]:
    tickets = [t for t in finding.every(tx, states=tuple(UNRESOLVED)) if may(ctx.person, "ticket.see", t.client)]
    nobody = sum(t.assignee is None for t in tickets)
    lines = [ours(f"{len(tickets)} open tickets of {len(clients)} clients, {nobody} with nobody on them")]
    return [*lines, *(text(f"On call ({each.id}): ", *duty.words(tx, ctx, each)) for each in duty.seen(ctx))]


def _row(ctx: Context, watch: Watch, held: Signal | None) -> tuple[Text, ...]:
    monitor = ctx.config.monitors[watch.monitor]
    client = ctx.config.clients[monitor.client].name
    fails = watch.phase is Phase.DOWN
    at = watch.failing_since or watch.since if fails else None
    since = text("since ", When(at)) if at else text("")
    seen = watch.sentence or "not looked at yet"
    if held and held.hold:
        seen = f"held, because of {held.hold.why}: {seen}"
    if not may(ctx.person, "alert.see", monitor.client):
        seen = "we know of it" if fails else "not seen just now"
    return (text(f"{'▲' if fails else '?'} {monitor.name}"), text(client), since, text(seen))


def _buttons(alerts: list[Alert]) -> tuple[Button, ...]:
    return tuple(Button(f"Show {a.number}", "show", (("number", str(a.number)),)) for a in alerts[:5])


COMMAND = Command(
    word="status", summary="What is up, what is down, who is on call", group="Ask for numbers", example="/status",
    action="help.see", writes=False, args=Args, run=run,
)  # fmt: skip
