"""Whatever hides a client's signals has changed: what is hidden no more rings, and what is quiet calls again."""

from dataclasses import replace

from desk.alerts import Alert
from desk.cards import Post
from desk.holds import Silence
from desk.signals import Signal
from desk.tickets import Item
from handlers import escalating, holding, ringing, saving
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
            if alert.announced_at:
                _quieted(tx, ctx, alert)


def _look_again(tx: Tx, ctx: Context, signal: Signal) -> None:
    rung = ringing.fires(tx, ctx, signal, holding.of(tx, ctx, signal))
    if rung.alert and rung.monitor:
        tx.save_watch(replace(tx.watch(rung.monitor), alert=rung.alert, held=False))


def _quieted(tx: Tx, ctx: Context, alert: Alert) -> None:
    """It is kept from calling, or calls again: what is still down after a silence is said."""
    hold = holding.of_alert(tx, ctx, alert)
    if hold == alert.hold:
        return
    saved = saving.alert(tx, ctx, replace(alert, hold=hold))
    if hold is None:
        why = alert.hold.why if alert.hold else ""
        saving.on_alert(tx, ctx, saved, Item.CHANGE, f"still down, and nothing hides it any more ({why})")
        escalating.call_next(tx, ctx, saved)
    elif alert.hold is None:
        saving.on_alert(tx, ctx, saved, Item.CHANGE, f"nobody is called: {hold.why}")
