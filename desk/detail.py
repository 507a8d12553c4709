"""How much of what is a client's may leave for a chat platform: the web chat shows all of it.

The rule is about structure, not about guessing: of a sentence leaves what is marked as our own (`Own`) or as a subject
(`Subject`), with its instants, so whatever somebody forgot to mark stays at home.
"""

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from typing import Any

from desk.cards import (
    Button,
    Card,
    Field,
    Form,
    FormField,
    Kind,
    Post,
    Span,
    Text,
    When,
    text_from_json,
    text_to_json,
)
from desk.events import Event


class Detail(StrEnum):
    FULL = "full"
    SUBJECT = "subject"  # the subject, and nothing else that somebody has written
    NUMBER = "number"  # number, state, times and buttons


ORDER = (Detail.FULL, Detail.SUBJECT, Detail.NUMBER)
READ_ON = "Open it in Deskbell to read on."
# What a button may carry: numbers and words of ours. One that carries anything else stays at home.
CARRIED = frozenset({
    "number", "alert", "run", "note", "stars", "metric", "ask", "here", "client", "whose", "page", "period", "into",
    "sure",
})


class Own(str):
    """Words of ours that hold nothing of anybody's: they may leave whatever a client has agreed to."""

    __slots__ = ()


class Subject(str):
    """What a ticket is called by whoever opened it."""

    __slots__ = ()


def strictest(levels: Iterable[Detail]) -> Detail:
    return max(levels, key=ORDER.index, default=Detail.FULL)


def sentence(words: Text, level: Detail) -> Text:
    """What of a sentence may leave, with a `…` where something is left out; nothing, where nothing of it is marked."""
    marked = (Own, Subject) if level is Detail.SUBJECT else (Own,)
    if not any(isinstance(span, marked) for span in words) and not all(isinstance(span, When) for span in words):
        return ()
    kept: list[Span] = []
    gap = False
    for span in words:
        if not isinstance(span, (*marked, When)):
            gap = bool(span)
            continue
        kept += [Own(" … ")] if gap and kept else []
        kept, gap = [*kept, span], False
    return tuple(kept)


def _cells(row: tuple[Text, ...], level: Detail) -> tuple[Text, ...]:
    """A row by its cells; none, where there would be nothing but times."""
    cells = tuple(sentence(cell, level) for cell in row)
    return cells if any(isinstance(span, str) for cell in cells for span in cell) else ()


def card(of: Card, level: Detail) -> Card:
    """What of a card may leave. The title is a subject, or a heading of ours; the state is always ours."""
    if level is Detail.FULL:
        return of
    keeps_title = level is Detail.SUBJECT and of.number is not None
    title = of.title if keeps_title or isinstance(of.title, Own) else _called(of)
    fields = tuple(Field(f.name, left) for f in of.fields if (left := sentence(f.value, level)))
    lines = tuple(left for line in of.lines if (left := sentence(line, level)))
    table = tuple(cells for row in of.table if (cells := _cells(row, level)))
    mine = (of.title, of.lines, of.fields, of.table, of.picture, of.paper)
    whole = (title, lines, fields, table, None, None) == mine
    more: tuple[Text, ...] = () if whole else ((Own(READ_ON),),)
    # Made anew: whatever else a card has, or will have, stays at home.
    return Card(of.key, title, of.state, of.number, (*lines, *more), fields, buttons(of.buttons), table, of.tone)


def _called(of: Card) -> str:
    """By its kind, where it has a number, and else by nothing: `Ticket`, `Alert`, `Deskbell`."""
    return of.key.partition("/")[0].capitalize() if of.number is not None else "Deskbell"


def buttons(of: Iterable[Button]) -> tuple[Button, ...]:
    """Called by what they do. What somebody wrote may stand in a label, a question or an argument."""
    return tuple(_button(b) for b in of if all(name in CARRIED or isinstance(said, Own) for name, said in b.args))


def _button(of: Button) -> Button:
    if isinstance(of.label, Own) and (not of.confirm or isinstance(of.confirm, Own)):
        return of
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
    words = sentence(of.words, level)
    if words != of.words:
        kind, _, number = (of.under or of.key).partition("/")
        about = f"New on {kind} {number.partition('/')[0]}. " if number.partition("/")[0].isdigit() else ""
        words = (*words, Own(f" {READ_ON}")) if words else (Own(f"{about}{READ_ON}"),)
    shown = card(of.card, level) if of.card else None
    told = event(of.event, level) if of.event else None
    return replace(of, card=shown, words=words, buttons=buttons(of.buttons), event=told)


def event(of: Event, level: Detail) -> Event:
    """What of an event may leave: numbers, times and words of ours; at `subject`, what it is called, too."""
    if level is Detail.FULL:
        return of
    marked = (Own, Subject) if level is Detail.SUBJECT else (Own,)
    facts = {name: fact for name, fact in of.facts.items() if not isinstance(fact, str) or isinstance(fact, marked)}
    return replace(of, facts=facts, by=of.by if isinstance(of.by, Own) else "", detail=str(level))


def form(of: Form, level: Detail, typed: Iterable[str]) -> Form:
    """A form without what it has from the store; `typed` is what the person has just said there themselves."""
    if level is Detail.FULL:
        return of
    said = set(typed)
    fields = tuple(_field(each, said) for each in of.fields)
    return replace(of, fields=fields, intro=tuple(left for line in of.intro if (left := sentence(line, level))))


def _field(of: FormField, said: set[str]) -> FormField:
    own = of.kind in {Kind.HIDDEN, Kind.CHOICE, Kind.NUMBER} or not of.value or of.value in said
    return of if own else replace(of, value="")


def ours(*spans: str | When) -> Text:
    """A sentence all of whose words are ours: nothing of it was written by anybody else."""
    return tuple(span if isinstance(span, When) else Own(span) for span in spans)


_MARKS = {"own": Own, "subject": Subject}


def marked_to_json(words: Text) -> list[Any]:
    """With its marks, which `text_to_json` drops: what is kept to be said later may still have to be shared less."""
    return [_mark(span) or text_to_json((span,))[0] for span in words]


def _mark(span: Span) -> dict[str, str]:
    return {name: str(span) for name, kind in _MARKS.items() if isinstance(span, kind)}


def marked_from_json(spans: list[Any]) -> Text:
    return tuple(span for each in spans for span in _spans(each))


def _spans(each: Any) -> Text:
    mark = next((name for name in _MARKS if isinstance(each, dict) and name in each), "")
    return (_MARKS[mark](each[mark]),) if mark else text_from_json([each])
