"""Where words are cut, and what a reader never gets to see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.graphemes import cut, shown

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=200)
FAMILY, SKIN, FLAG = "👩\u200d👧\u200d👦", "👍🏽", "🇩🇪"
ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    "grapheme",
    [
        "e\u0301",  # a letter and its accent
        "a\u0323\u0307",  # and two of them
        FAMILY,  # joined pictures
        SKIN,  # a picture and its skin tone
        FLAG,  # two letters that are a flag
        ENGLAND,  # a flag with its tags
        "❤\ufe0f",  # a sign that is told to be a picture
        "\u1112\u1161\u11ab",  # a Korean syllable in its parts
        "\u0e01\u0e33",  # Thai
        "\u0915\u093f",  # a vowel that stands before its consonant
        "\r\n",
    ],
)
def test_what_is_seen_as_one_is_never_cut_through(grapheme):
    """Whatever the limit, and wherever in a row of them it falls."""
    for limit in range(2, 6 * len(grapheme)):
        head, rest = cut(grapheme * 5, limit)
        kept = head.removesuffix("…")
        assert kept + rest == grapheme * 5
        if limit > len(grapheme):
            assert kept == grapheme * (len(kept) // len(grapheme)) != ""


def test_words_stay_whole_where_a_blank_is_near():
    assert cut("restart the shop now", 15) == ("restart the…", " shop now")
    assert cut("a" + "x" * 100 + " end", 60) == ("a" + "x" * 58 + "…", "x" * 42 + " end"), "too far back"


def test_what_fits_is_left_alone():
    assert cut("VPN", 3) == ("VPN", "")
    assert cut("", 0) == ("", "")


def test_a_limit_that_nothing_fits_into_cuts_nothing_away():
    assert cut("VPN drops", 1) == ("", "VPN drops")


def test_a_letter_under_more_marks_than_fit_is_cut_all_the_same():
    """Else its rest would never grow shorter."""
    head, rest = cut("e" + "\u0301" * 100, 50)
    assert len(head) == 50
    assert len(rest) == 52


def test_lengths_are_measured_as_the_platform_counts():
    assert cut("😀" * 10, 7, measure=lambda words: len(words.encode("utf-16-le")) // 2) == ("😀" * 3 + "…", "😀" * 7)


@given(ANYTHING, st.integers(0, 120))
def test_head_and_rest_are_the_text(words, limit):
    head, rest = cut(words, limit)
    assert len(head) <= limit
    assert (head.removesuffix("…") if rest else head) + rest == words
    assert limit < 2 or not words or head


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),  # every kind of line end is one
        ("gpj.\u202eexe", "gpj.exe"),  # an override would turn the name round
        ("adm\u200bin", "admin"),  # what has no width hides what it splits
        ("half \ud83d a smile", "half \ufffd a smile"),  # a lone surrogate fits no wire
        ("bell\x07 null\x00", "bell null"),
        (FAMILY, FAMILY),  # a joiner has work to do
        (" outer blanks ", " outer blanks "),  # spans are put together, so theirs stay
    ],
)
def test_nothing_unseen_is_drawn(sent, seen):
    assert shown(sent) == seen


@given(ANYTHING)
def test_what_is_shown_fits_every_wire_and_is_shown_as_it_is(words):
    shown(words).encode()
    assert shown(shown(words)) == shown(words)
