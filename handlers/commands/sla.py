"""`/sla acme`: how the promises stand this month, each number with its denominator; `/sla risk`: what to do next."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, Field

from desk import periods
from desk.cards import Button, Card, Text, text
from desk.people import may
from desk.reckoning import opened
from desk.refusal import DeskError
from desk.tickets import UNRESOLVED, Ticket
from handlers import counted, finding, promises, reporting
from handlers.arguments import Arg, Pick, Place
from handlers.commands.list import by_due, row_of
from handlers.context import Command, Context, Tx
from handlers.pictures.numbers import LABELS, about, at_risk, attained, is_missed, promise_card

MOST = 25


def _whose(tx: Tx, ctx: Context, typed: str) -> list[tuple[str, str]]:
    ways = [("mine", "What I have"), ("team", "What my team has"), ("risk", "At risk now")]
    return [*counted.pick_client(tx, ctx, typed), *ways]


class Args(BaseModel):
    whose: Annotated[
        str | None,
        Arg(Place.FIRST, "Whose"),
        Pick(_whose),
        Field(description="A client, mine, team or risk. Empty: all of your clients"),
    ] = None


def check(_tx: Tx, ctx: Context, args: Args) -> None:
    if args.whose and args.whose not in {*WAYS, *counted.clients(ctx)}:
        raise counted.no_client(ctx, args.whose, "whose")
    if args.whose == "team":
        _my_teams(ctx)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    if args.whose in WAYS:
        return WAYS[args.whose](tx, ctx)
    names = [args.whose] if args.whose else counted.clients(ctx)
    cards = [_of(tx, ctx, client) for client in names]
    if len(cards) == 1:
        return cards[0]
    told = [{f.name: f.value for f in card.fields} for card in cards]
    labels = [label for label in LABELS.values() if any(label in each for each in told)]
    head = (text("Client"), *(text(label) for label in labels), text("Now"))
    called = [ctx.config.clients[client].name for client in names]
    rows = tuple(
        (text(client), *(each.get(label, text("not promised")) for label in labels), _now(card))
        for client, card, each in zip(called, cards, told, strict=True)
    )
    buttons = tuple(
        replace(button, label=f"Report: {client}") if button.word == "report" else button
        for client, card in zip(called, cards, strict=True) for button in card.buttons
    )[:5]  # fmt: skip
    return Card("sla", "How the promises stand", "this month so far", table=(head, *rows), buttons=buttons)


def _now(card: Card) -> Text:
    """All that a client's own card says after how much was opened."""
    _, first, *more = card.lines
    return (*first, *(span for line in more for span in (" · ", *line)))


def _of(tx: Tx, ctx: Context, client: str) -> Card:
    """The month is a month of the client's calendar: its first midnight there, not ours."""
    period = periods.period("this month", ctx.now, promises.zone(ctx.config, client))
    still_open = reporting.open_of(tx, client)
    counts = reporting.counts(tx, ctx, client, period, still_open)
    kept = reporting.kept_in(ctx, client, counts)
    return promise_card(ctx.config.clients[client], period, kept, opened(counts), still_open, ctx.config, ctx.now)


def _mine(tx: Tx, ctx: Context) -> Card:
    found = finding.every(tx, assignee=ctx.person.id, states=tuple(UNRESOLVED))
    return _list(ctx, "mine", "Promises of what you have", _counted(ctx, found))


def _team(tx: Tx, ctx: Context) -> Card:
    teams = _my_teams(ctx)
    found = [t for t in finding.every(tx, states=tuple(UNRESOLVED)) if t.team in teams]
    return _list(ctx, "team", f"Promises of {' and '.join(teams)}", _counted(ctx, found))


def _risk(tx: Tx, ctx: Context) -> Card:
    found = _counted(ctx, finding.every(tx, states=tuple(UNRESOLVED)))
    return _list(ctx, "risk", "At risk now", [t for t in found if _alarming(ctx, t)], of=len(found))


WAYS: dict[str, Callable[[Tx, Context], Card]] = {"mine": _mine, "team": _team, "risk": _risk}


def _my_teams(ctx: Context) -> list[str]:
    teams = sorted(team for team, people in ctx.config.teams.items() if ctx.person.id in people)
    if not teams:
        raise DeskError("You are in no team. `/sla risk` shows what is at risk anywhere you may look.", field="whose")
    return teams


def _counted(ctx: Context, found: Sequence[Ticket]) -> list[Ticket]:
    return [t for t in found if may(ctx.person, "numbers.see", t.client)]


def _alarming(ctx: Context, ticket: Ticket) -> bool:
    return at_risk(ticket, ctx.config, ctx.now) or is_missed(ticket, ctx.config, ctx.now)


def _list(ctx: Context, key: str, title: str, found: Sequence[Ticket], of: int | None = None) -> Card:
    """What may still be kept comes before what is broken: that is where something can be done."""
    risky = by_due(ctx, (t for t in found if at_risk(t, ctx.config, ctx.now)))
    broken = by_due(ctx, (t for t in found if is_missed(t, ctx.config, ctx.now)))
    alarming = dict.fromkeys((*risky, *broken))  # one can be both
    shown = [*alarming, *by_due(ctx, (t for t in found if t not in alarming))][:MOST]
    whole = about(len(found) if of is None else of, "open ticket")
    more = f"; {len(shown)} of {len(found)} here" if len(found) > len(shown) else ""
    line = text(f"{len(risky)} at risk and {len(broken)} broken, of {whole}{more}")
    buttons = tuple(Button(f"Why {t.number}?", "why", (("number", str(t.number)),)) for t in [*alarming][:4])
    return Card(
        f"sla/{key}", title, lines=(line,), fields=attained(found, {}, ctx.config, ctx.now) if found else (),
        table=tuple(row_of(ctx, t, staff=True) for t in shown), buttons=buttons,
        tone="bad" if broken else "warn" if risky else "good",
    )  # fmt: skip


COMMAND = Command(
    word="sla", summary="How the promises stand, with the numbers behind", group="Ask for numbers", example="/sla acme",
    action="numbers.see", writes=False, args=Args, run=run, check=check,
)  # fmt: skip
