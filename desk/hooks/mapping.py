"""The small language in which a generic hook says where in a message things stand: paths and words, no expressions.

A path is steps with dots between them: `alert.name`, `checks.0.state`, `labels."app.kubernetes.io/name"`. A step is the
name of a member, or a number for an item of a list. A value is a path, `{text: words}`, or a list of these, which are
joined with blanks; what is not there is left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from desk.hooks.told import words

STEP = re.compile(r'"((?:[^"\\]|\\.)+)"|([A-Za-z0-9_@$:/-]+)')
ESCAPED = re.compile(r"\\(.)")
DEEPEST = 20  # steps
MOST = 20  # parts of a value, words that are compared with

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A literal."""

    text: str


Value = tuple[Path | Words, ...]


@dataclass(frozen=True, slots=True)
class Test:
    """Whether what stands at the path is one of these words, whatever their case. No path: it is so whatever comes."""

    path: Path = ()
    words: frozenset[str] = frozenset()

    def holds(self, body: Any) -> bool:
        return not self.path or words(at(body, self.path)).strip().casefold() in self.words


@dataclass(frozen=True, slots=True)
class Map:
    """`each` is the path to the list whose items are one thing each; None: the message is one. `resolved` None: what
    does not fire is over.
    """

    title: Value
    fingerprint: Value
    firing: Test = Test()
    resolved: Test | None = None
    each: Path | None = None
    sentence: Value = ()
    about: Value = ()
    severity: Value = ()
    link: Value = ()
    started_at: Path = ()
    ended_at: Path = ()
    labels: Mapping[str, Value] = field(default_factory=dict)


def path(written: Any) -> Path:
    """ValueError with a sentence for what is no path."""
    steps: list[str] = []
    rest = written if isinstance(written, str) else ""
    while found := STEP.match(rest):
        steps.append(ESCAPED.sub(r"\1", found[1]) if found[1] else found[2])
        rest = rest[found.end() :]
        if not rest.startswith("."):
            break
        rest = rest[1:] or "."
    if rest or not steps:
        raise ValueError(f"expected a path such as alert.name or items.0.state, got `{str(written)[:40]}`")
    if len(steps) > DEEPEST:
        raise ValueError(f"a path has {DEEPEST} steps at most")
    return tuple(steps)


def value(written: Any) -> Value:
    """A path, `{text: words}`, or a list of these. ValueError with a sentence for anything else."""
    parts = written if isinstance(written, list) else [written]
    if not 0 < len(parts) <= MOST:
        raise ValueError(f"expected 1 to {MOST} parts")
    return tuple(_part(each) for each in parts)


def _part(written: Any) -> Path | Words:
    if isinstance(written, dict):
        if written.keys() != {"text"} or not isinstance(written["text"], str):
            raise ValueError("expected a path, or words as {text: words}")
        return Words(written["text"])
    return path(written)


def test(written: Any) -> Test:
    """`{path: status, is: [firing, problem]}`, or `true`: always."""
    if written is True:
        return Test()
    if not isinstance(written, dict) or written.keys() != {"path", "is"}:
        raise ValueError("expected {path: status, is: [firing, problem]}, or true for always")
    compared = written["is"] if isinstance(written["is"], list) else [written["is"]]
    if not 0 < len(compared) <= MOST or any(isinstance(each, dict | list) for each in compared):
        raise ValueError(f"`is` has 1 to {MOST} words")
    return Test(path(written["path"]), frozenset(words(each).strip().casefold() for each in compared))


def at(body: Any, steps: Path) -> Any:
    """What stands there, None where there is nothing."""
    for step in steps:
        if isinstance(body, dict):
            body = body.get(step)
        elif isinstance(body, list) and step.isascii() and step.isdigit() and int(step[:9]) < len(body):
            body = body[int(step[:9])]
        else:
            return None
    return body


def said(body: Any, value: Value) -> str:
    """The parts that are there, with blanks between them."""
    parts = (each.text if isinstance(each, Words) else words(at(body, each)) for each in value)
    return " ".join(part.strip() for part in parts if part.strip())
