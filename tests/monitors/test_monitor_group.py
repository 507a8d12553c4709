"""group: several monitors as one, by what people are told of each."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from desk.alerts import Phase, Status, Watch
from monitors.group import Check

UP = Watch("", seen=Status.OK)
SHAKY = Watch("", seen=Status.FAILED, failures=1)  # one failure: nobody has been told of it
DOWN = Watch("", Phase.DOWN, seen=Status.FAILED)
BLIND = Watch("", seen=Status.UNKNOWN)
NEW = Watch("")  # never looked at yet


@pytest.mark.parametrize(
    ("need", "watches", "status", "sentence"),
    [
        ("all", [UP, UP, SHAKY], Status.OK, ""),
        ("all", [UP, UP, DOWN], Status.FAILED, "2 of 3 up (down: c), expected all"),
        ("all", [UP, UP, BLIND], Status.UNKNOWN, "2 of 3 up (unknown: c), expected all"),  # it may well be up
        ("all", [UP, DOWN, NEW], Status.FAILED, "1 of 3 up (down: b; unknown: c), expected all"),  # whatever c is
        ("any", [UP, DOWN, DOWN], Status.OK, ""),
        ("any", [DOWN, DOWN, DOWN], Status.FAILED, "0 of 3 up (down: a, b, c), expected at least 1"),
        ("any", [DOWN, DOWN, BLIND], Status.UNKNOWN, "0 of 3 up (down: a, b; unknown: c), expected at least 1"),
        (2, [UP, UP, DOWN], Status.OK, ""),
        (2, [UP, DOWN, DOWN], Status.FAILED, "1 of 3 up (down: b, c), expected at least 2"),
        (2, [UP, BLIND, DOWN], Status.UNKNOWN, "1 of 3 up (down: c; unknown: b), expected at least 2"),
        (1, [replace(BLIND, phase=Phase.DOWN), DOWN, DOWN], Status.FAILED, "0 of 3 up (down: a, b, c), expected at"),
    ],
)
async def test_a_group_is_down_when_it_can_no_longer_have_what_it_needs(
    *, probe, looked, need, watches, status, sentence
):
    async def known(names):
        return dict(zip(names, watches, strict=True))

    seen = await looked(Check(of=["a", "b", "c"], need=need), through=replace(probe, watches=known))
    assert (seen.status, seen.sentence[: len(sentence) or None]) == (status, sentence)


async def test_a_group_counts_for_conditions(probe, looked):
    async def known(names):
        return dict.fromkeys(names, UP) | {"a": DOWN}

    group = Check(of=["a", "b", "c"], need="any")
    seen = await looked(group, "up_percent >= 75", through=replace(probe, watches=known))
    assert seen.sentence == "up_percent 66.7, expected >= 75"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"of": ["a"]}, "at least 2 items"),  # it would be the monitor itself
        ({"of": ["a", "a"]}, "a monitor is there twice"),
        ({"of": ["a", "b"], "need": 3}, "3 of 2 can never be up"),
        ({"of": ["a", "b"], "need": "most"}, "need"),
    ],
)
def test_a_group_that_cannot_be_is_refused(settings, sentence):
    with pytest.raises(ValidationError, match=sentence):
        Check(**settings)
