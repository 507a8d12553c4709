"""`/simulate acme target=4h priority=P2`: another target or calendar, tried on past tickets before it is promised."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk import periods, simulation
from desk.cards import Button, Card, Text, span_of, text
from desk.refusal import DeskError
from desk.simulation import Trial
from desk.sla import Metric
from desk.tickets import Priority
from handlers import counted, finding, promises
from handlers.arguments import Arg, Pick, Place
from handlers.context import Command, Context, Tx
from handlers.lengths import length

MOST = 12  # numbers that one line names


def _calendars(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    return [(id_, id_) for id_ in ctx.config.calendars]


class Args(BaseModel):
    client: Annotated[str, Arg(Place.FIRST, "Client"), Pick(counted.pick_client)]
    metric: Annotated[Metric, Arg(label="Which promise?")] = Metric.RESOLUTION
    target: Annotated[str, Arg(label="Another target"), Field(description="4h, 30m, 2d of open time")] = ""
    priority: Annotated[Priority | None, Arg(label="Of which priority"), Field(description="Empty: of all")] = None
    calendar: Annotated[
        str, Arg(label="Other opening hours"), Pick(_calendars), Field(description="Empty: as promised")
    ] = ""
    period: Annotated[
        str, Arg(label="On the tickets of"), Field(description="A month or quarter, such as 2026-10 or last quarter")
    ] = "last month"


def check(_tx: Tx, ctx: Context, args: Args) -> None:
    if args.client not in counted.clients(ctx):
        raise counted.no_client(ctx, args.client, "client")
    if args.calendar and args.calendar not in ctx.config.calendars:
        known = ", ".join(ctx.config.calendars)
        raise DeskError(f"There is no calendar “{args.calendar[:40]}”. There are: {known}.", field="calendar")
    if not args.target and not args.calendar:
        raise DeskError("What is to be tried? Say target=4h, or calendar=NAME.", field="target")
    _targets(args)
    periods.period(args.period, ctx.now, promises.zone(ctx.config, args.client))


def _targets(args: Args) -> dict[str, int]:
    if not args.target:
        return {}
    seconds = length(args.target, "target")
    if seconds <= 0:
        raise DeskError("A target is a length of time above zero, such as 4h.", field="target")
    return dict.fromkeys([str(args.priority)] if args.priority else map(str, Priority), seconds)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    """Nothing is changed: the promises of the configuration hold until somebody edits it."""
    client = ctx.config.clients[args.client]
    period = periods.period(args.period, ctx.now, promises.zone(ctx.config, args.client))
    tickets = [t for t in finding.every(tx, client=args.client, since=period.start) if t.opened_at < period.end]
    clocks = [(t.number, str(t.priority), c) for t in tickets for c in t.clocks if c.metric == args.metric]
    if args.priority:
        clocks = [found for found in clocks if found[1] == args.priority]
    hours = ctx.config.calendars[args.calendar] if args.calendar else None
    goal = client.contract.goals.get(args.metric)
    found = simulation.trial(clocks, ctx.config.calendars, hours, _targets(args), ctx.now, goal)
    lines = (
        text(f"As promised: {found.was.words()}"), text(f"Then: {found.would_be.words()}"), *_moved(found),
        text("Nothing was changed. A contract is changed in clients.yaml."),
    )  # fmt: skip
    buttons = tuple(Button(f"Why {n}?", "why", (("number", str(n)),)) for n in (found.lost + found.won)[:3])
    title = f"{client.name}: what if?"
    return Card(f"simulate/{client.id}", title, _tried(args), lines=lines, buttons=buttons)


def _tried(args: Args) -> str:
    parts = [promises.WORDS[args.metric], str(args.priority or ""), args.period]
    parts += [f"in {span_of(next(iter(_targets(args).values())))}"] if args.target else []
    parts += [f"counted in {args.calendar}"] if args.calendar else []
    return " · ".join(part for part in parts if part)


def _moved(found: Trial) -> tuple[Text, ...]:
    if not found.was.judged and not found.was.open:
        return (text("No tickets then. Say period=2026-10, or whichever month had some."),)
    if not found.lost and not found.won:
        return (text("No verdict would be another."),)
    lost = (text(f"{len(found.lost)} would have been missed: {_numbers(found.lost)}"),) if found.lost else ()
    won = (text(f"{len(found.won)} would have been met: {_numbers(found.won)}"),) if found.won else ()
    return (*lost, *won)


def _numbers(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers[:MOST])) + (f" and {len(numbers) - MOST} more" if len(numbers) > MOST else "")


COMMAND = Command(
    word="simulate", summary="Try another target or calendar on past tickets", group="Ask for numbers",
    example="/simulate acme target=4h priority=P2", action="numbers.see", writes=False, args=Args, run=run, check=check,
    title="What if we promised something else?", submit="Try it",
)  # fmt: skip
