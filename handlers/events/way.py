"""The time of a later way has come: somebody who was called and has not answered is told by it."""

from datetime import timedelta

from desk.alerts import Alert
from desk.people import may
from desk.tickets import Item
from handlers import saving, ways
from handlers.context import Context, Tx
from handlers.pictures import name
from handlers.records import Deadline

A_MINUTE = timedelta(minutes=1)


def run(tx: Tx, ctx: Context, alert: Alert, due: Deadline, tail: str = "") -> None:
    """`due.kind` is `way/PERSON/WAY`. What a silence or maintenance hides meanwhile waits for its end: it is told then
    if it still matters.
    """
    person, _, way = due.kind.removeprefix(ways.FAMILY).partition("/")
    page = next((each for each in reversed(alert.pages) if each.person == person), None)
    known = ctx.config.people.get(person)
    if page is None or way in page.ways or known is None or not may(known, "ticket.see", alert.client):
        return
    if alert.hold and not alert.calls:
        tx.deadline(due.subject, due.kind, max(alert.hold.until or ctx.now, ctx.now) + A_MINUTE, alert.client)
        return
    if not alert.calls or way in ways.barred(ctx, person, alert.client):
        return
    saved = saving.alert(tx, ctx, ways.tell(tx, ctx, alert, page, way, tail))
    saving.on_alert(tx, ctx, saved, Item.CHANGE, f"told {name(ctx.config, person)} by {way}{tail}")
    saving.note_audit(tx, ctx, "alert.paged", due.subject, saved.client, told=person, by=way)
