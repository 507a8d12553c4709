"""Conditions: one small language for what must hold, whatever the kind; parsed, typed, bounded, and told well."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.alerts import Status
from monitors.conditions import ConditionError, Scope, judged, quoted, verdicts
from monitors.offers import Type, Value, in_ms

SHOP = Scope("shop", {
    "status": Value(Type.WHOLE, "of the answer"),
    "latency_ms": Value(Type.NUMBER, "how long it took"),
    "text": Value(Type.TEXT, "the body"),
    "body": Value(Type.ANY, "the body, parsed"),
    "headers": Value(Type.TEXTS, "by name"),
    "open": Value(Type.TRUTH, "whether it is"),
    "cert_days": Value(Type.NUMBER, "left"),
})  # fmt: skip
SEEN = {
    "status": 500, "latency_ms": 912, "text": "<h1>\n down\x07</h1>", "headers": {"server": "nginx"}, "open": False,
    "body": {"items": [{"price": -2}], "name": "abc", "none": None, "limit": 3, "list": [1, 2], "half": 0.5, "map": 7},
}  # fmt: skip


def told(text: str, seen=None) -> str:
    """The sentence about a condition that does not hold."""
    status, sentence = judged([SHOP.condition(text)], SEEN if seen is None else seen)
    assert (status is Status.OK) == (sentence == "")
    return sentence


@pytest.mark.parametrize(
    "text",
    [
        "status == 500",
        "status >= 500 && latency_ms < 1000",
        "status == 200 || status == 500",
        "latency_ms == 912",  # a number and a whole number are compared as numbers
        "latency_ms < 912.5",
        "status in [500, 503]",
        "body.items[0].price < 0",
        "body.half == 0.5",
        "body.none == null",
        "body.map == 7",  # the name of a function is a name like any other
        'body["name"] == "abc"',
        'body.name.matches("^a.c$")',
        r'text.matches(r"<h\d>")',
        'headers.server == "nginx"',
        '"server" in headers',
        "has(body.name) && !has(body.price)",
        "body.list.all(i, i > 0)",
        "body.list.exists(i, i == 2 && status == 500)",  # numbers cost nothing to read again and again
        "body.list.filter(i, i > 1).size() == 1",
        "!open",
        "open == false",
        "body.missing > 1 || status == 500",  # what is missing fails only what needs it
        "(status - 1) * 2 > 900",
    ],
)
def test_a_condition_that_holds_says_nothing(text):
    assert told(text) == ""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("status == 200", "status 500, expected 200"),  # the sentence of the design
        ("latency_ms < 800", "latency_ms 912, expected < 800"),
        ("800 > latency_ms", "latency_ms 912, expected < 800"),  # the value first, however it was written
        ("status in [200, 204]", "status 500, expected in [200, 204]"),
        ("status >= 500 && latency_ms < 800", "latency_ms 912, expected < 800"),  # the part that does not hold
        ("(status == 200)", "status 500, expected 200"),
        ("status == 200 || status == 404", "status 500, expected status == 200 || status == 404"),
        ("latency_ms < body.limit", "latency_ms 912, expected < body.limit (3)"),  # what it was compared with
        ("body.items[0].price > 0", "body.items[0].price -2, expected > 0"),
        ("body.items[1].price > 0", "body.items[1].price is missing, expected > 0"),  # past the end
        ("body.stock.left > 0", "body.stock.left is missing, expected > 0"),  # no such key
        ("body.name.first == 1", "body.name.first is missing, expected 1"),  # a text has no parts
        ("body.name > 3", 'body.name "abc", expected > 3'),  # another type than expected
        ("body.half == 1", "body.half 0.5, expected 1"),
        ("body.none > 1", "body.none null, expected > 1"),
        ("body.list == [1]", "body.list (2 items), expected [1]"),
        ("size(body.list) > 2", "size(body.list) 2, expected > 2"),
        ("int(body.name) > 1", "int(body.name) cannot be read (cannot convert string to int), expected > 1"),
        ('text.contains("ok")', 'text "<h1> down </h1>", expected to contain "ok"'),  # one line, nothing unprintable
        ('body.name.matches("^x")', 'body.name "abc", expected to match "^x"'),
        ('body.gone.matches("^x")', 'body.gone is missing, expected to match "^x"'),
        ('text.startsWith("ok") == true', 'text.startsWith("ok") false, expected true'),
        ("body.list.all(i, i > 1)", "body.list (2 items), expected all(i, i > 1)"),
        ("has(body.price)", "body.price is missing, expected it to be there"),
        ("!has(body.name)", 'body.name "abc", expected it not to be there'),
        ("open", "open false, expected true"),
        ("!(status == 500)", "status == 500 true, expected false"),
        ("body.name", 'body.name "abc", expected true'),
        ("cert_days > 14", "cert_days is missing, expected > 14"),  # offered, and not found by this look
        ('headers["x-version"] == "2"', 'headers["x-version"] is missing, expected "2"'),
        ("open ? status < 500 : status < 400", "open false, status 500, expected open ? status < 500 : status < 400"),
    ],
)  # fmt: skip
def test_a_failure_shows_the_value_seen_beside_the_expected_one(text, sentence):
    assert told(text) == sentence


def test_a_long_text_is_shown_by_its_start():
    assert told('text == "ok"', {"text": "x" * 5000}) == f'text "{"x" * 60}…", expected "ok"'


def test_a_setting_that_is_short_for_a_condition_may_say_it_in_its_own_words():
    short = SHOP.condition("status == 204 || (status >= 200 && status <= 202)", "200-202 or 204")
    assert judged([short], SEEN) == (Status.FAILED, "status 500, expected 200-202 or 204")


OFFERED = "; shop offers `status` (whole number), `latency_ms` (number), `text` (text)"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("statsu == 200", f"there is no `statsu`{OFFERED}"),
        ("price(status) > 1", f"there is no `price`{OFFERED}"),
        ('status == "ok"', f"`==` does not go with whole number and text{OFFERED}"),
        ("text > 3", f"`>` does not go with text and whole number{OFFERED}"),
        ("latency_ms && open", f"`&&` does not go with number and true or false{OFFERED}"),
        ("1 == 1", f"it reads no value{OFFERED}"),  # always true is a mistake
        ("status", "it is neither true nor false; compare it with something"),
        ("status.code == 1", "expression of type 'int' cannot be the operand of a select operation"),
        ("status ==", "at character 10: syntax error: mismatched input '<EOF>'"),
        ("status == 200; status", "`; status` at character 14 cannot be read"),
        ("status == 200 // fine", "`// fine` at character 15 cannot be read"),  # the rest would look judged
        ('text == "ok', '`"ok` at character 9 cannot be read'),
        (".status == 200", "nothing stands before the dot at character 1"),
        ("status == 200 && .text == text", "nothing stands before the dot at character 18"),
        ('text.matches("(")', '"(" is no pattern: invalid regular expression'),
        ('text.matches("(a)\\\\1")', "is no pattern"),  # going back is what makes patterns slow
        ("text.matches(text)", "the pattern of `matches` must be written out"),
        ('matches(text, "a")', "the pattern of `matches` must be written out"),
        ("body.list.map(i, i) == []", "`map` is not there"),
        ("body.list.all(i, body.list.all(j, j == i))", "within `all(i, …)` only `i` can be read, not `body`"),
        ("body.list.all(i, i.all(j, j == i))", "within `all(j, …)` only `j` can be read, not `i`"),
        ("body.list.exists(i, text.contains(i))", "within `exists(i, …)` only `i` can be read, not `text`"),
        ("body.list.all(text, text == 1)", "`text` is a value of shop; give what the loop reads another name"),
        ("(" * 40 + "status" + ")" * 40 + " == 1", "expression recursion limit exceeded"),
        ("status == 1" + " || status == 1" * 40, "it has 611 characters, and 500 is the most"),
        ('__import__("os").system("true") == status', "there is no `__import__`"),  # nothing of Python's is there
        ("status.__class__ == 1", "cannot be the operand"),
    ],
)  # fmt: skip
def test_what_is_no_condition_is_refused_when_it_is_read(text, why):
    """An operator learns of it from `check`, with what there is instead; not from an alert that never comes."""
    with pytest.raises(ConditionError) as caught:
        SHOP.condition(text)
    assert why in str(caught.value)


def test_the_first_failure_is_told_and_what_cannot_be_judged_only_without_one():
    broken, slow = SHOP.condition("status == 200"), SHOP.condition("latency_ms < 800")
    endless = SHOP.condition("body.list.all(i, i > 0)")
    seen = {**SEEN, "body": {"list": [1] * 20_000}}
    assert judged([endless, slow, broken], seen) == (Status.FAILED, "latency_ms 912, expected < 800")
    assert judged([], seen) == (Status.OK, "")
    statuses = [status for status, _ in verdicts([endless, slow, SHOP.condition("status == 500")], seen)]
    assert statuses == [Status.UNKNOWN, Status.FAILED, Status.OK]


def test_a_loop_over_too_much_cannot_be_judged_and_is_not_down():
    """Failure-table row: poison configuration. The interpreter counts its rounds; that we stop says nothing of it."""
    status, sentence = judged([SHOP.condition("body.all(i, i >= 0)")], {"body": [1] * 100_000})
    assert status is Status.UNKNOWN
    assert sentence == "`body.all(i, i >= 0)` could not be judged: iteration budget exceeded"


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)*c", "(.*)*x"])
def test_a_pattern_that_would_explore_for_hours_is_matched_in_one_go(pattern):
    """Failure-table row: catastrophic regex. RE2 has no way to go back, so a megabyte is read once."""
    assert told(f'text.matches("^{pattern}")', {"text": "a" * 1_000_000 + "b"}) != ""


plain = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text()
parsed = st.recursive(plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3))


@given(st.dictionaries(st.sampled_from(["items", "name", "list"]), parsed), st.sampled_from([
    "body.items[0].price > 0", 'body.name.matches("^x")', "body.list.all(i, i.ok)", "body.items == body.list",
    "size(body.name) > 1 && body.list[0] < 1.5", '!(body.name in ["a", "b"])', "body.items.name.list == null",
]))  # fmt: skip
def test_whatever_an_answer_holds_a_condition_gives_a_verdict(body, text):
    """A target's answer is somebody else's: no shape of it may break the check."""
    if any(ord(c) in range(0xD800, 0xE000) for c in str(body)):
        return  # no text that was decoded has lone surrogates
    status, sentence = judged([SHOP.condition(text)], {"body": body})
    assert status in Status
    assert (status is Status.OK) == (sentence == "")
    assert sentence.isprintable()


@given(st.integers(-10_000, 10_000), st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), st.integers(-50, 50))
def test_a_comparison_of_numbers_is_arithmetic(seen, sign, limit):
    holds = eval(f"{seen / 4} {sign} {limit}")  # noqa: S307 - the oracle, on numbers made here
    assert (told(f"latency_ms {sign} {limit}", {"latency_ms": seen / 4}) == "") == holds
    assert (told(f"body.x {sign} {limit}", {"body": {"x": seen / 4}}) == "") == holds


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80))
def test_a_text_in_a_setting_is_never_read_as_language(text):
    """Whatever a keyword holds (quotes, backslashes, the language's own words), it is looked for as it stands."""
    condition = f"text.contains({quoted(text)})"
    assert told(condition, {"text": f"a{text}b"}) == ""
    assert told(condition, {"text": ""}) != ""


@pytest.mark.parametrize(("seconds", "ms"), [(0.0004, 0.4), (0.00996, 10), (0.9123, 912), (2, 2000)])
def test_latency_is_a_number_people_read(seconds, ms):
    assert in_ms(seconds) == ms
    assert not math.isnan(ms)
