"""The page about finding names every filter, every state, and who may use which."""

import re

from desk.queries import FILTERS, PUBLIC_FILTERS, STATES
from tests.shape.tree import page


def test_every_filter_and_every_state_is_on_the_page():
    text = page("docs/finding.md")
    table = [line for line in text.splitlines() if line.startswith("| `")]
    assert {name for row in table for name in re.findall(r"`(\w+):`", row.split(" | ")[0])} == set(FILTERS)
    (states,) = [row for row in table if row.startswith("| `is:`")]
    assert set(re.findall(r"`(\w+)`", states)) == set(STATES)


def test_the_page_says_what_a_requester_filters_by():
    (told,) = re.findall(r"filters by (.*?): nobody", page("docs/finding.md"), flags=re.DOTALL)
    assert set(re.findall(r"`(\w+):`", told)) == set(PUBLIC_FILTERS)
