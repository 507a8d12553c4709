"""Trying every way to somebody: what each made of it stands on a card that follows."""

from config.loaded import dm
from desk.cards import Card, Field, Post, Text, When, text
from desk.detail import Own, ours
from desk.refusal import DeskError
from desk.ways import CHAT, Ways
from handlers.context import Context, Tx
from handlers.pictures.told import SEVERITY
from handlers.records import Delivery

FAMILY = "test/page/"  # of posts: `test/page/ben/20261102T090000`
TOLD = "/told"
ENDED = {"delivered": "✓", "unknown": "?", "failed": "▲", "set_aside": "▲"}


def meant(words: str) -> None:
    if words.strip().lower() not in {"me", "@me"}:
        raise DeskError("You can try your own ways only: `/test page me`.", field="words")


def page(tx: Tx, ctx: Context) -> Card:
    """Each of the reader's ways says something now, as loudly as what is critical, whatever their quiet hours."""
    person = ctx.person.id
    key = f"{FAMILY}{person}/{ctx.now:%Y%m%dT%H%M%S}"
    ways = _others(ctx, person)
    for way in ways:
        loud = (Field(SEVERITY, ours("critical")),)
        lines = (ours("Nothing is wrong: somebody tries whether this reaches you."),)
        card = Card(f"{key}{TOLD}", Own(f"A test of your way {way}"), "TEST", lines=lines, fields=loud)
        tx.post(Post(card.key, f"{way}/{person}", None, card, urgent=True, alone=True))
    show(tx, key, person, ways)
    named = ", ".join((CHAT, *ways))
    alone = () if ways else (ours("Chat is your only way. `ways` in people.yaml gives you others."),)
    said = ours(f"Trying {named} now. What becomes of it stands in your direct channel.")
    return Card("test/page", Own("Does every way reach you?"), lines=(said, *alone))


def _others(ctx: Context, person: str) -> tuple[str, ...]:
    """All of their ways besides chat, those that only some severities use too."""
    return tuple(way for way in ctx.config.ways.get(person, Ways()).every() if way != CHAT)


def show(tx: Tx, key: str, person: str, begun: tuple[str, ...] = ()) -> None:
    """The card, as it is now, in their direct channel. `begun` are ways of which nothing can have become anything."""
    tried = {way: Delivery(way, "pending", None, "") for way in begun}
    tried |= {each.destination.partition("/")[0]: each for each in tx.deliveries(f"{key}{TOLD}")}
    rows = [(ours(CHAT), ours("✓ you read this"))]
    rows += [(ours(way), _became(each)) for way, each in tried.items()]
    left = sum(each.state not in ENDED for each in tried.values())
    bad = sum(each.state not in {"delivered", "unknown"} for each in tried.values()) - left
    state = f"… {left} on the way" if left else f"▲ {bad} failed" if bad else "✓ all were taken"
    line = ours("“Taken” means that the server has it: whether it reached you, you see where it should be.")
    tone = "calm" if left else "bad" if bad else "good"
    card = Card(key, Own("Does every way reach you?"), state, lines=(line,), table=tuple(rows), tone=tone)
    tx.post(Post(key, dm(person), None, card, live=True))


def _became(each: Delivery) -> Text:
    mark = ENDED.get(each.state)
    if mark is None:
        return ours("… on the way, or waiting: then the thread says why")
    if each.state == "delivered" and each.delivered_at:
        return ours(f"{mark} taken at ", When(each.delivered_at))
    if each.state == "unknown":
        return ours(f"{mark} nobody knows whether it was taken, so it was sent again")
    return text(Own(f"{mark} refused: "), each.reason)


def settled(tx: Tx, ctx: Context, key: str, destination: str, waits: str) -> None:
    """Something became of one of them. `waits` is why it is not taken yet, said once for each way."""
    key = key.removesuffix(TOLD)
    person = key.removeprefix(FAMILY).rpartition("/")[0]
    if person not in ctx.config.people:
        return
    if waits:
        way = destination.partition("/")[0]
        words = text(Own(f"{way} waits and is tried again: "), waits)
        tx.post(Post(f"{key}/waits/{way}", dm(person), None, words=words, under=key))
    show(tx, key, person)
