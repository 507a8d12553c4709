"""Another configuration is in force: what is open follows it, and what has left it rings no more."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from desk.alerts import Phase, Watch
from desk.cards import Post, text
from desk.signals import Signal, SignalState, fingerprint_of
from desk.tickets import UNRESOLVED, State, Ticket
from handlers import promises, ringing, saving
from handlers.context import Context, Tx
from handlers.pictures import ticket as picture
from handlers.pictures.alert import NOT_WATCHED

BATCH = 200  # rows that one transaction may change
EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Adopted:
    """`after` is the number of the last ticket that follows already."""

    after: int = 0


def run(tx: Tx, ctx: Context, adopted: Adopted) -> Adopted | None:
    """The next tickets that are not closed follow; what is left to do then, None when that was all."""
    found = tx.tickets(states=(*UNRESOLVED, State.RESOLVED), after=adopted.after, limit=BATCH)
    for ticket in found:
        if ticket.client in ctx.config.clients:
            _follow(tx, ctx, ticket)
    return Adopted(found[-1].number) if len(found) == BATCH else None


def _follow(tx: Tx, ctx: Context, ticket: Ticket) -> None:
    """Targets, calendar, deadlines and cards. Time that ran is kept; the new target counts from the clock's start."""
    subject = picture.key(ticket.number)
    before = {due.kind for due in tx.due(subject, "sla/", EVER)}
    saved = saving.ticket(tx, ctx, promises.retargeted(ticket, ctx.config, ctx.now))
    for kind in sorted(before - {reminder.kind for reminder in promises.reminders(saved, ctx.config)}):
        tx.deadline(subject, kind, None, saved.client)
    if saved.clocks != ticket.clocks:
        was, now = (" ".join(f"{c.metric} {c.target} s" for c in t.clocks) for t in (ticket, saved))
        saving.note_audit(tx, ctx, "ticket.retargeted", subject, saved.client, was=was, now=now)


def anew(tx: Tx, monitors: Collection[str]) -> None:
    """Monitors that look at something else now: what was counted of the old is no evidence of the new. An alert that is
    open stays so until the new check has seen what ends it.
    """
    for watch in tx.watches():
        if watch.monitor in monitors and (watch.successes or (watch.failures and watch.phase is Phase.UP)):
            failures = watch.failures if watch.phase is Phase.DOWN else 0
            since = watch.failing_since if failures else None
            tx.save_watch(replace(watch, failures=failures, successes=0, failing_since=since))


def unwatched(tx: Tx, ctx: Context) -> bool:
    """Monitors that have left, or have gone to another client, are forgotten, and their alerts end without a verdict.
    Whether there are more of them.
    """
    gone = (watch for watch in tx.watches() if _has_left(tx, ctx, watch))
    left = [watch for watch in gone if watch != Watch(watch.monitor)]
    for watch in left[:BATCH]:
        if watch.phase is not Phase.UP:
            _end(tx, ctx, watch.monitor)
        tx.save_watch(Watch(watch.monitor))
    return len(left) > BATCH


def fires(tx: Tx, ctx: Context, since: str = "") -> str | None:
    """What fires hides others by the rules that there are now, and by no other. What was told by a hook that has left,
    or of a client that its hook knows no more, ends without a verdict: nobody would ever tell its end.
    Gives after which fingerprint there may be more of it; None when that was all.
    """
    found = tx.live_signals(since, BATCH)
    for signal in found:
        tx.inhibits_no_more(signal.fingerprint)
        if not signal.monitor and not _is_told(ctx, signal):
            ringing.ends(tx, ctx, signal.fingerprint, NOT_WATCHED)
        elif signal.state is SignalState.FIRING:
            ringing.inhibits(tx, ctx, signal)
    return found[-1].fingerprint if len(found) == BATCH else None


def _is_told(ctx: Context, signal: Signal) -> bool:
    hook = ctx.config.hooks.get(signal.source)
    return hook is not None and signal.client in {hook.client, *hook.clients.values()}


def renamed(tx: Tx, ctx: Context) -> bool:
    """What is down goes by the name that its monitor has now, also on the card that stands. Whether there is more."""
    down = [watch for watch in tx.watches() if watch.phase is Phase.DOWN]
    found = [signal for watch in down if (signal := _by_another_name(tx, ctx, watch.monitor))]
    for signal in found[:BATCH]:
        tx.save_signal(signal)
        alert = tx.alert(signal.alert) if signal.alert else None
        if alert and alert.is_open:
            own = alert.monitor == signal.monitor
            named = replace(alert, title=signal.title, about=signal.about) if own else alert
            saving.alert(tx, ctx, named)
    return len(found) > BATCH


def _by_another_name(tx: Tx, ctx: Context, name: str) -> Signal | None:
    """Its signal as it is called now, None where it is called that already."""
    monitor, signal = ctx.config.monitors.get(name), tx.signal(fingerprint_of(name))
    if monitor is None or signal is None or signal.state is SignalState.OVER or signal.client != monitor.client:
        return None
    now = replace(signal, title=monitor.name, about=monitor.about)
    return now if now != signal else None


def _has_left(tx: Tx, ctx: Context, watch: Watch) -> bool:
    monitor = ctx.config.monitors.get(watch.monitor)
    alert = tx.alert(watch.alert) if watch.alert is not None else None
    return monitor is None or (alert is not None and alert.client != monitor.client)


def _end(tx: Tx, ctx: Context, monitor: str) -> None:
    alert = ringing.ends(tx, ctx, fingerprint_of(monitor), NOT_WATCHED)
    if alert and not alert.is_open and alert.run:
        tx.probe(alert.run, None)


def retired(tx: Tx, ctx: Context, before: Iterable[str]) -> None:
    """Clients that have left: nothing of theirs rings any more, and the admins are told who they are.

    `before` are the clients of the configuration that was in force. What is theirs stays, and nobody sees it.
    """
    gone = sorted((set(before) - set(ctx.config.clients)) | set(tx.retire(ctx.config.clients)))
    if not gone:
        return
    for client in gone:
        saving.note_audit(tx, ctx, "client.retired", client, client)
    words = text(f"Retired: {', '.join(gone)}. What is theirs is kept, nobody sees it, and nothing of it rings.")
    key = f"configuration/{ctx.config.version}/{ctx.now:%Y%m%dT%H%M%S}/retired"
    tx.post(Post(key, ctx.config.desk.admins_channel, None, words=words))
