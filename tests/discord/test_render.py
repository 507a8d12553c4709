"""Cards on Discord: whole, within its limits, and nothing that a person typed does anything there.

Rows of docs/reliability.md: `message over the limits; lone surrogates, bidi, zero width`,
`@everyone` and masked links in user text.
"""

from datetime import UTC, datetime, timedelta

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simcord.components import validate_message_state

from bot.platforms import wire
from bot.platforms.discord import limits, render
from bot.platforms.discord.words import draw, fit, inert
from bot.platforms.graphemes import shown
from desk.cards import Button, Card, Field, Style, When, text
from tests.discord.reading import active, letters, source, strings, visible

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
HOSTILE = {
    "@everyone": "pings all",
    "@here": "pings all who are there",
    "<@1234>": "pings a person",
    "<@!1234>": "pings a person, as it was written once",
    "<@&1234>": "pings a role",
    "\\<@1234>": "pings although the client shows it as text",
    "<#1234>": "links a channel",
    "</ack:1234>": "offers a command",
    "<t:1:F>": "reads as a time that we said",
    "<:ok:1234>": "shows an emoji of some guild",
    "<a:ok:1234>": "shows one that moves",
    "<id:customize>": "links the guild's settings",
    ":fire:": "shows an emoji",
    "[our desk](https://evil.example)": "hides where it leads",
    "[our desk](<https://evil.example>)": "hides where it leads, without a preview",
    "https://evil.example": "is a link",
    "<https://evil.example>": "is a link without a preview",
    "steam://run/1": "starts a program",
    "discord.gg/abc": "invites",
    "discord.com/invite/abc": "invites, the long way",
    "**bold**": "shouts",
    "*it*": "leans",
    "__under__": "underlines",
    "_it_": "leans",
    "~~no~~": "strikes out",
    "||dark||": "hides",
    "`code`": "is code",
    "```\ncode\n```": "is a block of code",
    "# big": "is a heading",
    "-# small": "is small print",
    "a\n### big": "is a heading on a later line",
    "> said": "quotes",
    ">>> said": "quotes all that follows",
    "- one": "lists",
    "  - one": "lists further in",
    "+ one": "lists in other markdowns",
    "12. one": "numbers",
    "back\\slash": "swallows the letter after it",
    "\\": "swallows whatever we say next",
}
BUTTON = Button("Acknowledge", "ack", (("number", "42"),), primary=True)


def _wire(button: Button) -> str:
    return wire.on_post("alert/42", 3, button)


def _message(card: Card | None = None, words=(), buttons=(), **more):
    return render.message(card, words, buttons, _wire, now=NOW, **more)


def _said(message: render.Message) -> list[str]:
    """All the markdown of a message."""
    said = [message.content]
    for embed in message.embeds:
        said += [embed.title or "", embed.description or ""]
        said += [words or "" for field in embed.fields for words in (field.name, field.value)]
    return said


