"""`/priority 17 P2 The branch is down`, or by whom it hits and how long it can wait; a requester asks, staff decide."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from desk import tickets
from desk.cards import Card, Form, text
from desk.people import may
from desk.priorities import Impact, Urgency, in_words
from desk.refusal import DeskError, Why
from desk.tickets import Priority, Ticket
from handlers import finding, following, promises, saving, urging
from handlers.arguments import Arg, Number, Place
from handlers.context import Command, Context, Tx
from handlers.forms import form_of
from handlers.pictures import ticket as picture

_upper = BeforeValidator(lambda said: said.upper() if isinstance(said, str) else said)
_lower = BeforeValidator(lambda said: said.lower() if isinstance(said, str) else said)


class Args(BaseModel):
    number: Number
    priority: Annotated[
        Priority | None, _upper, Arg(Place.FIRST, "Priority", for_staff=True), Field(description="Or say both below")
    ] = None
    impact: Annotated[Impact | None, _lower, Arg(label="Whom does it hit?")] = None
    urgency: Annotated[Urgency | None, _lower, Arg(label="How long can it wait?")] = None
    words: Annotated[str, Arg(Place.TEXT, "Why", long=True), Field(max_length=1000)] = ""

    def nothing(self) -> bool:
        return not (self.priority or self.impact or self.urgency or self.words)


def check(tx: Tx, ctx: Context, args: Args) -> None:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.write")
    tickets.prioritised(ticket, ticket.priority, "")  # its state is looked at before what was said
    if not args.nothing():
        _wanted(ctx, ticket, args)


def _wanted(ctx: Context, ticket: Ticket, args: Args) -> tuple[Priority, str]:
    """The priority that is said, or follows from what is said, and why it is that."""
    if args.priority and not may(ctx.person, "ticket.work", ticket.client):
        raise DeskError("The team sets it. Say whom it hits, and how long it can wait.", why=Why.FORBIDDEN)
    if args.priority and (args.impact or args.urgency):
        raise DeskError("Either a priority and why, or whom it hits and how long it can wait.", field="priority")
    if args.priority:
        if not args.words.strip():
            raise DeskError("Why? A few words, for whoever wonders later.", field="words")
        return args.priority, args.words
    if args.impact is None:
        sentence = "Whom does it hit: the whole company (high), a group (medium), one person (low)?"
        raise DeskError(sentence, field="impact")
    if args.urgency is None:
        sentence = "How long can it wait: they cannot work (high), with trouble (medium), it can wait (low)?"
        raise DeskError(sentence, field="urgency")
    why = in_words(args.impact, args.urgency)
    return ctx.config.desk.matrix[args.impact, args.urgency], f"{why}. {args.words}" if args.words else why


def run(tx: Tx, ctx: Context, args: Args) -> Card | Form:
    ticket = finding.ticket(tx, ctx, args.number, "ticket.write")
    if args.nothing():
        staff = may(ctx.person, "ticket.work", ticket.client)
        intro = (text(f"It is {picture.why_priority(ticket)} now."),) if staff else ()
        return form_of(COMMAND, tx, ctx, {"number": str(args.number)}, intro=intro)
    priority, why = _wanted(ctx, ticket, args)
    if not may(ctx.person, "ticket.work", ticket.client) and args.impact and args.urgency:
        return urging.asked(tx, ctx, ticket, priority, args.impact, args.urgency, args.words)
    changed = tickets.prioritised(ticket, priority, why, args.impact or "", args.urgency or "")
    if changed == ticket:
        return picture.for_team(ticket, ctx.config, ctx.now)
    touched = tickets.touched_by_staff(changed, ctx.at)
    moved = promises.retargeted(touched, ctx.config, ctx.at, f"{ticket.priority} → {priority}")
    saved = saving.ticket(tx, ctx, moved)
    saving.happened(tx, ctx, saved, f"made it {priority} (it was {ticket.priority}): {why}")
    if moved.clocks != ticket.clocks:
        saving.to_requester(tx, ctx, saved, "What we promise has changed: the card above says by when.")
    return following.answer(ctx, saved)


COMMAND = Command(
    word="priority", summary="Say how urgent it is", group="Get help", example="/priority 17 impact=high urgency=low",
    action="ticket.open", writes=True, args=Args, run=run, check=check, title="How urgent is it?", submit="Save",
)  # fmt: skip
