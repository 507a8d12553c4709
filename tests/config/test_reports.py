"""`reports:`: what is written is what is loaded, and a client's numbers never go where others read."""

import pytest

from bot.configuration import load_folder
from desk.schedules import Scheduled, parse

GOOD = """
reports:
  monthly: {client: acme, when: first working day 9:00, to: "channel:acme-team"}
  reviews:
    client: acme
    period: quarter
    when: "0 8 5 1,4,7,10 *"
    to: "person:mia"
    form: pdf
    zone: Asia/Tokyo
    actions: [A second technician]
"""


@pytest.fixture
def write(folder):
    def put(text):
        path = folder / "deskbell.yaml"
        path.write_text(path.read_text() + text)

    return put


def test_what_is_written_is_what_is_loaded(folder, write):
    write(GOOD)
    monthly = Scheduled("monthly", "acme", "month", parse("first working day 9:00"), "acme-team")
    reviews = Scheduled(
        "reviews", "acme", "quarter", parse("0 8 5 1,4,7,10 *"), "dm-mia", "pdf", "Asia/Tokyo", ("A second technician",)
    )
    assert load_folder(folder).reports == {"monthly": monthly, "reviews": reviews}


BAD = [
    # what is changed in the good one, and the sentence
    ("client: acme, when", "client: acmee, when", "acmee`; did you mean `acme`?"),
    ("first working day 9:00", "now and then", "expected `0 9 1 * *` or `first working day 9:00`, got `now and then`"),
    ("first working day 9:00", '"* * * * *"', "once an hour at most"),
    ("first working day 9:00", '"0 9 31 2 *"', "a day that never comes"),
    ("channel:acme-team", "acme-team", "expected `channel:ID` or `person:ID`"),
    ("channel:acme-team", "channel:acme-teem", "acme-teem`; did you mean"),
    ("channel:acme-team", "channel:acme-help", "`acme-help` is no team channel of `acme`'s or of the staff's"),
    ("person:mia", "person:ann", "`ann` may not see the numbers of `acme`"),
    ("person:mia", "person:nobody", "nobody`"),
    ("period: quarter", "period: year", "year"),
    ("form: pdf", "form: docx", "docx"),
    ("Asia/Tokyo", "Asia/Tokio", "no time zone `Asia/Tokio`; did you mean `Asia/Tokyo`?"),
    ("actions: [A second technician]", "action: more", "action"),
]


@pytest.mark.parametrize(("old", "new", "sentence"), BAD)
def test_a_report_that_cannot_be_meant_is_refused_with_its_place(write, problems, old, new, sentence):
    write(GOOD.replace(old, new, 1))
    found = problems()
    assert any(sentence in problem.sentence for problem in found), found
    assert all(problem.file == "deskbell.yaml" and problem.line > 0 for problem in found)


def test_another_clients_team_does_not_get_the_numbers(folder, problems, write):
    """Nor does a channel that everybody reads."""
    path = folder / "deskbell.yaml"
    text = path.read_text()
    assert "channels:\n" in text
    extra = "channels:\n  lobby: {kind: other}\n"
    path.write_text(text.replace("channels:\n", extra, 1))
    write(GOOD.replace("channel:acme-team", "channel:lobby"))
    assert any("`lobby` is no team channel" in problem.sentence for problem in problems())
