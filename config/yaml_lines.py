"""YAML as plain data that remembers on which line each value stands.

The node tree is walked instead of letting the library build objects: that is where the lines are, where a key written
twice can still be seen, and where a few bytes of aliases can be stopped from growing into gigabytes.
"""

import re
import unicodedata
import warnings
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode
from ruamel.yaml.reader import ReaderError

from config.problems import SHOWN, Problem

LARGEST = 1_000_000  # bytes of a file
MOST_VALUES = 200_000  # after every alias has been followed
DEEPEST = 20
CREDENTIALS = re.compile(r"://[^/\s?#]*@")
NO_CREDENTIALS = "an address must not carry a user name or password; secrets come from the environment."
TAG = "tag:yaml.org,2002:"
PLAIN_TAGS = frozenset(TAG + kind for kind in ("str", "timestamp", "merge", "value", "binary"))
NUMBER_TAGS = frozenset(TAG + kind for kind in ("int", "float", "bool", "null"))

Loc = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """An entry that nobody wrote as it is. `entry` is the one it was made from, `origins` where those of its settings
    stand that come from elsewhere; `filled` are those that `row`, a line of a file, decides.
    """

    entry: Loc
    origins: Mapping[str, Loc] = field(default_factory=dict)
    filled: Collection[str] = ()
    row: tuple[str, int] = ("", 0)


@dataclass(frozen=True, slots=True)
class Document:
    """One file: `data` is a mapping of plain values, `lines` the 1-based line of each place in it.

    `problems` is shared by the files of a folder: what is wrong anywhere is collected there. `made` are the entries
    that were made, by section and name; `lost` the sections in which some could not be.
    """

    file: str
    problems: list[Problem]
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[Loc, int] = field(default_factory=dict)
    made: dict[Loc, Made] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)

    def line(self, loc: Loc) -> int:
        """The line of this place, or of the nearest one around it; steps that were never written are skipped."""
        at: Loc = ()
        for step in loc:
            at = (*at, step) if (*at, step) in self.lines else at
        return self.lines.get(at, 1)

    def entries(self, section: str) -> Mapping[str, Any]:
        """What was written in a section by its ids, also where something is wrong with it."""
        entries = self.data.get(section)
        return entries if isinstance(entries, dict) else {}

    def source(self, loc: Loc) -> Loc:
        """Where it was written: what many entries have in common is wrong in one place, and told once."""
        made, key = self.made.get(loc[:2]), str(loc[2]) if len(loc) > 2 else ""
        if made is None or key in made.filled:
            return loc
        return (*made.origins[key], *loc[3:]) if key in made.origins else (*made.entry, *loc[2:])

    def complain(self, loc: Loc, sentence: str) -> None:
        made = self.made.get(loc[:2])
        if made and len(loc) > 2 and loc[2] in made.filled:
            self.problems.append(Problem(*made.row, sentence))
        else:
            self.complain_at(self.line(self.source(loc)), sentence)

    def complain_at(self, line: int, sentence: str) -> None:
        self.problems.append(Problem(self.file, line, sentence))


def parse(file: str, content: bytes, problems: list[Problem], nothing: str = "") -> Document:
    """Read one file; whatever is wrong is added to `problems`, and what could be read is returned. `nothing` is the
    sentence for a file in which nothing is written; without it, that is a file without settings.
    """
    document = Document(file, problems)
    if len(content) > LARGEST:
        document.complain_at(1, f"the file has more than {LARGEST:,} bytes.")
        return document
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        document.complain_at(content[: error.start].count(b"\n") + 1, "this is not UTF-8 text.")
        return document
    before = len(problems)
    root = _compose(document, text)
    if nothing and len(problems) == before and (root is None or root.tag == TAG + "null"):
        document.complain_at(1, nothing)
    if isinstance(root, MappingNode):
        _Walk(document).root(root)
    elif root is not None and root.tag != TAG + "null":
        document.complain_at(1, "expected settings written as `key: value`.")
    return document


