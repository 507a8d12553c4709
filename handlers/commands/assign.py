"""`/assign 17 mia`: give a ticket to somebody, or take it."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from desk import tickets
from desk.cards import Card
from desk.people import Person
from desk.refusal import DeskError, Why
from handlers import finding, saving
from handlers.arguments import Arg, Number, Pick, Place
from handlers.context import Command, Context, Tx
from handlers.pictures import name
from handlers.pictures import ticket as picture


def _staff(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    visible = finding.clients_of(ctx)
    people = ctx.config.people.values()
    return [(p.id, p.name) for p in people if any(p.is_staff(client) for client in visible)]


class Args(BaseModel):
    number: Number
    person: Annotated[str | None, Arg(Place.FIRST, "To whom"), Pick(_staff), Field(description="Empty: to you")] = None
    over: Annotated[Literal["yes", "no"], Arg(label="Take it over from whoever has it")] = "no"


def check(tx: Tx, ctx: Context, args: Args) -> None:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.work")
    _person(ctx, args, ticket.client)
    held = ticket.assignee not in {None, ctx.person.id}
    if held and args.person is None and args.over == "no":
        whose = name(ctx.config, ticket.assignee)
        sentence = f"{whose} has {ticket.number}. `/assign {ticket.number} over=yes` takes it over."
        raise DeskError(sentence, why=Why.CONFLICT)


def _person(ctx: Context, args: Args, client: str) -> Person:
    person = ctx.person if args.person is None else ctx.config.people.get(args.person.removeprefix("@").lower())
    if person is None or not person.is_staff(client):
        able = ", ".join(p.id for p in ctx.config.people.values() if p.is_staff(client))
        sentence = f"“{args.person}” does not work for {ctx.config.clients[client].name}. These do: {able}."
        raise DeskError(sentence, field="person", why=Why.NOT_FOUND)
    return person


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.work")
    person = _person(ctx, args, ticket.client)
    if ticket.assignee == person.id:
        return picture.for_team(ticket, ctx.config, ctx.now)
    saved = saving.ticket(tx, ctx, tickets.assigned(ticket, person.id))
    took = "took it" if person.id == ctx.person.id else f"gave it to {name(ctx.config, person.id)}"
    saving.happened(tx, ctx, saved, took)
    return picture.for_team(saved, ctx.config, ctx.now)


COMMAND = Command(
    word="assign", summary="Take a ticket, or give it to somebody", group="Work tickets", example="/assign 17 mia",
    action="ticket.work", writes=True, args=Args, run=run, check=check, title="Who takes it?", submit="Assign",
)  # fmt: skip
