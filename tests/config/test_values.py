"""How lengths of time, sentences about names, and lines are read."""

import pytest

from config.problems import ConfigError, Problem, nearest
from config.values import seconds_of
from config.yaml_lines import parse


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("500ms", 0.5),
        ("90s", 90),
        ("15m", 900),
        ("2h", 7200),
        ("3d", 259_200),
        ("1h30m", 5400),  # parts in order
        ("1m1h", None),  # and in no other
        ("", None),
        ("15", None),  # a bare number is read as YAML's number, never as text
        ("15 m", None),
        ("١s", None),  # digits of another script look alike and are not meant
        ("-5s", None),
        ("1e3s", None),
    ],
)
def test_a_length_of_time(words, seconds):
    assert seconds_of(words) == seconds


def test_the_nearest_name_is_offered_and_else_the_names_there_are():
    assert nearest("acmee", ["acme", "globex"]) == "; did you mean `acme`?"
    assert nearest("zzz", ["acme", "globex"]) == "; there is `acme`, `globex`."
    assert nearest("zzz", []) == "; there is none yet."


def test_problems_are_sorted_by_file_and_line_and_none_is_told_twice():
    one, two, ten = Problem("a.yaml", 1, "x."), Problem("a.yaml", 2, "x."), Problem("a.yaml", 10, "x.")
    other = Problem("b.yaml", 1, "x.")
    assert ConfigError([ten, other, two, one, two]).problems == (one, two, ten, other)


def test_a_document_knows_the_line_of_every_place_in_it():
    """Keys, items of lists in both styles, and the nearest written place for what is not there."""
    document = parse("x.yaml", b"a:\n  b: 1\n  c:\n    - x\n    - {d: 2,\n       e: 3}\n", [])
    assert document.data == {"a": {"b": 1, "c": ["x", {"d": 2, "e": 3}]}}
    assert [document.line(loc) for loc in (("a",), ("a", "b"), ("a", "c", 1), ("a", "c", 1, "e"))] == [1, 2, 5, 6]
    assert document.line(("a", "b", "missing")) == 2


def test_only_numbers_truths_and_nothing_are_more_than_text():
    """YAML 1.2: times of day stay text, so do yes and no; dates are read where a date is wanted."""
    document = parse("x.yaml", b"a: [1, 1.5, true, ~, yes, 09:30, 2026-12-25, '1']\n", [])
    assert document.data["a"] == [1, 1.5, True, None, "yes", "09:30", "2026-12-25", "1"]
