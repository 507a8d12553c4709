"""`/open VPN drops every hour`: ask the desk for something; `/open --for @ann …` for somebody else."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from desk import categories
from desk.cards import Card, FormField, Kind
from desk.categories import PREFIX
from desk.people import may
from desk.refusal import DeskError, Why
from desk.tickets import Item, Priority, opened_for
from handlers import behalf, finding, following, homes, knowledge, saving
from handlers.arguments import Arg, Pick, Place
from handlers.context import Command, Context, Tx
from handlers.heading import SUBJECT, headed
from handlers.opening import open_ticket
from handlers.pictures import article as article_picture
from handlers.pictures import name, short
from handlers.pictures.alert import called

KINDS = {"choice": Kind.CHOICE, "person": Kind.CHOICE, "number": Kind.NUMBER}
URGENCY = (
    (Priority.P1, "P1 · nobody can work"),
    (Priority.P2, "P2 · a group cannot work"),
    (Priority.P3, "P3 · one person is held up"),
    (Priority.P4, "P4 · a question or a wish"),
)


def _clients(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    return [(c, ctx.config.clients[c].name) for c in finding.clients_of(ctx)]


def _categories(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    return list(ctx.config.categories.items())


def _priorities(_tx: Tx, _ctx: Context, _typed: str) -> list[tuple[str, str]]:
    return [(str(priority), label) for priority, label in URGENCY]


def _one_line(words: object) -> object:
    return " ".join(words.split()) if isinstance(words, str) else words


class Args(BaseModel):
    subject: Annotated[
        str,
        Arg(Place.TEXT, "What is wrong, in one line"),
        Field(min_length=3, max_length=SUBJECT),
        BeforeValidator(_one_line),
    ]
    details: Annotated[str, Arg(label="Details", long=True), Field(max_length=4000)] = ""
    priority: Annotated[Priority | None, Arg(label="How urgent is it?"), Pick(_priorities)] = None
    client: Annotated[
        str | None,
        Arg(label="Client", for_staff=True),
        Pick(_clients),
        Field(description="Empty: the client of this channel"),
    ] = None
    requester: Annotated[
        str,
        Arg(label="For whom", for_staff=True, also="for"),
        Pick(behalf.people),
        Field(max_length=100, description="Empty: for yourself"),
    ] = ""
    category: Annotated[str, Arg(label="What is it about?"), Pick(_categories)] = ""
    alert: Annotated[
        int | None, Arg(label="Alert", for_staff=True), Field(ge=1, description="The alert it is about")
    ] = None
    confidential: Annotated[
        Literal["no", "yes"],
        Arg(label="Only by direct message"),
        Field(description="yes: never in the thread of a channel"),
    ] = "no"
    answers: Annotated[
        dict[str, str],
        Arg(label="Answers", hidden=True, gathers=PREFIX),
        Field(default_factory=dict, description="what the category asks; by its form"),
    ]
    asked: Annotated[
        str,
        Arg(label="Question", hidden=True),
        Field(pattern="^[0-9a-f]{16}$", description="The words it was asked in first; by its form"),
    ] = ""
    about: Annotated[
        str,
        Arg(label="Message", hidden=True),
        Field(max_length=300, description="The message it is opened from; said by the platform"),
    ] = ""

    @model_validator(mode="before")
    @classmethod
    def beginning(cls, given: dict[str, Any]) -> dict[str, Any]:
        """What was written in lines, or at length, is called by its beginning; the rest are its details."""
        said, more = given.get("subject", ""), given.get("details", "")
        if len(said) <= SUBJECT and "\n" not in said.strip():
            return given
        subject, details = headed(said)
        return {**given, "subject": subject, "details": f"{details}\n{more}".strip()}


def _usual(tx: Tx, ctx: Context, given: Mapping[str, str]) -> dict[str, str]:
    """The client and urgency that are most likely meant; for an alert, what it says."""
    usual = {}
    client = given.get("client") or finding.client_here(ctx)
    if client in finding.clients_of(ctx):
        usual = {"client": client, "priority": ctx.config.clients[client].default_priority}
    alert = tx.alert(int(given["alert"])) if given.get("alert", "").isdigit() else None
    if alert and may(ctx.person, "alert.see", alert.client):
        usual["subject"] = f"{called(alert)}: {alert.sentence}"[:200]
    return usual


def check(tx: Tx, ctx: Context, args: Args) -> None:
    if args.about and not tx.pointed(ctx.person.id, args.about):
        raise DeskError(
            "Which message it is about is said by a reaction or the message's own menu. Use one of them, or leave out"
            " `about=`.", why=Why.FORBIDDEN,
        )  # fmt: skip
    client = _client(ctx, args)
    if client not in finding.clients_of(ctx):
        known = ", ".join(finding.clients_of(ctx))
        raise DeskError(f"You have no client “{short(client, 40)}”. Yours: {known}.", field="client", why=Why.NOT_FOUND)
    if not may(ctx.person, "ticket.open", client):
        raise DeskError(f"You may not open tickets for {client}.", field="client", why=Why.FORBIDDEN)
    if args.requester:
        behalf.check(ctx, args.requester, client)
    if args.category and args.category not in ctx.config.categories:
        known = ", ".join(ctx.config.categories) or "none"
        raise DeskError(f"There is no category “{short(args.category, 40)}”. There are: {known}.", field="category")
    _answers(ctx, args, client)
    if args.alert:
        alert = finding.alert(tx, ctx, args.alert, "alert.work")
        if alert.client != client:
            raise DeskError(f"Alert {alert.number} is {alert.client}'s.", field="alert")


def _answers(ctx: Context, args: Args, client: str) -> tuple[tuple[str, str], ...]:
    today = ctx.at.astimezone(ZoneInfo(ctx.person.zone)).date()
    return categories.answers(ctx.config.asked.get(args.category, ()), args.answers, _people(ctx, client), today)


def _people(ctx: Context, client: str) -> dict[str, str]:
    return {p.id: p.name for p in ctx.config.people.values() if p.client == client}


def _more(_tx: Tx, ctx: Context, given: Mapping[str, str]) -> tuple[FormField, ...]:
    """What the chosen category asks."""
    client = given.get("client") or finding.client_here(ctx) or ""
    people = tuple(_people(ctx, client).items()) if client in finding.clients_of(ctx) else ()
    return tuple(
        FormField(
            asked.name, asked.label, KINDS.get(asked.kind, Kind.TEXT), required=asked.required,
            choices=(people if asked.kind == "person" else asked.choices)[:100],
            hint="such as 2026-11-24, or today" if asked.kind == "date" else "", longest=categories.LONGEST,
        )
        for asked in ctx.config.asked.get(given.get("category", ""), ())
    )  # fmt: skip


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    """The same message opens one ticket for one person, however often and by whomever it is pointed at."""
    client = _client(ctx, args)
    stands = homes.standing(ctx, client, args.about, confidential=args.confidential == "yes")
    whom = behalf.named(ctx, args.requester) if args.requester else None
    if whom and whom.id != stands.requester:
        stands = homes.Standing(whom.id)
    known = tx.ticket_from(stands.source, stands.requester) if stands.source else None
    if known:
        return following.answer(ctx, known)
    stands = replace(stands, source=knowledge.source(ctx, args.asked, stands))
    if stands.home and tx.ticket_at(stands.home, stands.root):  # that thread is another ticket's
        stands = replace(stands, home="", root="")
    opened = open_ticket(
        tx, ctx, client, args.subject, args.details, args.priority, stands, alert=args.alert, category=args.category,
        answers=_answers(ctx, args, client),
    )  # fmt: skip
    if opened_for(opened):
        words = f"{name(ctx.config, ctx.person.id)} opened this for you. Write here if something is missing."
        saving.to_requester(tx, ctx, opened, words)
    if args.alert:
        alert = finding.alert(tx, ctx, args.alert, "alert.work")
        saving.alert(tx, ctx, replace(alert, ticket=opened.number))
        saving.tell(tx, ctx, alert, Item.CHANGE, f"opened ticket {opened.number}")
    card = following.answer(ctx, opened)
    if args.asked:  # then they have seen what there is
        tx.opened_anyway(f"{knowledge.ASKED}{args.asked}", client, opened.number)
    elif opened.requester == ctx.person.id == opened.opened_by and ctx.person.client == client:
        found = knowledge.answers(tx, ctx, f"{opened.subject}\n{opened.details}", [client])
        return article_picture.beside(card, found, opened.number)
    return card


def _client(ctx: Context, args: Args) -> str:
    channel = ctx.config.channel_at(homes.origin(args.about)[0])
    of_message = channel.client if channel and not ctx.person.client else None
    whom = behalf.named(ctx, args.requester) if args.requester else None
    client = args.client or (whom and whom.client) or of_message or finding.client_here(ctx)
    if client is None:
        names = ", ".join(finding.clients_of(ctx))
        raise DeskError(f"For which client? Yours: {names}.", field="client")
    return client


COMMAND = Command(
    word="open", summary="Ask for help", group="Get help", example="/open VPN drops every hour",
    action="ticket.open", writes=True, args=Args, run=run, check=check, title="What do you need?", submit="Open ticket",
    usual=_usual, more=_more,
)  # fmt: skip
