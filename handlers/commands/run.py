"""`/run restart-shop shop-1`: ask for an approved script to be run."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk.alerts import Alert, AlertState
from desk.cards import Card
from desk.refusal import DeskError, Why
from desk.runs import Runbook
from desk.tickets import Item
from handlers import finding, running, saving
from handlers.arguments import Arg, Pick, Place
from handlers.context import Command, Context, Tx
from handlers.pictures import run as picture
from remediation.catalogue import bind


def _runbooks(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    return [(r.id, f"{r.id}: {r.title}") for r in running.offered(ctx)]


def _targets(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    return sorted({(t, t) for r in running.offered(ctx) for t in r.targets})


class Args(BaseModel):
    runbook: Annotated[str, Arg(Place.FIRST, "Runbook"), Pick(_runbooks), Field(max_length=100)]
    target: Annotated[str, Arg(Place.FIRST, "Target"), Pick(_targets), Field(max_length=200)]
    arguments: Annotated[
        str, Arg(Place.TEXT, "Arguments"), Field(max_length=2000, description="name=value, one after another")
    ] = ""
    alert: Annotated[
        int | None, Arg(label="Alert", for_staff=True), Field(ge=1, description="The alert it is to fix")
    ] = None


def check(tx: Tx, ctx: Context, args: Args) -> None:
    alert, client, runbook = _resolved(tx, ctx, args)
    if alert and alert.state is AlertState.CLEARED:
        raise DeskError(f"{alert.number} is up again; there is nothing left to fix.", field="alert", why=Why.CONFLICT)
    bind(runbook, args.target, _pairs(args.arguments))
    running.refuse_if_busy(tx, ctx, runbook, args.target, client)
    if not client:
        raise DeskError("For which client? Say `alert=NUMBER`, or ask in that client's channel.", field="alert")


def _resolved(tx: Tx, ctx: Context, args: Args) -> tuple[Alert | None, str, Runbook]:
    alert = finding.alert(tx, ctx, args.alert, "alert.work") if args.alert else None
    known = ctx.config.runbooks.get(args.runbook)
    own = finding.only(sorted(known.clients)) if known else None
    client = alert.client if alert else own or finding.client_here(ctx) or ""
    return alert, client, running.runbook_named(ctx, args.runbook, client)


def _pairs(words: str) -> dict[str, str]:
    pairs = {}
    for word in words.split():
        name, equals, value = word.partition("=")
        if not equals:
            raise DeskError(f"Arguments are said as name=value; “{word[:40]}” is not.", field="arguments")
        pairs[name] = value
    return pairs


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    alert, client, runbook = _resolved(tx, ctx, args)
    asked = running.ask(tx, ctx, runbook, args.target, _pairs(args.arguments), client, alert)
    if alert:
        saving.tell(tx, ctx, alert, Item.CHANGE, f"asked for {runbook.id} on {args.target} (run {asked.number})")
    return picture.for_team(asked, ctx.config)


COMMAND = Command(
    word="run", summary="Ask for an approved script to be run", group="Work alerts",
    example="/run restart-shop shop-1", action="run.ask", shown_for="alert.work", writes=True, args=Args, run=run,
    check=check, title="What is to be run?", submit="Run",
)  # fmt: skip
