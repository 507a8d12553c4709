"""What a card says survives every way it travels."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import builds, characters, datetimes, from_regex, just, lists, sampled_from, text, tuples

from desk.cards import (
    Button,
    Card,
    Style,
    When,
    card_from_json,
    card_to_json,
    parse_line,
    plain,
    say_when,
    span_of,
)
from desk.cards import text as words

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
values = text(characters(exclude_categories=["Cs"]), max_size=60)
names = from_regex(r"[a-z_]{1,12}", fullmatch=True)
buttons = builds(Button, label=values, word=names, args=lists(tuples(names, values), max_size=3).map(tuple))
whens = builds(When, at=datetimes(timezones=just(UTC)), style=sampled_from(Style))
texts = lists(values | whens, max_size=4).map(tuple)
cards = builds(
    Card, key=names, title=values, state=values, lines=lists(texts, max_size=3).map(tuple),
    buttons=lists(buttons, max_size=3).map(tuple),
    table=lists(lists(texts, max_size=2).map(tuple), max_size=2).map(tuple),
)  # fmt: skip


@given(buttons)
def test_a_buttons_line_and_its_parsing_are_inverse(button):
    """Pressing and typing are one path: whatever the arguments say, quotes, spaces and dashes included."""
    parsed = parse_line(button.line())
    assert (parsed.word, parsed.args) == (button.word, button.args)


@given(cards)
def test_a_card_is_the_same_after_a_journey_through_json(card):
    assert card_from_json(card_to_json(card)) == card


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (40, "40 s"), (99, "99 s"), (100, "2 min"), (540, "9 min"), (3600, "1 h"), (7500, "2 h 5 min"),
     (172800, "2 d"), (273600, "3 d 4 h"), (-60, "60 s")],
)  # fmt: skip
def test_a_length_of_time_is_said_as_people_say_it(seconds, said):
    assert span_of(seconds) == said


@pytest.mark.parametrize(
    ("at", "zone", "said"),
    [
        (NOW + timedelta(minutes=35), "UTC", "10:35"),
        (NOW + timedelta(minutes=35), "Europe/Berlin", "11:35"),  # the reader's zone
        (NOW + timedelta(hours=16), "UTC", "Tue 02:00"),  # not today: the day is named
        (NOW + timedelta(hours=13, minutes=30), "Europe/Berlin", "Tue 00:30"),  # tomorrow there, today in UTC
        (NOW + timedelta(days=30), "UTC", "01 Apr 2026 10:00"),
    ],
)
def test_an_instant_is_said_in_the_readers_zone(at, zone, said):
    assert say_when(When(at), zone, NOW) == said


def test_what_is_left_and_what_has_passed_are_said_apart():
    due = words("due ", When(NOW + timedelta(minutes=42), Style.LEFT))
    assert plain(due, "UTC", NOW) == "due 42 min left"
    assert plain(due, "UTC", NOW + timedelta(minutes=45)) == "due 3 min ago"
