"""What a ticket is called, from the words of whoever asked: a line, or the first sentence of a long one."""

import re

SUBJECT = 200  # characters of a ticket's subject
LONG = 80  # characters, above which a line is read as sentences
SHORT = 15  # characters that say too little, such as a greeting
_END = re.compile(r"[.!?…]+(?=\s)")


def headed(words: str) -> tuple[str, str]:
    """Subject and details. No word is lost: what the subject leaves out of its line stands in the details, whole."""
    first, _, rest = words.strip().partition("\n")
    first = first.strip()
    ends = [end.end() for end in _END.finditer(first) if SHORT <= end.end() <= SUBJECT]
    if len(first) > LONG and ends:
        return first[: ends[0]].rstrip("."), words.strip()
    if len(first) > SUBJECT:
        return first[: SUBJECT - 1].rstrip() + "…", words
    return first, rest.strip()
