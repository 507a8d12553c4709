"""The language of a generic hook: where things stand in a message, in paths and words."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.hooks.mapping import Test as Condition
from desk.hooks.mapping import Words, at, path, said, value
from desk.hooks.mapping import test as condition

BODY = {
    "host": "db-1", "n": 3, "on": True, "none": None, "alert": {"name": "disk", "a.b": "dot", 'q"q': "quote"},
    "list": [{"state": "ok"}, {"state": "bad"}], "3": "a number's name", "empty": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "steps", "seen"),
    [
        ("host", ("host",), "db-1"), ("alert.name", ("alert", "name"), "disk"),
        ("list.1.state", ("list", "1", "state"), "bad"), ("3", ("3",), "a number's name"),
        ('alert."a.b"', ("alert", "a.b"), "dot"), (r'alert."q\"q"', ("alert", 'q"q'), "quote"),
        ("list.7.state", ("list", "7", "state"), None), ("list.state", ("list", "state"), None),
        ("host.name", ("host", "name"), None), ("none.x", ("none", "x"), None),
    ],
)  # fmt: skip
def test_a_path_leads_to_what_stands_there(written, steps, seen):
    assert path(written) == steps
    assert at(BODY, path(written)) == seen


NO_PATHS = ["", ".", "a.", ".a", "a..b", "a b", '"', '""', "a.{b}", "a[0]", "ä", 5, None, [], {}, "a." * 20 + "a"]


@pytest.mark.parametrize("written", NO_PATHS)
def test_what_is_no_path_is_refused_with_a_sentence(written):
    with pytest.raises(ValueError, match="path"):
        path(written)


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("n", "3"), ("on", "true"), ("none", ""), (["host", "alert.name"], "db-1 disk"),
        ([{"text": "Backup of"}, "host"], "Backup of db-1"), (["missing", "empty", "host"], "db-1"),
        ({"text": "always"}, "always"), ("alert", '{"name": "disk", "a.b": "dot", "q\\"q": "quote"}'),
    ],
)  # fmt: skip
def test_a_value_is_what_is_there_of_its_parts(written, seen):
    assert said(BODY, value(written)) == seen


NO_VALUES = [[], {}, {"text": 5}, {"words": "x"}, {"text": "x", "more": 1}, ["a"] * 21, [["a"]], None]


@pytest.mark.parametrize("written", NO_VALUES)
def test_what_is_no_value_is_refused_with_a_sentence(written):
    with pytest.raises(ValueError, match=r"path|parts"):
        value(written)


@pytest.mark.parametrize(
    ("written", "holds"),
    [
        (True, True), ({"path": "host", "is": "DB-1"}, True), ({"path": "host", "is": ["x", "db-1"]}, True),
        ({"path": "host", "is": ["x"]}, False), ({"path": "on", "is": [True]}, True), ({"path": "n", "is": 3}, True),
        ({"path": "missing", "is": [""]}, True), ({"path": "none", "is": ["null"]}, False),
    ],
)  # fmt: skip
def test_a_test_compares_words_whatever_their_case(written, holds):
    assert condition(written).holds(BODY) is holds


NO_TESTS = [False, None, "status", {"path": "a"}, {"is": "a"}, {"path": "a", "is": []}, {"path": "a", "is": [[]]}]


@pytest.mark.parametrize("written", NO_TESTS)
def test_what_is_no_test_is_refused_with_a_sentence(written):
    with pytest.raises(ValueError, match=r"expected|words"):
        condition(written)


LEAVES = st.text() | st.integers() | st.none()


@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_anything_written_is_read_or_refused_and_nothing_else(written):
    for parse in (path, value, condition):
        with suppress(ValueError):
            parse(written)


def test_words_are_no_path():
    assert value({"text": "host"}) == (Words("host"),)
    assert Condition().holds({})
