"""`/handover 42 mia`: Mia has the alert from now on; `/handover 42 me` takes it over from whoever has it."""

from typing import Annotated

from pydantic import BaseModel, Field

from config.loaded import dm
from desk.cards import Button, Card, Post, text
from desk.detail import Own
from desk.people import may
from desk.refusal import DeskError, Why
from desk.tickets import Item
from handlers import acknowledging, finding, saving, surroundings, ways
from handlers.arguments import Arg, Number, Pick, Place
from handlers.context import Command, Context, Tx
from handlers.pictures import alert as picture
from handlers.pictures import name

ME, HANDED = "me", "it is yours now"


def workers(_tx: Tx, ctx: Context, _typed: str) -> list[tuple[str, str]]:
    """Who may work alerts of any client of mine."""
    clients = finding.clients_of(ctx)
    able = [p for p in ctx.config.people.values() if any(may(p, "alert.work", client) for client in clients)]
    return [(ME, "Me"), *((p.id, p.name) for p in able)]


class Args(BaseModel):
    number: Number
    person: Annotated[str, Arg(Place.FIRST, "To whom", also="to"), Pick(workers), Field(description="Somebody, or me")]


def check(tx: Tx, ctx: Context, args: Args) -> None:
    alert = finding.alert(tx, ctx, args.number, "alert.work")
    if not alert.is_open:
        raise DeskError(f"{alert.number} is up again; nobody has to have it.", why=Why.CONFLICT)
    named(ctx, args.person, alert.client)


def named(ctx: Context, said: str, client: str) -> str:
    """The id of somebody who may work the client's alerts. DeskError names those who may."""
    id_ = said.removeprefix("@").lower()
    id_ = ctx.person.id if id_ == ME else id_
    person = ctx.config.people.get(id_)
    if person is None or not may(person, "alert.work", client):
        able = ", ".join(p.id for p in ctx.config.people.values() if may(p, "alert.work", client))
        whose = ctx.config.clients[client].name
        sentence = f"“{said[:40]}” does not work alerts of {whose}. These do: {able}."
        raise DeskError(sentence, field="person", why=Why.NOT_FOUND)
    return id_


def run(tx: Tx, ctx: Context, args: Args) -> Card:
    alert = finding.alert(tx, ctx, args.number, "alert.work")
    to = named(ctx, args.person, alert.client)
    if to == alert.acked_by:
        return surroundings.card(tx, ctx, alert)
    saved = acknowledging.take(tx, ctx, alert, to)
    if to != ctx.person.id:  # by all their ways: nobody else is called, and they may be asleep
        saved = saving.alert(tx, ctx, ways.reach(tx, ctx, saved, to, by=ctx.person.id, words=HANDED))
    took = f"took it over from {name(ctx.config, alert.acked_by)}" if alert.acked_by else "took it"
    said = took if to == ctx.person.id else f"handed it over to {name(ctx.config, to)}"
    saving.on_alert(tx, ctx, saved, Item.CHANGE, said)
    saving.note_audit(tx, ctx, "alert.handed_over", picture.key(saved.number), saved.client, to=to)
    before = alert.acked_by or ctx.person.id
    if before in ctx.config.people and before != ctx.person.id:
        _tell(tx, ctx, before, picture.key(saved.number), saved.client, (saved.number, saved.title, said))
    return surroundings.card(tx, ctx, saved)


def _tell(tx: Tx, ctx: Context, person: str, key: str, client: str, what: tuple[int, str, str]) -> None:
    number, title, said = what
    args = (("number", str(number)),)
    words = text(f"{number} · {title}: {name(ctx.config, ctx.person.id)} {said}.")
    buttons = (Button(Own("Show"), "show", args), Button(Own("Give it back"), "unack", args))
    key = f"{key}/handover/{ctx.now:%Y%m%dT%H%M%S}"
    tx.post(Post(key, dm(person), client, words=words, buttons=buttons, urgent=True))


COMMAND = Command(
    word="handover", summary="Hand an alert over to somebody, or take it over", group="Work alerts",
    example="/handover 42 mia", action="alert.work", writes=True, args=Args, run=run, check=check,
    title="Who gets the alert?", submit="Hand over",
)  # fmt: skip
