"""`/timeline 12`: what happened, in order, as Markdown to paste into a review."""

from pydantic import BaseModel

from desk.cards import Card, text
from desk.people import may
from desk.refusal import not_found
from handlers import finding
from handlers.arguments import Number
from handlers.context import Command, Context, Tx
from handlers.pictures.timeline import markdown

MOST = 500


class Args(BaseModel):
    number: Number


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    alert = tx.alert(args.number)
    if alert and may(ctx.person, "alert.see", alert.client):
        number, title = alert.number, alert.title
    else:
        ticket = finding.ticket(tx, ctx, args.number, "ticket.see")
        if not may(ctx.person, "ticket.see", ticket.client):
            raise not_found(args.number)
        number, title = ticket.number, ticket.subject
    found = markdown(number, title, tx.timeline(number, limit=MOST), ctx.config, ctx.person.zone)
    return Card(f"timeline/{number}", f"Timeline of {number}", lines=tuple(text(line) for line in found))


COMMAND = Command(
    word="timeline", summary="What happened to an alert or a ticket, as Markdown", group="Work alerts",
    example="/timeline 42", action="alert.see", writes=False, args=Args, run=run, title="Which number?", submit="Show",
)  # fmt: skip
