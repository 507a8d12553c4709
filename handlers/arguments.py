"""From a chat line to a command's arguments, and from what was given to what is still missing."""

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, Field, ValidationError
from pydantic.fields import FieldInfo

from desk.refusal import DeskError

if TYPE_CHECKING:
    from handlers.context import Context, Tx

Rows = Callable[["Tx", "Context", str], list[tuple[str, str]]]


class Place(StrEnum):
    """Where in a chat line an argument stands."""

    FIRST = "first"  # in order, before the free text
    TEXT = "text"  # the rest of the line, as it was typed
    KEY = "key"  # name=value, before or after the free text


@dataclass(frozen=True, slots=True)
class Arg:
    """How a field of an arguments model is said in chat and asked for in a form. `for_staff` fields are not put before
    a requester, who may still say them; `hidden` ones are put before nobody: a form carries what was known already.

    `also` is another name for it in a line. `spans` tells whether several words are one value of it, as in
    `until=friday 4pm`, without quotes. `lead` are words that may stand before it: `/merge 17 into 12`.
    """

    place: Place = Place.KEY
    label: str = ""
    long: bool = False
    for_staff: bool = False
    hidden: bool = False
    gathers: str = ""  # all values whose names begin so, as one mapping
    also: str = ""
    spans: Callable[[str], bool] | None = None
    lead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pick:
    """A field with choices: `rows(tx, ctx, typed)` gives at most 100 pairs of value and label, on a reader."""

    rows: Rows


NUMBERS = 10**12  # the highest that a ticket, an alert, a run may have
Number = Annotated[
    int,
    Arg(Place.FIRST, "Number"),
    Field(ge=1, le=NUMBERS),
]

_VALUE = r"""(?:"[^"]*"|'[^']*'|[^\s"'])"""
_NAME = r"(?:([a-z_]+)=|--([a-z_]+)[=\s]\s*)"  # name=value or --name value
_KEY = re.compile(rf"{_NAME.replace('--', '(?:--|—)')}({_VALUE}*)(?=\s|$)")  # phones make one dash of two
_WORD = re.compile(rf"{_VALUE}+(?=\s|$)|\S+")
# A key=value at the very end of what is left: found from the back, so that one inside a sentence stays text.
_LAST_KEY = re.compile(rf"(?:^|(?<=\s)){_NAME}({_VALUE}*)\s*$")
_SPAN = re.compile(rf"(?:^|(?<=\s)){_NAME}(?=(\S.*)$)")
_MOST_WORDS = 5  # that a value may span
_NO_NUMBER = frozenset({"int_parsing", "int_type", "int_from_float"})  # kinds of pydantic's errors
_OUTSIDE = frozenset({"less_than_equal", "greater_than_equal"})


def arg_of(info: FieldInfo) -> Arg:
    return next((m for m in info.metadata if isinstance(m, Arg)), Arg())


def pick_of(info: FieldInfo) -> Pick | None:
    return next((m for m in info.metadata if isinstance(m, Pick)), None)


def label_of(name: str, info: FieldInfo) -> str:
    return arg_of(info).label or name.replace("_", " ").capitalize()


def _called(name: str, info: FieldInfo) -> str:
    """As it is asked for in a form, or as it is written in a line where its name must be."""
    return f"`{name}=`" if arg_of(info).place is Place.KEY else label_of(name, info)


def complaint(model: type[BaseModel], name: str, sentence: str) -> str:
    """What is wrong with a field, for whoever does not see the sentence beside it: `Your words: this needs …`."""
    label = label_of(name, model.model_fields[name])
    lower = sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() or sentence[1:2] == " " else sentence
    return f"{label} {sentence}" if label.endswith("?") else f"{label}: {lower}"


def parse(model: type[BaseModel], rest: str, implied: Mapping[str, str] | None = None) -> dict[str, str]:
    """The values that a line's rest gives to a model's fields, as text; `implied` fills what the line leaves out.

    Only known names are taken as `name=value`, and only before or after the free text: what is not understood stays
    text. Where the command has no free text, left-over words are a DeskError.
    """
    fields = model.model_fields
    values: dict[str, str] = {}
    free = next((name for name, info in fields.items() if arg_of(info).place is Place.TEXT), None)
    # In a ticket's thread "/resolve 2 cables were swapped" is about that ticket: there, only #2 is another number.
    marked = {"number"} & set(implied or {}) if free else set()
    rest = _take_leading(rest.strip(), fields, values, marked)
    rest = _take_trailing(rest, fields, values)
    if rest and free is None:
        takes = ", ".join(_called(name, info) for name, info in fields.items() if not arg_of(info).hidden) or "nothing"
        raise DeskError(f"I can't place “{rest[:80]}” there. It takes: {takes}.")
    if rest and free is not None:
        values[free] = rest if free not in values else f"{values[free]} {rest}"
    for name, value in (implied or {}).items():
        if name in fields:
            values.setdefault(name, value)
    return values


