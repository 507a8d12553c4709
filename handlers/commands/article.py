"""`/article 17`: the solution of a ticket as an answer for whoever asks the same; nothing but a form fills it in."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from desk.articles import LONGEST, TITLE, Article, unnamed
from desk.cards import Card
from desk.people import EVERY_CLIENT
from desk.refusal import DeskError, Why
from desk.tickets import Item, State, Ticket
from handlers import finding, knowledge, saving
from handlers.arguments import Arg, Pick, Place
from handlers.context import Command, Context, Tx
from handlers.pictures import article as picture
from handlers.pictures import short

PHRASES = 20


def _readers(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    mine = [(c, ctx.config.clients[c].name) for c in finding.clients_of(ctx) if knowledge.may_keep(ctx, c)]
    return [*mine, (EVERY_CLIENT, "All clients")] if knowledge.may_keep(ctx, None) else mine


def _one_line(words: object) -> object:
    return " ".join(words.split()) if isinstance(words, str) else words


class Args(BaseModel):
    number: Annotated[
        int | None, Arg(Place.FIRST, "Ticket"), Field(ge=1, le=10**12, description="The one that it is made from")
    ] = None
    title: Annotated[str, Arg(label="Title"), Field(min_length=3, max_length=TITLE), BeforeValidator(_one_line)]
    answer: Annotated[
        str,
        Arg(Place.TEXT, "What to do", long=True),
        Field(min_length=3, max_length=LONGEST, description="Read it over: no names, no passwords"),
    ]
    words: Annotated[
        str, Arg(label="Words that bring it up"), Field(max_length=500, description="With commas: vpn, remote access")
    ] = ""
    client: Annotated[str, Arg(label="Who may read it"), Pick(_readers)]


def _usual(tx: Tx, ctx: Context, given: Mapping[str, str]) -> dict[str, str]:
    """The ticket's subject and solution, without the name of whoever asked; nothing else of it: tags are the team's."""
    number = given.get("number", "")
    ticket = tx.ticket(int(number)) if number.isdigit() else None
    if ticket is None or not _is_solved(ticket) or not knowledge.may_keep(ctx, ticket.client):
        return {}
    asker = ctx.config.people.get(ticket.requester)
    name = asker.name if asker else ""
    return {
        "title": unnamed(ticket.subject, name)[:TITLE], "answer": unnamed(ticket.resolution, name),
        "client": ticket.client,
    }  # fmt: skip


def _is_solved(ticket: Ticket) -> bool:
    return ticket.state in {State.RESOLVED, State.CLOSED} and bool(ticket.resolution)


def solved_ticket(tx: Tx, ctx: Context, number: int) -> Ticket:
    ticket = finding.ticket(tx, ctx, number, "ticket.work")
    if not _is_solved(ticket):
        sentence = f"{number} is {ticket.state}, and an article is made of a solution. `/resolve {number}` comes first."
        raise DeskError(sentence, why=Why.CONFLICT)
    return ticket


def check(tx: Tx, ctx: Context, args: Args) -> None:
    if args.number:
        solved_ticket(tx, ctx, args.number)
    known = dict(_readers(tx, ctx, ""))
    if args.client not in known:
        sentence = f"You keep no articles for “{short(args.client, 40)}”. You do for: {', '.join(known) or 'nobody'}."
        raise DeskError(sentence, field="client", why=Why.NOT_FOUND)
    _phrases(args)


def _phrases(args: Args) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(" ".join(part.split()) for part in args.words.split(",") if part.strip()))
    if len(found) > PHRASES:
        raise DeskError(f"{PHRASES} words or phrases are enough.", field="words")
    return found


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    client = None if args.client == EVERY_CLIENT else args.client
    new = Article(
        "", args.title, args.answer.strip(), _phrases(args), client, ctx.person.id, ctx.at, args.number
    )  # fmt: skip
    saved = tx.save_article(new, tx.number())
    saving.note_audit(tx, ctx, "article.added", f"article/{saved.ref}", client, ticket=str(args.number or ""))
    if args.number:
        saving.tell(tx, ctx, solved_ticket(tx, ctx, args.number), Item.CHANGE, f"made article {saved.ref} of it")
    return picture.whole(saved, ctx.config, staff=True, buttons=())


COMMAND = Command(
    word="article", summary="Make an article of what solved a ticket", group="Work tickets", example="/article 17",
    action="ticket.work", writes=True, args=Args, run=run, check=check, title="An article that others can use",
    submit="Keep it", usual=_usual,
)  # fmt: skip
