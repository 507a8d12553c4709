"""A promise is broken: the client's path is told until somebody says that they have it, and the reason is asked."""

from dataclasses import replace
from datetime import datetime

from desk import breaches, clocks
from desk.breaches import Breach
from desk.cards import Button, Post, text
from desk.detail import Own, ours
from desk.sla import Metric
from desk.tickets import UNRESOLVED, Item, Ticket
from handlers import promises, saving
from handlers.context import Context, Tx
from handlers.paging import people_of
from handlers.pictures import about, name, reminder
from handlers.pictures import ticket as picture
from handlers.reminding import remind

KIND = "climb"


def broke(tx: Tx, ctx: Context, ticket: Ticket, metric: Metric, due_at: datetime, tail: str = "") -> None:
    """Kept on the record, told along the path, and asked about once, in the team's thread."""
    breach = Breach(ticket.number, ticket.client, str(metric), due_at)
    team = ctx.config.clients[ticket.client].team_channel
    key = picture.key(ticket.number)
    args = (("number", str(ticket.number)), ("metric", str(metric)))
    words = ours(f"The promised {promises.WORDS[metric]} is late. What was the reason?")
    asked = Post(f"{key}/late/{metric}/{due_at:%Y%m%dT%H%M%SZ}", team, ticket.client, words=words, under=key,
                 buttons=(Button(Own("Say why…"), "reason", args),))  # fmt: skip
    tx.post(asked)
    _climb(tx, ctx, ticket, breach, tail)


def climb(tx: Tx, ctx: Context, ticket: Ticket, metric: str) -> None:
    """It is time for the next people, unless the promise has been kept since, late as it was."""
    owed = clocks.running(ticket.clocks, Metric(metric))
    if owed is None or ticket.state not in UNRESOLVED:
        return
    for breach in tx.breaches(ticket.number):
        if breach.metric == metric and not breach.acked_by and breach.due_at > owed.started_at:
            _climb(tx, ctx, ticket, breach)


def _climb(tx: Tx, ctx: Context, ticket: Ticket, breach: Breach, tail: str = "") -> None:
    path = ctx.config.paths[ctx.config.clients[ticket.client].path]
    targets, step, again = breaches.climbs(path, breach, ctx.now)
    tx.save_breach(replace(breach, step=step))
    tx.deadline(picture.key(ticket.number), f"{KIND}/{breach.metric}", again, ticket.client)
    kind = f"sla/{breach.metric}/breach" + (f"/{step}/again" if breach.step else "")
    words = text(*about(ticket, ctx.config), Own(f" {reminder.brief(Metric(breach.metric), 1.0)}{tail}"))
    told = dict.fromkeys(person for target in targets for person in people_of(tx, ctx, target, ticket.client))
    for person in told:
        remind(tx, ctx, person, ticket, kind, words)
    if told:
        names = ", ".join(name(ctx.config, person) for person in told)
        saving.tell(tx, ctx, ticket, Item.CHANGE, f"told {names}: the {promises.WORDS[Metric(breach.metric)]} is late")
    saving.note_audit(tx, ctx, "promise.told", picture.key(ticket.number), ticket.client, told=" ".join(told))


def acknowledge(tx: Tx, ctx: Context, ticket: Ticket) -> int:
    """Whoever acts has it: nobody else is told. How many broken promises were waiting for that."""
    waiting = [breach for breach in tx.breaches(ticket.number) if not breach.acked_by]
    for breach in waiting:
        tx.save_breach(breaches.acknowledged(breach, ctx.person.id, ctx.at))
        tx.deadline(picture.key(ticket.number), f"{KIND}/{breach.metric}", None, ticket.client)
    return len(waiting)
