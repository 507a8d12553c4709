"""Buttons as one actions block: five stand side by side, the others in menus behind them."""

from collections.abc import Callable, Sequence
from typing import Any

from bot.platforms.slack.limits import (
    ACTIONS,
    CONFIRM_BUTTON,
    CONFIRM_TEXT,
    CONFIRM_TITLE,
    LABEL,
    OVERFLOW,
    VALUE,
    units,
    weight,
)
from bot.platforms.slack.words import Block, Line, Look, plain, tidy
from desk.cards import Button

VISIBLE = 5
PRESS, MENU = "press", "menu"  # what every action_id of ours begins with
HEAVIEST = 6000  # as JSON, so that words keep their room
Wire = Callable[[Button], str]


def actions(buttons: Sequence[Button], wire: Wire) -> tuple[tuple[Block, ...], tuple[Line, ...]]:
    """The block, if there are buttons, and in words what it could not say. `wire` gives at most 2,000 units."""
    drawn = _lightest([_button(place, button, wire) for place, button in enumerate(buttons[:ACTIONS])])
    kept = buttons[: len(drawn)]
    hidden = _hidden(drawn)
    seen = [each for place, each in enumerate(drawn) if place not in hidden]
    menus = [_menu(kept, drawn, hidden[at : at + OVERFLOW]) for at in range(0, len(hidden), OVERFLOW)]
    unsaid = [b for b in kept if units(tidy(b.label)) > LABEL or units(tidy(b.confirm)) > CONFIRM_TEXT]
    lines = tuple(_spelled(button) for button in (*unsaid, *buttons[len(drawn) :]))
    return ({"type": "actions", "elements": seen + menus},) if drawn else (), lines


def _lightest(drawn: list[Block]) -> list[Block]:
    """Those from the front that stay under HEAVIEST together."""
    while drawn and weight(drawn) > HEAVIEST:
        drawn = drawn[:-1]
    return drawn


def _hidden(drawn: Sequence[Block]) -> list[int]:
    """The places of those that go into menus: never one that asks before danger, since a menu asks the same for all its
    options, never one whose value is too long for a menu, and never one alone.
    """
    if len(drawn) <= VISIBLE:
        return []
    quiet = [place for place, each in enumerate(drawn) if "confirm" not in each and units(each["value"]) <= VALUE]
    room = max(0, VISIBLE - (len(drawn) - len(quiet)))
    hidden = quiet[room:]
    return quiet[room - 1 :] if len(hidden) % OVERFLOW == 1 and room else hidden


def _button(place: int, button: Button, wire: Wire) -> Block:
    name = f"/{button.word}"
    drawn: dict[str, Any] = {
        "type": "button", "text": plain(button.label, LABEL, name), "value": wire(button),
        "action_id": f"{PRESS}-{place}-{button.tag()}",
    }  # fmt: skip
    if button.primary:
        drawn["style"] = "primary"
    if tidy(button.confirm):
        does = tidy(button.label).removesuffix("…")
        drawn["confirm"] = {
            "title": plain(does, CONFIRM_TITLE, name), "text": plain(button.confirm, CONFIRM_TEXT),
            "confirm": plain(does, CONFIRM_BUTTON, name), "deny": plain("Cancel", CONFIRM_BUTTON),
            "style": "primary" if button.primary else "danger",
        }  # fmt: skip
    return drawn


def _menu(buttons: Sequence[Button], drawn: list[Block], places: list[int]) -> Block:
    options = [{"text": drawn[place]["text"], "value": drawn[place]["value"]} for place in places]
    return {
        "type": "overflow", "options": options, "action_id": f"{MENU}-{places[0]}-{buttons[places[0]].tag()}",
    }  # fmt: skip


def _spelled(button: Button) -> Line:
    """A button in words: what it says, what it asks, and the line that does the same."""
    said = " · ".join(part for part in (button.label, button.confirm, button.line()) if part)
    return Line((said,), look=Look.POINT)
