"""What somebody reads on Discord, from what the stand-in shows them: words without our mark, buttons, forms. Pure."""

from collections.abc import Iterable
from typing import Any

from bot.platforms.discord.answering import ONLY_HERE
from bot.platforms.discord.marks import unmarked
from tests.discord.reading import visible
from tests.discord.standin.forms import controls
from tests.discord.standin.things import Message, everything

DONE, ASKED = ("✓ Done.", "This needs a few more words."), "▲ "
FORM_BUTTONS = ("Change it…", "Open the form…")


def text(message: Message) -> str:
    """All its words, a line each."""
    return visible(unmarked(message.text()))


def said(message: Message) -> str:
    """What is wrong, in an answer; empty where nothing is."""
    lines = visible(unmarked(message.content)).replace(ONLY_HERE, "").strip()
    return "" if lines in DONE else lines


def pressable(message: Message) -> dict[str, tuple[str, str]]:
    """By its name on the wire: what is pressed, and what is chosen there where that is a menu. In the order shown."""
    found: dict[str, tuple[str, str]] = {}
    for each in everything(message.components):
        if each["type"] == 2 and "custom_id" in each:
            found[each["custom_id"]] = (each["custom_id"], "")
        elif each["type"] == 3:
            found |= {option["value"]: (each["custom_id"], option["value"]) for option in each["options"]}
    return found


def labels(message: Message) -> dict[str, str]:
    """What stands on each button, by its name on the wire."""
    return {custom_id: label for label, custom_id in message.buttons().items()}


def card(message: Message, commands: dict[str, str]) -> dict[str, Any] | None:
    """The card of an answer. `commands` are the lines of its buttons by their names on the wire."""
    if not message.embeds:
        return None
    title = visible(message.embeds[0].get("title", ""))
    buttons = [{"label": labels(message).get(name, ""), "command": line} for name, line in commands.items()]
    return {"key": title, "title": title, "state": "", "text": text(message), "buttons": buttons}


def form(modal: dict[str, Any], number: str, wrong: str) -> dict[str, Any]:
    """A form that is open. `wrong` is what was said before it was opened: a line for each refused field."""
    errors = dict(line.removeprefix(ASKED).split(": ", 1) for line in wrong.splitlines() if line.startswith(ASKED))
    fields = [_field(label, control, errors) for label, control in _labelled(modal)]
    return {"id": number, "title": modal["title"], "fields": fields}


def _labelled(modal: dict[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    rows = [each for each in modal["components"] if each["type"] == 18]
    return [(row["label"], row["component"]) for row in rows] or [(c["label"], c) for c in controls(modal)]


def _field(label: str, control: dict[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    chosen = [option["value"] for option in control.get("options", ()) if option.get("default")]
    value = control.get("value") or (chosen[0] if chosen else "")
    return {
        "name": control["custom_id"], "label": label, "required": control.get("required", True), "value": value,
        "error": errors.get(label, ""),
    }  # fmt: skip
