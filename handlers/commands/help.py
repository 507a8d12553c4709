"""`/help`: what this person can do, by what they want."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk.cards import Button, Card
from desk.cards import Field as CardField
from desk.detail import Own, ours
from desk.people import may_anywhere
from handlers.arguments import Arg, Place, label_of
from handlers.context import Command, Context, Tx

GROUPS = ("Get help", "Work tickets", "Work alerts", "Ask for numbers")


class Args(BaseModel):
    word: Annotated[str, Arg(Place.FIRST, "Command"), Field(max_length=40)] = ""


def run(_tx: Tx, ctx: Context, args: Args) -> Card:
    mine = {word: c for word, c in ctx.commands.items() if offered(ctx, c)}
    word = args.word.removeprefix("/").lower()
    return _one(mine[word]) if word in mine else _all(mine)


def offered(ctx: Context, command: Command) -> bool:
    """Whether it is of any use to this person: a requester is not shown how to work alerts."""
    return may_anywhere(ctx.person, command.shown_for or command.action)


def _all(mine: dict[str, Command]) -> Card:
    rows = []
    for group in GROUPS:
        inside = [c for c in mine.values() if c.group == group]
        rows += [(ours(group if i == 0 else ""), ours(c.example), ours(c.summary)) for i, c in enumerate(inside)]
    lines = (ours("Write what you need in your own words, or start with `/`. In a thread the number may be left out."),)
    labels = {"open": "Ask for help…", "list": "What waits?", "status": "What is up?", "sla": "And the promises?"}
    buttons = tuple(Button(Own(label), word) for word, label in labels.items() if word in mine)
    return Card("help", Own("What you can do"), lines=lines, table=tuple(rows), buttons=buttons)


def _one(command: Command) -> Card:
    fields = tuple(
        CardField(name, ours(f"{label_of(name, info)}{'' if info.is_required() else ', may be left out'}"))
        for name, info in command.args.model_fields.items()
    )
    lines = (ours(command.summary), ours("For example: ", command.example))
    return Card(f"help/{command.word}", Own(f"/{command.word}"), lines=lines, fields=fields)


COMMAND = Command(
    word="help", summary="What you can do", group="Get help", example="/help", action="help.see", writes=False,
    args=Args, run=run,
)  # fmt: skip
