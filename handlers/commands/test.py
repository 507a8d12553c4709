"""`/test ticket the printer is on fire`, `/test schedule noc 2026-12-25 03:00`: what would be, tried out."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from desk.cards import Card, Text, text
from desk.people import may
from desk.refusal import DeskError, Why
from desk.routing import Routed, Rule
from desk.tickets import Priority, State, Ticket
from handlers import finding, foretelling, routing
from handlers.arguments import Arg, Pick, Place
from handlers.context import Command, Context, Tx
from handlers.pictures import name


def _clients(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    mine = [c for c in finding.clients_of(ctx) if may(ctx.person, "ticket.work", c)]
    return [(c, ctx.config.clients[c].name) for c in mine]


def categories(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    return list(ctx.config.categories.items())


class Args(BaseModel):
    what: Annotated[Literal["ticket", "schedule"], Arg(Place.FIRST, "What to try")]
    words: Annotated[
        str,
        Arg(Place.TEXT, "What is tried"),
        Field(min_length=1, max_length=4000, description="What somebody writes; or a schedule and a time"),
    ]
    client: Annotated[
        str | None, Arg(label="Client"), Pick(_clients), Field(description="Empty: the client of this channel")
    ] = None
    category: Annotated[str, Arg(label="Category"), Pick(categories)] = ""


def check(tx: Tx, ctx: Context, args: Args) -> None:
    if args.what == "schedule":
        foretelling.meant(ctx, args.words)
        return
    known = [client for client, _ in _clients(tx, ctx, "")]
    client = args.client or finding.client_here(ctx)
    if client not in known:
        sentence = f"For which client? Yours: {', '.join(known) or 'none'}."
        raise DeskError(sentence, field="client", why=Why.NOT_FOUND)
    if args.category and args.category not in ctx.config.categories:
        there = ", ".join(ctx.config.categories) or "none"
        raise DeskError(f"There is no category “{args.category[:40]}”. There are: {there}.", field="category")


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    return foretelling.card(tx, ctx, args.words) if args.what == "schedule" else _ticket(tx, ctx, args)


def _ticket(tx: Tx, ctx: Context, args: Args) -> Card:
    client = args.client or finding.client_here(ctx) or ""
    contract = ctx.config.clients[client]
    new = Ticket(
        0, client, ctx.person.id, args.words, Priority(contract.default_priority), State.NEW, ctx.now, ctx.person.id,
        team=contract.team, category=args.category,
    )  # fmt: skip
    found = routing.found(ctx, new)
    becomes = routing.routed(tx, ctx, new, found.rule, said_priority=False, take=False) if found.rule else new
    becoming = f"It becomes {becomes.priority} for team {becomes.team or 'nobody'}; {_has(ctx, becomes)}"
    lines = (_takes(found), text(becoming), text("Nothing was opened."))
    mine = set(finding.clients_of(ctx))  # a rule that is for others only is none of the reader's business
    passed = [(rule, why) for rule, why in found.passed if not rule.clients or mine & set(rule.clients)]
    rows = tuple((text(rule.name), text(f"does not: {_of_mine(why, rule, mine)}")) for rule, why in passed)
    if found.rule:
        rows = (*rows, (text(found.rule.name), text(f"takes it: {found.why}")))
    return Card("test/ticket", "Who would get it?", contract.name, lines=lines, table=rows)


def _of_mine(why: str, rule: Rule, mine: set[str]) -> str:
    return "it is for other clients" if set(rule.clients) - mine and why.startswith("it is for") else why


def _takes(found: Routed) -> Text:
    rule: Rule | None = found.rule
    return text(f"The rule “{rule.name}” takes it: {found.why}.") if rule else text("No rule takes it.")


def _has(ctx: Context, ticket: Ticket) -> str:
    return f"{name(ctx.config, ticket.assignee)} gets it." if ticket.assignee else "nobody has it until it is taken."


COMMAND = Command(
    word="test", summary="Try out what a rule would do, and who would be on call", group="Work tickets",
    example="/test ticket the VPN drops", action="ticket.work", writes=False, args=Args, run=run, check=check,
)  # fmt: skip
