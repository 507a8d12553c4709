"""`/status`: what is up, what is down, who is on call."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from desk.alerts import Alert, Phase, Status, Watch
from desk.cards import Button, Card, Field, Text, When, text
from desk.detail import Own, ours
from desk.people import Role, may
from desk.signals import Signal
from desk.tickets import UNRESOLVED, Ticket
from handlers import counted, duty, finding
from handlers.commands.list import open_alerts
from handlers.context import Command, Context, Tx
from handlers.pictures import alert_row, short
from handlers.pictures.alert import called
from handlers.pictures.numbers import about, at_risk, is_missed

MOST = 20
HELD = 1000  # signals that something hides
SIGNALS = 100  # of one alert that are looked at
CLIENTS = 5


class Args(BaseModel):
    """Nothing to say."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person may know of. `others` are alerts that no monitor's row stands for, `unrung` what another system
    told and something hides; `held` is what hides a monitor's.
    """

    total: int
    down: list[Watch]
    blind: list[Watch]
    others: list[Alert]
    unrung: list[Signal]
    held: Mapping[str, Signal]
    alerts: list[Alert]

    def state(self) -> tuple[str, str]:
        """In words, and the tone. All is up only where nothing at all is open."""
        if self.down or self.others or self.unrung:
            return "▲ DOWN", "bad"
        return ("? not all seen", "warn") if self.blind else ("✓ all up", "good")


def run(tx: Tx, ctx: Context, _args: Args) -> Card:
    clients = finding.clients_of(ctx)
    staff = any(may(ctx.person, "alert.see", client) for client in clients)
    seen = _seen(tx, ctx, clients, staff=staff)
    lines = [*_counts(seen), *(_work(tx, ctx, clients) if staff else [])]
    fields = _promises(tx, ctx) if ctx.person.all_roles() & {Role.MANAGER, Role.AUDITOR} else ()
    buttons = (*_buttons(seen.alerts), *((Button(Own("And the promises?"), "sla"),) if fields else ()))[-5:]
    state, tone = seen.state()
    return Card(
        "status", Own("How things stand"), state, lines=tuple(lines), fields=fields, table=_rows(ctx, seen),
        buttons=buttons, tone=tone,
    )  # fmt: skip


def _seen(tx: Tx, ctx: Context, clients: list[str], *, staff: bool) -> Seen:
    watches = {watch.monitor: watch for watch in tx.watches()}
    mine = {m.id: watches.get(m.id, Watch(m.id)) for m in ctx.config.monitors.values() if m.client in clients}
    down = {id_: w for id_, w in mine.items() if w.phase is Phase.DOWN}
    blind = [w for w in mine.values() if w.monitor not in down and w.seen in {None, Status.UNKNOWN}]
    alerts = open_alerts(tx, ctx) if staff else []
    hidden = tx.held_signals(limit=HELD) if staff or down else []
    unrung = [s for s in hidden if not s.monitor and may(ctx.person, "alert.see", s.client)]
    held = {s.monitor: s for s in hidden if s.monitor}
    return Seen(len(mine), [*down.values()], blind, _others(tx, alerts, down), unrung, held, alerts)


def _counts(seen: Seen) -> list[Text]:
    up = seen.total - len(seen.down) - len(seen.blind)
    lines = [ours(f"{up} of {about(seen.total, 'monitor')} up, {len(seen.down)} down")]
    lines += [ours(f"? {len(seen.blind)} of {seen.total} cannot be seen")] if seen.blind else []
    lines += [ours(f"▲ {about(len(seen.others), 'open alert')} from elsewhere")] if seen.others else []
    return [*lines, *([ours(f"⊘ {len(seen.unrung)} more from elsewhere, hidden")] if seen.unrung else [])]


def _rows(ctx: Context, seen: Seen) -> tuple[tuple[Text, ...], ...]:
    rows = [_row(ctx, w, seen.held.get(w.monitor)) for w in seen.down]
    rows += [_other(ctx, a) for a in seen.others]
    rows += [_unrung(ctx, s) for s in seen.unrung]
    return (*rows, *(_row(ctx, w, None) for w in seen.blind))[:MOST]


def _others(tx: Tx, alerts: list[Alert], down: Collection[str]) -> list[Alert]:
    """Those that no row of a monitor stands for: another system told us, also of only some of what was grouped."""
    return [a for a in alerts if (a.total == 1 and a.monitor not in down) or (a.total > 1 and _is_told(tx, a, down))]


def _is_told(tx: Tx, alert: Alert, down: Collection[str]) -> bool:
    return any(s.monitor not in down for s in tx.signals_of(alert.number, firing_only=True, limit=SIGNALS))


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
    of = about(len(clients), "client")
    lines = [ours(f"{about(len(tickets), 'open ticket')} of {of}, {nobody} with nobody on them")]
    return [*lines, *(text(f"On call ({each.id}): ", *duty.words(tx, ctx, each)) for each in duty.seen(ctx))]


def _row(ctx: Context, watch: Watch, held: Signal | None) -> tuple[Text, ...]:
    monitor = ctx.config.monitors[watch.monitor]
    client = ctx.config.clients[monitor.client].name
    fails = watch.phase is Phase.DOWN
    at = watch.failing_since or watch.since if fails else watch.not_ok_since
    since = ours("since ", When(at)) if at else ours("never seen")
    seen = watch.sentence or "not looked at yet"
    if held and held.hold:
        seen = _held(held, seen)
    if not may(ctx.person, "alert.see", monitor.client):
        seen = "we know of it" if fails else "not seen just now"
    return (text(f"{'▲' if fails else '?'} {monitor.name}"), text(client), since, text(seen))


def _other(ctx: Context, alert: Alert) -> tuple[Text, ...]:
    what = text(f"{alert_row.symbol(alert)} {called(alert)}")
    client = text(ctx.config.clients[alert.client].name)
    seen = text(f"{alert.severity}, ", *alert_row.who(alert, ctx.config), f": {short(alert.sentence)}")
    return what, client, ours("since ", When(alert.started_at)), seen


def _unrung(ctx: Context, signal: Signal) -> tuple[Text, ...]:
    client, seen = text(ctx.config.clients[signal.client].name), text(_held(signal, short(signal.sentence)))
    return text(f"⊘ {signal.title}"), client, ours("since ", When(signal.started_at)), seen


def _held(signal: Signal, seen: str) -> str:
    """What hides it is a sentence of its own: `shop is down`, `maintenance: Patch night`, the reason of a silence."""
    return f"held ({signal.hold.why}): {seen}" if signal.hold else seen


def _buttons(alerts: list[Alert]) -> tuple[Button, ...]:
    return tuple(Button(f"Show {a.number}", "show", (("number", str(a.number)),)) for a in alerts[:5])


COMMAND = Command(
    word="status", summary="What is up, what is down, who is on call", group="Ask for numbers", example="/status",
    action="help.see", writes=False, args=Args, run=run,
)  # fmt: skip
