"""`templates:` and `targets:` of `monitors.yaml`: what many monitors have in common is written once.

An entry takes the settings of its `template` and changes what it says itself; with `targets` it is a monitor for each
row of a list, whose words are filled into the `{placeholders}` of its texts. Nothing is worked out: a placeholder is a
name, and any other brace stays what it is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from config.files import target_lists
from config.files.target_lists import HOST, Row
from config.problems import no_such
from config.reading import place
from config.values import SLUG
from config.yaml_lines import CREDENTIALS, NO_CREDENTIALS, Document, Loc, Made
from desk.snippets import folded

SECTION, TEMPLATES = "monitors", "templates"
TEMPLATE, TARGETS, ID, LABELS = "template", target_lists.KEY, "id", "labels"
MOST_FILLED = 20_000_000  # characters of all entries that are made
PLACE = re.compile(r"\{([a-z][a-z0-9_]{0,40})\}")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def expand(document: Document, folder: Path, read: dict[str, bytes]) -> None:
    """Put the monitors that are meant in the place of what was written. `read` gets the files that were read besides,
    by name.
    """
    written = document.data.get(SECTION)
    if isinstance(written, dict):
        document.data[SECTION] = _Expansion(document, folder, read).all(written)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry with its template's settings; `origins` are the places of those that the template gave."""

    loc: Loc
    settings: Mapping[str, Any]
    origins: Mapping[str, Loc]

    def at(self, key: str) -> Loc:
        return self.origins.get(key, (*self.loc, key))


