"""Replies with places in braces: one pass, known names, inert values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.canned import FIELDS, filled, places

VALUES = dict.fromkeys(FIELDS, "") | {"requester": "Ann", "number": "17"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Hello {requester}, {number}.", "Hello Ann, 17."),
        ("{requester}{requester}", "AnnAnn"),
        ("{{requester}}", "{requester}"),
        ("{{{requester}}}", "{Ann}"),
        ("a } lone { brace", "a } lone { brace"),
        ("{\n}", None),
        ("", ""),
    ],
)
def test_places_are_filled_and_double_braces_stand_for_one(words, expected):
    if expected is None:
        assert places(words) == ("\n",)
    else:
        assert filled(words, VALUES) == expected


@given(st.text(), st.text())
def test_a_value_is_never_read_again(before, value):
    """Whatever a subject says, it stands there as it is."""
    words = before.replace("{", "").replace("}", "") + "{subject}"
    assert filled(words, VALUES | {"subject": value}) == words.removesuffix("{subject}") + value


@given(st.text(alphabet="{}abc. \n", max_size=30))
def test_what_has_known_places_alone_can_always_be_filled(words):
    """What the configuration lets through never fails later."""
    assert isinstance(filled(words, dict.fromkeys(places(words), "x")), str)
