"""Loading what a number means, for somebody who may see it. All else looks like a number that does not exist."""

from collections.abc import Callable
from typing import Any

from desk import watchers
from desk.alerts import Alert
from desk.approvals import Approval
from desk.people import Role, may, may_with, oversees
from desk.refusal import DeskError, Why, not_found
from desk.runs import Run
from desk.tickets import State, Ticket, parties
from handlers.context import Context, Tx
from handlers.homes import overhears
from handlers.subjects import subject_of

PAGE = 1000  # rows a statement


def ticket(tx: Tx, ctx: Context, number: int, action: str) -> Ticket:
    """The ticket, if the person may do the action to it. A colleague's is as absent as a stranger's."""
    found = tx.ticket(number)
    if found is None or not sees(ctx, found):
        raise _other(tx, ctx, number) or not_found(number)
    if action != "ticket.see" and not may_with(ctx.person, action, found.client, parties(found)):
        raise DeskError(f"You may read {number}, and its team works it.", why=Why.FORBIDDEN)
    return found


def is_inside(ctx: Context) -> bool:
    """Whether they work for any client: they read the team's side of it."""
    return any(may(ctx.person, "ticket.see", client) for client in clients_of(ctx))


def theirs(tx: Tx, ctx: Context, states: tuple[State, ...]) -> list[Ticket]:
    """What somebody sees from a client's own side: what they asked for or watch; all, for whoever oversees it."""
    found = every(tx, requester=ctx.person.id, states=states)
    for client in clients_of(ctx) if ctx.person.client else ():
        found += every(tx, client=client, states=states) if oversees(ctx.person, client) else []
    found += [t for t in tx.watched(ctx.person.id) if t.state in states and watchers.sees(ctx.person, t)]
    return list({t.number: t for t in found}.values())


def sees(ctx: Context, found: Ticket) -> bool:
    """Its requester does, whoever watches it, and whoever reads all of its client's."""
    return may_with(ctx.person, "ticket.see", found.client, parties(found)) or watchers.sees(ctx.person, found)


def _other(tx: Tx, ctx: Context, number: int) -> DeskError | None:
    """What the number means instead of a ticket, said only to whoever may see it."""
    alert = tx.alert(number)
    if alert and may(ctx.person, "alert.see", alert.client):
        return DeskError(f"{number} is an alert. `/ack {number}` takes it, `/show {number}` shows it.", field="number")
    run = tx.run(number)
    if run and may(ctx.person, "alert.see", run.client):
        return DeskError(f"{number} is a run of {run.runbook}. `/show {number}` shows it.", field="number")
    approval = tx.approval(number)
    if approval and may(ctx.person, "alert.see", approval.client):
        return DeskError(f"{number} is a request for approval. `/show {number}` shows it.", field="number")
    article = tx.article(number)
    if article and not article.retired_at and article.client in {None, *clients_of(ctx)}:
        return DeskError(f"{number} is an article. `/kb show {number}` shows it.", field="number")
    return None


def alert(tx: Tx, ctx: Context, number: int, action: str) -> Alert:
    found = tx.alert(number)
    if found is None or not may(ctx.person, "alert.see", found.client):
        known = tx.ticket(number)
        if known and sees(ctx, known):
            raise DeskError(f"{number} is a ticket. To make it yours: `/claim {number}`.", field="number")
        raise _other(tx, ctx, number) or not_found(number)
    if not may(ctx.person, action, found.client):
        raise DeskError(f"You may read {number}; its team works it.", why=Why.FORBIDDEN)
    return found


def spoken_of(tx: Tx, ctx: Context, key: str) -> Ticket | Alert | Run:
    """What the thread under this post is about. Whoever may see it may speak there: a manager's words in the team's
    thread are on the record too. So are a colleague's in a ticket's home, who may see no more of it than that.
    """
    kind, number = subject_of(key) or ("", 0)
    if kind == "ticket":
        found = tx.ticket(number)
        if found and (sees(ctx, found) or overhears(ctx, found)):
            return found
    of = tx.alert(number) if kind == "alert" else tx.run(number) if kind == "run" else None
    if of and may(ctx.person, "alert.see", of.client):
        return of
    raise not_found(number)


def approval(tx: Tx, ctx: Context, number: int) -> Approval:
    """By its own number, or by the number of the run it is for."""
    run = tx.run(number)
    found = tx.approval(run.approval if run and run.approval else number)
    if found is None or not may(ctx.person, "alert.see", found.client):
        alert = tx.alert(number)
        if alert and may(ctx.person, "alert.see", alert.client):
            raise DeskError(f"{number} is an alert, and there is nothing to approve about it.", field="number")
        raise not_found(number)
    return found


def run(tx: Tx, ctx: Context, number: int) -> Run:
    found = tx.run(number)
    if found is None or not may(ctx.person, "alert.see", found.client):
        raise not_found(number)
    return found


def every(tx: Tx, **filters: Any) -> list[Ticket]:
    """All tickets that fit: a number needs its whole denominator."""
    return pages(lambda after: tx.tickets(**filters, after=after, limit=PAGE))


def pages(ask: Callable[[int], list[Ticket]]) -> list[Ticket]:
    """All that `ask` gives, which is at most a page of those above a number."""
    found: list[Ticket] = []
    while page := ask(found[-1].number if found else 0):
        found += page
        if len(page) < PAGE:
            break
    return found


def client_here(ctx: Context) -> str | None:
    """The client that the channel or the person belongs to, where that leaves no choice."""
    channel = ctx.config.channels.get(ctx.where.channel)
    if ctx.person.client:
        return ctx.person.client
    if channel and channel.client:
        return channel.client
    return only(sorted(clients_of(ctx)))


def only(names: list[str]) -> str | None:
    return names[0] if len(names) == 1 else None


def clients_of(ctx: Context) -> list[str]:
    """The clients this person has any role at, in alphabetical order."""
    return sorted(c for c in ctx.config.clients if ctx.person.roles_at(c) or ctx.person.client == c)


def may_approve(ctx: Context, asked: Approval) -> frozenset[Role]:
    """The roles that may answer; none, when the runbook has left the configuration: then nobody can approve it."""
    runbook = ctx.config.runbooks.get(asked.runbook)
    return runbook.may_approve if runbook else frozenset()


def approvers(ctx: Context, allowed: frozenset[Role], client: str, not_by: str) -> list[str]:
    people = ctx.config.people.values()
    return [p.name.split()[0] for p in people if p.roles_at(client) & allowed and p.id != not_by]
