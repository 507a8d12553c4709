"""What is wrong with a configuration, said so that the operator can go and mend it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

SECRET_WORDS = ("token", "password", "passwd", "secret", "api_key", "apikey", "credential", "private_key")
ENVIRONMENT = "environment"  # stands where a file's name stands in a problem
SHOWN = 40  # characters of a wrong value that a sentence repeats
NAMED = 8  # names that a sentence lists when none of them is near


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One sentence about one line. Line 0 means that the file as a whole, or the environment, is meant."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.sentence}"


class ConfigError(Exception):
    """A configuration that is refused: everything that is wrong with it, sorted by file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def near(word: str, known: Collection[str]) -> str:
    """`; did you mean ...?`, or nothing when none of the names is near."""
    found = process.extractOne(word[:200], [*known], scorer=fuzz.ratio, score_cutoff=60)
    return f"; did you mean `{found[0]}`?" if found else ""


def nearest(word: str, known: Collection[str]) -> str:
    """The end of a sentence about an unknown name: the nearest one there is, or those there are."""
    return near(word, known) or (f"; there is {listed(word, known)}." if known else "; there is none yet.")


def listed(word: str, known: Collection[str]) -> str:
    """The names there are, those most like the word first."""
    ranked = process.extract(word[:200], sorted(known), scorer=fuzz.ratio, limit=NAMED)
    more = ", …" if len(known) > len(ranked) else ""
    return ", ".join(f"`{name}`" for name, _, _ in ranked) + more


def no_such(what: str, name: str, known: Collection[str]) -> str:
    return f"there is no {what} `{name[:SHOWN]}`{nearest(name, known)}"


def unknown_key(key: str, known: Collection[str]) -> str:
    if looks_secret(key):
        return "a secret is never written here; it comes from the environment (`DESKBELL_...`) or the secrets folder."
    return f"unknown key{nearest(key, known)}"


def looks_secret(key: str) -> bool:
    return any(word in key.lower() for word in SECRET_WORDS)


def shown(value: Any) -> str:
    """A wrong value as the operator wrote it, short enough to read."""
    if isinstance(value, dict):
        return "settings"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    words = repr(value) if isinstance(value, str) else str(value)
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}..."
