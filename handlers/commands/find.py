"""`/find printer is:open older:3d`: tickets by words and filters, the best first."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, Field

from config.problems import near, no_such
from desk import snippets
from desk.cards import Button, Card, Text, text
from desk.detail import Own, Subject, ours
from desk.people import Person, may, oversees
from desk.queries import FILTERS, NOBODY, PUBLIC_FILTERS, Query, Reach, Term, parse
from desk.refusal import DeskError, Why
from desk.sla import Verdict
from desk.tickets import Item, Ticket
from desk.watchers import may_watch
from handlers import finding, naming
from handlers.arguments import Arg, Place
from handlers.context import Command, Context, Tx
from handlers.measuring import judge
from handlers.pictures import name, short
from handlers.pictures import ticket as picture

PAGE = 20  # tickets a card shows
PAGES = 50
STORY = 200  # entries of a timeline that are looked through for the words
CHUNK = 200


class Args(BaseModel):
    words: Annotated[
        str,
        Arg(Place.TEXT, "Words and filters"),
        Field(min_length=1, max_length=500, description='Such as: printer "on fire" is:open older:3d'),
    ]
    page: Annotated[int, Arg(hidden=True), Field(ge=1, le=PAGES)] = 1


def check(_tx: Tx, ctx: Context, args: Args) -> None:
    _query(ctx, args.words)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    query, skip = _query(ctx, args.words), (args.page - 1) * PAGE
    reach = _reach(ctx, query)
    numbers = _numbers(tx, ctx, query, reach, skip)
    found = [ticket for number in numbers[:PAGE] if (ticket := tx.ticket(number))]
    rows = tuple(_row(tx, ctx, ticket, query.terms(), reach) for ticket in found)
    buttons = [Button(f"Show {t.number}", "show", (("number", str(t.number)),)) for t in found[:4]]
    if len(numbers) > PAGE and args.page < PAGES:
        buttons.append(Button("More", "find", (("words", args.words), ("page", str(args.page + 1)))))
    line = ours(_counted(skip, len(found), more=len(numbers) > PAGE))
    return Card("find", f"Found for {short(args.words, 100)}", lines=(line,), table=rows, buttons=tuple(buttons))


def _counted(skip: int, shown: int, *, more: bool) -> str:
    if not shown:
        return "Nothing more is found." if skip else "Nothing is found. Fewer words, or fewer filters, find more."
    numbered = f"{skip + 1} to {skip + shown}" if skip or more else f"{shown} ticket{'' if shown == 1 else 's'}"
    return f"{numbered}, and there are more." if more else f"{numbered}{', the last' if skip else ''}."


def _numbers(tx: Tx, ctx: Context, query: Query, reach: Reach, skip: int) -> list[int]:
    """A page, and one more if there is one. What is overdue now, the clocks know: the store knows what was late."""
    if "overdue" not in query.status:
        return tx.find(query, reach, skip=skip, limit=PAGE + 1)
    found: list[int] = []
    seen = 0
    while len(found) <= skip + PAGE and (chunk := tx.find(query, reach, skip=seen, limit=CHUNK)):
        seen += len(chunk)
        found += [number for number in chunk if (ticket := tx.ticket(number)) and _is_overdue(ctx, ticket)]
    return found[skip : skip + PAGE + 1]


def _is_overdue(ctx: Context, ticket: Ticket) -> bool:
    verdict = judge(ticket, ctx.config, ctx.now)
    return any(clock.met_at is None and verdict(clock) is Verdict.MISSED for clock in ticket.clocks)


def _reach(ctx: Context, query: Query) -> Reach:
    """Where only public words are shown, nothing is found by what is not: neither notes nor tags."""
    inside = frozenset(c for c in finding.clients_of(ctx) if may(ctx.person, "ticket.see", c))
    public = frozenset(c for c in finding.clients_of(ctx) if oversees(ctx.person, c)) - inside
    if query.filters() - set(PUBLIC_FILTERS):
        return Reach(every_word=inside)
    return Reach(inside, public, ctx.person.id)


def _query(ctx: Context, words: str) -> Query:
    """As it was said, with the names as the configuration has them."""
    staff = any(may(ctx.person, "ticket.see", client) for client in finding.clients_of(ctx))
    query = parse(words, near, FILTERS if staff else PUBLIC_FILTERS)
    return replace(query, names=tuple((name_, _named(ctx, name_, said)) for name_, said in query.names))


def _named(ctx: Context, kind: str, said: str) -> str:
    if kind == "assignee":
        return NOBODY if said.lower() == NOBODY else naming.person(ctx, said, _people(ctx, Person.is_staff), "words").id
    if kind in {"requester", "watcher"}:
        return naming.person(ctx, said, _people(ctx, may_watch), "words").id
    known = {
        "client": finding.clients_of(ctx), "team": list(ctx.config.teams), "category": list(ctx.config.categories),
        "code": list(ctx.config.desk.codes),
    }[kind]  # fmt: skip
    if said.lower() not in known:
        raise DeskError(no_such(kind, said, known), field="words", why=Why.NOT_FOUND)
    return said.lower()


def _people(ctx: Context, belongs: Callable[[Person, str], bool]) -> list[Person]:
    """Those whom somebody knows who reads all tickets of a client."""
    mine = finding.clients_of(ctx)
    clients = [c for c in mine if may(ctx.person, "ticket.see", c) or oversees(ctx.person, c)]
    return [p for p in ctx.config.people.values() if any(belongs(p, client) for client in clients)]


def _row(tx: Tx, ctx: Context, ticket: Ticket, terms: Sequence[Term], reach: Reach) -> tuple[Text, ...]:
    every = ticket.client in reach.every_word
    said = _said(tx, ticket, terms, every=every)
    subject = text(Subject(short(ticket.subject, 60)))
    if not every:
        return ours(str(ticket.number)), subject, ours(picture.plain_state(ticket)), text(said)
    client = ctx.config.clients[ticket.client].name
    whose = text(f"{client} · ", Own(ticket.priority), f" · {name(ctx.config, ticket.assignee)}")
    return ours(str(ticket.number)), subject, ours(picture.SYMBOLS[ticket.state]), whose, text(said)


def _said(tx: Tx, ticket: Ticket, terms: Sequence[Term], *, every: bool) -> str:
    """Words around a hit: of the newest entry that has most of what is looked for. The subject is there anyway."""
    if not terms:
        return ""
    story = tx.timeline(ticket.number, public_only=not every, limit=STORY)
    texts = [e.words.partition("\n")[2] if e.item is Item.OPENED else e.words for e in story]
    best = max(reversed(texts), key=lambda words: snippets.hits(words, terms), default="")
    return snippets.snippet(best, terms)


COMMAND = Command(
    word="find", summary="Tickets by words and filters", group="Get help", example="/find printer is:open older:3d",
    action="ticket.open", writes=False, args=Args, run=run, check=check, title="What is to be found?", submit="Find",
)  # fmt: skip
