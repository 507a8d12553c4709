"""A look that somebody asked for was had: what was seen goes to them."""

from config.loaded import dm
from desk.cards import Post
from desk.people import may
from desk.traces import Asked, Trace
from handlers.context import Context, Tx
from handlers.pictures import trace as picture


def run(tx: Tx, ctx: Context, asked: Asked, trace: Trace) -> None:
    """Nothing is said of a monitor that left meanwhile, nor to somebody who may no longer know of it."""
    tx.drop_look(asked)
    monitor, person = ctx.config.monitors.get(asked.monitor), ctx.config.people.get(asked.person)
    if monitor is None or person is None or not may(person, "alert.work", monitor.client):
        return
    card = picture.card(monitor, trace, asked)
    tx.post(Post(card.key, dm(person.id), monitor.client, card))
