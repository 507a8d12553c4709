"""What is kept of the words that people send."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.refusal import DeskError
from desk.words import LIMIT, MARKS, clean

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=300)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("VPN drops\n\tevery hour", "VPN drops\n\tevery hour"),  # line feed and tab are how people write
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),  # every kind of line end is one
        ("bell\x07 null\x00 esc\x1b[31m del\x7f", "bell null esc[31m del"),  # nothing for a terminal to obey
        ("half \ud83d a smile", "half \ufffd a smile"),  # a lone surrogate fits no wire
        ("gpj.\u202eexe", "gpj.exe"),  # an override would turn the name round
        ("\u2066isolated\u2069", "isolated"),  # so would an isolate
        ("e\u0301te\u0301", "été"),  # one spelling of one word
        ("  \n padded \n ", "padded"),  # outer blanks say nothing
        ("שלום", "שלום"),  # right-to-left scripts need no marks
        ("👩‍👧", "👩‍👧"),  # a joiner holds a family together
        ("\u200b", ""),  # a space without width is nothing
        ("\u200b\u200d \ufe0f\u2800\u3164", ""),  # nor is anything else that cannot be seen
        ("\u200b /list\u200b ", "/list"),  # around a text it is as good as a blank
        ("<script>alert(1)</script> @everyone", "<script>alert(1)</script> @everyone"),  # text is text
    ],
)
def test_only_what_can_be_shown_is_kept(sent, kept):
    assert clean(sent) == kept


def test_a_text_over_the_limit_is_refused_with_both_numbers():
    with pytest.raises(DeskError, match=r"4,001 characters and at most 4,000") as refused:
        clean("x" * (LIMIT + 1))
    assert refused.value.sentence.endswith("Send it in parts.")
    assert clean("x" * LIMIT + "  \n") == "x" * LIMIT, "blanks at the end do not count"


def test_a_letter_under_a_hundred_thousand_marks_holds_nobody_up():
    """Putting them in order would take minutes: the time grows with the square of their number."""
    begin = time.perf_counter()
    assert len(clean("a" + "\u0301\u0323" * 100_000)) <= MARKS
    assert time.perf_counter() - begin < 2


@given(ANYTHING)
def test_cleaning_twice_is_cleaning_once(sent):
    once = clean(sent)
    assert clean(once) == once


@given(ANYTHING)
def test_what_is_kept_fits_every_wire_and_carries_no_control(sent):
    kept = clean(sent)
    kept.encode()
    assert not {c for c in kept if unicodedata.category(c) == "Cc"} - {"\n", "\t"}
    assert unicodedata.is_normalized("NFC", kept)
