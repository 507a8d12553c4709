"""Any card fits into Slack, nothing of it is lost, and nothing that a person typed does anything.

Rows of docs/reliability.md: `message over the limits; lone surrogates, bidi, zero width`.
"""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.door import unattached
from bot.platforms.graphemes import shown
from bot.platforms.slack import render
from bot.platforms.slack.enclosures import Files
from bot.platforms.slack.enclosures import shown as with_files
from bot.platforms.slack.uploads import Kept
from desk.cards import Button, Card, Field, Paper, Style, When
from desk.charts import Chart, Series, Shape
from tests.slack.standin.blocks import check_message_blocks
from tests.slack.transcript import actives, assert_message_fits, assert_view_fits, plain_texts, read, said

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
HOSTILE = [
    "<!channel> ", "<@U0123> ", "<https://x.example|y>", "*bold*", "_i_", "`c`", ":smile:", "@everyone ", "&amp;",
    "https://x ", '"\\"', "\n", "\u202eevil", "\ud83d", "👩\u200d👧", "e\u0301", "   ",
]  # fmt: skip
ANY = st.text(st.characters(exclude_categories=()), max_size=30)
PIECES = st.lists(st.sampled_from(HOSTILE) | ANY, max_size=8).map("".join)


def words_of(limit):
    """Nothing, something, as much as the limit, ten times as much."""
    sizes = st.sampled_from([limit, limit * 10])
    long = st.builds(lambda piece, size: (piece * size)[:size], PIECES.filter(bool), sizes)
    return st.just("") | PIECES | long


away = st.integers(-90_000, 90_000) | st.integers(-(10**9), 10**9)
whens = st.builds(lambda s, style: When(NOW + timedelta(seconds=s), style), away, st.sampled_from(Style))
texts = st.lists(words_of(4000) | whens, max_size=3).map(tuple)
short = st.lists(PIECES | whens, max_size=3).map(tuple)
buttons = st.builds(
    Button, label=words_of(75), word=st.sampled_from(["ack", "show"]), confirm=st.just("") | words_of(300),
    args=st.lists(st.tuples(st.just("number"), PIECES.map(shown)), max_size=1).map(tuple), primary=st.booleans(),
)  # fmt: skip
rows = st.lists(st.lists(short, max_size=3).map(tuple), max_size=4).map(tuple)
tables = rows | st.builds(lambda row, count: row[:1] * count, rows, st.sampled_from([25, 200]))
cards = st.builds(
    Card, key=st.just("k"), title=words_of(150), state=words_of(30), number=st.none() | st.integers(1, 10**9),
    lines=st.lists(texts, max_size=3).map(tuple), table=tables,
    fields=st.lists(st.builds(Field, PIECES, texts), max_size=2).map(tuple),
    buttons=st.lists(buttons, max_size=3).map(tuple) | st.lists(buttons, min_size=6, max_size=30).map(tuple),
)  # fmt: skip


