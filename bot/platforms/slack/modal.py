"""Forms as Slack's modals, and a modal that was sent back as a form's values. Pure."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.platforms.graphemes import cut, shown
from bot.platforms.slack.limits import (
    CALLBACK_ID,
    INPUT,
    INPUT_LABEL,
    LABEL,
    OPTIONS,
    TEXT,
    VALUE,
    VIEW_BLOCKS,
    VIEW_METADATA,
    VIEW_TITLE,
    units,
)
from bot.platforms.slack.words import Block, Line, Look, fill, plain, tidy
from desk.cards import Form, FormField, Kind, Text, When

_SENTENCE = 300  # of an error below a field
_LONGEST_NUMBER = 15  # digits that every reader of JSON keeps
_STILL = datetime.min.replace(tzinfo=UTC)  # the now of what stands open: every time in it is said with its day
_PICKED = (  # where each kind of element puts what was chosen, beside `value` and `selected_option`
    "selected_date", "selected_time", "selected_user", "selected_channel", "selected_conversation",
)


def view(form: Form, *, metadata: Mapping[str, str], external: Collection[str] = ()) -> Block:
    """The modal of a form: `block_id` and `action_id` of an input are its field's name, `callback_id` the form's id.

    `metadata` comes back by `metadata`; the fields named in `external` ask for their options while one types. Raises
    ValueError for a form that no modal can carry: an id over 255, metadata over 3,000 characters, too many fields.
    """
    hidden = {f.name: f.value for f in form.fields if f.kind is Kind.HIDDEN}
    carried = json.dumps({"metadata": dict(metadata), "hidden": hidden})
    inputs = [block for f in form.fields if f.kind is not Kind.HIDDEN for block in _input(f, f.name in external)]
    blocks = [*_above(form), *inputs]
    if units(form.id) > CALLBACK_ID or units(carried) > VIEW_METADATA or len(blocks) > VIEW_BLOCKS:
        raise ValueError(f"The form {form.id[:40]} does not fit into a modal.")
    return {
        "type": "modal", "callback_id": form.id, "private_metadata": carried, "blocks": blocks,
        "title": plain(form.title, VIEW_TITLE, "Deskbell"), "submit": plain(form.submit, VIEW_TITLE, "Send"),
        "close": plain("Cancel", VIEW_TITLE),
    }  # fmt: skip


def errors(form: Form) -> dict[str, str]:
    """The sentence of each field that is asked and at fault, for `response_action: errors`."""
    wrong = [f for f in form.fields if f.error and f.kind is not Kind.HIDDEN]
    return {f.name: plain(f.error, _SENTENCE)["text"] for f in wrong}


def response(form: Form, payload: Mapping[str, Any], *, external: Collection[str] = ()) -> Block:
    """The answer to a form that was sent and cannot be taken: its sentences below their fields where the open modal has
    them all, else the modal anew, which says them at its top.
    """
    asked = {block.get("block_id") for block in _dicts(_view(payload).get("blocks")) if block.get("type") == "input"}
    wrong = {f.name for f in form.fields if f.error}
    if wrong and wrong <= asked and wrong == set(errors(form)):
        return {"response_action": "errors", "errors": errors(form)}
    return {"response_action": "update", "view": view(form, metadata=metadata(payload), external=external)}


def options(choices: Sequence[tuple[str, str]]) -> Block:
    """The answer to a select that asks for its options: value and label of each choice that Slack can offer."""
    return {"options": _options(choices)}


def _options(choices: Sequence[tuple[str, str]]) -> list[Block]:
    fit = [(value, label) for value, label in choices if 0 < units(value) <= VALUE][:OPTIONS]
    return [{"text": plain(label, LABEL, value[:LABEL]), "value": value} for value, label in fit]


def values(payload: Mapping[str, Any]) -> dict[str, str]:
    """The form's values, from a view_submission's payload or its view: hidden ones, then what was filled in. An empty
    field is an empty string; what is no value of a form is left out.
    """
    found = _strings(_carried(payload).get("hidden"))
    for name, actions in _dict(_dict(_view(payload).get("state")).get("values")).items():
        found[name] = next((_value(action) for action in _dicts(list(_dict(actions).values()))), "")
    return found


def metadata(payload: Mapping[str, Any]) -> dict[str, str]:
    """What `view` was given to carry; empty if this is no modal of ours."""
    return _strings(_carried(payload).get("metadata"))


def _above(form: Form) -> list[Block]:
    """The whole title where the bar cuts it, what the form says first, and what is wrong."""
    title = form.title if units(tidy(form.title)) > VIEW_TITLE else ""
    wrong = [Line((f.error,), f"{f.label or f.name}: ", Look.POINT) for f in form.fields if f.error]
    said = [Line(_still(words)) for words in form.intro]
    return [*fill([Line(bold=tidy(title)), *said, *wrong], _STILL, TEXT).blocks]


def _still(words: Text) -> Text:
    """Nothing counts down in a form, since nobody edits it while it is open."""
    return tuple(When(span.at) if isinstance(span, When) else span for span in words)


def _input(field: FormField, external: bool) -> list[Block]:  # noqa: FBT001 - of one field, said by name above
    """The input, and below it the words that it has no room for."""
    value, left = cut(shown(field.value), INPUT, end="", measure=units)
    block: Block = {
        "type": "input", "block_id": field.name, "optional": not field.required,
        "label": plain(field.label, INPUT_LABEL, field.name or "…"),
        "element": {**_element(field, value, external), "action_id": field.name},
    }  # fmt: skip
    if tidy(field.hint):
        block["hint"] = plain(field.hint, INPUT_LABEL)
    told = Line((left,), f"{INPUT:,} characters fit above. These did not; send them afterwards: ") if left else Line()
    return [block, *fill([told], _STILL, TEXT).blocks]


def _element(field: FormField, value: str, external: bool) -> Block:  # noqa: FBT001 - see _input
    """A choice that Slack's select cannot offer is typed, and so is a number that is none yet."""
    known = dict(field.choices)
    initial = {"initial_option": _options([(value, known.get(value, value))])[0]} if 0 < units(value) <= VALUE else {}
    if field.kind is Kind.CHOICE and external:
        return {"type": "external_select", "min_query_length": 0, **initial}
    offered = _options(list(known.items()))
    if field.kind is Kind.CHOICE and offered and len(offered) == len(known):
        return {"type": "static_select", "options": offered, **(initial if value in known else {})}
    begun = {"initial_value": value} if value else {}
    if field.kind is Kind.NUMBER and (not value or _is_number(value)):
        return {"type": "number_input", "is_decimal_allowed": False, **begun}
    return {
        "type": "plain_text_input", "multiline": field.kind is Kind.LONG or "\n" in value,
        "max_length": _room(field, value), **begun,
    }  # fmt: skip


def _room(field: FormField, value: str) -> int:
    """So that Slack counts while one types; not less than what stands there already."""
    return min(field.longest, INPUT) if field.longest and units(value) <= field.longest else INPUT


def _is_number(value: str) -> bool:
    digits = value.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER


def _value(action: Mapping[str, Any]) -> str:
    chosen = [action, *_dicts([action.get("selected_option")]), *_dicts(action.get("selected_options"))]
    said = [each["value"] for each in chosen if isinstance(each.get("value"), str)]
    said += [action[name] for name in _PICKED if isinstance(action.get(name), str)]
    return ", ".join(said)


def _view(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    return _dict(payload.get("view", payload))


def _carried(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """What `view` put into the modal; empty if it is somebody else's."""
    try:
        return _dict(json.loads(_view(payload).get("private_metadata") or ""))
    except (ValueError, TypeError, RecursionError):
        return {}


def _dict(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def _strings(found: Any) -> dict[str, str]:
    return {name: value for name, value in _dict(found).items() if isinstance(value, str)}


def _dicts(found: Any) -> list[dict[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
