"""One question after a ticket has closed: how was it?"""

from desk.cards import Button, Post, text
from desk.detail import Own, Subject
from desk.tickets import Ticket
from handlers import saving
from handlers.context import Context, Tx
from handlers.pictures import short
from handlers.pictures import ticket as picture

STARS = range(1, 6)


def ask(tx: Tx, ctx: Context, ticket: Ticket) -> None:
    """Once per ticket, however often it closes, and not of somebody who has said it already."""
    if ticket.stars is not None or ticket.requester not in ctx.config.people:
        return
    number = ("number", str(ticket.number))
    buttons = tuple(Button(Own(f"{count} ★"), "rate", (number, ("stars", str(count)))) for count in STARS)
    about = (Own(f"How was the help with {ticket.number}"), ", ", Subject(short(ticket.subject, 80)))
    words = text(*about, Own("? One press is enough."))
    key = picture.key(ticket.number)
    post = Post(f"{key}/rate", "", ticket.client, words=words, under=key, buttons=buttons)
    saving.on_requesters_side(tx, ctx, ticket, post)
