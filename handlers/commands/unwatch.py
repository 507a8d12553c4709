"""`/unwatch 17`: be told no more of it."""

from pydantic import BaseModel

from desk import watchers
from desk.cards import Card, text
from handlers import finding, following, saving
from handlers.arguments import Number
from handlers.commands.watch import Watcher, whom
from handlers.context import Command, Context, Tx
from handlers.pictures import ticket as picture


class Args(BaseModel):
    number: Number
    person: Watcher = ""


def check(tx: Tx, ctx: Context, args: Args) -> None:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.see")
    person, who = whom(ctx, ticket, args.person)
    watchers.unwatched(ticket, person.id, who)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.see")
    person, who = whom(ctx, ticket, args.person)
    saved = saving.ticket(tx, ctx, watchers.unwatched(ticket, person.id, who))
    following.stopped(tx, saved, person.id)
    saving.happened(tx, ctx, saved, "watches it no more" if who == "you" else f"stopped {who} from watching it")
    lines = (text(f"{saved.number} is watched by {who} no more."),)
    return Card(picture.key(saved.number), saved.subject, "not watched", saved.number, lines)


COMMAND = Command(
    word="unwatch", summary="Be told no more of a ticket that you watch", group="Get help", example="/unwatch 17",
    action="ticket.open", writes=True, args=Args, run=run, check=check, title="Who stops?", submit="Stop watching",
)  # fmt: skip
