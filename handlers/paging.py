"""Telling people along an escalation path: one step of it at a time, in their own direct channels."""

from datetime import datetime

from config.loaded import dm
from desk.cards import Button, Post, text
from desk.detail import Own
from desk.oncall import resolve
from desk.people import may
from desk.tickets import Ticket
from handlers import duty
from handlers.context import Context, Tx
from handlers.pictures import about, name, pressable
from handlers.pictures import ticket as picture


def people_of(tx: Tx, ctx: Context, target: str, client: str) -> tuple[str, ...]:
    """Who a step's target means now."""
    return people_at(tx, ctx, target, client, ctx.now)


def people_at(tx: Tx, ctx: Context, target: str, client: str, at: datetime) -> tuple[str, ...]:
    """Who it means at that time. Left out are people who have left, and those who may not see what is the client's: a
    path was frozen on its alert while they still might.
    """

    def who(schedule: str) -> str | None:
        turn = duty.turn(tx, ctx, schedule, at)
        return turn.person if turn else None

    named = (ctx.config.people.get(id_) for id_ in resolve(target, who, ctx.config.teams))
    return tuple(person.id for person in named if person and may(person, "ticket.see", client))


def tell_step(tx: Tx, ctx: Context, ticket: Ticket, step: int, why: str) -> str:
    """Tell the people of one step of the client's path about a ticket; past the end, the last step is told again.

    Gives their names for the record.
    """
    steps = ctx.config.paths[ctx.config.clients[ticket.client].path].steps
    told = people_of(tx, ctx, steps[min(step, len(steps) - 1)].target, ticket.client)
    card = picture.for_team(ticket, ctx.config, ctx.now)
    for person in told:
        key = f"{card.key}/v{ticket.version}/tell/{person}"
        words = text(*about(ticket, ctx.config), f" {why}")
        buttons = pressable(card.buttons, ctx.config.people[person], ticket.client)[:2]
        tx.post(Post(key, dm(person), ticket.client, words=words, buttons=buttons, urgent=True))
    return ", ".join(name(ctx.config, person) for person in told)


def given(tx: Tx, ctx: Context, ticket: Ticket, person: str, by: str = "") -> None:
    """Tell somebody that they have a ticket now, with what they can do about it; `by` a rule, or whoever acts."""
    card = picture.for_team(ticket, ctx.config, ctx.now)
    gave = (by or name(ctx.config, ctx.person.id), Own(" gave you "))
    words = text(*gave, *about(ticket, ctx.config), ".")
    buttons = tuple(b for b in card.buttons if b.word in {"reply", "pending", "resolve"})
    number = (("number", str(ticket.number)),)
    buttons = (Button(Own("Show"), "show", number), *buttons, Button(Own("Give back"), "unassign", number))
    key = f"{card.key}/v{ticket.version}/given/{person}"
    tx.post(Post(key, dm(person), ticket.client, words=words, buttons=buttons))
