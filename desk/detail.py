"""How much of what is a client's may leave for a chat platform: the web chat shows all of it.

The rule is about structure, not about guessing: a sentence leaves if each of its spans is an instant or is marked as
our own (`Own`), so whatever somebody forgot to mark stays at home.
"""

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from desk.cards import Button, Card, Field, Form, FormField, Kind, Post, Text, When


class Detail(StrEnum):
    FULL = "full"
    SUBJECT = "subject"  # the subject, and nothing else that somebody has written
    NUMBER = "number"  # number, state, times and buttons


ORDER = (Detail.FULL, Detail.SUBJECT, Detail.NUMBER)
READ_ON = "Open it in Deskbell to read on."
# What a button may carry: numbers and words of ours. One that carries anything else stays at home.
CARRIED = frozenset({
    "number", "alert", "run", "stars", "metric", "ask", "here", "client", "whose", "page", "period", "into", "sure",
})


class Own(str):
    """Words of ours that hold nothing of anybody's: they may leave whatever a client has agreed to."""

    __slots__ = ()


def strictest(levels: Iterable[Detail]) -> Detail:
    return max(levels, key=ORDER.index, default=Detail.FULL)


def is_ours(words: Text) -> bool:
    return all(isinstance(span, Own | When) for span in words)


def card(of: Card, level: Detail) -> Card:
    """What of a card may leave. The title is a subject, or a heading of ours; the state is always ours."""
    if level is Detail.FULL:
        return of
    keeps_title = level is Detail.SUBJECT and of.number is not None
    title = of.title if keeps_title or isinstance(of.title, Own) else _called(of)
    return replace(
        of, title=title, lines=(*filter(is_ours, of.lines), (Own(READ_ON),)),
        fields=tuple(field for field in of.fields if is_ours(field.value)), buttons=buttons(of.buttons),
        table=tuple(row for row in of.table if all(map(is_ours, row))),
    )  # fmt: skip


def _called(of: Card) -> str:
    """By its kind, where it has a number, and else by nothing: `Ticket`, `Alert`, `Deskbell`."""
    return of.key.partition("/")[0].capitalize() if of.number is not None else "Deskbell"


def buttons(of: Iterable[Button]) -> tuple[Button, ...]:
    """Called by what they do. What somebody wrote may stand in a label, a question or an argument."""
    return tuple(_button(button) for button in of if {name for name, _ in button.args} <= CARRIED)


def _button(of: Button) -> Button:
    number = dict(of.args).get("number", "")
    named = f" {number}" if number and number in of.label.split() else ""
    stars = f" {dict(of.args)['stars']} ★" if "stars" in dict(of.args) else ""
    more = "…" if of.label.endswith("…") else ""
    word = of.word.capitalize()
    return replace(of, label=f"{word}{named}{stars}{more}", confirm=f"{word}: go on?" if of.confirm else "")


def post(of: Post, level: Detail) -> Post:
    """What of a post may leave. Words that may not are named by what they are under: `New on 17`."""
    if level is Detail.FULL:
        return of
    words = of.words
    if words and not is_ours(words):
        kind, _, number = (of.under or of.key).partition("/")
        about = f"New on {kind} {number.partition('/')[0]}. " if number.partition("/")[0].isdigit() else ""
        words = (Own(f"{about}{READ_ON}"),)
    shown = card(of.card, level) if of.card else None
    return replace(of, card=shown, words=words, buttons=buttons(of.buttons))


def form(of: Form, level: Detail, typed: Iterable[str]) -> Form:
    """A form without what it has from the store; `typed` is what the person has just said there themselves."""
    if level is Detail.FULL:
        return of
    said = set(typed)
    fields = tuple(_field(each, said) for each in of.fields)
    return replace(of, fields=fields, intro=tuple(filter(is_ours, of.intro)))


def _field(of: FormField, said: set[str]) -> FormField:
    own = of.kind in {Kind.HIDDEN, Kind.CHOICE, Kind.NUMBER} or not of.value or of.value in said
    return of if own else replace(of, value="")


def field(name: str, *spans: str | When) -> Field:
    """A field all of whose words are ours."""
    return Field(name, ours(*spans))


def ours(*spans: str | When) -> Text:
    """A sentence all of whose words are ours: nothing of it was written by anybody else."""
    return tuple(span if isinstance(span, When) else Own(span) for span in spans)
