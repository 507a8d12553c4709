"""`/kb vpn`: short answers to common questions; `/kb add 17` makes one of a solved ticket."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from desk.articles import Article
from desk.cards import Button, Card, Form, text
from desk.detail import Own, ours
from desk.refusal import DeskError, Why
from desk.resolutions import SELF_SERVICE
from desk.tickets import UNRESOLVED, Ticket
from handlers import finding, following, knowledge, resolving, saving
from handlers.arguments import Arg, Place
from handlers.commands.article import solved_ticket
from handlers.context import Answer, Command, Context, Tx
from handlers.forms import form_of
from handlers.pictures import article as picture
from handlers.pictures import short

SHOWN = 40  # articles of a list
FOUND = 10  # of those that were looked for


class What(StrEnum):
    LIST = "list"
    SHOW = "show"
    ADD = "add"
    RETIRE = "retire"
    SOLVED = "solved"


class Args(BaseModel):
    what: Annotated[What | None, Arg(Place.FIRST, "What to do"), Field(description="Empty: list")] = None
    number: Annotated[
        int | None,
        Arg(Place.FIRST, "Number"),
        Field(ge=1, le=10**12, description="Of an article; for add, of a ticket"),
    ] = None
    which: Annotated[
        str,
        Arg(Place.TEXT, "Which article"),
        Field(max_length=200, description="Its name or number; for list, words to look for"),
    ] = ""
    asked: Annotated[str, Arg(label="Question", hidden=True), Field(pattern="^[0-9a-f]{16}$")] = ""


def run(tx: Tx, ctx: Context, args: Args) -> Answer:
    return _DOING[args.what or What.LIST](tx, ctx, args)


def _list(tx: Tx, ctx: Context, args: Args) -> Card:
    words = args.which or str(args.number or "")
    mine = finding.clients_of(ctx)
    found = knowledge.answers(tx, ctx, words, mine, FOUND) if words else knowledge.visible(tx, ctx)
    rows = tuple((text(a.ref), text(a.title), text(picture.whose(a, ctx.config))) for a in found[:SHOWN])
    buttons = tuple(Button(f"Show {short(a.title, 60)}", "kb", picture.args("show", a)) for a in found[:4])
    more = f"{len(found) - SHOWN} more are found by words: /kb vpn." if len(found) > SHOWN else ""
    line = more or ("" if found else "No article fits. Write what you need, and a person answers.")
    return Card("kb", Own("Articles"), lines=(ours(line),) if line else (), table=rows, buttons=buttons)


def _named(tx: Tx, ctx: Context, args: Args) -> Article:
    ref = args.which.strip() or str(args.number or "")
    if not ref:
        raise DeskError("Which article? `/kb` lists them; then `/kb show NAME`.", field="which")
    return knowledge.article(tx, ctx, ref)


def _show(tx: Tx, ctx: Context, args: Args) -> Card:
    found, buttons = _named(tx, ctx, args), []
    if ctx.person.client:
        asked = ("asked", knowledge.question(ctx, found.ref))
        buttons.append(Button("This solved it", "kb", (*picture.args("solved", found), asked)))
    if found.number and knowledge.may_keep(ctx, found.client):
        confirm = f"Retire “{short(found.title, 60)}”? Nobody is shown it any more."
        buttons.append(Button("Retire", "kb", picture.args("retire", found), confirm=confirm))
    return picture.whole(found, ctx.config, staff=finding.is_inside(ctx), buttons=tuple(buttons))


def _add(tx: Tx, ctx: Context, args: Args) -> Form:
    """The form of `/article`, which keeps it: nothing is stored before somebody has read it over."""
    number = args.which.strip().removeprefix("#") or str(args.number or "")
    if number and not number.isdigit():
        raise DeskError("Of which ticket? `/kb add 17`; without a number you write it all yourself.", field="which")
    if number:
        solved_ticket(tx, ctx, int(number))
    elif not any(knowledge.may_keep(ctx, client) for client in finding.clients_of(ctx)):
        raise DeskError("Articles are written by the desk's staff.", why=Why.FORBIDDEN)
    return form_of(ctx.commands["article"], tx, ctx, {"number": number})


def _retire(tx: Tx, ctx: Context, args: Args) -> Card:
    found = _named(tx, ctx, args)
    if not knowledge.may_keep(ctx, found.client):
        raise DeskError("Articles are kept by staff of all who read them.", why=Why.FORBIDDEN)
    if found.number is None:
        sentence = f"“{short(found.title, 60)}” is part of the configuration, and is taken out there."
        raise DeskError(sentence, why=Why.CONFLICT)
    tx.retire_article(found)
    saving.note_audit(tx, ctx, "article.retired", f"article/{found.ref}", found.client)
    lines = (ours("Nobody is shown it any more. What it answered stays counted."),)
    return Card(f"article:{found.ref}", found.title, "retired", lines=lines)


def _solved(tx: Tx, ctx: Context, args: Args) -> Card:
    """Counted once for each question; a ticket that it has become is solved."""
    found, client = _named(tx, ctx, args), ctx.person.client
    if client is None:
        raise DeskError("This counts what people of a client found by themselves.", why=Why.FORBIDDEN)
    ticket, question = _question(tx, ctx, args, found)
    if tx.solved_by(question, found.ref, client, ticket.number if ticket else None):
        saving.note_audit(tx, ctx, "article.solved", f"article/{found.ref}", client, question=question)
    if ticket is None:
        lines = (ours("Nothing was opened. If it comes back, write here."),)
        return Card("kb", Own("Good that it works again"), lines=lines, tone="good")
    if ticket.state in UNRESOLVED:
        code = SELF_SERVICE if SELF_SERVICE in ctx.config.desk.codes else ""
        ticket = resolving.resolve(tx, ctx, ticket, f"The article “{found.title}” answered it.", code)
    return following.answer(ctx, ticket)


def _question(tx: Tx, ctx: Context, args: Args, found: Article) -> tuple[Ticket | None, str]:
    """The ticket that was opened for it, if one was, and the question's name."""
    if args.number and args.which and not args.asked:
        ticket = finding.ticket(tx, ctx, args.number, "ticket.write")
        return ticket, ticket.source if ticket.source.startswith(knowledge.ASKED) else f"ticket/{ticket.number}"
    question = knowledge.ASKED + (args.asked or knowledge.question(ctx, found.ref))
    return tx.ticket_from(question, ctx.person.id), question


_DOING: Mapping[What, Callable[[Tx, Context, Args], Answer]] = {
    What.LIST: _list, What.SHOW: _show, What.ADD: _add, What.RETIRE: _retire, What.SOLVED: _solved,
}  # fmt: skip

COMMAND = Command(
    word="kb", summary="Answers to common questions", group="Get help", example="/kb vpn", action="help.see",
    writes=True, args=Args, run=run, title="Which article?", submit="Look it up",
)  # fmt: skip
