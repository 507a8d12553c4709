"""How a condition that does not hold is told: the value seen beside the expected one.

`latency_ms < 800` becomes `latency_ms 912, expected < 800`, and `body.items[0].price > 0`, where there is no such item,
`body.items[0].price is missing, expected > 0`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from monitors.tokens import COMPARISONS, Token, at_top, closing, roots, tokens

SHOWN = 60  # characters of a text that was seen
_MISSING = ("Key not found", "Index error", "Applying SELECT", "Invalid container type", "No value with name")
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_CALLS = {"matches": "match", "contains": "contain", "startsWith": "start with", "endsWith": "end with"}


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a part of a condition has no value, in the interpreter's words."""

    why: str

    def __str__(self) -> str:
        if any(words in self.why for words in _MISSING):
            return "is missing"
        return f"cannot be read ({self.why.partition(': ')[2] or self.why})"


Reader = Callable[[str], Any]  # the value of a part of a condition, or Unread


def failure(text: str, expected: str, read: Reader) -> str:
    """The sentence about a condition that does not hold; `expected` are its own words for what it expects."""
    parts = tokens(text)
    if expected:
        subject = next(roots(parts))
        return f"{subject} {said(read(subject))}, expected {expected}"
    return _failure(text, parts, read)


def _failure(text: str, parts: Sequence[Token], read: Reader) -> str:
    parts = _unwrapped(parts)
    if at_top(parts, frozenset({"||", "?"})):
        return _as_a_whole(text, parts, read)
    if both := at_top(parts, frozenset({"&&"})):
        edges = [-1, *both, len(parts)]
        pieces = [parts[a + 1 : b] for a, b in pairwise(edges)]
        broken = next((piece for piece in pieces if read(_source(text, piece)) is not True), pieces[0])
        return _failure(text, broken, read)
    if signs := at_top(parts, COMPARISONS):
        return _comparison(text, parts, signs[-1], read)
    if parts[0].text == "!":
        return _truth(text, parts[1:], read, wanted=False)
    return _call(text, parts, read) or _truth(text, parts, read, wanted=True)


def _comparison(text: str, parts: Sequence[Token], sign: int, read: Reader) -> str:
    left, word, right = parts[:sign], parts[sign].text, parts[sign + 1 :]
    if not [*roots(left)] and [*roots(right)] and word in _FLIPPED:
        left, word, right = right, _FLIPPED[word], left
    limit = _source(text, right)
    if [*roots(right)]:
        limit = f"{limit} ({said(read(limit))})"
    return f"{_seen(text, left, read)}, expected {'' if word == '==' else f'{word} '}{limit}"


def _call(text: str, parts: Sequence[Token], read: Reader) -> str:
    """`text.contains("ok")` and its like, by what stands before the dot; empty for what is no such call."""
    calls = [at for at in at_top(parts[:-1], frozenset({"."})) if closing(parts, at + 2) == len(parts) - 1]
    if parts[-1].text != ")" or not calls:
        return ""
    dot = calls[-1]
    word, argument = parts[dot + 1].text, _source(text, parts[dot + 3 : -1])
    wanted = f"to {_CALLS[word]} {argument}" if word in _CALLS else f"{word}({argument})"
    return f"{_seen(text, parts[:dot], read)}, expected {wanted}"


def _truth(text: str, parts: Sequence[Token], read: Reader, *, wanted: bool) -> str:
    if parts[0].text == "has" and closing(parts, 1) == len(parts) - 1:
        there = "to be there" if wanted else "not to be there"
        return f"{_seen(text, parts[2:-1], read)}, expected it {there}"
    return f"{_seen(text, parts, read)}, expected {'true' if wanted else 'false'}"


def _as_a_whole(text: str, parts: Sequence[Token], read: Reader) -> str:
    """What has several ways to hold: every value it reads, and the text itself."""
    seen = ", ".join(f"{name} {said(read(name))}" for name in dict.fromkeys(roots(parts)))
    return f"{seen}, expected {_source(text, parts)}"


def _seen(text: str, parts: Sequence[Token], read: Reader) -> str:
    source = _source(text, _unwrapped(parts))
    return f"{source} {said(read(source))}"


def said(value: Any) -> str:
    """A value as a sentence shows it: short, on one line, texts in quotes."""
    if isinstance(value, str):
        start = " ".join("".join(c if c.isprintable() else " " for c in value[: SHOWN * 10]).split())
        return f'"{start[:SHOWN]}{"…" if len(start) > SHOWN or len(value) > SHOWN * 10 else ""}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(int(value)) if value == value // 1 and abs(value) < 1e15 else f"{value:.6g}"
    if isinstance(value, list | dict):
        return f"({len(value)} {'items' if len(value) != 1 else 'item'})"
    return "null" if value is None else str(value)


def patterns(parts: Sequence[Token]) -> Iterator[str]:
    """The patterns of `matches`, as they are written."""
    for place, token in enumerate(parts[:-2]):
        if token.text == "matches" and parts[place + 1].text == "(":
            yield parts[place + 2].text


def _source(text: str, parts: Sequence[Token]) -> str:
    return text[parts[0].start : parts[-1].end] if parts else ""


def _unwrapped(parts: Sequence[Token]) -> Sequence[Token]:
    while len(parts) > 2 and parts[0].text == "(" and closing(parts, 0) == len(parts) - 1:
        parts = parts[1:-1]
    return parts
