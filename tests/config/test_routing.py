"""Categories and rules: what is written is what is loaded, and a rule that can do nothing is refused."""

import pytest

from bot.configuration import load_folder
from desk.routing import Rule

GOOD = """
categories:
  hardware: {name: Devices}
routing:
  - name: printers
    when: {client: [acme], category: hardware, words: [printer], calendar: CALENDAR, during: closed}
    then: {team: desk, priority: P2, assign: round_robin}
  - name: all
    then: {team: desk}
"""


@pytest.fixture
def write(folder):
    def put(text):
        path = folder / "deskbell.yaml"
        calendar = next(iter(load_folder(folder).calendars))
        path.write_text(path.read_text() + text.replace("CALENDAR", calendar))
        return calendar

    return put


def test_what_is_written_is_what_is_loaded(folder, write):
    calendar = write(GOOD)
    config = load_folder(folder)
    assert config.categories == {"hardware": "Devices"}
    printers = Rule("printers", ("acme",), ("hardware",), ("printer",), calendar, True, "desk", "P2", "round_robin")
    assert config.routing == (printers, Rule("all", team="desk"))


WHEN = "\n    when: {client: [acme], category: hardware, words: [printer], calendar: CALENDAR, during: closed}"
BAD = [
    # what is changed in the good one, and the sentence
    ("category: hardware", "category: hardwear", "hardwear`; did you mean `hardware`?"),
    ("client: [acme]", "client: [acmee]", "acmee`; did you mean `acme`?"),
    ("calendar: CALENDAR, ", "", "closed by which `calendar`?"),
    ("{team: desk, priority: P2, assign: round_robin}", "{}", "`printers` does nothing"),
    ("team: desk, priority", "priority", "`round_robin` needs a `team`"),
    ("round_robin", "robin", "expected `round_robin`, `least_open` or `oncall:SCHEDULE`, got `robin`"),
    ("round_robin", "oncall:nobody", "nobody`"),
    ("name: all", "name: printers", "two rules called `printers`"),
    ("priority: P2", "priority: P9", "P9"),
    (WHEN, "", "`all` is never reached: `printers` above it takes everything."),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentence"), BAD)
def test_a_rule_that_cannot_be_meant_is_refused_with_its_place(write, problems, old, new, sentence):
    write(GOOD.replace(old, new))
    found = problems()
    assert any(sentence in problem.sentence for problem in found), found
    assert all(problem.file == "deskbell.yaml" and problem.line > 0 for problem in found)


FIELDS = [
    ("asset: {label: Asset, kind: choice, choices: [one]}", "give it at least two different `choices`"),
    ("asset: {label: Asset, choices: [one, two]}", "a field with choices is of `kind: choice`"),
    ("Asset-Tag: {label: Asset}", "small letters and underscores"),
    ("asset: {label: Asset, kind: colour}", "colour"),
]


@pytest.mark.parametrize(("field", "sentence"), FIELDS)
def test_a_field_that_cannot_be_asked_is_refused_with_its_place(write, problems, field, sentence):
    write(f"categories:\n  hardware:\n    name: Devices\n    fields:\n      {field}\n")
    found = problems()
    assert any(sentence in problem.sentence and problem.line > 0 for problem in found), found
