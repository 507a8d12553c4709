"""`/report acme 2026-10`: what was promised and what came of it, each number with its denominator."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk.cards import Card
from handlers import counted, reporting
from handlers.arguments import Arg, Pick, Place
from handlers.context import Command, Context, Tx
from handlers.pictures.report import report_card


class Args(BaseModel):
    client: Annotated[
        str | None,
        Arg(Place.FIRST, "Client"),
        Pick(counted.pick_client),
        Field(description="May be left out where there is only one"),
    ] = None
    period: Annotated[
        str,
        Arg(Place.TEXT, "Month or quarter"),
        Pick(counted.pick_period),
        Field(max_length=40, description="Empty: this month. Like 2026-10, last month, 2026-Q4, q3"),
    ] = ""


def check(_tx: Tx, ctx: Context, args: Args) -> None:
    counted.asked(ctx, args.client, args.period)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    client, period = counted.asked(ctx, args.client, args.period)
    return report_card(reporting.report(tx, ctx, client, period))


COMMAND = Command(
    word="report", summary="A client's month or quarter in numbers", group="Ask for numbers",
    example="/report acme 2026-10", action="numbers.see", writes=False, args=Args, run=run, check=check,
    title="Which numbers?", submit="Show",
)  # fmt: skip
