"""The first rule that fits takes a ticket, and it can be said why."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.hours import Calendar
from desk.routing import Request, Rule, least_open, next_turn, route, said, why_not

OFFICE = Calendar("Europe/Berlin", dict.fromkeys(range(5), ((9 * 3600, 17 * 3600),)))
CALENDARS = {"office": OFFICE}
MONDAY, SUNDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC), datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
ASKED = Request("acme", "hardware", "The printer is on fire\nand so is the toner", MONDAY)

CONDITIONS = [
    # a rule, what it says to the request, and why the row is there
    (Rule("all"), "", "no condition fits everything"),
    (Rule("theirs", clients=("globex",)), "it is for globex", "another client"),
    (Rule("ours", clients=("globex", "acme")), "", "one of several clients"),
    (Rule("soft", categories=("software", "access")), "its category is not software or access", "another category"),
    (Rule("fire", words=("vpn", "on fire")), "", "one phrase is enough"),
    (Rule("part", words=("print",)), "it does not say print", "part of a word is not the word"),
    (Rule("case", words=("PRINTER",)), "", "whatever the case"),
    (Rule("over lines", words=("fire and so",)), "", "a phrase runs over the end of the subject"),
    (Rule("hours", calendar="office"), "", "while it is open"),
    (Rule("nights", calendar="office", closed=True), "office is open then", "only while it is closed"),
    (Rule("all of it", clients=("acme",), words=("vpn",)), "it does not say vpn", "every condition must hold"),
]


@pytest.mark.parametrize(("rule", "sentence", "why"), CONDITIONS)
def test_a_rule_says_which_condition_does_not_hold(rule, sentence, why):
    assert why_not(rule, ASKED, CALENDARS) == sentence, why


def test_a_rule_for_the_night_holds_on_sunday():
    sunday = Request("acme", "", "x", SUNDAY)
    assert why_not(Rule("nights", calendar="office", closed=True), sunday, CALENDARS) == ""
    assert why_not(Rule("hours", calendar="office"), sunday, CALENDARS) == "office is closed then"


def test_the_first_rule_that_fits_wins_and_the_ones_before_it_say_why_not():
    rules = (Rule("vpn", words=("vpn",)), Rule("fire", words=("on fire",)), Rule("printers", words=("printer",)))
    found = route(rules, ASKED, CALENDARS)
    assert found.rule == rules[1]
    assert found.why == "it says “on fire”"
    assert found.passed == ((rules[0], "it does not say vpn"),)


def test_no_rule_is_an_answer_too():
    assert route((), ASKED, CALENDARS).rule is None


@given(st.lists(st.sampled_from("abcde"), unique=True), st.integers(0, 20))
def test_round_robin_gives_everybody_a_turn_before_anybody_a_second(people, turns):
    """However many people there are; somebody who has left is nobody's predecessor."""
    last, given_to = "gone", []
    for _ in range(turns):
        last = next_turn(people, last)
        given_to.append(last)
    counts = [given_to.count(person) for person in people]
    assert not people or max(counts) - min(counts) <= 1
    assert people or given_to == [None] * turns


@given(st.dictionaries(st.sampled_from("abcde"), st.integers(0, 9)))
def test_whoever_has_the_fewest_gets_the_next(counts):
    person = least_open(tuple("abc"), counts)
    assert all(counts.get(person, 0) <= counts.get(other, 0) for other in "abc")


@given(st.text(), st.text())
def test_words_of_people_never_break_the_search_for_phrases(phrase, words):
    assert set(said([phrase], words)) <= {phrase}
