"""Contract: patterns people really write are allowed; one that a short value could hang the bot with is not."""

import re
import time

import pytest

from desk.patterns import pattern_trouble


@pytest.mark.parametrize(
    "pattern",
    [
        "",  # no pattern: the parameter has choices
        r"[a-z0-9]+(-[a-z0-9]+)*",  # a slug: the dash separates the rounds
        r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}",  # a host name: the dot does
        r"[0-9]{1,3}(\.[0-9]{1,3}){3}",  # an address
        r"\d+\.\d+\.\d+\.\d+\.\d+",  # many repeats, each ended by what it cannot match
        r"(foo|bar)*",  # alternatives that begin differently
        r"(\d|\w)*",  # becomes one set
        r"[^/]+",  # a set by what is not in it
        r"(red|green)",
        r"((ab)?c)+",
        r"[A-Za-z0-9._-]{1,64}",
        r".*",
        r"[Ā-ž]+",  # letters beyond Latin-1
    ],
)
def test_an_honest_pattern_is_allowed_and_quick_on_the_longest_value(pattern):
    assert pattern_trouble(pattern) is None

    began = time.perf_counter()
    for letter in "a0-.x/":
        re.fullmatch(pattern, letter * 199 + "!")
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"[a", "no regular expression"),
        (r"a{99999999999}", "no regular expression"),
        (r"(" * 5000 + "a" + ")" * 5000, "no regular expression"),  # deeper than the parser goes
        (r"(a+)+", "repeats a repeat"),
        (r"((a*))*b", "repeats a repeat"),  # behind one more pair of brackets
        (r"(x+x+)+y", "repeats a repeat"),
        (r"(.*a){20}", "repeats a repeat"),  # a fixed number is no better
        (r"(a?){50}", "repeats a repeat"),
        (r"(\w+\s?)*", "repeats a repeat"),  # the separator is optional
        (r"(a|a)*", "alternatives that begin alike"),
        (r"(a|ab)*", "alternatives that begin alike"),
        (r"(éa|\wb)*", "alternatives that begin alike"),
        (r".*.*.*.*b", "too many open repeats"),
        (r"(.*)(.*)(.*)(.*)b", "too many open repeats"),  # brackets change nothing
        (r"a*b?a*b?a*b?a*b?a*c", "too many open repeats"),  # nor do optional letters between them
        (r"(?i)abc", "sets flags"),
        (r"(a)\1", "nothing cleverer"),
        (r"(?=a)b", "nothing cleverer"),
    ],
)
def test_a_dangerous_pattern_is_refused_with_a_sentence(pattern, words):
    trouble = pattern_trouble(pattern)

    assert trouble is not None
    assert words in trouble
