"""Matchers on labels, as Alertmanager writes them: `severity=critical`, `site=~"ber.*|muc"`.

A label that is not there is an empty one. A regular expression matches the whole value.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from desk.patterns import pattern_trouble

LONGEST = 200  # characters of a label's value, and of a matcher's
MOST = 20  # labels that somebody else's alert may bring
NAME = r"[A-Za-z_][A-Za-z0-9_.-]{0,62}"
_FORM = re.compile(rf'\s*({NAME})\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))\s*')
_ESCAPED = re.compile(r'\\([\\"])')

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Matcher:
    """`operator` is one of `= != =~ !~`."""

    name: str
    operator: str
    value: str

    def __str__(self) -> str:
        escaped = self.value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{self.name}{self.operator}"{escaped}"'

    @property
    def is_pattern(self) -> bool:
        return self.operator.endswith("~")

    def matches(self, labels: Labels) -> bool:
        seen = labels.get(self.name, "")
        same = _whole(self.value).fullmatch(seen) is not None if self.is_pattern else seen == self.value
        return same is (self.operator in {"=", "=~"})


@lru_cache(maxsize=1024)
def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def parse(words: str) -> Matcher:
    """One matcher. ValueError with a sentence for what is none."""
    found = _FORM.fullmatch(words)
    if not found:
        raise ValueError(f"`{words[:60]}` is no matcher; write NAME=VALUE, or one of != =~ !~ instead of =")
    name, operator, quoted, plain = found.groups()
    value = _ESCAPED.sub(r"\1", quoted) if quoted is not None else plain
    if len(value) > LONGEST:
        raise ValueError(f"the value of `{name}` is longer than {LONGEST} characters")
    if operator.endswith("~") and (trouble := pattern_trouble(value)):
        raise ValueError(f"`{name}`: {trouble[:1].lower()}{trouble[1:].rstrip('.')}")
    return Matcher(name, operator, value)


def all_match(matchers: Iterable[Matcher], labels: Labels) -> bool:
    return all(matcher.matches(labels) for matcher in matchers)


def first_miss(matchers: Iterable[Matcher], labels: Labels) -> str:
    """Why they do not all match, in words: `severity is "low", asked for severity="critical"`; empty when they do."""
    for matcher in matchers:
        if not matcher.matches(labels):
            seen = f'{matcher.name} is "{labels[matcher.name]}"' if matcher.name in labels else f"no {matcher.name}"
            return f"{seen}, asked for {matcher}"
    return ""
