"""What is wrong with the shape of a request, in plain words."""

from typing import Any

_MISSING = {
    "as": "say who acts", "channel": "say in which channel", "text": "say what", "message": "say which message",
    "version": "say which version you saw", "command": "say which button's line", "form": "say which form",
}  # fmt: skip
_WANTED = {
    "missing": "something", "string_type": "a text", "bool_parsing": "true or false", "bool_type": "true or false",
    "dict_type": "an object with a value for each field",
}  # fmt: skip
_ROOM = {"string_too_long": "characters fit", "too_long": "entries fit"}
_WHOLE = ("int_", "greater_than", "less_than")


def sentence(error: Any) -> str:
    """One of pydantic's errors as a person would say it."""
    name = next((str(part)[:40] for part in error["loc"][1:]), "")
    kind, context = error["type"], error.get("ctx", {})
    if not name:
        return "Send a JSON object."
    if kind == "missing":
        return f"`{name}` is missing: {_MISSING.get(name, 'it is needed')}."
    if kind.startswith(_WHOLE):
        return f"`{name}`: a whole number is wanted here{_bounds(kind, context)}."
    if kind in _ROOM:
        return f"`{name}`: at most {context['max_length']} {_ROOM[kind]}."
    if kind == "string_too_short":
        return f"`{name}`: it is empty. Give it a value, or leave it out."
    if kind == "value_error":
        return f"`{name}`: {str(error['msg']).removeprefix('Value error, ').rstrip('.')}."
    return f"`{name}`: {_WANTED.get(kind, 'something else')} is wanted here."


def _bounds(kind: str, context: dict[str, Any]) -> str:
    if kind == "greater_than_equal":
        return f", {context['ge']} or more"
    return f", {context['le']} or less" if kind == "less_than_equal" else ""
