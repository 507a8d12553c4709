"""`/test ticket the printer burns`, `/test route severity=critical`, `/test schedule noc 3:00`, `/test page me`."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from desk.cards import Card, Text, text
from desk.matchers import parse
from desk.people import may
from desk.refusal import DeskError, Why
from desk.routing import Routed, Rule
from desk.tickets import Priority, State, Ticket
from handlers import finding, foretelling, holding, routing, trying
from handlers.arguments import Arg, Pick, Place
from handlers.context import Command, Context, Tx
from handlers.pictures import name, why_alert

# One matcher: what stands between blanks and commas, and in quotes also these.
_SPLIT = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^\s,"]|")+')


def _clients(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    mine = [c for c in finding.clients_of(ctx) if may(ctx.person, "ticket.work", c)]
    return [(c, ctx.config.clients[c].name) for c in mine]


def categories(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    return list(ctx.config.categories.items())


class Args(BaseModel):
    what: Annotated[Literal["ticket", "route", "schedule", "page"], Arg(Place.FIRST, "What to try")]
    words: Annotated[
        str,
        Arg(Place.TEXT, "What is tried"),
        Field(
            min_length=1, max_length=4000,
            description="What somebody writes; labels, severity=critical site=berlin; a schedule and a time; or me",
        ),
    ]
    client: Annotated[
        str | None, Arg(label="Client"), Pick(_clients), Field(description="Empty: the client of this channel")
    ] = None
    category: Annotated[str, Arg(label="Category"), Pick(categories)] = ""


def check(tx: Tx, ctx: Context, args: Args) -> None:
    if args.what in {"schedule", "page"}:
        foretelling.meant(ctx, args.words) if args.what == "schedule" else trying.meant(args.words)
        return
    known = [client for client, _ in _clients(tx, ctx, "")]
    client = _client(ctx, args)
    if client not in known:
        sentence = f"For which client? Yours: {', '.join(known) or 'none'}."
        raise DeskError(sentence, field="client", why=Why.NOT_FOUND)
    if args.category and args.category not in ctx.config.categories:
        there = ", ".join(ctx.config.categories) or "none"
        raise DeskError(f"There is no category “{args.category[:40]}”. There are: {there}.", field="category")
    if args.what == "route":
        _labels(args.words, client or "")


def _client(ctx: Context, args: Args) -> str | None:
    """Said by itself, or as one of the labels, wherever it stands among them; else the client of this channel."""
    among = _labels(args.words, "").get("client") if args.what == "route" else None
    return args.client or among or finding.client_here(ctx)


def _labels(words: str, client: str) -> dict[str, str]:
    """`severity=critical site="upper floor"`, with or without commas, and in braces as Alertmanager writes it."""
    found: dict[str, str] = {}
    inner = words.strip()
    inner = inner[1:-1] if inner.startswith("{") and inner.endswith("}") else inner
    for word in _SPLIT.findall(inner):
        try:
            matcher = parse(word)
        except ValueError as error:
            raise DeskError(f"{str(error)[:1].upper()}{str(error)[1:]}.", field="words") from None
        if matcher.operator != "=":
            raise DeskError(f"Labels are NAME=VALUE; `{word[:60]}` is none.", field="words")
        found[matcher.name] = matcher.value
    return {**found, "client": client} if client else found


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    if args.what == "schedule":
        return foretelling.card(tx, ctx, args.words)
    if args.what == "page":
        return trying.page(tx, ctx)
    client = _client(ctx, args) or ""
    return _route(tx, ctx, args, client) if args.what == "route" else _ticket(tx, ctx, args, client)


def _route(tx: Tx, ctx: Context, args: Args, client: str) -> Card:
    labels = _labels(args.words, client)
    hold = holding.tried(tx, ctx, client, labels)
    held = f"It would ring nobody now: {hold.why}." if hold else "Nothing hides it now."
    lines = (text(held), text("Nothing rang."))
    rows = (*why_alert.routing(ctx.config, labels), *foretelling.calls(tx, ctx, client, labels))
    return Card("test/route", "Where would it go?", ctx.config.clients[client].name, lines=lines, table=rows)


def _ticket(tx: Tx, ctx: Context, args: Args, client: str) -> Card:
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
    word="test", summary="Try out a rule, a route, a schedule, or your own ways", group="Work tickets",
    example="/test ticket the VPN drops", action="ticket.work", writes=False, args=Args, run=run, check=check,
    writing=frozenset({"page"}),
)  # fmt: skip
