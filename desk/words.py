"""Words that people send us, made fit to keep and to show."""

import re
import unicodedata

from desk.refusal import DeskError

LIMIT = 4000  # characters
MARKS = 30  # on one letter, as in Unicode's stream-safe texts: putting thousands of them in order takes minutes

_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x85]")
# Half of a character that lost its other half: no database and no wire would take it.
_LONE = re.compile("[\ud800-\udfff]")
# Overrides and isolates can make a text read as something it is not; right-to-left scripts do not need them.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff]")
# Blanks and what has no width. A joiner is not among them: inside a word it has work to do.
_BLANK = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b\u2060"
_SEEN = re.compile(
    r"[^\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f\u2800\u3164\ufe00-\ufe0f"
    r"\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


def clean(words: str, limit: int = LIMIT) -> str:
    """The same words in NFC, without control characters (line feed and tab stay), bidi overrides and outer blanks.

    A lone surrogate becomes U+FFFD; a text of which nothing can be seen is empty. Raises DeskError when more than
    `limit` characters are left. What looks like markup stays as it is: every platform shows it as text.
    """
    tidy = _LINE_ENDS.sub("\n", words)
    tidy = _LONE.sub("\ufffd", tidy)
    tidy = _CONTROL.sub("", _BIDI.sub("", tidy))
    tidy = unicodedata.normalize("NFC", _sparse(tidy)).strip(_BLANK)
    tidy = tidy if _SEEN.search(tidy) else ""
    if len(tidy) > limit:
        raise DeskError(f"This text has {len(tidy):,} characters and at most {limit:,} fit. Send it in parts.")
    return tidy


def _sparse(words: str) -> str:
    """No letter keeps more than `MARKS` marks."""
    if words.isascii():
        return words
    kept, run = [], 0
    for letter in words:
        run = run + 1 if unicodedata.combining(letter) else 0
        if run <= MARKS:
            kept.append(letter)
    return "".join(kept)
