"""What a category asks is answered in its kind, or asked about at its field."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.categories import Asked, Kind, answers
from desk.refusal import DeskError

TODAY = date(2026, 11, 2)
PEOPLE = {"ann": "Ann Lee", "carl": "Carl Brandt"}
ASSET = Asked("asset", "Asset tag", required=True)
WHERE = Asked("where", "Where", Kind.CHOICE, choices=(("home", "At home"), ("office", "In the office")))
COUNT = Asked("count", "How many", Kind.NUMBER)
SINCE = Asked("since", "Since when", Kind.DATE)
WHO = Asked("who", "For whom", Kind.PERSON)

MEANT = [
    # field, what is said, what is kept
    (ASSET, "  PC-17 ", "PC-17"),
    (WHERE, "office", "office"),
    (WHERE, "at HOME", "home"),  # by its label, as a form shows it
    (COUNT, "3", "3"),
    (COUNT, "2,5", "2.5"),
    (COUNT, "1e3", "1000"),
    (SINCE, "2026-10-31", "2026-10-31"),
    (SINCE, "Yesterday", "2026-11-01"),
    (WHO, "@ann", "ann"),
    (WHO, "Carl Brandt", "carl"),
]
REFUSED = [
    (ASSET, "", "Asset tag: this is needed."),
    (ASSET, "x" * 501, "Asset tag: that is longer than 500 characters."),
    (WHERE, "the moon", "Where: “the moon” is none of home, office."),
    (COUNT, "many", "How many: a number is wanted here, not “many”."),
    (COUNT, "inf", "How many: a number is wanted here, not “inf”."),
    (SINCE, "03/04", "Since when: which day is “03/04”? Write it like 2026-11-02, or today."),
    (WHO, "gina", "For whom: “gina” is none of ann, carl."),
]


@pytest.mark.parametrize(("field", "said", "kept"), MEANT)
def test_an_answer_is_kept_as_its_kind(field, said, kept):
    assert answers([field], {field.name: said}, PEOPLE, TODAY) == ((field.id, kept),)


@pytest.mark.parametrize(("field", "said", "sentence"), REFUSED)
def test_an_answer_that_cannot_be_meant_is_asked_about_at_its_field(field, said, sentence):
    with pytest.raises(DeskError) as refused:
        answers([field], {field.name: said}, PEOPLE, TODAY)
    assert (refused.value.sentence, refused.value.field) == (sentence, field.name)


def test_what_may_be_left_out_is_left_out_and_what_nobody_asked_is_not_kept():
    assert answers([WHERE, COUNT], {"field_secret": "x"}, PEOPLE, TODAY) == ()


@given(st.sampled_from([ASSET, WHERE, COUNT, SINCE, WHO]), st.text())
def test_whatever_is_typed_is_kept_or_refused(field, said):
    """And what is kept would be kept again: an answer can be sent once more."""
    kept = ()
    with suppress(DeskError):
        kept = answers([field], {field.name: said}, PEOPLE, TODAY)
    assert all(answers([field], {field.name: value}, PEOPLE, TODAY) == kept for _, value in kept)