SOME = settings(max_examples=settings.default.max_examples // 4)  # of the largest, which take their time


def wire(button):
    """As long as a private answer's may be."""
    return ("l|" + button.line().encode("ascii", "replace").decode())[:2000]


def letters(words):
    """What is written, without blanks and the marks of a cut."""
    return re.sub(r"[\s…]", "", shown(words))


def in_order(card, author, words):
    """Every letter that is to be read somewhere, in the order of reading; times are judged by the tables."""
    number = "" if card.number is None else str(card.number)
    parts = [author, *words, card.state, number, card.title, *(s for line in card.lines for s in line)]
    parts += [s for field in card.fields for s in (field.name, *field.value)]
    parts += [s for row in card.table for cell in row for s in cell]
    return [letters(part) for part in parts if isinstance(part, str)]


@SOME
@given(cards, short, st.just("") | PIECES)
@example(Card("k", "t", table=((("row",),),) * 200), (), "")
@example(Card("k", "t", table=((("r",),),) * 300, buttons=(Button("Run", "run", confirm="Sure? " * 40),) * 12), (), "")
@example(Card("k", "t", lines=(("&" * 40_000,),), buttons=(Button("x" * 750, "ack", confirm='"' * 3000),) * 30), (), "")
def test_any_post_fits_and_nothing_of_it_is_lost(card, words, author):
    message = render.message(card, words, (), wire, now=NOW, author_name=author)
    assert_message_fits(message)
    drawn = read(block for block in message.blocks if block["type"] in {"header", "rich_text"})
    rest = "".join(span for span in message.rest if isinstance(span, str))
    found = letters(re.sub(r"(?m)^(# |- )", "", drawn)) + letters(rest)
    place = 0
    for part in in_order(card, author, words):
        place = found.find(part, place)
        assert place >= 0, part
        place += len(part)


@given(cards)
def test_every_button_can_be_pressed_or_is_named_in_the_rest(card):
    """Its label and question whole, one way or the other."""
    message = render.message(card, (), (), wire, now=NOW)
    drawn = {(re.sub(r"\s", "", shown(t["text"]))) for t in plain_texts(message.blocks)}
    rest = letters("".join(s for s in message.rest if isinstance(s, str)))
    for button in card.buttons:
        for told in (button.label, button.confirm):
            assert not letters(told) or "".join(shown(told).split()) in drawn or letters(told) in rest


@given(cards, short)
def test_the_text_says_all_that_is_shown(card, words):
    """A screen reader reads it alone."""
    message = render.message(card, words, (), wire, now=NOW)
    rows = read(b for b in message.blocks if b["type"] != "actions")
    shown_lines = re.sub(r"(?m)^(# |- |\((?=It goes on|There is nothing))|(?<=thread\.)\)$|(?<=show\.)\)$", "", rows)
    assert letters(said(message.text)) == letters(shown_lines) or not rows


@SOME
@given(words_of(4000))
def test_the_rest_of_a_rest_grows_shorter_until_nothing_is_left(words):
    """So the outbox can post it message by message."""
    rest, posted = (words,), 0
    while rest:
        message = render.message(None, rest, (), wire, now=NOW)
        assert_message_fits(message)
        assert not message.rest or len("".join(message.rest)) < len("".join(rest))
        rest, posted = message.rest, posted + 1
    assert posted <= 80


@given(words_of(400), st.none() | cards, st.lists(buttons, max_size=2).map(tuple))
@example("", Card("k", "", lines=(("_", "_i_"),)), ())  # half of what opens markup in each of two spans
def test_any_answer_fits(error, card, own):
    assert_message_fits(render.answer(error, card, own, wire, now=NOW))


@SOME
@given(st.lists(cards, max_size=4), st.sampled_from([1, 30]))
def test_any_home_fits(some, times):
    assert_view_fits(render.home(some * times, wire, now=NOW))


@pytest.mark.parametrize("most", [12, 30, 200])
def test_a_table_keeps_its_order_over_the_cut(most):
    rows = tuple(((f"row {n}",), ("x" * 40,)) for n in range(most))
    message = render.message(Card("k", "Rows", table=rows), (), (), wire, now=NOW)
    everything = read(message.blocks) + "".join(message.rest)
    assert [int(n) for n in re.findall(r"row (\d+)", everything)] == list(range(most))


LINK = "https://a-rather-long-name-of-a-company.slack.com/files/U0123456789/F0123456789/the-client-2026-01-review.pdf"
NAME = "the-client-2026-01-review.pdf"


def chart_of(title, days):
    return Chart("kept", title, "%", "day", ("Jan",) * days, (Series("all", (98.7,) * days),), Shape.LINES)


charts = st.builds(chart_of, PIECES, st.sampled_from([1, 30, 600]))


@SOME
@given(cards, charts, st.booleans())
@example(
    Card("k", "t", table=((("r",),),) * 300, buttons=(Button("Run", "run", confirm="Sure? " * 40),) * 12),
    chart_of("Kept", 600), True,
)
def test_any_post_fits_with_its_files_or_with_what_is_said_of_them(card, chart, there):
    """The numbers of a chart as long as anybody's, a paper's link, and the note that it goes on in the thread."""
    card = replace(card, picture=chart, paper=Paper("pdf", "acme", "2026-01"))
    message = render.message(card, (), (), wire, now=NOW)
    picture, paper = Kept("F0123456789", LINK, "kept.png", chart.words()), Kept("F1", LINK, NAME)
    files = Files((picture,), (paper,)) if there else Files(said=(unattached("kept.png"), unattached(NAME)))
    whole = with_files(message, files)
    check_message_blocks(json.loads(json.dumps(whole.blocks)))
    assert len(json.dumps(whole.blocks, ensure_ascii=False, separators=(",", ":"))) <= 12_000
    assert len(whole.text.encode("utf-16-le")) // 2 <= 4000
    assert actives(whole.text.replace(f"<{LINK}|{NAME}>", "")) == []
    assert NAME in whole.text
    assert whole.rest == message.rest
