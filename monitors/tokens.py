"""A condition's text in pieces: which values it reads, where it compares, and what must not be in it.

CEL's own parser judges the grammar. This one knows only words and brackets, so that a failure can be told by its two
sides, and so that no condition can take long: outside of loops its cost is its length times the size of what it reads,
and within a loop only what is gone through may be read.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

LONGEST = 500  # characters of a condition
MACROS = frozenset({"all", "exists", "exists_one", "filter"})
COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in"})
_WORDS = frozenset({"true", "false", "null", "in"})
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_TOKEN = re.compile(
    r"""[ \t\n]*(?:
        (?P<text>[rR](?:"[^"\n]*"|'[^'\n]*') | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*')
      | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
      | (?P<name>[A-Za-z_][A-Za-z_0-9]*)
      | (?P<sign>&& | \|\| | [=!<>]= | (?!//)[-+*/%!<>?:.,()\[\]{}])
    )""",
    re.VERBOSE,
)


class ConditionError(ValueError):
    """Why a text is no condition here, as a clause without a full stop."""


class Token(NamedTuple):
    sort: str  # text, number, name or sign
    text: str
    start: int
    end: int


def tokens(source: str) -> list[Token]:
    """Raises ConditionError for what is none of the language's words, with its place."""
    if len(source) > LONGEST:
        raise ConditionError(f"it has {len(source)} characters, and {LONGEST} is the most")
    found, at, end = [], 0, len(source.rstrip())
    while at < end:
        piece = _TOKEN.match(source, at)
        if piece is None or piece.lastgroup is None:
            rest = source[at:].lstrip()
            raise ConditionError(f"`{rest[:20]}` at character {len(source) - len(rest) + 1} cannot be read")
        sort = piece.lastgroup
        found.append(Token(sort, piece[sort], piece.start(sort), piece.end(sort)))
        at = piece.end()
    return found


def roots(parts: Sequence[Token]) -> Iterator[str]:
    """The names that stand for values: neither members, functions nor words of the language."""
    for place, token in enumerate(parts):
        if token.sort == "name" and token.text not in _WORDS:
            called = place + 1 < len(parts) and parts[place + 1].text == "("
            member = place > 0 and parts[place - 1].text == "."
            if not called and not member:
                yield token.text


def closing(parts: Sequence[Token], opening: int) -> int:
    """Where the bracket that opens at `opening` is closed, or the end."""
    depth = 0
    for place in range(opening, len(parts)):
        depth += (parts[place].text in _OPEN) - (parts[place].text in _CLOSE)
        if depth == 0:
            return place
    return len(parts)


def at_top(parts: Sequence[Token], wanted: frozenset[str]) -> list[int]:
    """The places of these signs and words outside of all brackets."""
    found, depth = [], 0
    for place, token in enumerate(parts):
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if depth == 0 and token.text in wanted and token.sort != "text":
            found.append(place)
    return found


def loops(parts: Sequence[Token]) -> Iterator[tuple[str, str, Sequence[Token]]]:
    """Each loop: its word, the name it gives to what it goes through, and what it does with that."""
    for place in range(2, len(parts) - 2):
        word, before, after = parts[place].text, parts[place - 1].text, parts[place + 1].text
        if before == "." and after == "(" and word in MACROS:
            yield word, parts[place + 2].text, parts[place + 4 : closing(parts, place + 1)]


def refuse_what_takes_long(parts: Sequence[Token], cheap: frozenset[str]) -> frozenset[str]:
    """Raise ConditionError for a loop that reads more than what it goes through and `cheap` values.

    Gives the names that loops give away.
    """
    for place, token in enumerate(parts):
        if token.text == "." and (place == 0 or not _ends_a_value(parts[place - 1])):
            raise ConditionError(f"nothing stands before the dot at character {token.start + 1}")
        if token.text in ("map", "matches") and parts[place + 1 : place + 2] and parts[place + 1].text == "(":
            _refuse_call(parts, place)
    given = [name for _, name, _ in loops(parts)]
    for word, name, body in loops(parts):
        inner = {other for _, other, _ in loops(body)}
        outside = [root for root in roots(body) if root not in {name, *inner, *cheap}]
        if outside:
            raise ConditionError(f"within `{word}({name}, …)` only `{name}` can be read, not `{outside[0]}`")
    return frozenset(given)


def _refuse_call(parts: Sequence[Token], place: int) -> None:
    if parts[place].text == "map":
        raise ConditionError("`map` is not there; `all`, `exists`, `exists_one` and `filter` are")
    inside = parts[place + 2 : closing(parts, place + 1)]
    if len(inside) != 1 or inside[0].sort != "text" or not place or parts[place - 1].text != ".":
        raise ConditionError('the pattern of `matches` must be written out, as in `text.matches("^ok")`')


def _ends_a_value(token: Token) -> bool:
    return token.sort == "text" or token.text in _CLOSE or (token.sort == "name" and token.text not in _WORDS)
