"""What we say, before anyone draws it: cards, buttons, forms, posts.

A text is a tuple of spans: plain strings, which no platform ever reads as markup, and instants, which each platform
shows in the zone of whoever reads them.
"""

import hashlib
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from desk.charts import Chart, chart_from_json, chart_to_json
from desk.events import Event


class Style(StrEnum):
    CLOCK = "clock"  # 14:35, with the day when it is not today
    LEFT = "left"  # 42 min left, 5 min ago
    LASTED = "lasted"  # 4 min


@dataclass(frozen=True, slots=True)
class When:
    """An aware UTC instant inside a text; the reader's platform gives it a zone."""

    at: datetime
    style: Style = Style.CLOCK


Span = str | When
Text = tuple[Span, ...]


def text(*spans: Span) -> Text:
    return tuple(spans)


def span_of(seconds: float) -> str:
    """A length of time in words a tired reader takes in at a glance: `40 s`, `9 min`, `2 h 5 min`, `3 d 4 h`."""
    whole = round(abs(seconds))
    if whole < 100:
        return f"{whole} s"
    minutes = round(whole / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def say_when(when: When, zone: str, now: datetime) -> str:
    if when.style is Style.LASTED:
        return span_of((now - when.at).total_seconds())
    if when.style is Style.LEFT:
        seconds = (when.at - now).total_seconds()
        return f"{span_of(seconds)} left" if seconds >= 0 else f"{span_of(seconds)} ago"
    local, today = when.at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    near = abs((local.date() - today).days) < 7
    return f"{local:%a %H:%M}" if near else f"{local:%d %b %Y %H:%M}"


def plain(words: Text, zone: str, now: datetime) -> str:
    """The text in plain words for a reader in this zone."""
    return "".join(span if isinstance(span, str) else say_when(span, zone, now) for span in words)


@dataclass(frozen=True, slots=True)
class Button:
    """A button carries the command it stands for; pressing it and typing its line are one path.

    `confirm` is the question asked before danger. A label that ends in `…` says that something is asked first.
    """

    label: str
    word: str
    args: tuple[tuple[str, str], ...] = ()
    confirm: str = ""
    primary: bool = False

    def line(self) -> str:
        """The chat line: `/ack number=42`. `parse_line` is its inverse."""
        return " ".join([f"/{self.word}", *(f"{name}={shlex.quote(value)}" for name, value in self.args)])

    def tag(self, digits: int = 8) -> str:
        """Hex digits that stand for the line where a platform has only a hundred characters for a button."""
        return hashlib.sha256(self.line().encode()).hexdigest()[:digits]


def parse_line(line: str, label: str = "") -> Button:
    """The button that a line of `Button.line` came from. ValueError when it is no such line."""
    word, *parts = shlex.split(line)
    if not word.startswith("/"):
        raise ValueError(line)
    pairs = [part.split("=", 1) for part in parts]
    return Button(label, word[1:], tuple((name, value) for name, value in pairs))


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    value: Text


@dataclass(frozen=True, slots=True)
class Paper:
    """A client's numbers as a file: `form` is `pdf` or `csv`, `period` a label such as `2026-Q4`. It is made when its
    card is sent, with the numbers of then.
    """

    form: str
    client: str
    period: str


@dataclass(frozen=True, slots=True)
class Card:
    """A picture of the store at one moment, never a change to it, so that drawing it twice is harmless.

    `state` is a symbol and a word (`▲ DOWN`); `lines` follow the title in the order of the voice: what do we know, who
    has it and until when, what happens next. `tone` is one of `bad warn good calm`: colour only says again what the
    words say. `picture` shows some of its numbers to those who like to see them; none of them stands in it alone.
    `paper` is the file that goes with it.
    """

    key: str
    title: str
    state: str = ""
    number: int | None = None
    lines: tuple[Text, ...] = ()
    fields: tuple[Field, ...] = ()
    buttons: tuple[Button, ...] = ()
    table: tuple[tuple[Text, ...], ...] = ()
    tone: str = "calm"
    picture: Chart | None = None
    paper: Paper | None = None


class Kind(StrEnum):
    """What a form's field asks for."""

    TEXT = "text"
    LONG = "long"
    CHOICE = "choice"
    NUMBER = "number"
    HIDDEN = "hidden"  # known already: sent along, and not asked again


@dataclass(frozen=True, slots=True)
class FormField:
    name: str
    label: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()  # value, label
    value: str = ""
    error: str = ""
    hint: str = ""
    longest: int = 0  # characters of a text; 0: no limit of ours


@dataclass(frozen=True, slots=True)
class Form:
    """A question with fields. Its id begins with the word of the command that its answer runs; what follows a `~`
    makes it this one form, which is sent once however often the button is pressed.
    """

    id: str
    title: str
    fields: tuple[FormField, ...]
    submit: str = "Send"
    intro: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """Something others are to see. There is one row for each key and destination, so asking twice is asking once.

    A `live` post is edited to the newest card; any other is said once. `under` is the key of the post whose thread it
    belongs in, at the same destination. `author` is the person whose words these are, None for our own. `urgent`
    posts go first and do not wait out an unclear outcome.

    A destination stands for several places: the web chat's channel and its places on the chat platforms. `said_at` is
    the place where the words can be read already; a post that is `alone` goes to the destination itself and to no other
    place. `root` is the platform's id of somebody's message in whose thread it stands, at a place that it is alone at.
    An `event` is for another system, and nothing else is said with it.
    """

    key: str
    destination: str
    client: str | None
    card: Card | None = None
    words: Text = ()
    live: bool = False
    under: str | None = None
    author: str | None = None
    urgent: bool = False
    buttons: tuple[Button, ...] = ()
    said_at: str = ""
    alone: bool = False
    root: str = ""
    event: Event | None = None


def event_to_json(event: Event) -> dict[str, Any]:
    return {
        "kind": event.kind, "at": event.at.isoformat(), "subject": event.subject, "client": event.client,
        "by": event.by, "facts": dict(event.facts), "detail": event.detail,
    }  # fmt: skip


def event_from_json(data: Mapping[str, Any]) -> Event:
    return Event(**{**data, "at": datetime.fromisoformat(data["at"]).astimezone(UTC)})


def text_to_json(words: Text) -> list[Any]:
    return [span if isinstance(span, str) else {"at": span.at.isoformat(), "style": str(span.style)} for span in words]


def text_from_json(spans: list[Any]) -> Text:
    return tuple(span if isinstance(span, str) else _when_from_json(span) for span in spans)


def _when_from_json(data: Mapping[str, str]) -> When:
    return When(datetime.fromisoformat(data["at"]).astimezone(UTC), Style(data["style"]))


def button_to_json(button: Button) -> dict[str, Any]:
    return {
        "label": button.label, "word": button.word, "args": [list(a) for a in button.args],
        "confirm": button.confirm, "primary": button.primary,
    }  # fmt: skip


def button_from_json(data: Mapping[str, Any]) -> Button:
    args = tuple((name, value) for name, value in data["args"])
    return Button(data["label"], data["word"], args, data["confirm"], data["primary"])


def card_to_json(card: Card) -> dict[str, Any]:
    return {
        "key": card.key, "title": card.title, "state": card.state, "number": card.number, "tone": card.tone,
        "lines": [text_to_json(line) for line in card.lines],
        "fields": [[f.name, text_to_json(f.value)] for f in card.fields],
        "buttons": [button_to_json(b) for b in card.buttons],
        "table": [[text_to_json(cell) for cell in row] for row in card.table],
        **({"picture": chart_to_json(card.picture)} if card.picture else {}),
        **({"paper": [card.paper.form, card.paper.client, card.paper.period]} if card.paper else {}),
    }  # fmt: skip


def card_from_json(data: Mapping[str, Any]) -> Card:
    return Card(
        key=data["key"], title=data["title"], state=data["state"], number=data["number"], tone=data["tone"],
        lines=tuple(text_from_json(line) for line in data["lines"]),
        fields=tuple(Field(name, text_from_json(value)) for name, value in data["fields"]),
        buttons=tuple(button_from_json(b) for b in data["buttons"]),
        table=tuple(tuple(text_from_json(cell) for cell in row) for row in data["table"]),
        picture=chart_from_json(data["picture"]) if "picture" in data else None,
        paper=Paper(*data["paper"]) if "paper" in data else None,
    )  # fmt: skip


def plain_card(card: Card, zone: str, now: datetime) -> str:
    """The whole card in plain words: what a screen reader, a notification and a test read."""
    head = " · ".join(part for part in (str(card.number or ""), card.title, card.state) if part)
    lines = [head, *(plain(line, zone, now) for line in card.lines)]
    lines += [f"{f.name}: {plain(f.value, zone, now)}" for f in card.fields]
    lines += [" · ".join(said for cell in row if (said := plain(cell, zone, now))) for row in card.table]
    return "\n".join(lines)
