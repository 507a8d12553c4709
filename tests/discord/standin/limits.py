"""What Discord documents as its limits, and for each a body that is exactly as large as one asks.

No renderer imports this: it must know its limits by itself. Lengths are counted in code points.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Body = Any  # a dictionary, or a list of commands
Where = Literal["message", "modal", "commands", "choices", "thread"]

_MESSAGE = "https://discord.com/developers/docs/resources/message#create-message"
_EMBED = "https://discord.com/developers/docs/resources/message#embed-object-embed-limits"
_ROW = "https://discord.com/developers/docs/components/reference#action-row"
_BUTTON = "https://discord.com/developers/docs/components/reference#button-button-structure"
_SELECT = "https://discord.com/developers/docs/components/reference#string-select-string-select-structure"
_OPTION = "https://discord.com/developers/docs/components/reference#string-select-select-option-structure"
_INPUT = "https://discord.com/developers/docs/components/reference#text-input-text-input-structure"
_LABEL = "https://discord.com/developers/docs/components/reference#label-label-structure"
_CUSTOM = "https://discord.com/developers/docs/components/reference#anatomy-of-a-component-custom-id"
_V2 = "https://discord.com/developers/docs/components/reference"
_MODAL = "https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-modal"
_AUTO = (
    "https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-autocomplete"
)
_COMMAND = "https://discord.com/developers/docs/interactions/application-commands#application-command-object"
_COMMANDS = "https://discord.com/developers/docs/interactions/application-commands#registering-a-command"
_CHOICE = _COMMAND + "-application-command-option-choice-structure"
_THREAD = "https://discord.com/developers/docs/resources/channel#start-thread-from-message"


@dataclass(frozen=True, slots=True)
class Limit:
    """`build(n)` makes a body whose measure is n: taken up to `number`, refused beyond and below `least`."""

    what: str
    number: int
    source: str
    where: Where
    build: Callable[[int], Body]
    least: int = 0


def button(n: int = 0, **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "b", "custom_id": f"b{n}", **more}


def option(n: int = 0, **more: Any) -> dict[str, Any]:
    return {"label": f"o{n}", "value": f"v{n}", **more}


def select(n: int = 0, **more: Any) -> dict[str, Any]:
    return {"type": 3, "custom_id": f"s{n}", "options": [option()], **more}


def row(*children: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(children)}


def shown(*children: dict[str, Any]) -> Body:
    return {"content": "x", "components": [row(*children)]}


def embed(**parts: Any) -> Body:
    return {"embeds": [{"description": "x", **parts}]}


def field(**parts: Any) -> dict[str, Any]:
    return {"name": "n", "value": "v", **parts}


def modal(*components: dict[str, Any], **parts: Any) -> Body:
    return {"title": "t", "custom_id": "m", "components": list(components) or [row(typed())], **parts}


def typed(n: int = 0, **parts: Any) -> dict[str, Any]:
    return {"type": 4, "style": 1, "label": "l", "custom_id": f"i{n}", **parts}


def label(inside: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {"type": 18, "label": "l", "component": inside, **parts}


def command(n: int = 0, **parts: Any) -> dict[str, Any]:
    return {"type": 1, "name": f"c{n}", "description": "d", **parts}


def argument(n: int = 0, **parts: Any) -> dict[str, Any]:
    return {"type": 3, "name": f"a{n}", "description": "d", **parts}


def choice(n: int = 0, **parts: Any) -> dict[str, Any]:
    return {"name": f"n{n}", "value": f"v{n}", **parts}


def _option(**parts: Any) -> Body:
    return shown(select(options=[option(**parts)]))


def _input(**parts: Any) -> Body:
    return modal(label(typed(label=None, **parts)))


def _argument(**parts: Any) -> Body:
    return [command(options=[argument(**parts)])]


def _embeds(n: int) -> Body:
    return {"embeds": _many(n, lambda each: {"description": f"{each}"})}


def _fields(n: int) -> Body:
    return {**modal(), "components": _many(n, lambda each: row(typed(each)))}


def _many(n: int, make: Callable[[int], Any]) -> list[Any]:
    return [make(each) for each in range(n)]


def _six_thousand(n: int) -> Body:
    """Two embeds of n characters together, no part of which is over its own limit."""
    return {"embeds": [{"description": "x" * 4096}, {"description": "x" * (n - 4096)}]}


def _eight_thousand(n: int) -> Body:
    """One command whose names, descriptions and values have n characters: 3 its own, 3 of each of two options."""
    full, rest = divmod(n - 9, 200)
    choices = _many(full, lambda each: choice(name=f"{each:0100}", value=f"{each:0100}"))
    choices.append(choice(name="x" * min(rest, 100), value="x" * max(rest - 100, 0)))
    return [command(options=[argument(1, choices=choices[:25]), argument(2, choices=choices[25:])])]


def _text_displays(n: int) -> Body:
    return {"flags": 1 << 15, "components": [{"type": 10, "content": "x" * part} for part in (n // 2, n - n // 2)]}


TABLE = (
    Limit("content", 2000, _MESSAGE, "message", lambda n: {"content": "x" * n}, 1),
    Limit("nonce", 25, _MESSAGE, "message", lambda n: {"content": "x", "nonce": "n" * n}),
    Limit("embeds", 10, _MESSAGE, "message", lambda n: {"content": "x", **_embeds(n)}),
    Limit("embed title", 256, _EMBED, "message", lambda n: embed(title="x" * n)),
    Limit("embed description", 4096, _EMBED, "message", lambda n: embed(title="t", description="x" * n)),
    Limit("embed fields", 25, _EMBED, "message", lambda n: embed(fields=_many(n, lambda _: field()))),
    Limit("embed field name", 256, _EMBED, "message", lambda n: embed(fields=[field(name="x" * n)]), 1),
    Limit("embed field value", 1024, _EMBED, "message", lambda n: embed(fields=[field(value="x" * n)]), 1),
    Limit("embed footer", 2048, _EMBED, "message", lambda n: embed(footer={"text": "x" * n})),
    Limit("embed author", 256, _EMBED, "message", lambda n: embed(author={"name": "x" * n})),
    Limit("embeds together", 6000, _EMBED, "message", _six_thousand),
    Limit("rows", 5, _V2 + "#legacy-message-component-behavior", "message",
          lambda n: {"content": "x", "components": _many(n, lambda each: row(button(each)))}),
    Limit("buttons in a row", 5, _ROW, "message", lambda n: shown(*_many(n, button)), 1),
    Limit("selects in a row", 1, _ROW, "message", lambda n: shown(*_many(n, select)), 1),
    Limit("button label", 80, _BUTTON, "message", lambda n: shown(button(label="x" * n))),
    Limit("button url", 512, _BUTTON, "message",
          lambda n: shown({"type": 2, "style": 5, "label": "l", "url": "https://a.example/".ljust(n, "x")[:n]}), 1),
    Limit("custom_id", 100, _CUSTOM, "message", lambda n: shown(button(custom_id="x" * n)), 1),
    Limit("select custom_id", 100, _CUSTOM, "message", lambda n: shown(select(custom_id="x" * n)), 1),
    Limit("select options", 25, _SELECT, "message", lambda n: shown(select(options=_many(n, option))), 1),
    Limit("select placeholder", 150, _SELECT, "message", lambda n: shown(select(placeholder="x" * n))),
    Limit("option label", 100, _OPTION, "message", lambda n: _option(label="x" * n), 1),
    Limit("option value", 100, _OPTION, "message", lambda n: _option(value="x" * n), 1),
    Limit("option description", 100, _OPTION, "message", lambda n: _option(description="x" * n)),
    Limit("components together", 40, _V2, "message",
          lambda n: {"flags": 1 << 15, "components": _many(n, lambda _: {"type": 10, "content": "x"})}),
    Limit("text displays together", 4000, _V2 + "#text-display", "message", _text_displays),
    Limit("modal title", 45, _MODAL, "modal", lambda n: modal(title="x" * n), 1),
    Limit("modal custom_id", 100, _MODAL, "modal", lambda n: modal(custom_id="x" * n), 1),
    Limit("modal components", 5, _MODAL, "modal", _fields, 1),
    Limit("text input label", 45, _INPUT, "modal", lambda n: modal(row(typed(label="x" * n))), 1),
    Limit("text input custom_id", 100, _CUSTOM, "modal", lambda n: modal(row(typed(custom_id="x" * n))), 1),
    Limit("text input value", 4000, _INPUT, "modal", lambda n: _input(value="x" * n)),
    Limit("text input min_length", 4000, _INPUT, "modal", lambda n: _input(min_length=n)),
    Limit("text input max_length", 4000, _INPUT, "modal", lambda n: _input(max_length=n), 1),
    Limit("text input placeholder", 100, _INPUT, "modal", lambda n: _input(placeholder="x" * n)),
    Limit("modal label", 45, _LABEL, "modal", lambda n: modal(label(typed(label=None), label="x" * n)), 1),
    Limit("modal label description", 100, _LABEL, "modal",
          lambda n: modal(label(typed(label=None), description="x" * n))),
    Limit("modal select options", 25, _SELECT, "modal", lambda n: modal(label(select(options=_many(n, option)))), 1),
    Limit("command name", 32, _COMMAND, "commands", lambda n: [command(name="x" * n)], 1),
    Limit("command description", 100, _COMMAND, "commands", lambda n: [command(description="x" * n)], 1),
    Limit("command options", 25, _COMMAND, "commands", lambda n: [command(options=_many(n, argument))]),
    Limit("command option name", 32, _COMMAND, "commands", lambda n: _argument(name="x" * n), 1),
    Limit("command option description", 100, _COMMAND, "commands",
          lambda n: _argument(description="x" * n), 1),
    Limit("command choices", 25, _COMMAND, "commands", lambda n: _argument(choices=_many(n, choice))),
    Limit("choice name", 100, _CHOICE, "commands", lambda n: _argument(choices=[choice(name="x" * n)]), 1),
    Limit("choice value", 100, _CHOICE, "commands", lambda n: _argument(choices=[choice(value="x" * n)])),
    Limit("command together", 8000, _COMMANDS, "commands", _eight_thousand),
    Limit("commands", 100, _COMMANDS, "commands", lambda n: _many(n, command)),
    Limit("menu commands", 15, _COMMANDS, "commands", lambda n: _many(n, lambda i: {"type": 3, "name": f"Menu {i}"})),
    Limit("suggestions", 25, _AUTO, "choices", lambda n: {"choices": _many(n, choice)}),
    Limit("suggestion name", 100, _CHOICE, "choices", lambda n: {"choices": [choice(name="x" * n)]}, 1),
    Limit("suggestion value", 100, _CHOICE, "choices", lambda n: {"choices": [choice(value="x" * n)]}),
    Limit("thread name", 100, _THREAD, "thread", lambda n: {"name": "x" * n}, 1),
)  # fmt: skip

BY_NAME = {limit.what: limit for limit in TABLE}
