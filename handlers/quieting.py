"""Whatever hides a client's signals has changed: what is hidden no more rings, and what is quiet calls again."""

from dataclasses import replace

from desk.cards import Post
from desk.holds import Silence
from desk.signals import Signal
from handlers import holding, ringing
from handlers.context import Context, Tx
from handlers.pictures import silence as picture

BATCH = 200  # held signals that one transaction looks at


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
        for alert in tx.alerts(client=client, limit=1000):
            if alert.announced_at or alert.hold:  # what waits for its group is looked at when it is announced
                ringing.quieted(tx, ctx, alert)


def _look_again(tx: Tx, ctx: Context, signal: Signal) -> None:
    rung = ringing.fires(tx, ctx, signal, holding.of(tx, ctx, signal))
    if rung.alert and rung.monitor:
        tx.save_watch(replace(tx.watch(rung.monitor), alert=rung.alert, held=False))