@dataclass(slots=True)
class _Expansion:
    document: Document
    folder: Path
    read: dict[str, bytes]
    made: dict[str, Any] = field(default_factory=dict)
    left: int = MOST_FILLED

    def all(self, written: Mapping[str, Any]) -> dict[str, Any]:
        for name, entry in written.items():
            if not isinstance(entry, dict):
                self.made[name] = entry
            elif TARGETS in entry:
                self._many(self._with_template(name, entry, (TEMPLATE, TARGETS)), written)
            elif TEMPLATE in entry:
                self._one(name, self._with_template(name, entry, (TEMPLATE,)))
            else:
                self.made[name] = entry
        return self.made

    def _with_template(self, name: str, entry: Mapping[str, Any], besides: tuple[str, ...]) -> _Entry:
        """What the entry says itself holds; labels are put together, one by one."""
        own = {key: value for key, value in entry.items() if key not in besides}
        given = self._template((SECTION, name), entry[TEMPLATE]) if TEMPLATE in entry else {}
        if isinstance(given.get(LABELS), dict) and isinstance(own.get(LABELS), dict):
            own[LABELS] = given[LABELS] | own[LABELS]
        origins = {key: (TEMPLATES, entry[TEMPLATE], key) for key in given.keys() - own.keys()}
        return _Entry((SECTION, name), {**given, **own}, origins)

    def _template(self, loc: Loc, name: Any) -> dict[str, Any]:
        known = self.document.entries(TEMPLATES)
        if not isinstance(name, str) or name not in known:
            self.document.complain((*loc, TEMPLATE), no_such("template", str(name), known))
            return {}
        given = known[name] if isinstance(known[name], dict) else {}
        for key in given.keys() & {TEMPLATE, TARGETS}:
            self.document.complain((TEMPLATES, name, key), f"`{key}` stands at a monitor, and never in a template.")
        return {key: value for key, value in given.items() if key not in (TEMPLATE, TARGETS)}

    def _one(self, name: str, entry: _Entry) -> None:
        """How ids are made is for lists alone, so a template may say it for those who have one."""
        self.made[name] = {k: value for k, value in entry.settings.items() if k != ID or k not in entry.origins}
        self.document.made[entry.loc] = Made(entry.loc, entry.origins)
        for key, loc in entry.origins.items():
            if key != ID and (holes := sorted(places(entry.settings[key]))):
                said = f"`{{{holes[0]}}}` in `{place(loc)}` is filled from a list: give `targets` or write `{key}`."
                self.document.complain_at(self.document.line(entry.loc), said)

    def _many(self, entry: _Entry, written: Mapping[str, Any]) -> None:
        problems = len(self.document.problems)
        rows = target_lists.rows(self.document, (*entry.loc, TARGETS), self.folder, self.read) or []
        entry = replace(entry, settings={ID: f"{entry.loc[1]}-{{{HOST}}}", **entry.settings})
        filled = frozenset(key for key, value in entry.settings.items() if places(value))
        if rows and self._stand_for_something(entry, rows):
            for row in rows:
                if self._spend(entry, row):
                    self._row(entry, row, filled, written)
        elif len(self.document.problems) == problems:
            self.document.complain((*entry.loc, TARGETS), f"`{entry.loc[1]}`: there is nothing in the list.")
        if len(self.document.problems) > problems:
            self.document.lost.add(SECTION)

    def _stand_for_something(self, entry: _Entry, rows: list[Row]) -> bool:
        """A placeholder that no row knows is wrong where it is written; one that some know is wrong in the others."""
        known = {name for row in rows for name in row.values}
        unknown = [(key, hole) for key, value in entry.settings.items() for hole in sorted(places(value) - known)]
        for key, hole in unknown:
            loc, names = entry.at(key), sorted(f"{{{name}}}" for name in known)
            self.document.complain(loc, f"`{place(loc)}`: {no_such('placeholder', f'{{{hole}}}', names)}")
        return not unknown

    def _spend(self, entry: _Entry, row: Row) -> bool:
        """Whether there is room for one more: a few bytes must not grow into gigabytes."""
        if self.left <= 0:
            return False
        longest = sum(len(str(value)) for value in row.values.values())
        self.left -= sum(_size(value, longest) for value in entry.settings.values())
        if self.left <= 0:
            sentence = f"with its lists the file holds more than {MOST_FILLED:,} characters."
            self.document.complain((*entry.loc, TARGETS), sentence)
        return self.left > 0

    def _row(self, entry: _Entry, row: Row, filled: frozenset[str], written: Mapping[str, Any]) -> None:
        lacks = sorted(places([*entry.settings.values()]) - row.values.keys())
        if lacks:
            self._complain(row, f"this row has no `{lacks[0]}`, and `{entry.loc[1]}` asks for it.")
            return
        made = {key: _filled(value, row.values) for key, value in entry.settings.items()}
        words = str(made.pop(ID))
        id_ = _NOT_SLUG.sub("-", folded(words)).strip("-")
        if not SLUG.fullmatch(id_):
            self._complain(row, f"`{words[:80]}` makes no id: it has letters or digits, and at most 63 characters.")
        elif id_ in self.made or (id_ in written and (SECTION, id_) != entry.loc):
            self._complain(row, f"there is a monitor `{id_}` already; tell them apart by `{ID}`.")
        else:
            self.made[id_] = made
            self.document.made[SECTION, id_] = Made(entry.loc, entry.origins, filled, (row.file, row.line))
            for key in filled & made.keys():  # what must not stand in a file must not be put together from one either
                if any(CREDENTIALS.search(text) for text in _texts(made[key])):
                    self.document.complain((SECTION, id_, key), f"`{entry.loc[1]}`: {NO_CREDENTIALS}")

    def _complain(self, row: Row, sentence: str) -> None:
        Document(row.file, self.document.problems).complain_at(row.line, sentence)


def places(value: Any) -> set[str]:
    """The names of the placeholders in all texts of a setting."""
    return {found[1] for text in _texts(value) for found in PLACE.finditer(text)}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _size(value: Any, longest: int) -> int:
    """At least as many characters as it has once it is filled."""
    if isinstance(value, str):
        return 1 + len(value) + longest * value.count("{")
    if isinstance(value, dict | list):
        return 1 + sum(_size(part, longest) for part in (value.values() if isinstance(value, dict) else value))
    return 1


def _filled(value: Any, values: Mapping[str, Any]) -> Any:
    """In one pass: a brace inside a row's words is nothing but a brace."""
    if isinstance(value, dict):
        return {key: _filled(part, values) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, values) for part in value]
    return PLACE.sub(lambda found: _word(values[found[1]]), value) if isinstance(value, str) else value


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
