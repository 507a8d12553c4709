"""Our commands as Discord's application commands, and what comes back as a line of chat. Pure."""

from collections.abc import Mapping
from typing import Any, get_args

from discord import AppCommandOptionType, AppCommandType
from pydantic.fields import FieldInfo

from bot.platforms.discord import limits
from bot.platforms.discord.words import label
from desk.cards import Button
from handlers.arguments import arg_of, label_of, pick_of
from handlers.context import Command
from handlers.forms import fixed_choices

OPEN = "Open a ticket"  # in a message's context menu

# Where they are offered: in guilds that added the bot, and in its direct messages.
_OFFERED = {"contexts": [0, 1], "integration_types": [0]}


def command_payloads(commands: Mapping[str, Command]) -> list[dict[str, Any]]:
    """The whole list for a bulk overwrite, JSON as of the API's version 10."""
    menu = {"type": AppCommandType.message.value, "name": OPEN, **_OFFERED}
    return [*(_command(command) for command in commands.values()), menu]


def _command(command: Command) -> dict[str, Any]:
    fields = sorted(command.args.model_fields.items(), key=lambda pair: not pair[1].is_required())
    return {
        "type": AppCommandType.chat_input.value,
        "name": command.word,
        "description": label(command.summary, limits.COMMAND_DESCRIPTION),
        "options": [_option(name, info) for name, info in fields if not arg_of(info).hidden],
        **_OFFERED,
    }


def _option(name: str, info: FieldInfo) -> dict[str, Any]:
    """None is required: what is missing, or wrong, is asked for in the command's form."""
    spoken = f"{label_of(name, info)}. {info.description}" if info.description else label_of(name, info)
    kind = AppCommandOptionType.integer if int in _kinds(info) else AppCommandOptionType.string
    bounds = _integer(info) if kind is AppCommandOptionType.integer else _string(info)
    option = {"type": kind.value, "name": name, "description": label(spoken, limits.COMMAND_DESCRIPTION)}
    choices = fixed_choices(info)
    if pick_of(info) or name == "number" or len(choices) > limits.COMMAND_CHOICES:
        return {**option, **bounds, "autocomplete": True}
    if choices:
        return {**option, "choices": [{"name": label(said, 100), "value": value} for value, said in choices]}
    return {**option, **bounds}


def _kinds(info: FieldInfo) -> tuple[Any, ...]:
    return (info.annotation, *get_args(info.annotation))


def _integer(info: FieldInfo) -> dict[str, int]:
    furthest = limits.INTEGER_OPTION
    least = {"min_value": max(_bound(info, "ge", -furthest), -furthest)}
    return {**least, "max_value": min(_bound(info, "le", furthest), furthest)}


def _string(info: FieldInfo) -> dict[str, int]:
    return {"max_length": min(_bound(info, "max_length", limits.STRING_OPTION), limits.STRING_OPTION)}


def _bound(info: FieldInfo, rule: str, default: int) -> int:
    """What the model's field says under this rule (`ge`, `le`, `max_length`)."""
    return next((int(getattr(found, rule)) for found in info.metadata if hasattr(found, rule)), default)


def line(word: str, data: Mapping[str, Any]) -> str:
    """The chat line that a command's interaction stands for, from its `data`: typing and options are one path."""
    given = tuple((str(option["name"]), str(option["value"])) for option in data.get("options", ()))
    return Button("", word, given).line()
