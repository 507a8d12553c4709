"""Matchers on labels: how they are written, what they match, and what is refused."""

import pytest
from hypothesis import given
from hypothesis.strategies import sampled_from, text

from desk.matchers import LONGEST, Matcher, first_miss, parse

LABELS = {"site": "berlin", "severity": "critical"}


@pytest.mark.parametrize(
    ("words", "matches", "why"),
    [
        ("site=berlin", True, "the value"),
        ("site=bonn", False, "another value"),
        ("site!=bonn", True, "any other"),
        ("site!=berlin", False, "this one"),
        ('site=~"ber.*|muc"', True, "a pattern"),
        ("site=~ber", False, "a pattern is for the whole value"),
        ("site!~ber.*", False, "none of these"),
        ("role=", True, "what is not there is empty"),
        ("role!=db", True, "and is not anything else"),
        ("role=~.+", False, "nor something"),
        (' site = "berlin" ', True, "blanks around it"),
        (r'site="a\"b"', False, "a quote in a value"),
    ],
)
def test_a_matcher_matches_as_alertmanagers_do(words, matches, why):
    assert parse(words).matches(LABELS) is matches, why


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "no matcher"),
        ("site", "no matcher"),
        ("=berlin", "no matcher"),
        ("1site=berlin", "no matcher"),
        ("site=berlin bonn", "no matcher"),
        ("site=~(", "no regular expression"),
        ("site=~(a+)+", "repeats a repeat"),
        (f"site={'x' * (LONGEST + 1)}", "longer than"),
    ],
)
def test_what_is_no_matcher_is_refused_with_a_sentence(words, sentence):
    with pytest.raises(ValueError, match=sentence):
        parse(words)


@given(sampled_from(["=", "!="]), text(max_size=40).filter(lambda value: "\n" not in value))
def test_what_is_written_out_is_read_again(operator, value):
    matcher = Matcher("site", operator, value)
    assert parse(str(matcher)) == matcher


def test_the_first_miss_says_what_was_seen_and_what_was_asked_for():
    matchers = (parse("site=berlin"), parse("severity=low"), parse("role=db"))
    assert first_miss(matchers, LABELS) == 'severity is "critical", asked for severity="low"'
    assert first_miss(matchers[2:], LABELS) == 'no role, asked for role="db"'
    assert first_miss(matchers[:1], LABELS) == ""
