"""Those who watch a ticket are told in their own channels what its requester is told; the team's card is staff's."""

from collections.abc import Iterator
from dataclasses import replace

from config.loaded import dm
from desk.cards import Button, Card, Post, Text, text
from desk.detail import Own, ours
from desk.people import Person, may
from desk.sla import Pause
from desk.tickets import UNRESOLVED, State, Ticket, reason
from desk.watchers import may_watch
from handlers.context import Context, Tx
from handlers.pictures import name, pressable, promised, short, ties
from handlers.pictures import ticket as picture


def watching(ctx: Context, of: Ticket) -> Iterator[Person]:
    """Those who may still: who has left, or belongs to another client now, is told no more."""
    for id_ in of.watchers:
        person = ctx.config.people.get(id_)
        if person and id_ != of.requester and may_watch(person, of.client):
            yield person


def tell(tx: Tx, ctx: Context, of: Ticket, post: Post) -> None:
    """What goes to the requester's side goes to each of them; instead of the requester's card, one of their own."""
    theirs = post.key == picture.key(of.number)
    if (post.card and not theirs) or post.buttons:  # a question that is its requester's alone
        return
    for person in watching(ctx, of):
        own = replace(post, destination=dm(person.id))
        tx.post(replace(own, card=card(ctx, of, person)) if theirs else own)


def answer(ctx: Context, of: Ticket) -> Card:
    """What whoever acted sees of it: its requester, the team, or those who only follow it."""
    if ctx.person.id == of.requester:
        return picture.for_requester(of, ctx.config, ctx.now)
    team = may(ctx.person, "ticket.see", of.client)
    return picture.for_team(of, ctx.config, ctx.now) if team else card(ctx, of, ctx.person)


def card(ctx: Context, of: Ticket, person: Person) -> Card:
    """The team's for those who read all of the client's; for the client's own people what is public."""
    number = (("number", str(of.number)),)
    stop = Button(Own("Stop watching"), "unwatch", number)
    if may(person, "ticket.see", of.client) and person.client != of.client:
        seen = picture.for_team(of, ctx.config, ctx.now)
        return replace(seen, buttons=(*pressable(seen.buttons, person, of.client)[:4], stop))
    watches = person.id in of.watchers
    told = f"{name(ctx.config, of.requester)} asked for this" + (", and you watch it." if watches else ".")
    last = stop if watches else Button(Own("Watch it"), "watch", number)
    buttons = (Button(Own("Add something…"), "reply", number), last) if of.state in UNRESOLVED else (last,)
    lines = (text(told), _stands(ctx, of))
    return Card(picture.key(of.number), of.subject, picture.SYMBOLS[of.state], of.number, lines, buttons=buttons)


def _stands(ctx: Context, of: Ticket) -> Text:
    """What happens next, or how it ended."""
    if of.state is State.MERGED:
        return ours(ties.goes_on(of))
    if of.state not in UNRESOLVED:
        return text(f"{name(ctx.config, of.resolved_by)}: “{short(of.resolution)}”")
    if Pause.WAITING_CUSTOMER in of.pending:
        asked = reason(of, "asked")
        return text(f"We wait for {name(ctx.config, of.requester)}", f": “{short(asked)}”" if asked else ".")
    return promised.promise(of, ctx.config, ctx.now) or ours("The team is on it.")


def stopped(tx: Tx, of: Ticket, person: str) -> None:
    """Their card is a picture of a moment from now on, so it is taken down."""
    again = Button(Own("Watch it again"), "watch", (("number", str(of.number)),))
    lines = (ours("You watch this no more."),)
    gone = Card(picture.key(of.number), of.subject, "not watched", of.number, lines, buttons=(again,))
    tx.post(Post(gone.key, dm(person), of.client, gone, live=True))
