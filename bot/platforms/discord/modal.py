"""Forms as Discord's modals, and what was filled in read back. Pure.

A modal has five rows and no errors of its own: an error stands where a field's description would, and a form with
errors is opened by a button, since Discord answers a modal with anything but another modal.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import discord

from bot.platforms.discord import limits
from bot.platforms.discord.words import fit, label
from bot.platforms.graphemes import cut
from bot.platforms.graphemes import shown as seen
from desk.cards import Form, FormField, Kind, Text

_Input = discord.ui.TextInput[discord.ui.Modal] | discord.ui.Select[discord.ui.Modal]


def shown(form: Form) -> tuple[FormField, ...]:
    """The fields that a modal has room for, in the form's order: those with an error before those that are required,
    and these before the others.
    """
    asked = [field for field in form.fields if field.kind is not Kind.HIDDEN]
    first = sorted(asked, key=lambda field: (not field.error, not field.required))[: limits.MODAL_ROWS]
    return tuple(field for field in asked if field in first)


def carried(form: Form) -> dict[str, str]:
    """The values of the fields that are not shown: the caller sends them along."""
    names = {field.name for field in shown(form)}
    return {field.name: field.value for field in form.fields if field.value and field.name not in names}


def errors(form: Form) -> str:
    """Every field's error in full, a line each: what a modal cuts, or has no field for, is said beside its button."""
    return "\n".join(f"▲ {field.label}: {field.error}" for field in form.fields if field.error)


def modal(form: Form, *, custom_id: str, now: datetime) -> discord.ui.Modal:
    """The modal as discord.py sends it; stopped, so that discord.py does not wait for it. Its introduction is there
    where a row is free. A form that asks nothing shows its title, for a modal without rows is refused.
    """
    made = discord.ui.Modal(title=label(form.title, limits.MODAL_TITLE), timeout=None, custom_id=custom_id)
    fields = shown(form)
    intro = form.intro or (() if fields else ((form.title,),))
    if intro and len(fields) < limits.MODAL_ROWS:
        made.add_item(discord.ui.TextDisplay(_intro(intro, now)))
    for field in fields:
        made.add_item(_row(field))
    made.stop()
    return made


def _intro(lines: tuple[Text, ...], now: datetime) -> str:
    return fit(tuple(span for line in lines for span in (*line, "\n")), limits.TEXT_DISPLAY, now)[0].strip() or "…"


def _row(field: FormField) -> discord.ui.Label[discord.ui.Modal]:
    options = [choice for choice in field.choices if 0 < len(choice[0]) <= limits.OPTION_VALUE and _kept(choice[0])]
    said = f"▲ {field.error}" if field.error else ""
    if len(options) > limits.OPTIONS:
        said = said or f"{limits.OPTIONS} of {len(options)} choices; the command in chat takes any."
    selects = field.kind is Kind.CHOICE and options
    return discord.ui.Label(
        text=label(field.label or field.name, limits.FIELD_LABEL),
        description=label(said, limits.FIELD_DESCRIPTION) if said else None,
        component=_select(replace(field, choices=tuple(options))) if selects else _text(field),
    )


def _kept(value: str) -> bool:
    """Whether a choice's value comes back as it was sent."""
    return seen(value) == value == value.strip()


def _text(field: FormField) -> _Input:
    long, begun = field.kind is Kind.LONG, cut(seen(field.value), limits.INPUT_VALUE, "")[0]
    fits = field.longest and len(begun) <= field.longest
    room = min(field.longest, limits.INPUT_VALUE) if fits else None  # so that Discord counts while one types
    return discord.ui.TextInput(
        style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
        custom_id=field.name,
        placeholder=label(field.hint, limits.PLACEHOLDER) if field.hint else None,
        default=begun,
        max_length=room,
        required=field.required,
    )


def _select(field: FormField) -> _Input:
    """A menu of at most 25 choices, the current one always among them."""
    choices = dict(field.choices)
    current = [field.value] if field.value in choices else []
    kept = {*current, *[value for value in choices if value not in current][: limits.OPTIONS - len(current)]}
    options = [
        discord.SelectOption(label=label(name or value, limits.OPTION_LABEL), value=value, default=value in current)
        for value, name in choices.items()
        if value in kept
    ]
    return discord.ui.Select(
        custom_id=field.name,
        placeholder=label(field.hint, limits.PLACEHOLDER) if field.hint else None,
        min_values=1 if field.required else 0,
        options=options,
        required=field.required,
    )


def values(data: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by the fields' names, from the `data` of a submitted modal's interaction. A menu in which
    nothing is chosen is empty.
    """
    return {part["custom_id"]: _value(part) for part in _parts(data.get("components", ())) if "custom_id" in part}


def _parts(components: Any) -> Iterator[Mapping[str, Any]]:
    """The inputs, out of the labels and rows that Discord sends them back in."""
    for part in components:
        yield from _parts([part["component"]] if "component" in part else part.get("components", ()))
        yield part


def _value(part: Mapping[str, Any]) -> str:
    chosen = part.get("values")
    return str((chosen[0] if chosen else "") if chosen is not None else part.get("value") or "")
