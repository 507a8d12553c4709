"""What somebody reads on Discord, from what the stand-in shows them: words without our mark, buttons, forms. Pure."""

import re
from typing import Any

from bot.platforms.discord.answering import ONLY_HERE
from bot.platforms.discord.marks import unmarked
from tests.discord.reading import BLANK
from tests.discord.standin.things import Message, everything

WRONG, FORM_BUTTONS = "▲ ", ("Change it…", "Open the form…")
_SAYS_NOTHING = {"✓ Done.", "This needs a few more words."}
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])", re.ASCII)
_FORMATS = re.compile(r"[*_~|`]")
# In the raw text, since Discord looks for these before it knows of backslashes.
_CALLS = re.compile(
    r"@everyone|@here|<(?:@[!&]?|#)\d+>|[a-z][a-z0-9+.-]*://\S+|discord(?:app)?\.[a-z]+/\S*|\]\([^)\s]+\)",
    re.IGNORECASE,
)


def words(markdown: str) -> str:
    """As it is shown: what formats is not among the letters, and neither are our mark and blanks."""
    held = _ESCAPED.sub(lambda found: chr(0xE000 + ord(found[1])), unmarked(markdown).replace(BLANK, ""))
    shown = _FORMATS.sub("", held)
    return "".join(chr(ord(c) - 0xE000) if 0xE000 <= ord(c) <= 0xE07F else c for c in shown)


def text(message: Message) -> str:
    """All its words, a line each."""
    return words(message.text())


def active(message: Message) -> tuple[str, ...]:
    """What in it calls somebody or leads somewhere."""
    return (*sorted(message.pings), *_CALLS.findall(message.text()))


def said(message: Message) -> str:
    """What is wrong, in an answer; empty where nothing is."""
    lines = words(message.content.replace(ONLY_HERE, "")).strip()
    return "" if lines in _SAYS_NOTHING else lines


def pressable(message: Message) -> dict[str, tuple[str, str]]:
    """By its name on the wire: what is pressed, and what is chosen there where that is a menu. In the order shown."""
    found: dict[str, tuple[str, str]] = {}
    for each in everything(message.components):
        if each["type"] == 2 and "custom_id" in each:
            found[each["custom_id"]] = (each["custom_id"], "")
        elif each["type"] == 3:
            found |= {option["value"]: (each["custom_id"], option["value"]) for option in each["options"]}
    return found


def card(message: Message, lines: dict[str, str]) -> dict[str, Any] | None:
    """The card of an answer. `lines` are its buttons' by their names on the wire."""
    if not message.embeds:
        return None
    title = words(message.embeds[0].get("title", ""))
    buttons = [{"label": label, "command": lines.get(name, "")} for label, name in message.buttons().items()]
    return {"key": title, "title": title, "state": "", "text": text(message), "buttons": buttons}


def form(modal: dict[str, Any], number: str, wrong: str) -> dict[str, Any]:
    """A form that is open. `wrong` is what was said before it was opened: a line for each refused field."""
    errors = dict(line.removeprefix(WRONG).split(": ", 1) for line in wrong.splitlines() if line.startswith(WRONG))
    rows = [each for each in modal["components"] if each["type"] == 18]
    fields = [_field(row["label"], row["component"], errors) for row in rows]
    return {"id": number, "title": modal["title"], "fields": fields}


def _field(label: str, control: dict[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    chosen = [option["value"] for option in control.get("options", ()) if option.get("default")]
    return {
        "name": control["custom_id"], "label": label, "required": control.get("required", True),
        "value": control.get("value") or next(iter(chosen), ""), "error": errors.get(label, ""),
    }  # fmt: skip
