"""`/sla acme`: how the promises stand this month, each number with its denominator."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from desk.cards import Card, text
from desk.people import may
from desk.refusal import DeskError, Why
from desk.tickets import UNRESOLVED
from handlers import finding, promises
from handlers.arguments import Arg, Pick, Place
from handlers.context import Command, Context, Tx
from handlers.pictures.numbers import promise_card


def _clients(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    mine = [c for c in finding.clients_of(ctx) if may(ctx.person, "numbers.see", c)]
    return [(c, ctx.config.clients[c].name) for c in mine]


class Args(BaseModel):
    client: Annotated[
        str | None, Arg(Place.FIRST, "Client"), Pick(_clients), Field(description="Empty: all of yours")
    ] = None


def check(tx: Tx, ctx: Context, args: Args) -> None:
    known = [client for client, _ in _clients(tx, ctx, "")]
    if args.client and args.client not in known:
        yours = ", ".join(known) or "none"
        raise DeskError(f"You have no client “{args.client[:40]}”. Yours: {yours}.", field="client", why=Why.NOT_FOUND)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    names = [args.client] if args.client else [client for client, _ in _clients(tx, ctx, "")]
    cards = [_of(tx, ctx, client) for client in names]
    if len(cards) == 1:
        return cards[0]
    rows = tuple((text(card.title), *(f.value for f in card.fields), card.lines[1]) for card in cards)
    buttons = tuple(button for card in cards for button in card.buttons)[:5]
    head = (text("Client"), *(text(f.name) for f in cards[0].fields), text("Now")) if cards else ()
    return Card("sla", "How the promises stand", "this month so far", table=(head, *rows), buttons=buttons)


def _of(tx: Tx, ctx: Context, client: str) -> Card:
    """The month is a month of the client's calendar: its first midnight there, not ours."""
    zone = ZoneInfo(promises.zone(ctx.config, client))
    local = ctx.now.astimezone(zone)
    since = datetime(local.year, local.month, 1, tzinfo=zone)
    opened = finding.every(tx, client=client, since=since)
    still_open = finding.every(tx, client=client, states=tuple(UNRESOLVED))
    return promise_card(ctx.config.clients[client], f"{local:%B} so far", opened, still_open, ctx.config, ctx.now)


COMMAND = Command(
    word="sla", summary="How the promises stand, with the numbers behind", group="Ask for numbers", example="/sla acme",
    action="numbers.see", writes=False, args=Args, run=run, check=check,
)  # fmt: skip
