"""Whatever hides a client's signals has changed: what is hidden no more rings, and what is quiet calls again."""

from dataclasses import replace

from desk.cards import Post
from desk.holds import HoldKind, Silence
from desk.signals import Signal
from handlers import consequences, holding, ringing
from handlers.context import Context, Tx
from handlers.pictures import silence as picture

BATCH = 200  # held signals, or alerts, that one transaction looks at
BY_OTHERS = frozenset({HoldKind.PARENT, HoldKind.INHIBITED})


def say(tx: Tx, ctx: Context, of: Silence) -> None:
    """The team's channel has one message of it, which says when it is over."""
    card = picture.for_team(of, ctx.config, ctx.now)
    tx.post(Post(card.key, ctx.config.clients[of.client].team_channel, of.client, card, live=True))


def review(tx: Tx, ctx: Context, client: str, since: str = "") -> None:
    """Whatever hides a client's signals has changed: what is hidden no more rings, and what is quiet calls again."""
    found = tx.held_signals(client, since=since, limit=BATCH)
    for signal in found:
        _look_again(tx, ctx, signal)
    if len(found) == BATCH:
        tx.deadline(f"holds/{client}", f"review/{found[-1].fingerprint}", ctx.now, client)
    if not since:
        quieten(tx, ctx, client)


def quieten(tx: Tx, ctx: Context, client: str, below: int | None = None) -> None:
    """What is open is kept from calling, or calls again: the newest first, `below` is the last that was looked at. What
    waits for its group is looked at when it is announced.
    """
    found = tx.alerts(client=client, below=below, limit=BATCH)
    for alert in found:
        if alert.announced_at or alert.hold:
            ringing.quieted(tx, ctx, alert)
    if len(found) == BATCH:
        tx.deadline(f"holds/{client}", f"quiet/{found[-1].number}", ctx.now, client)


def _look_again(tx: Tx, ctx: Context, signal: Signal) -> None:
    hold = holding.of(tx, ctx, signal)
    if hold is None and signal.monitor and signal.hold and signal.hold.kind in BY_OTHERS:
        return  # both may be up by now: its next look tells
    rung = ringing.fires(tx, ctx, signal, hold)
    monitor = ctx.config.monitors.get(rung.monitor)
    if rung.alert and monitor:
        tx.save_watch(replace(tx.watch(rung.monitor), alert=rung.alert, held=False))
        consequences.rang(tx, ctx, monitor, rung.alert)
