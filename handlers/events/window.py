"""A silence or a maintenance window begins, is near, or ends: who is hidden changes, and what is still down is said."""

from datetime import timedelta

from desk.alerts import Alert
from desk.cards import Card, Post, Text, When, text
from desk.detail import ours
from desk.holds import Hold, HoldKind, Window
from desk.intervals import Span
from desk.matchers import all_match
from desk.signals import Signal, labels_of
from handlers import holding, quieting, saving
from handlers.context import Context, Tx
from handlers.pictures import short
from handlers.records import Deadline

NAMED = 20  # of what is still down, in one card
DONE = {"announce": "maintenance.announced", "start": "maintenance.started", "end": "maintenance.ended"}


def arm(tx: Tx, ctx: Context) -> None:
    """Set the alarms of every window, and look at what its change to another one hides or releases."""
    for window in ctx.config.alerting.windows.values():
        _arm(tx, ctx, window)
    for client in sorted(ctx.config.clients):
        if tx.alerts(client=client, limit=1) or tx.held_signals(client, limit=1):
            tx.deadline(f"holds/{client}", "review/", ctx.now, client)


def _arm(tx: Tx, ctx: Context, window: Window) -> None:
    """What is due already and has not rung stays: it says what happened meanwhile, then arms what comes."""
    subject, span = f"maintenance/{window.id}", window.next(ctx.now)
    ahead = next((s for s in window.spans if s[0] > ctx.now), None)
    announce = ahead[0] - timedelta(seconds=window.announce) if ahead and window.announce else None
    waiting = {due.kind for due in tx.due(subject, "", ctx.now)}
    if "announce" not in waiting:
        tx.deadline(subject, "announce", announce if announce and announce > ctx.now else None, window.client)
    if "start" not in waiting:
        tx.deadline(subject, "start", ahead[0] if ahead else None, window.client)
    if "end" not in waiting:
        tx.deadline(subject, "end", span[1] if span else None, window.client)


def run(tx: Tx, ctx: Context, due: Deadline) -> None:
    """A maintenance window: announced, begun, or over with what is still down."""
    id_ = due.subject.removeprefix("maintenance/")
    window = ctx.config.alerting.windows.get(id_)
    if window:
        {"announce": _announce, "start": _start, "end": _end}[due.kind](tx, ctx, window, due)
        _arm(tx, ctx, window)
    elif due.kind == "end" and due.client and due.client in ctx.config.clients:
        _left(tx, ctx, Window(id_, id_, due.client, (), (), "UTC"), due)


def _left(tx: Tx, ctx: Context, window: Window, due: Deadline) -> None:
    """It was taken out of the files. Its end is told where it still hides something, or quiets it."""
    if _hidden(tx, window):
        _end(tx, ctx, window, due)


def _announce(tx: Tx, ctx: Context, window: Window, due: Deadline) -> None:
    span = next((s for s in window.spans if s[0] > ctx.now), None)
    if span and span[0] <= ctx.now + timedelta(seconds=window.announce):
        _say(tx, ctx, window, due, (text("From ", When(span[0]), " to ", When(span[1]), "."),), "planned")


def _start(tx: Tx, ctx: Context, window: Window, due: Deadline) -> None:
    _note(tx, ctx, window, window.at(due.due_at))
    span = window.at(ctx.now)
    if span:
        until = text("Until ", When(span[1]), " what it is about rings nobody.")
        _say(tx, ctx, window, due, (until,), "begins")
    quieting.review(tx, ctx, window.client)


def _note(tx: Tx, ctx: Context, window: Window, span: Span | None) -> None:
    """What it is about, as of now: another configuration does not change what was."""
    for monitor in ctx.config.monitors.values():
        if span and window.covers(monitor.client, labels_of(monitor)):
            tx.was_maintained(monitor.id, monitor.client, span)


def _end(tx: Tx, ctx: Context, window: Window, due: Deadline) -> None:
    """What is still down rings, and is named where the end is told. A window that was made longer is not over yet."""
    span = window.at(ctx.now)
    if span and span[0] < due.due_at:
        return
    down = _hidden(tx, window)
    quieting.review(tx, ctx, window.client)
    _note(tx, ctx, window, next((s for s in window.spans if s[1] == due.due_at), None))
    lines = (text(f"{len(down)} still down." if down else "Nothing of it is down."),)
    rows = [(text(f"▲ {s.title}"), text(short(s.sentence))) for s in down[:NAMED]]
    rows += [(ours(f"… and {len(down) - NAMED} more"), ())] if len(down) > NAMED else []
    _say(tx, ctx, window, due, lines, "is over", tuple(rows))


def _hidden(tx: Tx, window: Window) -> list[Signal]:
    """Each thing that is down and hidden or quiet by it."""
    down = [s for s in _all_held(tx, window.client) if _hides(window, s.hold)]
    for alert in tx.alerts(client=window.client, limit=500):
        down += _of_alert(tx, alert, window) if _hides(window, alert.hold) else []
    return down


def _hides(window: Window, hold: Hold | None) -> bool:
    """Whether it is this window: a parent, a silence's number may be called the same."""
    return hold is not None and (hold.kind, hold.by) == (HoldKind.MAINTENANCE, window.id)


def _of_alert(tx: Tx, alert: Alert, window: Window) -> list[Signal]:
    """What it is made of, each thing for itself, but for what another window or a silence hid."""
    firing = tx.signals_of(alert.number, firing_only=True, limit=holding.MOST)
    return [signal for signal in firing if all_match(window.matchers, signal.labels)]


def _all_held(tx: Tx, client: str) -> list[Signal]:
    found: list[Signal] = []
    while page := tx.held_signals(client, since=found[-1].fingerprint if found else "", limit=quieting.BATCH):
        found += page
    return found


def _say(
    tx: Tx, ctx: Context, window: Window, due: Deadline, lines: tuple[Text, ...], state: str,
    rows: tuple[tuple[Text, ...], ...] = (),
) -> None:  # fmt: skip
    key = f"{due.subject}/{due.kind}/{due.due_at:%Y%m%dT%H%M%SZ}"
    card = Card(key, f"Maintenance: {window.title}", state, lines=lines, table=rows)
    tx.post(Post(key, ctx.config.clients[window.client].team_channel, window.client, card))
    saving.note_audit(tx, ctx, DONE[due.kind], due.subject, window.client)


def silence(tx: Tx, ctx: Context, due: Deadline) -> None:
    """Its time is over."""
    ended = tx.silence(int(due.subject.removeprefix("silence/")))
    if ended and ended.ends_at <= ctx.now:
        saving.note_audit(tx, ctx, "silence.ended", due.subject, ended.client)
        quieting.say(tx, ctx, ended)
        quieting.review(tx, ctx, ended.client)


def review(tx: Tx, ctx: Context, due: Deadline) -> None:
    """Go on where the last batch ended."""
    client, (what, _, last) = due.subject.removeprefix("holds/"), due.kind.partition("/")
    if what == "quiet":
        quieting.quieten(tx, ctx, client, int(last))
    else:
        quieting.review(tx, ctx, client, last)