def _compose(document: Document, text: str) -> Node | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an anchor used again is legal YAML
            node: Node | None = YAML(typ="safe", pure=True).compose(text)
            return node
    except MarkedYAMLError as error:
        document.complain_at(*_syntax(error))
    except ReaderError as error:
        odd = text[error.position]
        document.complain_at(
            text[: error.position].count("\n") + 1, f"the character U+{ord(odd):04X} is not allowed here."
        )
    except RecursionError:
        document.complain_at(1, f"this is nested more than {DEEPEST} deep.")
    except Exception as error:  # noqa: BLE001 - whatever a hostile text does to the parser, the operator gets a sentence
        document.complain_at(1, f"this is not YAML: {error}.")
    return None


def _syntax(error: MarkedYAMLError) -> tuple[int, str]:
    mark = error.problem_mark or error.context_mark
    said = str(error.problem or error.context or "something is wrong here")
    if r"'\t'" in said:
        said = "a tab cannot indent; use spaces"
    return (mark.line + 1 if mark else 1), f"this is not YAML: {said}."


class _Refused(Exception):
    """Ends the walk of one file with a sentence, and never leaves this module."""


class _Walk:
    """Turns nodes into plain values. Problems are collected; only a file that grows without end stops the walk."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._left = MOST_VALUES
        self._numbers = YAML(typ="safe", pure=True).constructor

    def root(self, node: MappingNode) -> None:
        """Fill the document's data; of a file that is refused as a whole nothing is kept."""
        data = self._document.data
        for name, key, value in self._pairs(node, ()):
            try:
                data[name] = self._value(value, (name,))
            except _Refused as refused:
                self._say(key, str(refused))
                data.clear()
                return

    def _pairs(self, node: MappingNode, loc: Loc) -> Iterator[tuple[str, Node, Node]]:
        seen: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self._say(key, "a key must be a plain word.")
                continue
            name = self._text(key)
            if name in seen:
                self._say(key, f"`{name[:SHOWN]}` is written twice; the first is in line {seen[name]}.")
                continue
            seen[name] = self._document.lines[(*loc, name)] = key.start_mark.line + 1
            yield name, key, value

    def _value(self, node: Node, loc: Loc) -> Any:
        self._left -= 1
        if self._left < 0:
            raise _Refused(f"with its aliases the file holds more than {MOST_VALUES:,} values.")
        if len(loc) > DEEPEST:
            raise _Refused(f"this is nested more than {DEEPEST} deep, or refers to itself.")
        if isinstance(node, MappingNode):
            return {name: self._value(value, (*loc, name)) for name, _, value in self._pairs(node, loc)}
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        return [self._item(item, (*loc, place)) for place, item in enumerate(node.value)]

    def _item(self, node: Node, loc: Loc) -> Any:
        self._document.lines[loc] = node.start_mark.line + 1
        return self._value(node, loc)

    def _scalar(self, node: ScalarNode) -> Any:
        if node.tag in NUMBER_TAGS:
            try:
                return self._numbers.construct_object(node)
            except (ValueError, ArithmeticError, LookupError):
                return node.value
        if node.tag not in PLAIN_TAGS:
            self._say(node, f"the tag `{str(node.tag).replace(TAG, '!!')[:SHOWN]}` means nothing here.")
        return self._text(node)

    def _text(self, node: ScalarNode) -> str:
        """The text, without what must not be in it, so that no later sentence repeats that."""
        text: str = node.value
        odd = {c for c in text if c not in "\n\t" and unicodedata.category(c) in {"Cc", "Cs"}}
        for character in sorted(odd):
            self._say(node, f"the character U+{ord(character):04X} is not allowed here.")
            text = text.replace(character, "�")
        if not CREDENTIALS.search(text):
            return text
        self._say(node, NO_CREDENTIALS)
        return CREDENTIALS.sub("://", text)

    def _say(self, node: Node, sentence: str) -> None:
        self._document.complain_at(node.start_mark.line + 1, sentence)
