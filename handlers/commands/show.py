"""`/show 17`: a ticket, an alert, a run or a request, with its story."""

from dataclasses import replace

from pydantic import BaseModel

from desk.cards import Card, Text, text
from desk.people import may
from desk.refusal import not_found
from desk.swaps import Swap
from handlers import duty, finding, following, running, surroundings
from handlers.arguments import Number
from handlers.context import Command, Context, Tx
from handlers.pictures import alert as alert_picture
from handlers.pictures import doing
from handlers.pictures import duty as duty_picture
from handlers.pictures import run as run_picture
from handlers.pictures import ticket as ticket_picture

OUTPUT = 40  # lines of a run's output that its card shows


class Args(BaseModel):
    number: Number


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    for found in (_ticket, _alert, _run, _approval, _of_duty):
        card = found(tx, ctx, args.number)
        if card:
            return card
    raise not_found(args.number)


def _ticket(tx: Tx, ctx: Context, number: int) -> Card | None:
    ticket = tx.ticket(number)
    if ticket is None or not finding.sees(ctx, ticket):
        return None
    team = may(ctx.person, "ticket.see", ticket.client)
    if team:
        card = replace(ticket_picture.for_team(ticket, ctx.config, ctx.now), buttons=doing.of_team_besides(ticket))
    else:
        own = ctx.person.id == ticket.requester
        theirs = ticket_picture.for_requester(ticket, ctx.config, ctx.now)
        card = theirs if own else following.card(ctx, ticket, ctx.person)
    return ticket_picture.with_timeline(card, tx.timeline(number, public_only=not team), ctx.config)


def _alert(tx: Tx, ctx: Context, number: int) -> Card | None:
    alert = tx.alert(number)
    if alert is None or not may(ctx.person, "alert.see", alert.client):
        return None
    card = surroundings.card(tx, ctx, alert)
    card = replace(card, buttons=alert_picture.further_buttons(alert))
    return ticket_picture.with_timeline(card, tx.timeline(number), ctx.config)


def _run(tx: Tx, ctx: Context, number: int) -> Card | None:
    run = tx.run(number)
    if run is None or not may(ctx.person, "alert.see", run.client):
        return None
    card = run_picture.for_team(run, ctx.config)
    output = run.ended.output.splitlines()[-OUTPUT:] if run.ended else []
    rows: tuple[tuple[Text, ...], ...] = tuple((text(line),) for line in output)
    return Card(card.key, card.title, card.state, card.number, card.lines, card.fields, (), rows, card.tone)


def _approval(tx: Tx, ctx: Context, number: int) -> Card | None:
    asked = tx.approval(number)
    if asked is None or not may(ctx.person, "alert.see", asked.client):
        return None
    card = run_picture.for_approvers(asked, ctx.config)
    runbook = ctx.config.runbooks.get(asked.runbook)
    body = runbook.source.splitlines() if runbook else ["The runbook is no longer in the configuration."]
    rows: tuple[tuple[Text, ...], ...] = tuple((text(line),) for line in body)
    of = tx.run(asked.run)
    changed = running.changed(ctx, asked, of) if of else ""
    lines = card.lines
    if changed:
        lines = (*lines, text(f"▲ {changed}: below is what there is now, for which nobody asked."))
    hidden = {"show", "approve"} if changed else {"show"}
    buttons = tuple(b for b in card.buttons if b.word not in hidden)
    return Card(card.key, card.title, card.state, card.number, lines, card.fields, buttons, rows, card.tone)


def _of_duty(tx: Tx, ctx: Context, number: int) -> Card | None:
    """An override of who is on call, or a swap."""
    of = tx.override(number) or tx.swap(number)
    if of is None or of.schedule not in {schedule.id for schedule in duty.seen(ctx)}:
        return None
    if isinstance(of, Swap):
        return duty_picture.of_swap(ctx.config, of, ctx.person.id)
    changes = duty.may_change(ctx, ctx.config.schedules[of.schedule]) and of.end > ctx.now
    return duty_picture.of_override(ctx.config, of, (), changes=changes)


COMMAND = Command(
    word="show", summary="One ticket, alert or run with its story", group="Get help", example="/show 17",
    action="ticket.open", writes=False, args=Args, run=run, title="Which number?", submit="Show",
)  # fmt: skip
