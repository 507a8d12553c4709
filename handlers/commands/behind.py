"""`/behind missed/resolution/P1 acme 2026-10`: the tickets behind one number of a report, and no others."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk import behind
from desk.cards import Card
from handlers import counted, reporting
from handlers.arguments import Arg, Pick, Place
from handlers.context import Command, Context, Tx
from handlers.pictures.report import behind_card, every_number, named, outages_card


def _numbers(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    known = [(behind.spelled(number), named(number)) for number in every_number()]
    services = {m.id: m.name for m in ctx.config.monitors.values() if m.client in counted.clients(ctx)}
    return known + [(f"{behind.SERVICE}/{service}", f"Outages of {name}") for service, name in services.items()]


class Args(BaseModel):
    what: Annotated[
        str,
        Arg(Place.FIRST, "Which number"),
        Pick(_numbers),
        Field(max_length=80, description="Like missed/resolution/P1"),
    ]
    client: Annotated[str | None, Arg(Place.FIRST, "Client"), Pick(counted.pick_client)] = None
    period: Annotated[
        str,
        Arg(Place.TEXT, "Month or quarter"),
        Pick(counted.pick_period),
        Field(max_length=40, description="Empty: this month"),
    ] = ""
    page: Annotated[int, Arg(label="Page", hidden=True), Field(ge=1, le=10_000)] = 1


def check(_tx: Tx, ctx: Context, args: Args) -> None:
    behind.parse(args.what)
    counted.asked(ctx, args.client, args.period)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    number = behind.parse(args.what)
    client, period = counted.asked(ctx, args.client, args.period)
    name = ctx.config.clients[client].name
    if number.what == behind.SERVICE:
        found = [o for o in tx.outages(client, period.start, period.end) if o.monitor == number.of]
        return outages_card(client, name, number.of, period, found)
    rows = reporting.behind(tx, ctx, client, period, number)
    return behind_card(number, client, name, period, rows, args.page)


COMMAND = Command(
    word="behind", summary="The tickets behind one number of a report", group="Ask for numbers",
    example="/behind missed/resolution/P1 acme 2026-10", action="numbers.see", writes=False, args=Args, run=run,
    check=check, title="Which tickets?", submit="Show",
)  # fmt: skip
