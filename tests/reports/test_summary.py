"""A report in sentences: what was met, what was missed and by how much, which way it goes, what stands out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.reports.tables import tiles
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


@pytest.mark.parametrize(
    ("opened", "resolved", "merged", "still_open", "sentence"),
    [
        (1, 1, 0, 0, "It is solved."),
        (1, 0, 0, 1, "It is still open."),
        (1, 0, 1, 0, "It was merged with another."),
        (3, 1, 0, 2, "1 of them is solved, 2 still open."),
        (3, 2, 1, 0, "2 of them are solved, 1 merged with another, 0 still open."),
    ],
)
def test_one_is_and_many_are(opened: int, resolved: int, merged: int, still_open: int, sentence: str):
    counts = {"opened": opened, "resolved": resolved, "merged": merged, "still_open": still_open}
    report = sample.busy(volume=replace(sample.VOLUME, **counts))
    assert summary(report)[0].endswith(sentence)


def test_a_share_of_little_time_says_since_when_it_was_watched():
    """100 % of ten minutes is not 100 % of a quarter."""
    (watched,) = [s for s in sample.busy().uptime if s.service == "mail"]
    early, late = sample.Q4.start + timedelta(days=3, hours=9), sample.Q4.start + timedelta(days=20)
    for since, said in (
        ((None,), "1 service, with data"),
        ((early,), "1 service, watched since 04 Oct 09:00"),
        ((late, early), "2 services, watched since 04 Oct 09:00"),
        ((None, early), "2 services, with data"),  # one of them was watched from the beginning
    ):
        uptime = tuple(replace(watched, goal=None, since=at) for at in since)
        assert tiles(sample.busy(uptime=uptime))[-1].about == said
    today = replace(sample.busy(uptime=(replace(watched, goal=None, since=early),)), at=early + timedelta(minutes=10))
    assert tiles(today)[-1].about == "1 service, watched since 09:00"


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
