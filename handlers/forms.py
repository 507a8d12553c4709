"""A command's model, drawn once as a form that every platform shows in its own way."""

import re
from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from desk.cards import Form, FormField, Kind, Text
from handlers.arguments import Arg, arg_of, label_of, pick_of
from handlers.context import Command, Context, Tx


def form_of(
    command: Command,
    tx: Tx,
    ctx: Context,
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    intro: tuple[Text, ...] = (),
) -> Form:
    """The form of a command with what is known filled in and each error beside its field."""
    known = {**(command.usual(tx, ctx, values) if command.usual else {}), **{k: v for k, v in values.items() if v}}
    staff = any(ctx.person.is_staff(client) for client in ctx.config.clients)
    asked = command.asks(known) if command.asks else command.args.model_fields
    fields = tuple(
        _field(name, info, tx, ctx, known.get(name, ""), (errors or {}).get(name, ""))
        for name, info in command.args.model_fields.items()
        if (name in asked and _put_before(arg_of(info), known.get(name, ""), staff=staff)) or name in (errors or {})
    )
    fields = tuple(f for f in fields if f.required or f.value or f.error or not _empty(command, f))
    more = command.more(tx, ctx, known) if command.more else ()
    fields += tuple(replace(f, value=known.get(f.name, ""), error=(errors or {}).get(f.name, "")) for f in more)
    title = command.title or command.summary
    about = next((f"{f.value} · " for f in fields if f.name == "number" and f.kind is Kind.HIDDEN), "")
    return Form(command.word, about + title, fields, command.submit, intro)


def _empty(command: Command, field: FormField) -> bool:
    """A choice between nothing: the configuration names none."""
    return pick_of(command.args.model_fields[field.name]) is not None and not field.choices


def _put_before(arg: Arg, value: str, *, staff: bool) -> bool:
    return bool(value) if arg.hidden else staff or not arg.for_staff


def _field(name: str, info: FieldInfo, tx: Tx, ctx: Context, value: str, error: str) -> FormField:
    pick = pick_of(info)
    choices = tuple(pick.rows(tx, ctx, value)[:100]) if pick else fixed_choices(info)
    return FormField(
        name=name,
        label=label_of(name, info),
        kind=Kind.HIDDEN if _known(name, info, value) and not error else _kind(info, choices),
        required=info.is_required(),
        choices=choices,
        value=value or _default(info),
        error=error,
        hint=info.description or "",
        longest=next((int(each.max_length) for each in info.metadata if hasattr(each, "max_length")), 0),
    )


def _known(name: str, info: FieldInfo, value: str) -> bool:
    """Sent along, and not asked again."""
    return bool(value) and (name == "number" or arg_of(info).hidden)


def _kind(info: FieldInfo, choices: tuple[tuple[str, str], ...]) -> Kind:
    if choices:
        return Kind.CHOICE
    if info.annotation is int or int in get_args(info.annotation):
        return Kind.NUMBER
    return Kind.LONG if arg_of(info).long else Kind.TEXT


def fixed_choices(info: FieldInfo) -> tuple[tuple[str, str], ...]:
    """Value and label of each choice that the type itself names; none where it names none."""
    for kind in (info.annotation, *get_args(info.annotation)):
        if get_origin(kind) is Literal:
            return tuple((str(value), str(value)) for value in get_args(kind))
        if isinstance(kind, type) and issubclass(kind, Enum):
            return tuple((str(item.value), _spoken(item)) for item in kind)
    return ()


def _spoken(item: Enum) -> str:
    label: Any = getattr(item, "label", None)
    return str(label) if label else re.sub(r"[_-]", " ", str(item.value))


def _default(info: FieldInfo) -> str:
    return "" if info.default is None or info.is_required() else str(info.default)
