"""The few words around what was looked for, out of a longer text."""

import re
import unicodedata
from collections.abc import Sequence

from desk.queries import Term

SIZE = 120  # characters
BEFORE = 40  # of them before the hit

_ACCENTS = frozenset(map(chr, range(0x300, 0x370)))


def snippet(text: str, terms: Sequence[Term]) -> str:
    """One line with the first hit of any term in it; empty where there is none."""
    line = " ".join(text.split())
    folded, places = _folded(line)
    starts = [found.start() for term in terms if (found := _pattern(term).search(folded))]
    if not starts:
        return ""
    start = max(0, places[min(starts)] - BEFORE) if len(line) > SIZE else 0
    start = 0 if start == 0 else line.find(" ", start) + 1
    cut = line[start : start + SIZE].rstrip()
    return ("…" if start else "") + cut + ("…" if start + SIZE < len(line) else "")


def hits(text: str, terms: Sequence[Term]) -> int:
    """How many of the terms are in the text."""
    folded, _ = _folded(text)
    return sum(bool(_pattern(term).search(folded)) for term in terms)


def folded(text: str) -> str:
    """In small letters and without accents: so words are compared."""
    return _folded(text)[0]


def _folded(text: str) -> tuple[str, list[int]]:
    """The text without accents, in small letters, and for each of its characters where it was."""
    pairs = [
        (letter, place)
        for place, whole in enumerate(text)
        for letter in unicodedata.normalize("NFD", whole).lower()
        if letter not in _ACCENTS
    ]
    return "".join(letter for letter, _ in pairs), [place for _, place in pairs]


def _pattern(term: Term) -> re.Pattern[str]:
    """At the beginning of a word; between its own words anything that is neither letter nor digit."""
    inside = r"[\W_]+".join(map(re.escape, re.findall(r"[^\W_]+", folded(term.words))))
    return re.compile(rf"(?<![^\W_]){inside or r'(?!)'}" + (r"(?![^\W_])" if term.whole else ""))
