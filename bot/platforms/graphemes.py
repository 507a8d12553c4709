"""Words fit to be drawn: nothing unseen in them, and cut only between what a reader takes for two characters."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable

_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x85]")
# Overrides and isolates make a text read as something it is not; the others have no width and hide what they split.
_UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\u00ad\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LONE = re.compile("[\ud800-\udfff]")
_JOINER = "\u200d"
# What belongs to the letter before it though its category does not say so: joiners, skin tones, tags of a flag, the
# halves of a Korean syllable, Thai and Lao AM, the marks of half-width kana.
_TIED = re.compile("[\u200c\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\u1160-\u11ff\u0e33\u0eb3\uff9e\uff9f]")
_MARKS = {"Mn", "Mc", "Me"}


def shown(words: str) -> str:
    """The words as a reader sees them: line feed is the only line end, a lone surrogate is U+FFFD.

    No bidi override or isolate, no control character but line feed and tab, nothing without width but joiners.
    """
    return _UNSEEN.sub("", _LONE.sub("\ufffd", _LINE_ENDS.sub("\n", words)))


def cut(text: str, limit: int, end: str = "…", measure: Callable[[str], int] = len) -> tuple[str, str]:
    """What fits into `limit`, with `end` where something is missing, and what is missing: together they are the text.

    It is cut before a blank where one is near, else between two graphemes; one that alone is over the limit is cut
    inside, since a rest must grow shorter. `measure` never shrinks as a text grows and is at least 1 a character.
    """
    if measure(text) <= limit:
        return text, ""
    room = limit - measure(end)
    if room <= 0:
        return "", text
    longest = min(len(text), room)
    at = bisect_right(range(longest + 1), room, key=lambda n: measure(text[:n])) - 1
    at = _before_blank(text, at) or _between(text, at) or at
    return (text[:at] + end, text[at:]) if at > 0 else ("", text)


def _before_blank(text: str, at: int) -> int:
    """Where the last word that is whole ends, 0 if that is far back."""
    for place in range(at, max(at - 40, at // 2), -1):
        if text[place].isspace() and not text[place - 1].isspace():
            return place
    return 0


def _between(text: str, at: int) -> int:
    """The last border between two graphemes that is not after `at`, 0 if there is none."""
    while at > 0 and _joined(text, at):
        at -= 1
    return at


def _joined(text: str, at: int) -> bool:
    """Whether the characters on both sides of `at` are seen as one."""
    before, after = text[at - 1], text[at]
    if unicodedata.category(after) in _MARKS or _TIED.match(after) or before == _JOINER:
        return True
    if before + after == "\r\n" or (_is_lead(before) and _is_lead(after)):
        return True
    return _is_flag_letter(after) and _flag_letters_before(text, at) % 2 == 1


def _is_lead(letter: str) -> bool:
    return "\u1100" <= letter <= "\u115f"


def _is_flag_letter(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def _flag_letters_before(text: str, at: int) -> int:
    count = 0
    while count < at and _is_flag_letter(text[at - 1 - count]):
        count += 1
    return count
