"""Words that people send us, made fit to keep and to show."""

import re
import unicodedata

from desk.refusal import DeskError

LIMIT = 4000  # characters

_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x85]")
# Half of a character that lost its other half: no database and no wire would take it.
_LONE = re.compile("[\ud800-\udfff]")
# Overrides and isolates can make a text read as something it is not; right-to-left scripts do not need them.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff]")


def clean(words: str, limit: int = LIMIT) -> str:
    """The same words in NFC, without control characters (line feed and tab stay), bidi overrides and outer blanks.

    A lone surrogate becomes U+FFFD. Raises DeskError when more than `limit` characters are left. What looks like
    markup stays as it is: every platform shows it as text.
    """
    tidy = _LINE_ENDS.sub("\n", words)
    tidy = _LONE.sub("\ufffd", tidy)
    tidy = _CONTROL.sub("", _BIDI.sub("", tidy))
    tidy = unicodedata.normalize("NFC", tidy).strip()
    if len(tidy) > limit:
        raise DeskError(f"This text has {len(tidy):,} characters and at most {limit:,} fit. Send it in parts.")
    return tidy
