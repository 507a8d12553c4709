"""`/canned 17 password-reset`: a reply that was written beforehand, filled in, to be read over and sent."""

from typing import Annotated

from pydantic import BaseModel, Field

from config.problems import nearest
from desk.canned import Canned, filled
from desk.cards import Form
from desk.refusal import DeskError, Why
from desk.tickets import Ticket
from handlers import finding
from handlers.arguments import Arg, Number, Pick, Place
from handlers.context import Command, Context, Tx
from handlers.forms import form_of
from handlers.pictures import name, short


def _replies(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    clients = finding.clients_of(ctx)
    return [(c.id, c.title) for c in ctx.config.canned.values() if any(c.fits(client) for client in clients)]


class Args(BaseModel):
    number: Number
    reply: Annotated[str, Arg(Place.FIRST, "Which reply"), Pick(_replies), Field(max_length=100)]


def check(tx: Tx, ctx: Context, args: Args) -> None:
    _meant(ctx, finding.ticket(tx, ctx, args.number, "ticket.work"), args.reply)


def _meant(ctx: Context, ticket: Ticket, said: str) -> Canned:
    fit = {id_: reply for id_, reply in ctx.config.canned.items() if reply.fits(ticket.client)}
    if said not in fit:
        sentence = f"There is no canned reply “{short(said, 40)}”{nearest(said, fit)}"
        raise DeskError(sentence, field="reply", why=Why.NOT_FOUND)
    return fit[said]


def run(tx: Tx, ctx: Context, args: Args) -> Form:
    """The form of `/reply`, which sends it: a canned reply answers and is recorded as any other."""
    ticket = finding.ticket(tx, ctx, args.number, "ticket.work")
    words = filled(_meant(ctx, ticket, args.reply).words, _values(ctx, ticket))
    return form_of(ctx.commands["reply"], tx, ctx, {"number": str(ticket.number), "words": words})


def _values(ctx: Context, ticket: Ticket) -> dict[str, str]:
    return {
        "requester": name(ctx.config, ticket.requester), "number": str(ticket.number), "subject": ticket.subject,
        "client": ctx.config.clients[ticket.client].name, "me": name(ctx.config, ctx.person.id),
        "desk": ctx.config.desk.name,
    }  # fmt: skip


COMMAND = Command(
    word="canned", summary="A reply written beforehand, to be read over and sent", group="Work tickets",
    example="/canned 17 password-reset", action="ticket.work", writes=False, args=Args, run=run, check=check,
    title="Which reply?", submit="Fill it in…",
)  # fmt: skip
