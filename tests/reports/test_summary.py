"""A report in sentences: what was met, what was missed and by how much, which way it goes, what stands out."""

from dataclasses import replace

import pytest

from handlers.pictures.summary import suggestions, summary
from tests.reports import sample

SAID = [
    # the sentence, and why it is there
    ("117 tickets were opened in Q4 2026, 13 more than in Q3 2026 (104).", "volume against the period before"),
    (
        "Target missed: solved in time (86.0 %, 86 of 100, target 90 %); 4 more in time would have met it.",
        "what it lacked",
    ),
    ("Target met: first answer (95.5 %, 107 of 112, target 95 %).", "with its denominator"),
    ("18 promises are not judged yet and in no share.", "what is open is said"),
    ("Solved in time: down by 5.3 points since Q3 2026 (91.3 %).", "the trend"),
    ("What stands out: P1, solved in time (50.0 %, 3 of 6).", "the priority furthest under its target"),
    (
        "checkout page was up for less than agreed: 99.555 % (7 outages, 9 h 36 min down; no data for 2 d; target",
        "a service",
    ),
    ("There is no data about VPN.", "what is not known"),
    ("The most frequent reason of broken promises: “Too much at once” (1 of 3).", "why"),
]


@pytest.mark.parametrize(("sentence", "why"), SAID)
def test_the_summary_says(sentence, why):
    assert any(sentence in said for said in summary(sample.busy())), why


def test_an_empty_period_says_that_nothing_happened_and_judges_nothing():
    said = " ".join(summary(sample.empty()))
    assert "No ticket was opened in Q4 2026." in said
    assert "nothing judged yet" in said
    assert "%" not in said, "no data is neither 0 % nor 100 %"
    assert suggestions(sample.empty()) == ()


def test_a_period_that_runs_on_says_so_far():
    assert "in Q4 2026 so far" in summary(replace(sample.busy(), at=sample.Q4.start))[0]


def test_what_lacks_little_lacks_at_least_one():
    """93 of 100 with a target of 93.5 %: one more would have met it."""
    promises = tuple(
        replace(p, attainment=replace(p.attainment, met=93, judged=100, goal=0.935)) for p in sample.promises()[:1]
    )
    assert "; 1 more in time" in " ".join(summary(sample.busy(promises=promises)))


def test_many_services_under_target_are_counted_and_the_three_lowest_named():
    said = summary(sample.hostile())
    assert sum("less than agreed" in each for each in said) == 3
    assert "So were 10 other services." in said


def test_what_is_suggested_follows_from_the_numbers():
    found = suggestions(sample.busy())
    assert found[0].startswith("Bring “solved in time” back to 90 %")
    assert "Go through the 7 outages of checkout page (9 h 36 min down)." in found
    assert "Find the reason of 1 broken promise that has none on record." in found
    assert "Solve, plan or close 1 ticket open for over 4 weeks." in found
