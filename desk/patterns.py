"""Which regular expressions a parameter may use: only such as cannot be made to run for minutes by a short value.

Values are at most 200 characters, so what must be kept out is the pattern that explores exponentially many ways to
read one value: a repeat inside a repeat, or overlapping alternatives inside a repeat, unless a separator tells where
one round ends. `[a-z]+(-[a-z]+)*` is welcome, `([a-z]+)*` is not.
"""

import importlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

# The standard library's own parser has no public name; reading its tree beats guessing at the text of a pattern.
_parse = importlib.import_module("re._parser").parse

_ALPHABET = [chr(code) for code in range(256)] + ["Ā"]  # the last stands for every letter beyond Latin-1
_EVERYTHING = frozenset(_ALPHABET)
_CATEGORIES = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w", "NOT_DIGIT": r"\D", "NOT_SPACE": r"\S", "NOT_WORD": r"\W"}
_MANY = 10  # a repeat of up to ten is no better than ten copies
_LOOSE = 3  # three loose repeats over 200 characters are a million steps; four are seventy million

Node = tuple[Any, Any]


class _Refused(Exception):
    """Carries a sentence out of the walk, and never leaves this module."""


def pattern_trouble(pattern: str) -> str | None:
    """The sentence why this pattern cannot be used for a parameter, or None when it can."""
    try:
        tree = _parse(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"The pattern is no regular expression: {error}."
    if tree.state.flags != re.UNICODE.value:
        return "The pattern sets flags; write both cases as a set, like [A-Za-z]."
    try:
        _walk(list(tree), repeated=False)
    except _Refused as refused:
        return str(refused)
    return None


def _walk(nodes: Sequence[Node], *, repeated: bool) -> None:
    """Refuse what is dangerous in a sequence; `repeated` says that an enclosing repeat may read it many times."""
    loose = 0
    flat = list(_flat(nodes))
    for place, (op, value) in enumerate(flat):
        name = str(op)
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            _walk_repeat(value, repeated=repeated)
            loose += value[1] > _MANY and bool(_letters(value[2]) & _next_letters(flat[place + 1 :]))
        elif name == "BRANCH":
            _walk_branch(value[1], repeated=repeated)
        elif name not in ("LITERAL", "NOT_LITERAL", "IN", "ANY", "AT"):
            raise _Refused("The pattern may use literals, sets, groups, alternatives and repeats; nothing cleverer.")
    if loose > _LOOSE:
        raise _Refused("The pattern has too many open repeats in a row that can match the same letters.")


def _walk_repeat(value: tuple[Any, Any, Any], *, repeated: bool) -> None:
    _least, most, body = value
    inner = list(_flat(body))
    rounds = most > 1
    varying = [node for node in _every(inner) if str(node[0]).endswith("_REPEAT") and node[1][0] != node[1][1]]
    if rounds and varying and not _separated(inner):
        raise _Refused("The pattern repeats a repeat, like (a+)+, which a short value can make run for hours.")
    _walk(inner, repeated=repeated or rounds)


def _walk_branch(branches: Sequence[Any], *, repeated: bool) -> None:
    seen: frozenset[str] = frozenset()
    for branch in branches:
        nodes = list(branch)
        first = _letters(nodes[:1])
        if repeated and (not nodes or seen & first):
            raise _Refused("The pattern repeats alternatives that begin alike, like (a|ab)*.")
        seen |= first
        _walk(nodes, repeated=repeated)


def _separated(nodes: Sequence[Node]) -> bool:
    """Whether a fixed letter at either end of a round occurs nowhere else in it, so that rounds cannot mix."""
    for edge, rest in ((nodes[0], nodes[1:]), (nodes[-1], nodes[:-1])):
        if str(edge[0]) in ("LITERAL", "IN") and not _letters([edge]) & _letters(rest):
            return True
    return False


def _flat(nodes: Iterable[Node]) -> Iterator[Node]:
    """A sequence with its plain groups opened: brackets alone change nothing."""
    for node in nodes:
        if str(node[0]) == "SUBPATTERN":
            yield from _flat(node[1][3])
        else:
            yield node


def _next_letters(nodes: Sequence[Node]) -> frozenset[str]:
    """The letters that can come next: of the first node that must be there, and of the optional ones before it."""
    found: frozenset[str] = frozenset()
    for node in nodes:
        found |= _letters([node])
        if not (str(node[0]).endswith("_REPEAT") and node[1][0] == 0):
            break
    return found


def _every(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        for part in _parts(node):
            yield from _every(part)


def _parts(node: Node) -> list[list[Node]]:
    op, value = node
    match str(op):
        case "MAX_REPEAT" | "MIN_REPEAT":
            return [list(value[2])]
        case "SUBPATTERN":
            return [list(value[3])]
        case "BRANCH":
            return [list(branch) for branch in value[1]]
    return []


def _letters(nodes: Any) -> frozenset[str]:
    """Every letter that these nodes can read, out of the small alphabet."""
    return frozenset().union(*(_of(node) for node in _every(list(nodes))))


def _of(node: Node) -> frozenset[str]:
    op, value = node
    match str(op):
        case "LITERAL":
            return frozenset({chr(value) if value < 256 else "Ā"})
        case "NOT_LITERAL":
            return _EVERYTHING - ({chr(value)} if value < 256 else set())
        case "ANY":
            return _EVERYTHING
        case "IN":
            chosen = frozenset(letter for letter in _ALPHABET if any(_holds(item, letter) for item in value))
            return _EVERYTHING - chosen if str(value[0][0]) == "NEGATE" else chosen
    return frozenset()


def _holds(item: Node, letter: str) -> bool:
    op, value = item
    match str(op):
        case "LITERAL":
            return bool(ord(letter) == min(value, 256))
        case "RANGE":
            return bool(value[0] <= ord(letter) <= value[1] or (letter == "Ā" and value[1] >= 256))
        case "CATEGORY":
            return re.match(_CATEGORIES[str(value).removeprefix("CATEGORY_")], letter) is not None
    return False
