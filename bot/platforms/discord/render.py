"""Cards and words as Discord's messages. Pure: no store, no clock, no network."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import discord

from bot.platforms.discord import limits
from bot.platforms.discord.marks import MARK
from bot.platforms.discord.words import BLANK, fit, inert, label, one_line
from desk.cards import Button, Card, Field, Text

Wire = Callable[[Button], str]

MORE = "more"  # the custom_id of the menu behind which the buttons after the fifth are
COPY = "A second copy of a message above."

_COLOURS = {"bad": 0xC62F3A, "warn": 0xC98A1B, "good": 0x2F8F4E, "calm": 0x5B6B7F}
_LEAST = 80  # characters: a field with less room than that is said in the thread


@dataclass(frozen=True, slots=True)
class Pressable:
    """A button, or an option of the menu: `custom_id` is its name on the wire; `confirm` is asked before its line
    is run, by whoever hears the press, since Discord has no such question.
    """

    label: str
    custom_id: str
    primary: bool = False
    confirm: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent with `content=`, `embeds=`, `view=`; `rest` is what did not fit."""

    content: str
    embeds: tuple[discord.Embed, ...] = ()
    buttons: tuple[Pressable, ...] = ()
    more: tuple[Pressable, ...] = ()
    rest: Text = ()

    def view(self) -> discord.ui.View:
        """The buttons as discord.py sends them; without any, an edit takes away those that were there. It is stopped:
        discord.py keeps no list of what may be pressed, so that a press after a restart is like any other.
        """
        view = discord.ui.View(timeout=None)
        for one in self.buttons:
            view.add_item(discord.ui.Button(label=one.label, custom_id=one.custom_id, style=_style(one), row=0))
        if self.more:
            options = [discord.SelectOption(label=one.label, value=one.custom_id) for one in self.more]
            view.add_item(discord.ui.Select(custom_id=MORE, placeholder="More", options=options, row=1))
        view.stop()
        return view


def _style(one: Pressable) -> discord.ButtonStyle:
    if one.confirm:
        return discord.ButtonStyle.danger
    return discord.ButtonStyle.primary if one.primary else discord.ButtonStyle.secondary


def message(
    card: Card | None,
    words: Text,
    buttons: tuple[Button, ...],
    wire: Wire,
    *,
    now: datetime,
    author_name: str = "",
    copy: bool = False,
) -> Message:
    """A post. Its content is what a notification shows: the words, or else the card in one line."""
    author = one_line(author_name)
    who = f"**{inert(label(author, limits.LABEL))}:** " if author and not copy else ""
    said = (COPY,) if copy else words or ((heading(card),) if card else ())
    content, rest = fit(said, _room(card) - len(who), now)
    if card and not words and not copy:
        rest = ()  # the same words are the title of the embed, whose rest is kept
    return _message(who + content, rest, card, buttons, wire, now)


def answer(error: str, card: Card | None, buttons: tuple[Button, ...], wire: Wire, *, now: datetime) -> Message:
    """What only the asker sees: the sentence of a refusal, the card that was asked for, or that it is done."""
    done = "" if card else "✓ Done."
    content, rest = fit((error or done,), _room(card), now)
    return _message(content, rest, card, buttons, wire, now)


def _room(card: Card | None) -> int:
    """For the content: less where files go with it, which may have to be spoken of after the mark of a post."""
    files = card is not None and (card.picture or card.paper)
    return limits.CONTENT - (limits.FILES_SAID + MARK if files else 0)


def heading(card: Card) -> str:
    """The card in one line: state in words and symbol, number, title."""
    return one_line(" · ".join(part for part in (card.state, str(card.number or ""), card.title) if part))


def _message(
    content: str, rest: Text, card: Card | None, buttons: tuple[Button, ...], wire: Wire, now: datetime
) -> Message:
    embeds, left = _embeds(card, now) if card else ((), ())
    offered: dict[str, Button] = {}
    for button in (*(card.buttons if card else ()), *buttons):
        offered.setdefault(wire(button), button)  # Discord refuses a message in which two have one name
    shown = [_pressable(key, button) for key, button in offered.items()][: limits.ROW + limits.OPTIONS]
    unsaid = [
        (f"{_name(button)}: {button.line()}",)
        for n, button in enumerate(offered.values())
        if n >= len(shown) or len(_name(button)) > limits.LABEL
    ]
    kept = content if content.strip() or embeds else BLANK
    first, more = tuple(shown[: limits.ROW]), tuple(shown[limits.ROW :])
    return Message(kept, embeds, first, more, _joined([rest, left, *unsaid]))


def _name(button: Button) -> str:
    return one_line(button.label) or button.word


def _pressable(key: str, button: Button) -> Pressable:
    return Pressable(label(_name(button), limits.LABEL), key, button.primary, button.confirm)


def _embeds(card: Card, now: datetime) -> tuple[tuple[discord.Embed, ...], Text]:
    title, title_rest = fit((heading(card),), limits.EMBED_TITLE, now)
    rows = [_joined(row, " · ") for row in card.table]
    description, body_rest = fit(_joined([*card.lines, *rows]), limits.EMBED_DESCRIPTION, now)
    embed = discord.Embed(title=title.strip() or BLANK, description=description, colour=_colour(card))
    rests = [title_rest, body_rest, *(_add(embed, field, now) for field in card.fields)]
    return (embed,), _joined(rests)


def _colour(card: Card) -> int:
    return _COLOURS.get(card.tone, _COLOURS["calm"])


def _add(embed: discord.Embed, field: Field, now: datetime) -> Text:
    """Put a field into the embed as far as there is room, and return what is left of it with its name."""
    room = limits.EMBED_TOTAL - len(embed)
    if len(embed.fields) == limits.EMBED_FIELDS or room < _LEAST:
        return (f"{field.name}: ", *field.value)
    name, name_rest = fit((one_line(field.name),), min(limits.EMBED_FIELD_NAME, room // 2), now)
    name = name.strip() or BLANK
    value, rest = fit(field.value, min(limits.EMBED_FIELD_VALUE, room - len(name)), now)
    embed.add_field(name=name, value=value if value.strip() else BLANK, inline=len(value) <= 40)
    return (f"{field.name}: ", *(field.value if name_rest else rest)) if name_rest or rest else ()


def _joined(parts: Iterable[Text], between: str = "\n") -> Text:
    """The parts that say something, one after the other."""
    spans = [span for part in parts if any(part) for span in (between, *part)]
    return tuple(spans[1:])
