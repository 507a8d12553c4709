"""Buttons on Discord's wire, pure: as `wire` spells them, and marked where something is asked first.

Discord has no question of its own before a danger. A button that has one begins with `?`; pressing it is answered with
the question and a second button, which the asker alone sees. That one begins with `!` and names the message.
"""

from dataclasses import dataclass

from bot.platforms import wire
from bot.platforms.discord.limits import CUSTOM_ID
from bot.platforms.wire import OnAnswer, OnPost
from desk.cards import Button, parse_line

LINE = CUSTOM_ID - 1  # characters of an answer's button, a mark before it


@dataclass(frozen=True, slots=True)
class Press:
    """`asks`: nothing is done yet. `message` is the post's, where the button stands on the question about it."""

    what: OnPost | OnAnswer
    asks: bool = False
    message: str = ""


def on_post(key: str, version: int, button: Button) -> str:
    named = ("?" if button.confirm else "") + wire.on_post(key, version, button)
    return named if len(named) <= CUSTOM_ID else "?" + wire.on_post("x" * CUSTOM_ID, version, button)


def on_answer(button: Button) -> str:
    return ("?" if button.confirm else "") + wire.on_answer(button, LINE)


def confirming(custom_id: str, message: str) -> str:
    """The second button to a first one: the message finds the post, whose key may not fit beside it."""
    what = wire.read(custom_id.removeprefix("?"))
    if isinstance(what, OnPost):
        return f"!{message}|p|{what.version}|{what.tag}|"
    return custom_id.removeprefix("?")


def read(custom_id: str) -> Press | None:
    """None for what is no button of ours."""
    if custom_id.startswith("!"):
        message, _, rest = custom_id[1:].partition("|")
        what = wire.read(rest)
        return Press(what, message=message) if isinstance(what, OnPost) and message.isdigit() else None
    what = wire.read(custom_id.removeprefix("?"))
    return Press(what, asks=custom_id.startswith("?")) if what else None


def form_button(form: str, carried: dict[str, str]) -> Button:
    """What a modal carries of its form: the form's id, and the values that it does not ask for."""
    return Button("", form, tuple(carried.items()))


def form_of(line: str) -> tuple[str, dict[str, str]]:
    """The inverse, from the button's line. ValueError when it is no such line."""
    button = parse_line(line)
    return button.word, dict(button.args)


