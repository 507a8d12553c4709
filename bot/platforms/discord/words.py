"""Texts for Discord: nothing that a person typed is read as markup, mention or link there, and all of it fits."""

import re
from datetime import datetime, timedelta

from bot.platforms.graphemes import cut, shown
from desk.cards import Span, Style, Text, say_when

BLANK = "\u200b"  # Discord refuses what is empty: this is seen by nobody and is not empty

# A colon only where a name and another colon follow, as in `:fire:`. Each is shown as itself after a backslash.
_MARKS = re.compile(r"[\\*_~|`\[\]<>]|:(?=[\w+-]+:)")
_LINE_STARTS = re.compile(r"^([^\S\n]*\d*)([#+-]|(?<=\d)[.)])", re.MULTILINE)
# Mentions are looked for in the raw text as well, where a backslash does not help.
_MENTIONS = re.compile(r"@(?=everyone|here|[!&]?\d)", re.IGNORECASE)
_INVITES = re.compile(r"(discord(?:app)?\.[a-z]+)(?=/)", re.IGNORECASE)
_FAR = timedelta(hours=12)


def one_line(words: str) -> str:
    return " ".join(shown(words).split())


def inert(words: str) -> str:
    """Shown words as markdown that shows just them. A link is broken after its scheme by a zero-width space."""
    safe = _LINE_STARTS.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", words))
    safe = _MENTIONS.sub(f"@{BLANK}", safe).replace("://", f":{BLANK}//")
    return _INVITES.sub(rf"\1{BLANK}", safe)


def label(words: str, limit: int) -> str:
    """For where Discord reads no markup: one line, cut, never empty."""
    return cut(one_line(words), limit)[0] or BLANK


def draw(span: Span, now: datetime) -> str:
    """A span as markdown; an instant in the zone of whoever reads it, and with its day where that may not be today."""
    if isinstance(span, str):
        return inert(span)
    if span.style is Style.LASTED:
        return say_when(span, "UTC", now)
    if span.style is Style.LEFT:
        return f"<t:{int(span.at.timestamp())}:R>"
    return f"<t:{int(span.at.timestamp())}:{'t' if abs(span.at - now) < _FAR else 'f'}>"


def fit(words: Text, limit: int, now: datetime) -> tuple[str, Text]:
    """The words as markdown of at most `limit` characters, and those that no longer fit. No escape is cut in two."""
    spans = _merged(words)
    drawn = [draw(span, now) for span in spans]
    if sum(map(len, drawn)) <= limit:
        return "".join(drawn), ()
    whole, room = 0, limit - len("…")
    while len(drawn[whole]) <= room:
        room -= len(drawn[whole])
        whole += 1
    span, later = spans[whole], spans[whole + 1 :]
    head, tail = cut(span, room, "", _size) if isinstance(span, str) else ("", span)
    return "".join([*drawn[:whole], inert(head), "…"]), (tail, *later)


def _size(words: str) -> int:
    return len(inert(words))


def _merged(words: Text) -> list[Span]:
    """Neighbouring strings as one, so that no mark is put together out of two, and none of them empty."""
    spans: list[Span] = []
    for span in words:
        if isinstance(span, str) and spans and isinstance(spans[-1], str):
            spans[-1] += span
        else:
            spans.append(span)
    seen = [shown(span) if isinstance(span, str) else span for span in spans]
    return [span for span in seen if span]
