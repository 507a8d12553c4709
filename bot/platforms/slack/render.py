"""Cards and words as Slack's messages and its App Home. Pure: no Slack, no store, no clock.

What a card says is rich text and plain text only, which Slack never reads as markup.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.platforms.graphemes import cut
from bot.platforms.slack.buttons import Wire, actions
from bot.platforms.slack.limits import BLOCKS_JSON, HEADER, IMAGE_ALT, TEXT, VIEW_BLOCKS, VIEW_BYTES, units, weight
from bot.platforms.slack.words import Block, Filled, Line, Look, fill, inert, note, texts, tidy
from desk.cards import Button, Card, Span, Text

COPY = "A second copy of a message above."
MORE = "It goes on in the thread."
NOTHING = "There is nothing to show."
_BRACES = 600  # what the blocks' own braces and the note at the end take as JSON
_BESIDE = 600  # units of text for the links of files and for what is said of one that is missing; as JSON too
_HOME = 1000  # units of text for a card among others


@dataclass(frozen=True, slots=True)
class Message:
    """`text` says what the blocks say, for notifications and screen readers; `rest` is what found no room in either."""

    text: str
    blocks: tuple[Block, ...]
    rest: Text


def message(
    card: Card | None, words: Text, buttons: tuple[Button, ...], wire: Wire, *, now: datetime, author_name: str = "",
    copy: bool = False,
) -> Message:  # fmt: skip
    """A post: the words, by whom they are, then the card, then its buttons and the post's own.

    `now` is for times that are left. The rest goes into the thread, in as many messages as it takes.
    """
    if copy:
        return Message(COPY, (note(COPY),), ())
    said = [Line(words, f"{author_name}: " if author_name else "")]
    all_buttons = (*(card.buttons if card else ()), *buttons)
    return _message([*said, *_lines(card)], all_buttons, wire, now, MORE, _beside(card))


def answer(
    error: str, card: Card | None, buttons: tuple[Button, ...], wire: Wire, *, now: datetime, command: str = "/desk"
) -> Message:
    """What only the asker sees: the refusal, the card that explains it, one's own buttons before the card's.

    There is no thread for the rest, so its end says how to see more; `command` is what they type here.
    """
    more = f"That is not all. {command} show {card.number} shows it." if card and card.number else "That is not all."
    all_buttons = (*buttons, *(card.buttons if card else ()))
    return _message([Line((error,)), *_lines(card)], all_buttons, wire, now, more, _beside(card))


def home(cards: Sequence[Card], wire: Wire, *, now: datetime) -> Block:
    """The App Home: the cards one below the other, as many as fit; a card without lines is a heading."""
    blocks: list[Block] = []
    for place, card in enumerate(cards):
        filled, row = _drawn(_lines(card), card.buttons, wire, now, _HOME)
        show = f" See /desk show {card.number}." if card.number else ""
        notes = (note(f"That is not all.{show}"),) if filled.rest else ()
        added = [*filled.blocks, *notes, *row, *([{"type": "divider"}] if row else [])]
        if len(blocks) + len(added) >= VIEW_BLOCKS or 3 * weight([*blocks, *added]) > VIEW_BYTES:
            blocks.append(note(f"{len(cards) - place} more do not fit here. See /desk list."))
            break
        blocks += added
    return {"type": "home", "blocks": blocks or [note(NOTHING)]}


def _beside(card: Card | None) -> int:
    """What the files of a card may take of the blocks as JSON, known before they are made."""
    if card is None or not (card.picture or card.paper):
        return 0
    alt = cut(card.picture.words(), IMAGE_ALT, measure=units)[0] if card.picture else ""
    return 2 * _BESIDE + weight(alt)


def _message(
    lines: list[Line], buttons: tuple[Button, ...], wire: Wire, now: datetime, more: str, beside: int
) -> Message:
    links = _BESIDE if beside else 0
    filled, row = _drawn(lines, buttons, wire, now, TEXT - units(inert(more)) - 1 - links, beside)
    notes, text = filled.blocks, filled.text
    if filled.rest:
        notes, text = (*filled.blocks, note(more)), f"{text}\n{inert(more)}"
    if not text.strip():
        notes, text = (note(NOTHING),), NOTHING
    return Message(text, (*notes, *row), filled.rest)


def _drawn(
    lines: list[Line], buttons: tuple[Button, ...], wire: Wire, now: datetime, room: int, beside: int = 0
) -> tuple[Filled, tuple[Block, ...]]:
    """The lines within `room` and the row of buttons; what the row cannot say is said with the rest. `beside` is what
    else stands in the message, as JSON.
    """
    row, unsaid = actions(buttons, wire)
    filled = fill(lines, now, min(room, (BLOCKS_JSON - _BRACES - beside - weight(row)) // 3))
    left: list[Span] = [*filled.rest]
    spelled = texts(unsaid)
    return Filled(filled.blocks, filled.text, (*left, *(("\n",) if left and spelled else ()), *spelled)), row


def _lines(card: Card | None) -> list[Line]:
    """How it is, which it is, what it is; then its lines, its fields, its rows. A long title goes on below itself."""
    if card is None:
        return []
    number = "" if card.number is None else str(card.number)
    title = " · ".join(part for part in (tidy(card.state), number, tidy(card.title)) if part)
    head, more = cut(title, HEADER, measure=units)
    lines = [Line((head,), look=Look.HEAD), Line(bold=more.lstrip()), *(Line(words) for words in card.lines)]
    lines += [Line(field.value, f"{field.name}: ") for field in card.fields]
    return lines + [_row(row) for row in card.table]


def _row(cells: tuple[Text, ...]) -> Line:
    """A row of a table as a point of a list: on a phone there is no room for columns."""
    full = [cell for cell in cells if cell and any(cell)]
    spans = [span for place, cell in enumerate(full) for span in ((" · ", *cell) if place else cell)]
    return Line(tuple(spans), look=Look.POINT)
