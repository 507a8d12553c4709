"""`/reason 17 workload Three outages at once`: why a promise was broken, asked once in the thread."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk import breaches
from desk.breaches import REASONS, Breach
from desk.cards import Card, text
from desk.refusal import DeskError, Why
from desk.sla import Metric
from handlers import finding, promises, saving
from handlers.arguments import Arg, Number, Pick, Place
from handlers.context import Command, Context, Tx


def _reasons(_tx: Tx, _ctx: Context, _typed: str) -> list[tuple[str, str]]:
    return list(REASONS.items())


class Args(BaseModel):
    number: Number
    because: Annotated[str, Arg(Place.FIRST, "What was the reason?"), Pick(_reasons)]
    words: Annotated[str, Arg(Place.TEXT, "A word about it", long=True), Field(max_length=500)] = ""
    metric: Annotated[Metric | None, Arg(label="Which promise?", hidden=True)] = None


def check(tx: Tx, ctx: Context, args: Args) -> None:
    finding.ticket(tx, ctx, args.number, "ticket.work")
    if args.because not in REASONS:
        known = ", ".join(REASONS)
        raise DeskError(f"“{args.because[:40]}” is no reason known here. There are: {known}.", field="because")
    _breach(tx, args)


def _breach(tx: Tx, args: Args) -> Breach:
    """The one that is meant: of this metric, where one was named; the newest that nobody has explained yet."""
    broken = [b for b in tx.breaches(args.number) if args.metric in (None, b.metric)]
    if not broken:
        raise DeskError(f"No promise of {args.number} was broken, so there is nothing to explain.", why=Why.CONFLICT)
    return next((b for b in reversed(broken) if not b.reason), broken[-1])


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.work")
    breach = _breach(tx, args)
    tx.save_breach(breaches.explained(breach, ctx.person.id, args.because, args.words))
    late = promises.WORDS[Metric(breach.metric)]
    said = f"the {late} was late: {REASONS[args.because]}{f' ({args.words})' if args.words else ''}"
    saving.happened(tx, ctx, ticket, said)
    lines = (text(f"The {late} of {ticket.number} was late: {REASONS[args.because]}."), text("Reports say so, too."))
    return Card(f"reason/{ticket.number}", "Noted", lines=lines, number=ticket.number)


COMMAND = Command(
    word="reason", summary="Why a promise was broken", group="Work tickets", example="/reason 17 workload",
    action="ticket.work", writes=True, args=Args, run=run, check=check, title="Why was it late?", submit="Keep it",
)  # fmt: skip
