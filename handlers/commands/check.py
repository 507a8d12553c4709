"""`/check shop`: look at a monitor now, and show all that was seen to whoever asked."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk.alerts import Monitor
from desk.cards import Card
from desk.detail import Own, ours
from desk.people import may
from desk.refusal import DeskError, Why
from desk.traces import Asked
from handlers import finding
from handlers.arguments import Arg, Pick, Place
from handlers.context import Command, Context, Tx


def _monitors(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    return [(monitor.id, monitor.name) for monitor in _mine(ctx).values()]


def _mine(ctx: Context) -> dict[str, Monitor]:
    clients = {client for client in finding.clients_of(ctx) if may(ctx.person, "alert.work", client)}
    return {id_: monitor for id_, monitor in ctx.config.monitors.items() if monitor.client in clients}


class Args(BaseModel):
    monitor: Annotated[str, Arg(Place.FIRST, "Monitor"), Pick(_monitors), Field(max_length=100)]


def check(_tx: Tx, ctx: Context, args: Args) -> None:
    _meant(ctx, args)


def _meant(ctx: Context, args: Args) -> Monitor:
    """By its id, or by its name where that is one monitor's alone."""
    mine = _mine(ctx)
    named = finding.only([id_ for id_, monitor in mine.items() if monitor.name.lower() == args.monitor.lower()])
    found = mine.get(args.monitor) or mine.get(named or "")
    if found is None:
        there = ", ".join([*mine][:10]) or "none"
        sentence = f"There is no monitor “{args.monitor[:60]}”. Yours: {there}."
        raise DeskError(sentence, field="monitor", why=Why.NOT_FOUND)
    return found


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    monitor = _meant(ctx, args)
    tx.ask_look(Asked(monitor.id, monitor.client, ctx.person.id, ctx.now))
    lines = (ours("What is seen comes to you alone. It does not count for alerts or uptime."),)
    return Card(f"check/{monitor.id}", Own(f"Looking at {monitor.name}"), lines=lines)


COMMAND = Command(
    word="check", summary="Look at a monitor now and show what is seen", group="Work alerts", example="/check shop",
    action="alert.work", writes=True, args=Args, run=run, check=check,
)  # fmt: skip
