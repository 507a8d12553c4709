"""Reading what somebody wants found: a table of lines, and what holds for every line."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.queries import FILTERS, MOST, NAMES, STATES, Query, Term, line_of, parse
from desk.refusal import DeskError
from desk.snippets import SIZE, hits, snippet
from desk.tickets import UNRESOLVED, Priority, State

LINES = [
    ("printer fire", Query(words=("printer", "fire")), "words"),
    ('"on fire" now', Query(words=("now",), phrases=("on fire",)), "a phrase and a word"),
    ("“on fire”", Query(phrases=("on fire",)), "a phone's quotes"),
    ('"on fire', Query(phrases=("on fire",)), "a quote that was not closed"),
    ("printer printer", Query(words=("printer",)), "once is enough"),
    ("10:30 http://x/y a_b", Query(words=("10:30", "http://x/y", "a_b")), "a colon alone is no filter"),
    ("printer — ! 🖨", Query(words=("printer",)), "what has neither letter nor digit is left out"),
    ("is:open IS:Closed", Query(status=("open", "closed")), "states, whatever their case"),
    ("tag:VPN tag:home", Query(tags=("vpn", "home")), "all of several tags"),
    ("priority:p1", Query(priority=Priority.P1), "a priority"),
    ("older:3d newer:2h", Query(older=timedelta(days=3), newer=timedelta(hours=2)), "lengths of time"),
    ("older:90m", Query(older=timedelta(minutes=90)), "minutes"),
    ("newer:4w", Query(newer=timedelta(weeks=4)), "weeks"),
    ("opened:2026-10", Query(opened=(202610, 202610)), "a month"),
    ("opened:2026-q4", Query(opened=(202610, 202612)), "a quarter"),
    ("opened:2026", Query(opened=(202601, 202612)), "a year"),
    ("number:#17", Query(number=17), "a number"),
    ('requester:"Ann Lee"', Query(names=(("requester", "Ann Lee"),)), "a name of two words"),
    ("client:acme client:acme", Query(names=(("client", "acme"),)), "said twice"),
    ("assignee:me team:desk", Query(names=(("assignee", "me"), ("team", "desk"))), "names are not looked up here"),
]


@pytest.mark.parametrize(("line", "query", "why"), LINES)
def test_a_line_is_read_as_it_is_meant(line, query, why):
    assert parse(line) == query, why


REFUSED = [
    ("", "What is to be found?", "nothing"),
    ("— ?", "What is to be found?", "no word in it"),
    ("foo:bar", "There is no filter `foo:`", "an unknown filter"),
    ('foo:"a b"', "There is no filter `foo:`", "with a phrase"),
    ("is:odd", "`is:` knows open, new", "an unknown state"),
    ("is:", "needs something behind it", "nothing behind it"),
    ("client: acme", "needs something behind it", "a blank between"),
    ('client:""', "needs something behind it", "an empty phrase"),
    ("priority:P9", "`priority:` knows P1, P2", "no priority"),
    ("older:soon", "“soon” is no length of time", "no length"),
    ("older:3y", "“3y” is no length of time", "an unknown unit"),
    ("older:99999d", "is no length of time", "too long"),
    ("older:-3d", "is no length of time", "time does not run backward"),
    ("opened:2026-13", "is no month, quarter or year", "no month"),
    ("opened:yesterday", "is no month, quarter or year", "no month"),
    ("number:seventeen", "is no number of a ticket", "no number"),
    ("number:" + "9" * 13, "is no number of a ticket", "a number that no ticket has"),
    ("client:acme client:globex", "`client:` is there twice", "cannot be both"),
    ("older:3d older:4d", "`older:` is there twice", "cannot be both"),
    (" ".join(f"w{n}" for n in range(MOST + 1)), f"At most {MOST} words", "too many"),
    ("x" * 501, "at most 500 fit", "too long"),
]


@pytest.mark.parametrize(("line", "part", "why"), REFUSED)
def test_a_line_that_cannot_be_meant_is_refused_with_what_can(line, part, why):
    with pytest.raises(DeskError) as refused:
        parse(line)
    assert part in refused.value.sentence, why


def test_whoever_asks_says_what_is_near_and_what_is_allowed():
    with pytest.raises(DeskError, match=r"no filter `stat:`; is it `is`\?"):
        parse("stat:open", lambda _word, _known: "; is it `is`?")
    with pytest.raises(DeskError, match="no filter `tag:`; there are `is:`, `older:`"):
        parse("tag:vpn", allowed=("is", "older"))


def test_the_states_that_are_meant():
    """One word may mean several; none means any; late and free tickets are open ones."""
    assert parse("vpn").states() == frozenset()
    assert parse("is:open").states() == UNRESOLVED
    assert parse("is:closed is:merged").states() == {State.CLOSED, State.MERGED}
    assert parse("is:overdue").states() == parse("is:unassigned").states() == UNRESOLVED
    assert parse("is:unassigned is:closed").states() == {State.CLOSED}


def test_which_filters_were_said():
    assert parse("printer").filters() == frozenset()
    line = "is:open priority:P1 tag:x older:1d newer:2d opened:2026 number:1 "
    assert parse(line + " ".join(f"{name}:x" for name in NAMES)).filters() == set(FILTERS)


def test_a_short_word_is_found_whole_and_a_longer_one_by_its_beginning():
    assert parse('vpn print "vpn print"').terms() == (
        Term("vpn", whole=True), Term("print", whole=False), Term("vpn print", whole=True),
    )  # fmt: skip


WORDS = st.text(alphabet="abcXYZ 0123456789:\"“”#@-_./\\'*%é🖨\x00\ud800\n\t", max_size=40)
FILTER = st.builds(
    "{}:{}".format,
    st.sampled_from([*FILTERS, "foo", "Is", "TAG"]),
    WORDS | st.sampled_from([*STATES, "P1", "3d", "2026-10", "2026-Q1", '"a b"', "me", "17"]),
)
LINE = st.lists(WORDS | FILTER | st.text(max_size=20), max_size=6).map(" ".join)


@given(LINE)
def test_every_line_is_read_or_refused_and_what_was_read_can_be_said_again(line):
    """Nothing but a DeskError is raised; the line that is made of a query means the same query."""
    try:
        query = parse(line)
    except DeskError:
        return
    assert parse(line_of(query)) == query


@pytest.mark.parametrize(
    ("text", "line", "expected", "why"),
    [
        ("The printer is on fire", "printer", "The printer is on fire", "a short text is shown whole"),
        ("Im Café in Zürich", "zurich", "Im Café in Zürich", "without its accents"),
        ("it is\nthe Wi-Fi", "wi-fi", "it is the Wi-Fi", "on one line"),
        ("sprinter", "printer", "", "in the middle of a word"),
        ("printers", '"printer"', "", "a phrase ends with a word"),
        ("the on call fire", '"on fire"', "", "words that do not stand together"),
    ],
)
def test_a_snippet_shows_the_hit(text, line, expected, why):
    assert snippet(text, parse(line).terms()) == expected, why


def test_a_long_text_is_cut_around_the_hit():
    text = "lorem ipsum " * 30 + "the printer burns " + "dolor sit amet " * 30
    shown = snippet(text, parse("printer").terms())
    assert "the printer burns" in shown
    assert shown[0] == shown[-1] == "…"
    assert len(shown) <= SIZE + 2


@given(st.text(max_size=300), st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=3))
def test_a_snippet_is_a_part_of_the_text(text, words):
    terms = [Term(word, whole=False) for word in words]
    shown = snippet(text, terms).strip("…")
    assert shown in " ".join(text.split())
    assert bool(hits(" ".join(text.split()), terms)) or not shown
