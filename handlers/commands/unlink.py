"""`/unlink slack`: an account there is no longer this person's."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk.cards import Card
from desk.detail import Own, ours
from desk.refusal import DeskError, Why
from handlers.arguments import Arg, Pick, Place
from handlers.context import Command, Context, Tx
from handlers.saving import note_audit


def _platforms(tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    return [(a.platform, f"{a.name} on {a.platform}") for a in tx.accounts(ctx.person.id)]


class Args(BaseModel):
    platform: Annotated[str, Arg(Place.FIRST, "Platform"), Pick(_platforms), Field(max_length=64)]


def check(tx: Tx, ctx: Context, args: Args) -> None:
    known = sorted({account.platform for account in tx.accounts(ctx.person.id)})
    if args.platform not in known:
        there = f" Linked now: {', '.join(known)}." if known else ""
        raise DeskError(f"You have no account there.{there}", field="platform", why=Why.NOT_FOUND)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    check(tx, ctx, args)
    gone = tx.unlink(ctx.person.id, args.platform)
    if not gone:
        raise DeskError("That account is all we know of you, so it stays yours.", field="platform", why=Why.CONFLICT)
    names = ", ".join(account.name for account in gone)
    note_audit(tx, ctx, "account.unlinked", f"person/{ctx.person.id}", None, platform=args.platform, name=names)
    return Card(
        "unlink", Own(f"{names} on {args.platform} is no longer you"),
        lines=(ours("What is said there is nobody's now. `/link` gives a code to link it again."),),
    )  # fmt: skip


COMMAND = Command(
    word="unlink", summary="Take back the link to an account", group="Get help", example="/unlink slack",
    action="ticket.open", writes=True, args=Args, run=run, check=check,
)  # fmt: skip
