"""`/link`: a code that makes an account on another chat platform this same person's."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, Field

from desk.cards import Card, Style, When
from desk.detail import Own, ours
from desk.refusal import DeskError, Why
from handlers.arguments import Arg, Place
from handlers.context import Command, Context, Tx
from handlers.saving import note_audit

LAPSES = timedelta(minutes=10)


class Args(BaseModel):
    code: Annotated[
        str, Arg(Place.FIRST, "Code"), Field(max_length=20, description="Only where you are not known yet")
    ] = ""


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    """A code is said where the person is not known: whoever is known there already has nothing to link."""
    if args.code:
        raise DeskError(
            f"You are {ctx.person.name} here already. A code is said where you are not known yet.", why=Why.CONFLICT
        )
    if ctx.person.id not in ctx.config.people or ":" in ctx.person.id:
        raise DeskError("Your account is all we know of you. Ask your administrator to add you.", why=Why.FORBIDDEN)
    lapses_at = ctx.now + LAPSES
    code = tx.hand_out_code(ctx.person.id, lapses_at)
    note_audit(tx, ctx, "code.given", f"person/{ctx.person.id}", None)
    lines = [
        ours("Say this to me where you are not known yet, within ten minutes: ", f"/link {code}"),
        ours("It works once, until ", When(lapses_at), " (", When(lapses_at, Style.LEFT), "). Whoever says it is you."),
    ]
    linked = [f"{account.name} on {account.platform}" for account in tx.accounts(ctx.person.id)]
    lines += [ours("Linked now: ", ", ".join(linked), ".")] if linked else []
    return Card("link", Own("Link another account"), lines=tuple(lines))


COMMAND = Command(
    word="link", summary="Be the same person on another chat platform", group="Get help", example="/link",
    action="ticket.open", writes=True, args=Args, run=run,
)  # fmt: skip
