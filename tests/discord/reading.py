"""How Discord reads what we send it, as far as the tests need it: what a person sees, and what would be active."""

import re
from collections import Counter

from bot.platforms.graphemes import shown
from desk.cards import Card, Text

BLANK = "\u200b"
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])", re.ASCII)
_INSTANT = re.compile(r"<t:-?\d+:[tfR]>")
# In the raw text, since Discord looks for these before it knows of backslashes.
_RAW = re.compile(r"@everyone|@here|<@[!&]?\d+>|[a-z]://|discord(?:app)?\.[a-z]+/", re.IGNORECASE)
_LIVE = re.compile(r"[\\*_~|`\[\]<>]|:[\w+-]+:|^\s*(?:#|-|\+|\d+[.)])", re.MULTILINE)


def active(markdown: str) -> list[str]:
    """Everything in it that Discord would read as more than its own letters; the instants we write are not counted."""
    live = _ESCAPE.sub("\0", markdown) if markdown else ""
    return _RAW.findall(markdown) + _LIVE.findall(_INSTANT.sub("\0", live))


def visible(markdown: str) -> str:
    """What a person sees of it; instants stay as they are written."""
    return _ESCAPE.sub(r"\1", markdown).replace(BLANK, "")


def letters(*said: str) -> Counter[str]:
    """How often each letter is there, but for blanks and for what marks a cut."""
    return Counter(c for words in said for c in shown(words) if not c.isspace() and c not in "…·")


def strings(words: Text) -> str:
    """The words without their instants."""
    return "".join(span for span in words if isinstance(span, str))


def source(card: Card) -> list[str]:
    """Every string of a card that a reader is owed."""
    cells = [cell for row in card.table for cell in row]
    fields = [words for field in card.fields for words in ((field.name,), field.value)]
    return [card.title, card.state, *(strings(words) for words in (*card.lines, *fields, *cells))]
