"""`/assign 17 mia`, `/assign 17 network`: give a ticket to a person or a team; `/assign 17 me` takes it over."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk import tickets
from desk.cards import Card
from desk.refusal import DeskError, Why
from desk.tickets import Ticket
from handlers import breaching, finding, saving
from handlers.arguments import Arg, Number, Pick, Place
from handlers.context import Command, Context, Tx
from handlers.paging import given
from handlers.pictures import name
from handlers.pictures import ticket as picture

ME, NOBODY = "me", "nobody"


def _to_whom(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    clients = finding.clients_of(ctx)
    people = [(p.id, p.name) for p in ctx.config.people.values() if any(p.is_staff(client) for client in clients)]
    teams = [(team, f"Team {team}") for team in ctx.config.teams if any(_able(ctx, team, c) for c in clients)]
    return [(ME, "Me"), *people, *teams]


class Args(BaseModel):
    number: Number
    person: Annotated[
        str, Arg(Place.FIRST, "To whom", also="to"), Pick(_to_whom), Field(description="A person, a team, or me")
    ]


def check(tx: Tx, ctx: Context, args: Args) -> None:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.work")
    tickets.assigned(ticket, *_meant(ctx, args, ticket))


def _able(ctx: Context, team: str, client: str) -> list[str]:
    """Those of the team who work for the client."""
    return [p for p in ctx.config.teams.get(team, ()) if p in ctx.config.people and _works(ctx, p, client)]


def _works(ctx: Context, person: str, client: str) -> bool:
    return ctx.config.people[person].is_staff(client)


def _meant(ctx: Context, args: Args, ticket: Ticket) -> tuple[str | None, str | None]:
    """The person and the team that are named. A team has it with whoever of it has it already, else with nobody."""
    said = args.person.removeprefix("@").lower()
    person = ctx.person.id if said == ME else said
    if person in ctx.config.people and _works(ctx, person, ticket.client):
        return person, None
    if _able(ctx, said, ticket.client):
        return (ticket.assignee if ticket.assignee in ctx.config.teams[said] else None), said
    if said == NOBODY:
        sentence = f"`/unassign {ticket.number}` gives it back, so that nobody has it."
        raise DeskError(sentence, field="person", why=Why.NOT_FOUND)
    people = [p for p in ctx.config.people if _works(ctx, p, ticket.client)]
    able = ", ".join([*people, *(f"team {team}" for team in ctx.config.teams if _able(ctx, team, ticket.client))])
    sentence = f"“{args.person[:40]}” does not work for {ctx.config.clients[ticket.client].name}. These do: {able}."
    raise DeskError(sentence, field="person", why=Why.NOT_FOUND)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    """The team's channel shows it, and whoever gets it is told in their own."""
    ticket = finding.ticket(tx, ctx, args.number, "ticket.work")
    person, team = _meant(ctx, args, ticket)
    if (person, team or ticket.team) == (ticket.assignee, ticket.team):
        return picture.for_team(ticket, ctx.config, ctx.now)
    changed = tickets.touched_by_staff(tickets.assigned(ticket, person, team), ctx.at)
    saved = saving.ticket(tx, ctx, changed)
    if person == ctx.person.id:
        breaching.acknowledge(tx, ctx, saved)
    saving.happened(tx, ctx, saved, f"gave it to team {team}" if team else _took(ctx, ticket, saved))
    if person and not team and person != ctx.person.id:
        given(tx, ctx, saved, person)
    return picture.for_team(saved, ctx.config, ctx.now)


def _took(ctx: Context, before: Ticket, now: Ticket) -> str:
    if now.assignee != ctx.person.id:
        return f"gave it to {name(ctx.config, now.assignee)}"
    return f"took it over from {name(ctx.config, before.assignee)}" if before.assignee else "took it"


COMMAND = Command(
    word="assign", summary="Give a ticket to a person or a team", group="Work tickets", example="/assign 17 mia",
    action="ticket.work", writes=True, args=Args, run=run, check=check, title="Who gets it?", submit="Assign",
)  # fmt: skip
