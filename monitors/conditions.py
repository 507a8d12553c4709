"""Conditions: what must hold for a look to be good, in CEL, the same language for every kind.

They are parsed and typed once, when the configuration loads, against what the kind offers (`monitors.offers`). CEL is
not Turing-complete, its patterns are RE2's, and its interpreter counts the rounds of loops: what is left to bound is
in `monitors.tokens`. Why this language and this library: docs/decisions/8-conditions-are-cel.md.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from desk.alerts import Status
from monitors import wording
from monitors.language import is_error, language, mistake, plain
from monitors.offers import Offers, Type
from monitors.tokens import ConditionError, refuse_what_takes_long, roots, tokens

__all__ = ["Condition", "ConditionError", "Scope", "judged", "quoted", "verdicts", "worst"]

Values = Mapping[str, Any]
Verdict = tuple[Status, str]

_HOLDS = (Status.OK, "")
_CHEAP = frozenset({Type.WHOLE, Type.NUMBER, Type.TRUTH})


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on what a kind offers. `names` are the values it reads.

    `expected` says what is expected, where the text is not how people say it.
    """

    text: str
    expected: str
    names: frozenset[str]
    scope: "Scope" = field(compare=False, repr=False)
    _truth: Any = field(compare=False, repr=False)

    def judge(self, seen: Any) -> Verdict:
        """Whether it holds of what its scope has `taken`: ok and no words, or failed and what was seen and expected."""
        try:
            if self._truth.eval(seen).value() is True:
                return _HOLDS
            return Status.FAILED, wording.failure(self.text, self.expected, self.scope.reader(seen))
        except RuntimeError as error:  # the interpreter's own bounds: CEL's mistakes are values
            return Status.UNKNOWN, f"`{self.text}` could not be judged: {plain(str(error))}"


class Scope:
    """Everything that conditions of one kind may say: the values it offers, and the language."""

    def __init__(self, kind: str, offers: Offers) -> None:
        self.kind, self.offers = kind, offers
        self._language = language(tuple((name, value.type) for name, value in offers.items()))
        self._cheap = frozenset(name for name, value in offers.items() if value.type in _CHEAP)

    @lru_cache(maxsize=4096)  # noqa: B019 - scopes are made once per kind and live as long as the process
    def condition(self, text: str, expected: str = "") -> Condition:
        """Raises ConditionError for what is no condition on this kind's values."""
        parts = tokens(text)
        given = refuse_what_takes_long(parts, self._cheap)
        if shadowed := sorted(given & self.offers.keys()):
            raise ConditionError(f"`{shadowed[0]}` is a value of {self.kind}; give what the loop reads another name")
        truth = self._compiled(text)
        names = frozenset(roots(parts)) & self.offers.keys()
        if not names:
            raise ConditionError(f"it reads no value; {self.says()}")
        if truth.return_type().name() not in ("BOOL", "DYN"):
            raise ConditionError("it is neither true nor false; compare it with something")
        for pattern in wording.patterns(parts):
            self._refuse_bad_pattern(pattern)
        return Condition(text, expected, names, self, truth)

    def taken(self, values: Values) -> Any:
        """Values as conditions read them, all of one look together: a large body is taken over once."""
        return self._language.Activation(values)

    def reader(self, seen: Any) -> wording.Reader:
        """Reads a part of a condition: its value, or why there is none."""

        def read(part: str) -> Any:
            value = self._program(part).eval(seen)
            return wording.Unread(str(value.value())) if is_error(value) else value.plain_value()

        return read

    def says(self) -> str:
        """`http offers `status` (whole number), …`."""
        listed = ", ".join(f"`{name}` ({value.type})" for name, value in self.offers.items())
        return f"{self.kind} offers {listed or 'none'}"

    @lru_cache(maxsize=4096)  # noqa: B019 - as above; the parts of conditions that fail again and again
    def _program(self, part: str) -> Any:
        return self._language.compile(part)

    def _compiled(self, text: str) -> Any:
        try:
            return self._language.compile(text)
        except RuntimeError as error:
            raise ConditionError(mistake(str(error), self.says())) from None

    def _refuse_bad_pattern(self, pattern: str) -> None:
        seen = self._language.compile(f'"".matches({pattern})').eval()
        if is_error(seen):
            raise ConditionError(f"{pattern} is no pattern: {plain(str(seen.value()))}")


def verdicts(conditions: Sequence[Condition], values: Values) -> Iterator[Verdict]:
    """What becomes of each of these conditions, which are of one kind."""
    if conditions:
        seen = conditions[0].scope.taken(values)
        yield from (condition.judge(seen) for condition in conditions)


def judged(conditions: Sequence[Condition], values: Values) -> Verdict:
    """What becomes of all of them; none is judged after one that does not hold."""
    return worst(verdicts(conditions, values))


def worst(found: Iterable[Verdict]) -> Verdict:
    """The first failure; if there is none, the first that could not be judged; else ok."""
    unknown = None
    for verdict in found:
        if verdict[0] is Status.FAILED:
            return verdict
        unknown = unknown or (verdict if verdict is not _HOLDS else None)
    return unknown or _HOLDS


def quoted(text: str) -> str:
    """A text as a condition writes it: what JSON escapes, CEL reads."""
    return json.dumps(text, ensure_ascii=False)
