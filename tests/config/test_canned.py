"""Canned replies: what is filled in is known beforehand, and a slip is told with its line."""

import pytest

from bot.configuration import load_folder
from desk.canned import Canned

AFTER = "    answer: Connect again.\n"


@pytest.fixture
def canned(spoil):
    """The block, from line 24 on."""
    return lambda block: spoil("deskbell.yaml", AFTER, f"{AFTER}canned:\n{block}")


def test_what_is_written_is_what_is_loaded(folder, canned):
    hello = '  hello: {title: Say hello, words: "Hello {requester}", clients: [acme]}'
    canned(f"{hello}\n  bye: {{title: Bye, words: Bye}}\n")
    assert load_folder(folder).canned == {
        "hello": Canned("hello", "Say hello", "Hello {requester}", ("acme",)),
        "bye": Canned("bye", "Bye", "Bye"),
    }


BAD = [
    ('{title: Hi, words: "Hello {requestor}"}', "`{requestor}` to fill in; did you mean `requester`?", "a slip"),
    ('{title: Hi, words: "Hello {Requester}"}', "did you mean `requester`?", "capitals"),
    ('{title: Hi, words: "{requester.__class__}"}', "no field `{requester.__class__}`", "an attribute"),
    ('{title: Hi, words: "{}"}', "no field `{}`", "nothing at all"),
    ('{title: Hi, words: "{0}"}', "no field `{0}`", "a position"),
    ('{title: Hi, words: "{number:>20}"}', "no field `{number:>20}`", "a format"),
    ("{title: Hi, words: ''}", "expected some text", "no words"),
    ("{words: Hello}", "`canned.hello.title` is missing", "no title"),
    ("{title: Hi, words: Hello, clients: [acne]}", "no client `acne`; did you mean `acme`?", "no such client"),
    ("{title: Hi, words: Hello, clients: []}", "expected at least 1 of them", "for nobody"),
    ("{title: Hi, text: Hello}", "unknown key", "another key"),
]


@pytest.mark.parametrize(("block", "part", "why"), BAD)
def test_a_reply_that_cannot_be_filled_in_is_refused_on_its_line(canned, problems, block, part, why):
    canned(f"  hello: {block}\n")
    found = problems()
    assert {(problem.file, problem.line) for problem in found} == {("deskbell.yaml", 25)}, why
    assert any(part in problem.sentence for problem in found), (why, found)


def test_an_id_is_a_slug(canned, problems):
    canned("  Say Hello: {title: Hi, words: Hello}\n")
    assert "small letters, digits and dashes" in problems()[0].sentence
