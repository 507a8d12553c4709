"""Giving a new ticket its team, its priority and somebody who has it, by the rules of the configuration."""

from dataclasses import replace

from desk import routing
from desk.people import STAFF
from desk.routing import Request, Routed, Rule
from desk.tickets import Priority, Ticket
from handlers.context import Context, Tx
from handlers.paging import people_of


def found(ctx: Context, ticket: Ticket) -> Routed:
    """Which rule takes it."""
    request = Request(ticket.client, ticket.category, f"{ticket.subject}\n{ticket.details}", ticket.opened_at)
    return routing.route(ctx.config.routing, request, ctx.config.calendars)


def routed(tx: Tx, ctx: Context, ticket: Ticket, rule: Rule, *, said_priority: bool, take: bool = True) -> Ticket:
    """The ticket as the rule wants it; the priority that somebody has said stays. Without `take` it is only tried."""
    if rule.priority and not said_priority:
        ticket = replace(ticket, priority=Priority(rule.priority))
    team = rule.team or ticket.team
    return replace(ticket, team=team, assignee=whose(tx, ctx, rule, ticket.client, take=take) or ticket.assignee)


def whose(tx: Tx, ctx: Context, rule: Rule, client: str, *, take: bool = False) -> str | None:
    """Who gets it, None for nobody: only people who may work for the client. `take` counts it as their turn."""
    if rule.assign.startswith(routing.ON_CALL):
        return next(iter(people_of(tx, ctx, rule.assign, client)), None)
    people = [p for p in ctx.config.teams.get(rule.team, ()) if ctx.config.people[p].roles_at(client) & STAFF]
    if rule.assign == routing.LEAST_OPEN:
        return routing.least_open(people, tx.open_counts(people))
    if rule.assign == routing.ROUND_ROBIN:
        person = routing.next_turn(people, tx.last_turn(rule.team))
        if take and person:
            tx.take_turn(rule.team, person)
        return person
    return None