def _sized(limit: int):
    """Nothing, one letter, what just fits, one more, ten times as much: of plain, odd and hostile letters."""
    seeds = st.text(min_size=1, max_size=12) | st.sampled_from([*HOSTILE, "👩‍👩‍👧", "e\u0301", "\ud800", "\u202ex"])
    return st.builds(
        lambda seed, size: (seed * (size // len(seed) + 1))[:size],
        seeds, st.sampled_from([0, 1, limit, limit + 1, 10 * limit]),
    )  # fmt: skip


WHENS = st.builds(When, st.integers(-(10**9), 10**9).map(lambda s: NOW + timedelta(seconds=s)),
                  st.sampled_from(Style))  # fmt: skip
SHORT = st.text(max_size=30) | st.sampled_from(list(HOSTILE))


def _texts(limit: int):
    return st.lists(_sized(limit) | SHORT | WHENS, max_size=3).map(tuple)


BUTTONS = st.builds(
    Button, _sized(80) | SHORT, st.sampled_from(["ack", "show"]),
    st.lists(st.tuples(st.just("number"), st.integers(0, 99).map(str)), max_size=1).map(tuple),
    st.sampled_from(["", "Really?"]), st.booleans(),
)  # fmt: skip
CARDS = st.builds(
    Card, key=st.just("alert/42"), title=_sized(256) | SHORT, state=SHORT, number=st.none() | st.integers(1, 10**9),
    lines=st.lists(_texts(4096), max_size=3).map(tuple),
    fields=st.lists(st.builds(Field, _sized(256) | SHORT, _texts(1024)), max_size=40).map(tuple),
    buttons=st.lists(BUTTONS, max_size=40).map(tuple),
    table=st.lists(st.lists(_texts(100), max_size=3).map(tuple), max_size=3).map(tuple),
    tone=st.sampled_from(["bad", "warn", "good", "calm"]),
)  # fmt: skip


def _accepted(message: render.Message) -> None:
    """What Discord documents, as simcord keeps it, and what it does not: no field and no message without words."""
    embeds = [embed.to_dict() for embed in message.embeds]
    rows = message.view().to_components()
    validate_message_state(rows, flags=0, content=message.content, embeds=embeds, require_nonempty=True)
    assert len(rows) <= 2
    for embed in message.embeds:
        assert discord.Embed.from_dict(embed.to_dict()).to_dict() == embed.to_dict()
        assert (embed.title or "").strip()
        assert all((field.name or "").strip() and (field.value or "").strip() for field in embed.fields)
    for row in rows:
        assert all(part.get("label", "x").strip() for part in row["components"])


@given(CARDS, _texts(2000), st.booleans())
def test_any_card_fits_is_accepted_and_is_inert(card, words, copy):
    """Each field empty, at and over its limit: within the limits, nothing active, no lone surrogate."""
    message = _message(card, words, copy=copy)
    _accepted(message)
    assert [found for said in _said(message) for found in active(said)] == []
    "".join(_said(message)).encode()


@given(CARDS, _texts(2000))
def test_nothing_of_a_card_is_lost(card, words):
    """Every letter is in the message or in the rest; a button without room is there as its line."""
    message = _message(card, words)
    shown = letters(*map(visible, _said(message)), strings(message.rest))
    assert letters(*source(card), strings(words)) - shown == letters()
    pressable = {one.custom_id for one in (*message.buttons, *message.more)}
    rest = strings(message.rest)
    assert all(_wire(button) in pressable or button.line() in rest for button in card.buttons)


@given(st.lists(_sized(300) | SHORT | WHENS, max_size=4).map(tuple), st.integers(1, 400))
def test_what_is_cut_is_what_is_left_over(words, limit):
    """The head and the rest are the whole, letter by letter and in order; the head is within its limit."""
    head, rest = fit(words, limit, NOW)
    assert len(head) <= limit
    assert active(head) == []
    seen = visible(head).removesuffix("…" if rest else "")
    whole = [shown(span) if isinstance(span, str) else draw(span, NOW) for span in _joined(words)]
    left = [shown(span) if isinstance(span, str) else draw(span, NOW) for span in rest]
    assert seen + "".join(left) == "".join(whole)


def _joined(words):
    """Neighbouring strings as one: an accent on its own goes with the letter before it."""
    joined: list = []
    for span in words:
        if isinstance(span, str) and joined and isinstance(joined[-1], str):
            joined[-1] += span
        else:
            joined.append(span)
    return joined


@pytest.mark.parametrize("words", HOSTILE, ids=HOSTILE.values())
def test_hostile_text_is_read_as_its_letters(words):
    """In the words, the title, a line, a field and a cell; and it is active when nobody takes care."""
    assert active(words)
    card = Card("k", words, words, lines=(text(words),), fields=(Field(words, text(words)),), table=((text(words),),))
    for message in (_message(card, text(words)), _message(card), _message(None, text(words), author_name="Mia")):
        assert [found for said in _said(message) for found in active(said.removeprefix("**Mia:** "))] == []
    assert visible(inert(words)) == words


def test_marks_are_not_put_together_out_of_two_spans():
    """Each half is harmless alone: the halves are made inert as one."""
    for halves in (("@every", "one"), ("https:", "//evil.example"), ("1", ". one"), (":fi", "re:"), ("<", "@1>")):
        assert active(_message(None, halves).content) == []


@pytest.mark.parametrize(
    ("when", "drawn"),
    [
        (When(NOW), f"<t:{AT}:t>"),
        (When(NOW + timedelta(hours=11)), f"<t:{AT + 39600}:t>"),
        (When(NOW + timedelta(days=1)), f"<t:{AT + 86400}:f>"),  # with its day: the message is read on another, too
        (When(NOW + timedelta(minutes=42), Style.LEFT), f"<t:{AT + 2520}:R>"),
        (When(NOW - timedelta(minutes=4), Style.LASTED), "4 min"),  # a length of time, which Discord has no sign for
    ],
)
def test_times_are_shown_in_the_zone_of_whoever_reads(when, drawn):
    card = Card("k", "Boiler", lines=(text("by ", when, "."),), fields=(Field("Due", text(when)),))
    [embed] = _message(card).embeds
    assert (embed.description, embed.fields[0].value) == (f"by {drawn}.", drawn)


def test_a_card_says_its_state_in_words_and_its_colour_only_says_it_again():
    card = Card("k", "checkout page", "▲ DOWN", 42, lines=(text("status 500"),), tone="bad", buttons=(BUTTON,),
                fields=(Field("Owner", text("Ben")),), table=((text("Mon"), text("40 min")),))  # fmt: skip
    message = _message(card)
    [embed] = message.embeds
    assert message.content == embed.title == "▲ DOWN · 42 · checkout page"
    assert embed.description == "status 500\nMon · 40 min"
    assert [(field.name, field.value) for field in embed.fields] == [("Owner", "Ben")]
    assert message.rest == ()
    colours = {_message(Card("k", "t", tone=tone)).embeds[0].colour for tone in ("bad", "warn", "good", "calm")}
    assert len(colours) == 4


def test_buttons_after_the_fifth_are_behind_more_and_the_thirty_first_is_a_line():
    """Five stand where they always stand; the same line is offered once; what has no room can be typed."""
    many = tuple(Button(f"Show {n}", "show", (("number", str(n)),)) for n in range(31))
    message = _message(Card("k", "t", buttons=many[:4]), buttons=(*many[:2], *many[4:]))
    first, more = message.view().to_components()
    assert [part["label"] for part in first["components"]] == ["Show 0", "Show 1", "Show 2", "Show 3", "Show 4"]
    [menu] = more["components"]
    assert (menu["custom_id"], len(menu["options"])) == (render.MORE, 25)
    assert menu["options"][0]["value"] == _wire(many[5])
    assert message.rest == ("Show 30: /show number=30",)


def test_a_button_keeps_its_name_on_the_wire_and_its_question():
    """The question is asked by whoever hears the press; the colour of danger says so before."""
    risky = Button("Run restart-shop…", "run", (("runbook", "restart-shop"),), confirm="Restart the shop now?")
    message = _message(Card("k", "t", buttons=(BUTTON, risky)))
    assert [(one.custom_id, one.confirm) for one in message.buttons] == [
        (_wire(BUTTON), ""), (_wire(risky), "Restart the shop now?"),
    ]  # fmt: skip
    [row] = message.view().to_components()
    assert [part["style"] for part in row["components"]] == [1, 4]


def test_a_label_over_its_limit_is_cut_and_said_whole_beside_its_line():
    long = Button("Press me " * 20, "show", (("number", "1"),))
    message = _message(Card("k", "t", buttons=(long,)))
    shown_label = message.buttons[0].label
    assert len(shown_label) <= limits.LABEL
    assert shown_label.endswith("Press…")
    assert message.rest == (f"{'Press me ' * 20}".strip() + ": /show number=1",)


async def test_discord_py_keeps_no_list_of_what_may_be_pressed():
    """A finished view is not stored by discord.py: buttons work after a restart as they do before."""
    view = _message(Card("k", "t", buttons=(BUTTON,))).view()
    assert view.is_finished()
    assert view.is_dispatchable()


def test_fields_after_the_twenty_fifth_go_on_in_the_rest():
    fields = tuple(Field(f"Field {n}", text(str(n))) for n in range(27))
    message = _message(Card("k", "t", fields=fields))
    _accepted(message)
    assert len(message.embeds[0].fields) == limits.EMBED_FIELDS
    assert strings(message.rest) == "Field 25: 25\nField 26: 26"


def test_a_field_whose_name_is_cut_is_said_whole_in_the_rest():
    """Half a name with half a value would answer no question."""
    name = "The name of a field " * 20
    message = _message(Card("k", "t", fields=(Field(name, text("Ben")),)))
    assert message.embeds[0].fields[0].value == "Ben"
    assert strings(message.rest) == f"{name}: Ben"


def test_a_message_of_no_words_is_still_taken():
    _accepted(_message(None, ()))
    _accepted(_message(None, text("\u2066")))


def test_words_are_whose_they_are():
    message = _message(None, text("It is back, since ", When(NOW), "."), author_name="Mia *M*")
    assert message.content == f"**Mia \\*M\\*:** It is back, since <t:{AT}:t>."
    assert message.embeds == ()


def test_words_over_the_limit_go_on_in_the_rest():
    message = _message(None, text("word " * 1000), author_name="Mia")
    assert len(message.content) <= limits.CONTENT
    assert message.content.endswith("…")
    assert (visible(message.content).removeprefix("**Mia:** ")[:-1] + strings(message.rest)) == "word " * 1000


def test_a_second_copy_says_that_it_is_one():
    message = _message(None, text("It is back."), author_name="Mia", copy=True)
    assert message.content == render.COPY


@pytest.mark.parametrize(
    ("error", "card", "content"),
    [
        ("Only an approver may approve.", None, "Only an approver may approve."),
        ("Ben *has* it.", Card("k", "t"), "Ben \\*has\\* it."),
        ("", Card("k", "t"), ""),  # nobody is notified of what only the asker sees: the card says it once
        ("", None, "✓ Done."),  # a deferred answer must say something
    ],
)
def test_an_answer_is_a_sentence_a_card_or_that_it_is_done(error, card, content):
    message = render.answer(error, card, (BUTTON,), lambda button: wire.on_answer(button, limits.CUSTOM_ID), now=NOW)
    assert (message.content, len(message.embeds)) == (content, 1 if card else 0)
    assert message.buttons[0].custom_id == "l|/ack number=42"
    _accepted(message)


@given(_sized(2000), CARDS)
def test_any_answer_fits_is_accepted_and_loses_nothing(error, card):
    message = render.answer(error, card, (), _wire, now=NOW)
    _accepted(message)
    shown = letters(*map(visible, _said(message)), strings(message.rest))
    assert letters(error, *source(card)) - shown == letters()
