"""`/report acme 2026-10`: what was promised and what came of it, each number with its denominator."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from desk.cards import Card
from handlers import counted, reporting
from handlers.arguments import Arg, Pick, Place
from handlers.context import Command, Context, Tx
from handlers.pictures.report import report_card, review_card


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
    form: Annotated[
        Literal["card", "pdf", "csv"],
        Arg(label="As", also="as"),
        Field(description="pdf: the business review; csv: a sheet with all numbers"),
    ] = "card"


def check(_tx: Tx, ctx: Context, args: Args) -> None:
    counted.asked(ctx, args.client, args.period)


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    client, period = counted.asked(ctx, args.client, args.period)
    report = reporting.report(tx, ctx, client, period)
    return report_card(report) if args.form == "card" else review_card(report, args.form)


COMMAND = Command(
    word="report", summary="A client's month or quarter in numbers", group="Ask for numbers",
    example="/report acme 2026-10", action="numbers.see", writes=False, args=Args, run=run, check=check,
    title="Which numbers?", submit="Show",
)  # fmt: skip