def _take_leading(rest: str, fields: Mapping[str, FieldInfo], values: dict[str, str], marked: set[str]) -> str:
    firsts = [name for name, info in fields.items() if arg_of(info).place is Place.FIRST]
    while rest:
        if (key := _KEY.match(rest)) and (known := _known(key, fields)) and known not in values:
            values[known], rest = _spanned(fields[known], key[3], rest[key.end() :].lstrip())
            continue
        open_firsts = [name for name in firsts if name not in values]
        word = _WORD.match(rest)
        if open_firsts and open_firsts[0] in marked and not rest.startswith("#"):
            open_firsts = open_firsts[1:]
        if word and (led := [name for name in open_firsts if word[0].casefold() in arg_of(fields[name]).lead]):
            open_firsts, rest = led, rest[word.end() :].lstrip()
            word = _WORD.match(rest)
        taken = _first_that_fits(open_firsts, fields, word[0]) if word else None
        if taken is None or word is None:
            break
        values[taken] = _unquoted(word[0]).removeprefix("#")
        rest = rest[word.end() :].lstrip()
    return rest


def _first_that_fits(names: list[str], fields: Mapping[str, FieldInfo], word: str) -> str | None:
    """What may be left out is passed over where the word does not fit it."""
    for name in names:
        if _fits(fields[name], word):
            return name
        if fields[name].is_required():
            break
    return None


def _take_trailing(rest: str, fields: Mapping[str, FieldInfo], values: dict[str, str]) -> str:
    while key := _LAST_KEY.search(rest) or _last_span(rest, fields):
        known = _known(key, fields)
        if not known or known in values:
            break
        values[known] = _unquoted(key[3])
        rest = rest[: key.start()].rstrip()
    return rest


def _last_span(rest: str, fields: Mapping[str, FieldInfo]) -> re.Match[str] | None:
    """A key whose value is all that is left of the line, in several words."""
    for key in _SPAN.finditer(rest):
        known = _known(key, fields)
        spans = arg_of(fields[known]).spans if known else None
        if spans and spans(key[3]):
            return key
    return None


def _known(key: re.Match[str], fields: Mapping[str, FieldInfo]) -> str | None:
    """The field that is named, by its own name or by the other one."""
    said = key[1] or key[2]
    others = {arg_of(info).also: name for name, info in fields.items() if arg_of(info).also}
    return said if said in fields else others.get(said)


def _spanned(info: FieldInfo, value: str, rest: str) -> tuple[str, str]:
    """The value with as many of the words behind it as belong to it, and what is left of the line."""
    spans, words = arg_of(info).spans, rest.split()
    for count in range(min(_MOST_WORDS, len(words)), 0, -1) if spans and value == _unquoted(value) else ():
        longer = " ".join([value, *words[:count]])
        if spans and spans(longer):
            return longer, rest.split(maxsplit=count)[count] if count < len(words) else ""
    return _unquoted(value), rest


def _fits(info: FieldInfo, word: str) -> bool:
    """A number is only taken for a number, and for what may be left out only one of its choices; anything else is taken
    for a name.
    """
    if info.annotation is int or int in _union(info):
        return bool(re.fullmatch(r"#?\d{1,12}", word))
    kinds = [kind for kind in _union(info) if isinstance(kind, type) and issubclass(kind, Enum)]
    names = [str(item.value).casefold() for kind in kinds for item in kind]
    return info.is_required() or not names or word.casefold() in names


def _union(info: FieldInfo) -> tuple[Any, ...]:
    return getattr(info.annotation, "__args__", ())


def _unquoted(value: str) -> str:
    if not any(quote in value for quote in "\"'"):
        return value
    try:
        return " ".join(shlex.split(value))
    except ValueError:
        return value


@dataclass(frozen=True, slots=True)
class Read:
    """What was given: `args` when it is complete, else the names still missing and the sentences per field."""

    args: BaseModel | None
    missing: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


def read(model: type[BaseModel], values: Mapping[str, str]) -> Read:
    """Validate text values against the model. An empty value counts as not given."""
    given: dict[str, Any] = {n: value for n, value in values.items() if value.strip() and n in model.model_fields}
    for name, info in model.model_fields.items():
        if prefix := arg_of(info).gathers:
            given[name] = {n: value for n, value in values.items() if n.startswith(prefix)}
    try:
        return Read(model.model_validate(given))
    except ValidationError as error:
        problems = {str(e["loc"][0]): e for e in error.errors() if e["loc"]}
    missing = tuple(name for name, e in problems.items() if e["type"] == "missing")
    fields = model.model_fields
    errors = {name: _sentence(e, fields[name]) for name, e in problems.items() if e["type"] != "missing"}
    return Read(None, missing, errors)


def _sentence(error: Any, info: FieldInfo) -> str:
    kind, context = error["type"], error.get("ctx", {})
    shown = str(error["input"])[:40]
    bounds = {name: value for each in info.metadata for name in ("ge", "le") if (value := getattr(each, name, None))}
    if bounds.get("le", NUMBERS) < NUMBERS and kind in {*_NO_NUMBER, *_OUTSIDE}:
        return f"A number from {bounds.get('ge', 0)} to {bounds['le']} is wanted here, not “{shown}”."
    if kind in _NO_NUMBER:
        return f"A number is wanted here, not “{shown}”."
    if kind in {"literal_error", "enum"}:
        choices = context["expected"].replace("'", "")
        return f"“{shown}” is not one of {choices}."
    if kind == "string_too_long":
        return f"That is longer than {context['max_length']:,} characters; put the rest into a reply."
    if kind == "string_too_short":
        return "This needs a few words."
    if kind in _OUTSIDE:
        return f"There is no number {shown}."
    return str(error["msg"]).removeprefix("Value error, ")
