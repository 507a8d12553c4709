"""How long somebody means by what they typed: `25m`, `1h30`, `0.5h`, `2 hours`."""

import re

from desk.refusal import DeskError

LONGEST = 10**9  # seconds
_CLOCK = re.compile(r"([+-]?)([0-9]{1,3})(?:h|:)([0-5][0-9])")
_MINUTES = re.compile(r"[+-]?[0-9]{1,6}")


def length(words: str, field: str) -> int:
    """Seconds of work; digits alone are minutes, and a minus takes back. Raises DeskError for what is none, or zero."""
    said = tidy(words).replace(",", ".")
    seconds = float(said) * 60 if _MINUTES.fullmatch(said) else seconds_of(said)
    if seconds is None or not abs(seconds) < LONGEST or not round(seconds):
        raise DeskError(f"How long is “{shown(words)}”? Write it like `25m`, `1h30` or `0.5h`.", field=field)
    return round(seconds)


def seconds_of(said: str) -> float | None:
    """A length with its units, or in hours and minutes (`1h30`, `1:30`); None for what is none, as digits alone."""
    from pytimeparse.timeparse import timeparse  # noqa: PLC0415 - asked for when somebody types a length, not at every start

    if clock := _CLOCK.fullmatch(said):
        passed = int(clock[2]) * 3600 + int(clock[3]) * 60
        return -passed if clock[1] == "-" else passed
    if not said.isascii() or ":" in said or not re.search("[a-z]", said):
        return None  # it would read 1:30 as a minute and a half
    return timeparse(said)


def tidy(words: str) -> str:
    """In small letters, with single blanks and a plain minus, and without what ends a sentence."""
    return " ".join(words.casefold().replace("−", "-").split()).strip(" ,;!?")


def shown(words: str) -> str:
    """What somebody typed, in a sentence about it."""
    line = " ".join(words.split())
    return line if len(line) <= 40 else f"{line[:39]}…"
