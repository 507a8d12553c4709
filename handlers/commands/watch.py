"""`/watch 17`: follow a ticket of others; `/watch 17 @ann` lets somebody follow it."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk import watchers
from desk.cards import Card
from desk.people import Person, may
from desk.refusal import DeskError, Why
from desk.tickets import Ticket
from desk.watchers import may_watch
from handlers import finding, following, naming, saving
from handlers.arguments import Arg, Number, Pick, Place
from handlers.context import Command, Context, Tx
from handlers.pictures import name


def people(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    """Whom somebody who works there may name: who reads the tickets of the same clients."""
    mine = [c for c in finding.clients_of(ctx) if may(ctx.person, "ticket.work", c)]
    known = [p for p in ctx.config.people.values() if any(may_watch(p, client) for client in mine)]
    return [(p.id, p.name) for p in known]


Watcher = Annotated[
    str, Arg(Place.FIRST, "Who", for_staff=True), Pick(people), Field(max_length=100, description="Empty: you")
]


class Args(BaseModel):
    number: Number
    person: Watcher = ""


def whom(ctx: Context, ticket: Ticket, said: str) -> tuple[Person, str]:
    """Who is meant, and what a sentence calls them. Only staff speak for others."""
    if not said or said.removeprefix("@").lower() == naming.ME:
        return ctx.person, "you"
    if not may(ctx.person, "ticket.work", ticket.client):
        raise DeskError("You choose for yourself alone. Leave the name out.", field="person", why=Why.FORBIDDEN)
    known = [p for p in ctx.config.people.values() if may_watch(p, ticket.client)]
    person = naming.person(ctx, said, known, "person")
    return person, "you" if person.id == ctx.person.id else name(ctx.config, person.id)


def check(tx: Tx, ctx: Context, args: Args) -> None:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.see")
    person, who = whom(ctx, ticket, args.person)
    watchers.watched(ticket, person.id, who)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.see")
    person, who = whom(ctx, ticket, args.person)
    saved = saving.ticket(tx, ctx, watchers.watched(ticket, person.id, who))
    saving.happened(tx, ctx, saved, "watches it" if who == "you" else f"lets {who} watch it")
    return following.card(ctx, saved, ctx.person)


COMMAND = Command(
    word="watch", summary="Be told what happens to a ticket", group="Get help", example="/watch 17",
    action="ticket.open", shown_for="ticket.watch", writes=True, args=Args, run=run, check=check,
    title="Who watches it?", submit="Watch",
)  # fmt: skip
