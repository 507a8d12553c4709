"""Texts as Slack's rich text, where nothing is markup, and as the plain `text` beside it. Pure: no Slack, no clock."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import groupby
from typing import Any

from bot.platforms.graphemes import cut, shown
from bot.platforms.slack.limits import units, weight
from desk.cards import Span, Style, Text, When, say_when

Block = dict[str, Any]
_JSON_PER_UNIT = 3  # of BLOCKS_JSON for each of TEXT, so that one number says what a piece takes of both
_LINE = 20  # what a line itself takes: its braces as JSON, its line end
_LEAST = 80  # below it a span is not begun, so that no grapheme is cut for want of a few units
_BESIDE = 12 * 3600  # seconds within which a time of day says enough
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "\u02cb"})
# What opens markup, an emoji, a mention or a link. Before a blank, the thinnest there is, it opens nothing.
_ACTIVE = re.compile(r"(?<![^\W_])[*_~](?=\S)|:(?=[\w+'-]+:)|:(?=//)|(?<![^\W_])[@#](?=\w)")
_HAIR = "\u200a"


class Look(Enum):
    HEAD = "head"
    LINE = "line"
    POINT = "point"  # of a list


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph: `bold` words, then the others."""

    words: Text = ()
    bold: str = ""
    look: Look = Look.LINE

    def spans(self) -> list[tuple[Span, bool]]:
        """Each span as it is shown and whether it is bold, without those of which nothing is left."""
        said = [(shown(span) if isinstance(span, str) else span, False) for span in self.words]
        return [(span, bold) for span, bold in [(shown(self.bold), True), *said] if span]


@dataclass(frozen=True, slots=True)
class Filled:
    """`text` says the same as the blocks; `rest` is what found no room."""

    blocks: tuple[Block, ...]
    text: str
    rest: Text


def inert(words: str) -> str:
    """Plain words as `text` of a message: no entity, no markup, no mention, no link, whatever reads it."""
    return _ACTIVE.sub(lambda found: found[0] + _HAIR, words.translate(_ENTITIES))


def plain(words: str, limit: int, instead: str = "…") -> Block:
    """A plain_text object, where an emoji's name stays a name. `instead` stands where there are no words."""
    return {"type": "plain_text", "text": cut(tidy(words), limit, measure=units)[0] or instead, "emoji": False}


def tidy(words: str) -> str:
    """In one line, without outer blanks."""
    return " ".join(shown(words).split())


def note(words: str) -> Block:
    """A small grey line."""
    return {"type": "context", "elements": [plain(words, 2000)]}


def texts(lines: Sequence[Line]) -> Text:
    """The lines as one text."""
    spans: list[Span] = []
    for line in lines:
        said = [span for span, _ in line.spans()]
        spans += ["\n", *said] if spans and said else said
    return tuple(spans)


def fill(lines: Sequence[Line], now: datetime, room: int) -> Filled:
    """As many of the lines as `room` takes, in units of `text`; the last may be cut. `now` is for what is left."""
    drawn: list[tuple[Look, list[Block]]] = []
    said: list[str] = []
    for place, line in enumerate(lines):
        elements, left = _draw(line, now, room - _LINE)
        if elements:
            drawn.append((line.look, elements))
            said.append(_text(elements))
            room -= _LINE + _cost(elements)
        if left:
            return Filled(_blocks(drawn), "\n".join(said), texts([Line(left), *lines[place + 1 :]]))
    return Filled(_blocks(drawn), "\n".join(said), ())


def _draw(line: Line, now: datetime, room: int) -> tuple[list[Block], Text]:
    """The line's elements that fit, and the spans that do not."""
    drawn: list[Block] = []
    spans = line.spans()
    clocks = {span.at for span, _ in spans if isinstance(span, When) and span.style is Style.CLOCK}
    for place, (span, bold) in enumerate(spans):
        elements = _elements(span, bold, now, clocks)
        cost = _cost(elements)
        if cost <= room:
            drawn += elements
            room -= cost
            continue
        after = tuple(later for later, _ in spans[place + 1 :])
        if not isinstance(span, str) or room < _LEAST:
            return drawn, (span, *after)
        head, left = cut(span, room, measure=lambda words: _cost(_elements(words, bold, now, clocks)))  # noqa: B023 - called at once
        return drawn + (_elements(head, bold, now, clocks) if head else []), (left, *after)
    return drawn, ()


def _elements(span: Span, bold: bool, now: datetime, clocks: set[datetime]) -> list[Block]:  # noqa: FBT001 - a style
    """What is left of a time goes behind its time of day, unless the line says that already."""
    if isinstance(span, str):
        return [{"type": "text", "text": span, "style": {"bold": True}} if bold else {"type": "text", "text": span}]
    if span.style is Style.CLOCK:
        return [_date(span.at, now)]
    told = say_when(span, "UTC", now)
    if span.style is Style.LASTED or span.at in clocks:
        return [{"type": "text", "text": told}]
    return [_date(span.at, now), {"type": "text", "text": f" ({told})"}]


def _date(at: datetime, now: datetime) -> Block:
    near = abs((at - now).total_seconds()) < _BESIDE
    return {
        "type": "date", "timestamp": int(at.timestamp()), "format": "{time}" if near else "{date_short_pretty} {time}",
        "fallback": say_when(When(at), "UTC", now) + " UTC",
    }  # fmt: skip


def _text(elements: Sequence[Block]) -> str:
    """The elements as `text`: a date stays one, so that a notification says it in the reader's zone. Neighbours are
    stilled together, for half of what opens markup may stand in each.
    """
    said: list[str] = []
    for is_date, group in groupby(elements, key=lambda e: e["type"] == "date"):
        if is_date:
            said += [f"<!date^{e['timestamp']}^{e['format']}|{e['fallback']}>" for e in group]
        else:
            # A letter behind it stands for whatever follows, and is taken off again.
            said.append(inert("".join(e["text"] for e in group) + "x")[:-1])
    return "".join(said)


def _cost(elements: Sequence[Block]) -> int:
    return max(units(_text(elements)), -(-weight(elements) // _JSON_PER_UNIT))


def _blocks(drawn: Sequence[tuple[Look, list[Block]]]) -> tuple[Block, ...]:
    """Neighbours of one look stand in one block."""
    blocks: list[Block] = []
    for head, group in groupby(drawn, key=lambda each: each[0] is Look.HEAD):
        lines = list(group)
        if head:
            blocks += [{"type": "header", "text": plain(elements[0]["text"], 150)} for _, elements in lines]
        else:
            blocks.append({"type": "rich_text", "elements": _parts(lines)})
    return tuple(blocks)


def _parts(lines: Sequence[tuple[Look, list[Block]]]) -> list[Block]:
    parts: list[Block] = []
    for look, group in groupby(lines, key=lambda each: each[0]):
        inner = [elements for _, elements in group]
        if look is Look.POINT:
            rows = [{"type": "rich_text_section", "elements": elements} for elements in inner]
            parts.append({"type": "rich_text_list", "style": "bullet", "elements": rows})
        else:
            broken = [e for elements in inner for e in ({"type": "text", "text": "\n"}, *elements)]
            parts.append({"type": "rich_text_section", "elements": broken[1:]})
    return parts
