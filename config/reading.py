"""From a document to a settings model: every mistake becomes a sentence, and what is left can still be looked at."""

import copy
import re
from collections.abc import Collection, Iterable, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.problems import SHOWN, listed, near, shown, unknown_key
from config.values import LISTED_FORM, NAMED_FORM
from config.yaml_lines import Document, Loc

M = TypeVar("M", bound=BaseModel)

ADDED = ("[key]", NAMED_FORM, LISTED_FORM)

# What pydantic calls it -> what was expected, in the operator's words. `{name}` are the limits that pydantic gives.
EXPECTED = {
    "string_type": "text (a number is text in quotes)",
    "string_too_short": "some text",
    "string_too_long": "at most {max_length} characters",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a smaller number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "dict_type": "settings written as `key: value`",
    "model_type": "settings written as `key: value`",
    "model_attributes_type": "settings written as `key: value`",
    "list_type": "a list such as `[one, two]`",
    "tuple_type": "a list such as `[one, two]`",
    "frozen_set_type": "a list such as `[one, two]`",
    "set_type": "a list such as `[one, two]`",
    "too_short": "at least {min_length} of them",
    "too_long": "at most {max_length} of them",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
}


def read(model: type[M], document: Document, known: Mapping[str, Collection[str]]) -> M:
    """The file as its model. Every mistake is added to the document's problems.

    What is wrong is left out (the value; where it was needed, the entry it belongs to), so that what is right can be
    looked at further and all mistakes are told at once. Every section of `model` must have a default.
    """
    data: dict[str, Any] = copy.deepcopy(document.data)
    for depth in (None, 2, 1):
        try:
            return model.model_validate(data, context=known)
        except ValidationError as error:
            errors = error.errors(include_url=False)
            if depth is None:
                _complain(document, (), model, errors)
            for mistake in errors:
                _leave_out(data, _written(mistake["loc"])[:depth])
    return model.model_validate(data, context=known)


def read_part(model: type[M], document: Document, loc: Loc, data: Mapping[str, Any]) -> M | None:
    """One block of a document, `data` at `loc`; None when something in it is wrong."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        _complain(document, loc, model, error.errors(include_url=False))
        return None


def _complain(document: Document, base: Loc, model: type[BaseModel], mistakes: Iterable[ErrorDetails]) -> None:
    for mistake in mistakes:
        loc = (*base, *_written(mistake["loc"]))
        document.complain(loc, f"`{place(document.source(loc))}`{_sentence(model, mistake)}")


def place(loc: Loc) -> str:
    """Where something stands, as people write it: `monitors.shop.interval`."""
    return ".".join(str(step)[:SHOWN] for step in loc)


def _written(loc: Loc) -> Loc:
    """The place without the steps that pydantic adds: of a key that is wrong, of a form that was chosen."""
    return tuple(step for step in loc if step not in ADDED) or loc


def _sentence(model: type[BaseModel], mistake: ErrorDetails) -> str:
    if mistake["type"] == "missing":
        return " is missing."
    said = _said(model, mistake)
    return f": {said}" if said.endswith((".", "?")) else f": {said}."


def _said(model: type[BaseModel], mistake: ErrorDetails) -> str:
    kind, given, limits = mistake["type"], mistake["input"], mistake.get("ctx", {})
    if kind == "extra_forbidden":
        *around, key = mistake["loc"]
        return unknown_key(str(key), keys_at(model, _written(tuple(around))))
    if kind in ("enum", "literal_error"):
        allowed = re.findall(r"'([^']*)'", str(limits["expected"]))
        return f"expected one of {listed(str(given), allowed)}, got {shown(given)}{near(str(given), allowed)}"
    if kind == "value_error":
        return str(limits["error"])
    if kind in EXPECTED:
        return f"expected {EXPECTED[kind].format_map(limits)}, got {shown(given)}"
    return f"{mistake['msg'][:1].lower()}{mistake['msg'][1:]}, got {shown(given)}"


def keys_at(annotation: Any, loc: Iterable[str | int]) -> tuple[str, ...]:
    """The keys that a model allows at this place inside it."""
    for step in loc:
        annotation = _inside(_bare(annotation), step)
    bare = _bare(annotation)
    return tuple(bare.model_fields) if isinstance(bare, type) and issubclass(bare, BaseModel) else ()


def _bare(annotation: Any) -> Any:
    if get_origin(annotation) in (Annotated, Union, UnionType):
        return _bare(next(part for part in get_args(annotation) if part is not NoneType))
    return annotation


def _inside(annotation: Any, step: str | int) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation.model_fields[str(step)].annotation
    return next((part for part in reversed(get_args(annotation)) if part is not Ellipsis), None)


def _leave_out(data: Any, loc: Loc) -> None:
    """Remove the deepest part of `loc` that is there. A list loses all its items: the others keep their places."""
    for depth, step in enumerate(loc):
        last = depth + 1 == len(loc)
        inner = data.get(step)
        if last or not isinstance(inner, dict) or loc[depth + 1] not in inner:
            data.pop(step, None)
            return
        data = inner
