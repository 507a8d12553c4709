"""What happened to an alert or a ticket, in order, for whoever may see it."""

from desk.people import may
from desk.refusal import not_found
from handlers import finding
from handlers.context import Context, Tx
from handlers.pictures.alert import called
from handlers.pictures.timeline import markdown

MOST = 500  # entries, the newest


def timeline(tx: Tx, ctx: Context, number: int) -> list[str]:
    """As lines of Markdown, in the reader's zone. Raises DeskError where there is nothing for them to see."""
    alert = tx.alert(number)
    if alert and may(ctx.person, "alert.see", alert.client):
        title = called(alert)
    else:
        ticket = finding.ticket(tx, ctx, number, "ticket.see")
        if not may(ctx.person, "ticket.see", ticket.client):
            raise not_found(number)
        number, title = ticket.number, ticket.subject
    return markdown(number, title, tx.timeline(number, limit=MOST), ctx.config, ctx.person.zone)
